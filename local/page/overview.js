/* The overview beside the list: what it all adds up to, over time, by reason, and by rule and channel. */

import { tally, totals } from "/local/entries.js";
import { chart } from "/local/chart.js";
import { channelName, REASONS } from "/local/words.js";
import { capital, card, element, empty, some, words } from "/local/elements.js";

function tile(number, text, follow) {
  return element(follow ? "button" : "div", { class: "tile", ...(follow ? { type: "button", onclick: follow } : {}) },
    element("b", {}, String(number)), element("span", {}, text));
}

function reasons(entries, narrow) {
  const kept = entries.filter((entry) => entry.kind !== "sent" && entry.reason);
  const found = tally(kept, "reason");
  if (!found.length) return card("Why not", element("p", { class: "none" }, "Nothing was held back."));
  const most = found[0][1];
  return card("Why not", element("ul", { class: "reasons" }, found.map(([reason, number]) => element("li", {},
    element("button", { type: "button", onclick: () => narrow({ reason, show: "" }) },
      element("b", { class: "amount" }, String(number)),
      element("span", {}, element("span", {}, capital(words(reason))), element("small", {},
        `The customer ${REASONS[reason] ?? words(reason)}.`),
        element("meter", { min: "0", max: String(most), value: String(number), "aria-hidden": "true" })))))));
}

function byRule(entries, narrow) {
  const rows = tally(entries, "rule").map(([rule]) => {
    const own = entries.filter((entry) => entry.rule === rule);
    const sum = totals(own);
    const channels = tally(own, "channel").map(([channel]) => channelName(channel)).join(", ");
    return element("tr", {}, element("th", { scope: "row" }, element("button", { type: "button", class: "link",
      onclick: () => narrow({ rule }) }, capital(words(rule))),
      element("small", {}, channels)), ...[sum.sent, sum.waiting, sum.silent].map((number) => element("td", { class: "amount" }, number
        ? String(number) : "–")));
  });
  if (!rows.length) return null;
  return card("By rule", element("table", { class: "sums" }, element("thead", {}, element("tr", {}, ["Rule", "Sent", "Waiting", "Not sent"]
    .map((name, number) => element("th", { scope: "col", class: number ? "amount" : "" }, name)))), element("tbody", {}, rows)));
}

/* `narrow` sets filters of the list. */
export function overview(entries, clock, width, narrow) {
  if (!entries.length) return [empty("Nothing has happened yet",
    "Post events to /v1/batch, then move the clock: what falls due is decided and stands here.")];
  const sum = totals(entries);
  return [
    element("div", { class: "tiles" }, tile(sum.sent, "sent", () => narrow({ show: "sent", reason: "" })),
      tile(sum.waiting, "waiting", () => narrow({ show: "waiting" })), tile(sum.silent, "not sent", () => narrow({ show: "silent" })),
      tile(sum.people, sum.people === 1 ? "customer reached" : "customers reached")),
    card("Sent, and not sent, over time", element("div", { class: "pad" }, chart(entries, clock.now, width, (id) => narrow(
      id === "sent" ? { show: "sent", reason: "" } : { show: "", reason: id })))),
    element("div", { class: "pair" }, reasons(entries, narrow), byRule(entries, narrow)),
    element("p", { class: "lines" }, `${some(clock.events, "event")}, ${some(clock.decisions, "decision")}. All times are UTC.`),
  ];
}

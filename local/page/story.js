/* The whole story of a customer, from the first visit on: what they did, what was decided and why, what was sent. */

import { ask, capital, chip, clockTime, day, element, empty, money, some, summary, words } from "/local/elements.js";
import { because, byChannel, channelName, fate, happened, isPurchase } from "/local/words.js";
import { checks, subject } from "/local/messages.js";

const KINDS = { send: "sent", hold: "waits", deny: "silent" };

function between(from, to) {
  const minutes = Math.round((Date.parse(to) - Date.parse(from)) / 60_000);
  if (minutes < 60) return some(minutes, "minute");
  if (minutes < 48 * 60) return `${some(Math.floor(minutes / 60), "hour")}${minutes % 60 ? ` ${some(minutes % 60, "minute")}` : ""}`;
  return some(Math.round(minutes / 1440), "day");
}

/* What of the properties is worth a second line: short facts that the sentence does not have. */
function more(event) {
  const said = event.properties ?? {};
  if (isPurchase(event) && said.products?.length) return summary(said.products);
  return Object.entries(said).filter(([name, value]) => ["string", "number", "boolean"].includes(typeof value)
    && !["product_id", "name", "brand", "price", "currency", "url", "quantity", "path", "total"].includes(name)).slice(0, 4)
    .map(([name, value]) => `${words(name)}: ${value}`).join(" · ");
}

function event(entry) {
  const rest = entry.own ? "" : more(entry);
  return element("li", { class: `step ${entry.own ? "own" : isPurchase(entry) ? "bought" : "did"}` }, time(entry.at),
    element("div", {}, element("p", {}, capital(happened(entry))), rest ? element("small", {}, rest) : null));
}

function decision(entry, later) {
  const kind = KINDS[entry.verdict] ?? "silent";
  const seen = { kind, reason: entry.reason, later };
  const said = entry.verdict === "send" ? `${capital(words(entry.rule))}: now is the moment for a message by ${byChannel(entry.channel)}`
    : `${capital(words(entry.rule))}: ${entry.verdict === "hold" ? "not yet" : "silence"}. The customer ${because(seen)}.`;
  const word = entry.verdict === "send" ? ["decided: send", "send"] : fate(seen);
  return element("li", { class: `step ${kind}` }, time(entry.at), element("div", {}, element("p", {}, chip(...word), " ", said),
    entry.trace?.length ? element("details", {}, element("summary", {}, some(entry.trace.length, "check")), checks(entry.trace)) : null));
}

function message(entry) {
  return element("li", { class: "step told" }, time(entry.at), element("div", {}, element("p", {},
    chip(`${channelName(entry.channel)} sent`, "send"), " ",
    element("a", { href: `/local?open=${encodeURIComponent(entry.key)}` }, subject(entry))), element("small", {},
      `to ${entry.address ?? "–"}`)));
}

const time = (at) => element("time", { class: "when", datetime: at }, clockTime(at));

function journey(entries) {
  const first = entries.find((entry) => entry.kind === "event" && !entry.own);
  const bought = entries.find((entry) => entry.kind === "event" && isPurchase(entry));
  if (!first) return "";
  const sent = entries.filter((entry) => entry.kind === "message" && (!bought || entry.at <= bought.at)).length;
  const said = bought ? `From the first visit to the purchase: ${between(first.at, bought.at)}` : "No purchase yet";
  const total = bought?.properties?.total;
  return `${said}${typeof total === "number" ? `, ${money(total,
    bought.properties.currency)}` : ""}; ${sent ? some(sent, "message") : "no message"} on the way.`;
}

function timeline(entries, own) {
  const sent = new Set(entries.filter((entry) => entry.kind === "message").map((entry) => entry.key));
  const denied = new Map(entries.filter((entry) => entry.verdict === "deny").map((entry) => [entry.key, entry.at]));
  const later = (entry) => entry.verdict !== "hold" ? null : sent.has(entry.key) ? "send" : (denied.get(entry.key) ?? "") >= entry.at
    ? "deny" : null;
  const days = new Map();
  for (const entry of entries) {
    if (entry.own && !own) continue;
    const name = day(entry.at);
    if (!days.has(name)) days.set(name, []);
    days.get(name).push(entry.kind === "event" ? event(entry) : entry.kind === "decision" ? decision(entry, later(entry)) : message(entry));
  }
  return [...days].map(([name, steps]) => element("section", { class: "day" }, element("h3", {}, name), element("ol", {}, steps)));
}

/* The story as an element, asked for by whatever leads to the customer. */
export async function story(who) {
  const found = await ask(`/local/timeline.json?who=${encodeURIComponent(who)}`);
  if (!found.entries.length) return empty("No story yet", "Nothing this customer did is kept.");
  const place = element("div", { class: "story" });
  const box = element("input", { type: "checkbox", checked: "" });
  const show = () => place.replaceChildren(...timeline(found.entries, box.checked));
  box.addEventListener("change", show);
  show();
  return element("div", {}, element("div", { class: "story-head" }, element("p", { class: "lines" }, journey(found.entries)),
    element("label", {}, box, " Beckon's own steps")), place);
}

/* The page of messages: the list and its filters, the overview or one message beside it, and Beckon's clock with what fell due. */

import { $, ask, capital, chip, clockTime, element, empty, some, when, words } from "/local/elements.js";
import { chosenOf, entriesOf, fromAddress, isFiltered, tally, titleOf, toAddress, totals } from "/local/entries.js";
import { because, channelName, fate } from "/local/words.js";
import { details } from "/local/messages.js";
import { overview } from "/local/overview.js";

const MOST_SHOWN = 200;
const MOST_TOLD = 6;
const state = { asked: fromAddress(), entries: [], clock: null, brand: "Beckon", seen: "", most: MOST_SHOWN, pane: "overview" };
const VERDICTS = [["", "All"], ["sent", "Sent"], ["waiting", "Waiting"], ["silent", "Not sent"]];

/* Sets what is asked for, keeps it in the address, and draws. */
function go(asked, pane = state.pane, remember = true) {
  state.asked = { ...state.asked, ...asked };
  state.pane = pane;
  if (remember) history.pushState(null, "", toAddress(state.asked));
  draw();
}

const narrow = (asked) => go({ ...asked, open: "" }, "list");

function draw() {
  document.body.dataset.pane = state.asked.open ? "detail" : state.pane;
  $("go-overview").setAttribute("aria-current", String(!state.asked.open && state.pane === "overview"));
  $("go-list").setAttribute("aria-current", String(!state.asked.open && state.pane === "list"));
  drawFilters();
  drawList();
  drawDetail();
}

function drawFilters() {
  const { asked, entries } = state;
  const sum = totals(entries);
  const numbers = { sent: sum.sent, waiting: sum.waiting, silent: sum.silent };
  $("show").replaceChildren(...VERDICTS.map(([show, name]) => element("button", { type: "button", class: "tab",
    "aria-pressed": String(asked.show === show),
    onclick: () => { go({ show }); $("show").children[VERDICTS.findIndex(([each]) => each === show)].focus(); } },
  name, show ? element("small", {}, ` ${numbers[show]}`) : null)));
  const form = $("filters").elements;
  const named = { channel: channelName, rule: (rule) => capital(words(rule)), reason: (reason) => capital(words(reason)) };
  for (const [name, naming] of Object.entries(named)) {
    const found = tally(entries, name);
    if (asked[name] && !found.some(([value]) => value === asked[name])) found.push([asked[name], 0]);
    form[name].replaceChildren(element("option", { value: "" }, "any"), ...found.map(([value, number]) => element("option", { value },
      `${naming(value)} (${number})`)));
    form[name].value = asked[name];
  }
  $("people").replaceChildren(...tally(entries, "customer").map(([value]) => element("option", { value })));
  for (const name of ["find", "customer"]) if (document.activeElement !== form[name]) form[name].value = asked[name];
  const shown = chosenOf(entries, asked).length;
  $("narrowed").hidden = !isFiltered(asked);
  $("narrowed").replaceChildren(`${some(shown, "entry", "entries")}${asked.since ? ` since ${when(asked.since)}` : ""} `,
    element("button", { type: "button", class: "link", onclick: () => go({ show: "", channel: "", rule: "", reason: "", customer: "",
      find: "", since: "" }) }, "Show all"));
}

function row(entry) {
  return element("li", {}, element("button", { type: "button", class: entry.kind, "aria-current": entry.id === state.asked.open
    ? "true" : null,
    onclick: () => open(entry.id) },
  element("span", { class: "row" }, element("span", { class: "who" }, entry.customer || entry.address || "–"),
    element("time", { class: "when", datetime: entry.at }, when(entry.at))),
  element("span", { class: "subject" }, titleOf(entry)),
  element("span", { class: "meta" }, chip(...fate(entry)), ` ${[entry.channel ? channelName(entry.channel) : "", words(entry.rule),
    entry.step > 1 ? `step ${entry.step}` : ""].filter(Boolean).join(" · ")}`)));
}

function drawList() {
  const entries = chosenOf(state.entries, state.asked);
  const list = $("list"), scrolled = list.scrollTop;
  list.replaceChildren(...entries.slice(0, state.most).map(row));
  if (!entries.length && state.loaded) list.append(element("li", {}, isFiltered(state.asked) ? empty("Nothing found",
    "Show all to begin again.") : empty("No messages yet",
    "Post events to /v1/batch, then move the clock: what falls due is decided and lies here.")));
  if (entries.length > state.most) list.append(element("li", { class: "more" }, element("button", { type: "button",
    onclick: () => { state.most += MOST_SHOWN; drawList(); } }, `${entries.length - state.most} more`)));
  list.scrollTop = scrolled;
}

function drawDetail() {
  const article = $("detail");
  const entry = state.entries.find((each) => each.id === state.asked.open);
  const back = element("button", { type: "button", class: "back", onclick: () => go({ open: "" }) }, "‹ Back");
  if (entry) {
    const shown = details(entry, state.asked.view,
      (view) => { go({ view }); article.querySelector(`.tab[aria-pressed="true"]`)?.focus(); }, state.brand);
    article.replaceChildren(back, ...shown.filter(Boolean));
  } else if (state.asked.open && state.loaded) {
    article.replaceChildren(back, empty("It is not there", "Perhaps Beckon was reset since."));
  } else if (state.loaded) {
    const width = Math.max(260, Math.min(860, article.clientWidth - 2 * parseFloat(getComputedStyle(article).paddingLeft)) - 36);
    article.replaceChildren(...overview(chosenOf(state.entries, { ...state.asked, show: "", reason: "" }), state.clock, width,
      narrow).filter(Boolean));
  }
}

function open(id) {
  go({ open: id });
  $("detail").scrollTop = 0;
  scrollTo(0, 0);
  $("detail").focus({ preventScroll: true });
}

function notice(text) {
  $("notice").hidden = !text;
  $("notice").textContent = text;
}

async function refresh() {
  const clock = await ask("/local/clock");
  drawClock(clock);
  const seen = [clock.events, clock.decisions, clock.messages, clock.now < (state.clock?.now ?? "")].join(" ");
  state.clock = clock;
  if (seen === state.seen) return;
  const [messages, decisions, unknown] = await Promise.all(["inbox.json", "decisions.json",
    "unknown.json"].map((name) => ask(`/local/${name}`)));
  state.seen = seen;
  state.entries = entriesOf(messages, decisions, unknown);
  state.loaded = true;
  draw();
}

function drawClock(clock) {
  $("clock").textContent = when(clock.now, true);
  $("clock").dateTime = clock.now;
  const sameDay = clock.next?.slice(0, 10) === clock.now.slice(0, 10);
  $("clock-state").textContent = `Beckon's clock${clock.ticking ? "" : ", held"}${clock.next ? ` · next due ${sameDay
    ? clockTime(clock.next) : when(clock.next)}` : ""}`;
  document.querySelector(`[data-move*="next"]`).toggleAttribute("data-idle", !clock.next);
}

async function move(button) {
  const buttons = document.querySelectorAll("[data-move]");
  buttons.forEach((each) => each.setAttribute("aria-disabled", "true"));
  const before = state.clock?.now ?? "", had = new Set(state.entries.map((entry) => entry.id));
  try {
    await ask("/local/clock", JSON.parse(button.dataset.move));
    state.seen = "";
    await refresh();
    tellFallen(before, state.entries.filter((entry) => !had.has(entry.id)));
    notice("");
  } catch (error) {
    notice(capital(error.message));
  }
  buttons.forEach((each) => each.removeAttribute("aria-disabled"));
}

/* What fell due while the clock went from `before` to where it stands. */
function tellFallen(before, entries) {
  const sum = totals(entries), close = element("button", { type: "button", class: "close", "aria-label": "Close",
    onclick: () => { $("fell").hidden = true; drawDetail(); } }, "×");
  const said = [[sum.sent, "sent"], [sum.waiting, "waiting"], [sum.silent, "not sent"]].filter(([number]) => number)
    .map(([number, what]) => `${number} ${what}`).join(", ");
  const told = [...entries].reverse().slice(0, MOST_TOLD).map((entry) => element("li", {}, element("button", { type: "button",
    onclick: () => open(entry.id) },
    chip(...fate(entry)), " ", element("b", {}, entry.customer || entry.address), entry.kind === "sent"
      ? `: ${titleOf(entry)}` : ` ${because(entry)}`)));
  const more = entries.length > MOST_TOLD ? element("button", { type: "button", class: "link", onclick: () => narrow({ since: before }) },
    `All ${entries.length}`) : null;
  $("fell").replaceChildren(element("div", { class: "fell-head" }, element("p", {}, `${when(before)} → ${when(state.clock.now)}: `,
    element("b", {}, said || "nothing fell due"), " ", more), close), element("ul", {}, told));
  $("fell").hidden = false;
}

async function keepFresh() {
  try {
    if (!document.hidden) await refresh();
    if ($("notice").dataset.lost) { notice(""); delete $("notice").dataset.lost; }
  } catch (error) {
    notice(`Beckon does not answer: ${error.message}`);
    $("notice").dataset.lost = "yes";
  }
  setTimeout(keepFresh, 2000);
}

document.querySelectorAll("[data-move]").forEach((button) => button.addEventListener("click", () => {
  if (!button.hasAttribute("aria-disabled")) move(button);
}));
$("go-overview").addEventListener("click", () => go({ open: "" }, "overview"));
$("go-list").addEventListener("click", () => go({ open: "" }, "list"));
$("filters").addEventListener("submit", (event) => event.preventDefault());
$("filters").addEventListener("input", (event) => {
  go({ [event.target.name]: event.target.value }, "list", false);
  history.replaceState(null, "", toAddress(state.asked));
});
addEventListener("popstate", () => { state.asked = fromAddress(); draw(); });
addEventListener("resize", () => { if (!state.asked.open) drawDetail(); });
if (isFiltered(state.asked)) state.pane = "list";
draw();
ask("/local/brand.json").then((brand) => { state.brand = brand.name; draw(); }).catch(() => notice("Beckon does not say whose it is"));
keepFresh();

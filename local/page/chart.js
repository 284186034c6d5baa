/* Sends, and silences by reason, over Beckon's time: lines that differ in dash and mark as well as in colour. Arrow keys and the pointer
   tell the numbers of one stretch of time; the same numbers stand in a table. */

import { REASONS } from "/local/words.js";
import { capital, clockTime, drawn, element, some, when, words } from "/local/elements.js";

const MINUTE = 60_000, HOUR = 60 * MINUTE, DAY = 24 * HOUR;
const STRETCHES = [MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 7 * DAY,
  30 * DAY];
const MOST_REASONS = 4;
const SENT = "sent", OTHERS = "others";
const HEIGHT = 230, TOP = 14, BOTTOM = 26, LEFT = 30, RIGHT = 10;
const MARKS = [
  (x, y) => ["circle", { cx: x, cy: y, r: 3.6 }],
  (x, y) => ["rect", { x: x - 3.4, y: y - 3.4, width: 6.8, height: 6.8 }],
  (x, y) => ["path", { d: `M${x} ${y - 4.6}l4.4 7.8h-8.8z` }],
  (x, y) => ["path", { d: `M${x} ${y - 5}l5 5l-5 5l-5-5z` }],
  (x, y) => ["path", { d: `M${x} ${y + 4.6}l4.4-7.8h-8.8z` }],
  (x, y) => ["path", { d: `M${x - 4} ${y}h8M${x} ${y - 4}v8`, class: "cross" }],
];

/* The stretches of time and how much fell into each, by series; the first series is what was sent. */
export function counted(entries, now, most) {
  const moments = entries.map((entry) => Date.parse(entry.at)).filter(Number.isFinite);
  if (!moments.length) return null;
  const end = Math.max(Date.parse(now), ...moments), first = Math.min(...moments);
  const long = STRETCHES.find((stretch) => (end - first) / stretch <= most) ?? STRETCHES.at(-1);
  const stop = Math.floor(end / long) * long;
  const start = Math.min(Math.floor(first / long) * long, stop - 5 * long);
  const times = Array.from({ length: (stop - start) / long + 1 }, (_, number) => start + number * long);
  const reasons = new Map();
  for (const entry of entries) if (entry.kind !== "sent" && entry.reason) reasons.set(entry.reason, (reasons.get(entry.reason) ?? 0) + 1);
  const ranked = [...reasons].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0])).map(([reason]) => reason);
  const named = ranked.length > MOST_REASONS + 1 ? ranked.slice(0, MOST_REASONS) : ranked;
  const series = [SENT, ...named, ...(named.length < ranked.length ? [OTHERS] : [])].map((id) => ({ id, values: times.map(() => 0),
    total: 0 }));
  const of = new Map(series.map((each) => [each.id, each]));
  for (const entry of entries) {
    const id = entry.kind === "sent" ? SENT : entry.reason;
    const into = id ? of.get(id) ?? of.get(OTHERS) : null;
    const place = (Math.floor(Date.parse(entry.at) / long) * long - start) / long;
    if (into && place in times) { into.values[place] += 1; into.total += 1; }
  }
  return { series, times, long };
}

const named = (id) => id === SENT ? "Sent" : id === OTHERS ? "Other reasons" : capital(words(id));

function stretchName(time, long) {
  const text = new Date(time).toISOString();
  if (long >= DAY) return new Date(time).toLocaleDateString("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
  return `${when(text)}–${clockTime(new Date(time + long).toISOString())}`;
}

function roundUp(most) {
  const step = [1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 5000].find((each) => most / each <= 4) ?? Math.ceil(most / 4);
  return { step, top: Math.max(step, Math.ceil(most / step) * step) };
}

function axes(found, width, x, y, scale) {
  const { times, long } = found;
  const lines = [];
  for (let value = 0; value <= scale.top; value += scale.step) {
    lines.push(drawn("line", { class: value ? "grid" : "ground", x1: LEFT, x2: width - RIGHT, y1: y(value), y2: y(value) }),
      drawn("text", { x: LEFT - 7, y: y(value) + 4, "text-anchor": "end" }, String(value)));
  }
  const most = Math.max(2, Math.floor((width - LEFT - RIGHT) / 76));
  const apart = STRETCHES.find((stretch) => stretch >= long && (times.at(-1) - times[0]) / stretch <= most) ?? STRETCHES.at(-1);
  times.forEach((time, number) => {
    if (time % apart) return;
    const midnight = time % DAY === 0;
    const text = midnight ? new Date(time).toLocaleDateString("en-GB", { day: "numeric", month: "short", timeZone: "UTC" })
      : clockTime(new Date(time).toISOString());
    const anchor = x(number) < LEFT + 16 ? "start" : x(number) > width - 24 ? "end" : "middle";
    lines.push(drawn("text", { x: x(number), y: HEIGHT - 6, "text-anchor": anchor, class: midnight ? "midnight" : "" }, text));
  });
  return drawn("g", { class: "axes" }, lines);
}

/* A line runs only where there is something to say: along the ground all would lie on each other. */
function line(each, number, x, y) {
  const steps = each.values.map((value, place) => {
    const seen = value || each.values[place - 1] || each.values[place + 1];
    const before = place > 0 && (each.values[place - 1] || value);
    return seen ? `${before ? "L" : "M"}${x(place).toFixed(1)} ${y(value).toFixed(1)}` : "";
  }).join("");
  return drawn("g", { class: `series s${number}` }, drawn("path", { class: "way", d: steps || "M0 0" }),
    each.values.map((value, place) => value ? drawn(...MARKS[number](x(place), y(value))) : null));
}

function legend(found, follow) {
  return element("ul", { class: "legend" }, found.series.map((each, number) => element("li", {},
    element(each.id === OTHERS ? "span" : "button", each.id === OTHERS ? {} : { type: "button", onclick: () => follow(each.id),
      title: each.id === SENT ? "Show what was sent" : `Show those: each ${REASONS[each.id] ?? words(each.id)}` },
    drawn("svg", { class: `series s${number}`, width: 30, height: 12, "aria-hidden": "true" }, drawn("path", { class: "way",
      d: "M1 6H29" }),
      drawn(...MARKS[number](15, 6))), `${named(each.id)} `, element("b", {}, String(each.total))))));
}

function table(found) {
  const head = element("tr", {}, element("th", { scope: "col" }, "From"), found.series.map((each) => element("th", { scope: "col" },
    named(each.id))));
  const rows = found.times.map((time, place) => found.series.some((each) => each.values[place]) ? element("tr", {},
    element("th", { scope: "row" }, stretchName(time, found.long)), found.series.map((each) => element("td", {},
      String(each.values[place])))) : null);
  return element("details", { class: "numbers" }, element("summary", {}, "The same as a table"), element("div", { class: "scroll" },
    element("table", {}, element("caption", { class: "hidden" }, "Messages sent, and silences by reason, by time"),
      element("thead", {}, head), element("tbody", {}, rows))));
}

/* The chart of these entries, `width` pixels wide; `follow` is told what of the legend was chosen. */
export function chart(entries, now, width, follow) {
  const found = counted(entries, now, width < 500 ? 20 : 40);
  if (!found) return element("p", { class: "none" }, "Nothing has been decided yet.");
  const { series, times } = found;
  const scale = roundUp(Math.max(1, ...series.flatMap((each) => each.values)));
  const x = (place) => LEFT + 6 + place * (width - LEFT - RIGHT - 12) / Math.max(1, times.length - 1);
  const y = (value) => HEIGHT - BOTTOM - value * (HEIGHT - TOP - BOTTOM) / scale.top;
  const cursor = drawn("line", { class: "cursor", y1: TOP, y2: HEIGHT - BOTTOM, x1: -9, x2: -9 });
  const picture = drawn("svg", { width, height: HEIGHT, viewBox: `0 0 ${width} ${HEIGHT}`, "aria-hidden": "true" }, axes(found, width, x,
    y, scale),
    cursor, series.map((each, number) => line(each, number, x, y)).reverse());
  const told = element("div", { class: "told", hidden: "" });
  const stage = element("div", { class: "chart", tabindex: "0", role: "slider", "aria-label": "Moment of the chart", "aria-valuemin": "0",
    "aria-valuemax": String(times.length - 1), "aria-orientation": "horizontal" }, picture, told);
  let place = times.length - 1;
  const tell = (next, shown = true) => {
    place = Math.max(0, Math.min(times.length - 1, next));
    const parts = series.filter((each) => each.values[place]).map((each) => [each, each.values[place]]);
    stage.setAttribute("aria-valuenow", String(place));
    stage.setAttribute("aria-valuetext", `${stretchName(times[place], found.long)}: ${parts.length
      ? parts.map(([each, value]) => each.id === SENT ? `${value} sent` : `${value} not sent, ${words(each.id)}`).join(", ") : "nothing"}`);
    told.replaceChildren(element("b", {}, stretchName(times[place], found.long)), parts.length
      ? element("ul", {}, parts.map(([each, value]) => element("li", {}, element("b", {}, String(value)),
        ` ${named(each.id).toLowerCase()}`))) : " nothing");
    told.hidden = !shown;
    for (const end of ["x1", "x2"]) cursor.setAttribute(end, shown ? x(place) : -9);
    told.style.left = `${Math.max(0, Math.min(width - 190, x(place) > width / 2 ? x(place) - 196 : x(place) + 10))}px`;
  };
  tell(place, false);
  const at = (event) => Math.round((event.clientX - stage.getBoundingClientRect().left - x(0)) / (x(1) - x(0)));
  stage.addEventListener("pointermove", (event) => tell(at(event)));
  stage.addEventListener("pointerleave", () => tell(place, stage === document.activeElement));
  stage.addEventListener("focus", () => tell(place));
  stage.addEventListener("blur", () => tell(place, false));
  stage.addEventListener("keydown", (event) => {
    const next = { ArrowLeft: place - 1, ArrowDown: place - 1, ArrowRight: place + 1, ArrowUp: place + 1, Home: 0,
      End: times.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    tell(next);
  });
  const all = series.slice(1).reduce((sum, each) => sum + each.total, 0);
  return element("div", {}, element("p", { class: "hidden" }, `${some(series[0].total, "message")} sent, ${some(all, "silence")}.`),
    legend(found, follow), stage, table(found));
}

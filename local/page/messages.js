/* A message as its reader sees it, channel by channel. Every text stays text; an e-mail's HTML lies in a frame that can run nothing. */

import { channelName, because, fate } from "/local/words.js";
import { capital, card, chip, clockTime, element, fact, facts, money, person, some, summary, when, words } from "/local/elements.js";

const CHATS = new Set(["telegram", "whatsapp", "viber", "messenger"]);

const head = (message) => Object.fromEntries(Object.entries(message.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]));

function headers(message) {
  const all = Object.entries(message.headers ?? {});
  return all.length ? facts(...all.map(([name, value]) => fact(name, String(value)))) : element("pre", {}, "(no headers)");
}

function letter(message) {
  const frame = element("iframe", { sandbox: "allow-same-origin allow-popups allow-popups-to-escape-sandbox", referrerpolicy: "no-referrer",
    title: "The e-mail", src: `/local/letter?key=${encodeURIComponent(message.key)}` });
  frame.addEventListener("load", () => {
    const inside = frame.contentDocument?.documentElement;
    if (inside) frame.style.height = `${inside.scrollHeight + 4}px`; /* it never has scripts, so looking at its height is safe */
  });
  return frame;
}

function email(message, view, choose) {
  const ways = [["html", "As seen"], ["text", "Text"], ["headers", "Headers"]].filter(([name]) => name !== "html" || message.html);
  const chosen = ways.some(([name]) => name === view) ? view : ways[0][0];
  const body = { html: () => letter(message), text: () => element("pre", {}, message.text || "(no text part)"),
    headers: () => headers(message) };
  const from = head(message).from ?? "";
  return element("div", { class: "card mail" },
    element("div", { class: "envelope" }, element("span", { class: "face", "aria-hidden": "true" },
      (from.match(/\p{L}/u)?.[0] ?? "B").toUpperCase()),
      element("div", {}, element("b", {}, from.replace(/\s*<.*>$/, "") || "–"), element("small", {}, `to ${message.address}`)),
      element("time", { class: "when", datetime: message.at }, when(message.at))),
    element("div", { class: "tabs", role: "group", "aria-label": "How to show it" }, ...ways.map(([name, title]) => element("button",
      { type: "button", class: "tab", "aria-pressed": String(name === chosen), onclick: () => choose(name) }, title))),
    body[chosen]());
}

function sms(message) {
  const parts = message.parts ?? message.segments;
  return element("div", { class: "phone sms" }, element("p", { class: "caption" }, `Text message · ${clockTime(message.at)}`),
    element("div", { class: "bubble" }, message.text || message.subject || "(empty)"),
    element("p", { class: "caption" }, [typeof parts === "number" ? some(parts, "part") : null,
      some([...(message.text ?? "")].length, "character")].filter(Boolean).join(" · ")));
}

function push(message, view, choose, brand) {
  return element("div", { class: "phone lock" }, element("p", { class: "lock-time", "aria-hidden": "true" }, clockTime(message.at)),
    element("p", { class: "lock-day", "aria-hidden": "true" }, new Date(message.at).toLocaleDateString("en-GB", { weekday: "long",
      day: "numeric", month: "long", timeZone: "UTC" })),
    element("div", { class: "notification" }, element("span", { class: "mark", "aria-hidden": "true" }),
      element("div", {}, element("p", { class: "app" }, brand, element("span", {}, "now")),
        element("b", {}, message.title ?? message.subject ?? ""), element("p", {}, message.body ?? message.text ?? ""))));
}

/* Buttons are given as such, one row after another or one after another; else the links are what can be pressed. */
function buttons(message) {
  const given = [message.buttons ?? message.button ?? []].flat(3).filter(Boolean);
  return given.length ? given.map((button) => String(button.text ?? button.title ?? button.label ?? button.url ?? button))
    : (message.links ?? []).map((link, number) => linkName(link, number));
}

function linkName(link, number) {
  const url = String(link);
  return url.includes("/u/") ? "Unsubscribe" : url.includes("/c/") ? `Link ${number + 1}` : url.replace(/^https?:\/\//, "").slice(0, 40);
}

const SIGNS = { lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " ", amp: "&" };

/* Signs as they are read: `&lt;` is `<`. */
const read = (text) => text.replace(/&(?:#(\d{1,6})|#x([0-9a-f]{1,5})|([a-z]+));/gi, (all, number, hex, name) => SIGNS[name?.toLowerCase()]
  ?? (number ?? hex ? String.fromCodePoint(number ? Number(number) : parseInt(hex, 16)) : all));

/* What a message says: of messengers' markup the text alone, tags left out and signs read; nothing is ever made of it but text. */
export function plain(message) {
  if (!CHATS.has(message.channel) || !message.html) return message.text || "";
  return read(message.html.replace(/<br\s*\/?>/gi, "\n").replace(/<\/?[a-z][^>]*>/gi, ""));
}

const MARKS = { b: "b", strong: "b", i: "i", em: "i", u: "u", ins: "u", s: "s", strike: "s", del: "s", code: "code", pre: "pre",
  blockquote: "blockquote", a: "u" };

/* What a chat shows of a message: its words, bold and struck out as they are meant. Of the markup only these marks and the text are taken;
   a link is underlined and leads nowhere from here. */
function marked(message) {
  const html = message.html ?? "", open = [element("span")];
  let at = 0;
  for (const found of [...html.matchAll(/<(\/?)([a-z][a-z0-9-]*)[^>]*>/gi), null]) {
    open.at(-1).append(read(html.slice(at, found?.index)));
    if (!found) break;
    at = found.index + found[0].length;
    const mark = MARKS[found[2].toLowerCase()];
    if (found[2].toLowerCase() === "br") open.at(-1).append("\n");
    if (mark && !found[1]) {
      const inner = element(mark);
      open.at(-1).append(inner);
      open.push(inner);
    } else if (mark && open.length > 1) open.pop();
  }
  return html ? [...open[0].childNodes] : [plain(message)];
}

function chat(message, view, choose, brand) {
  return element("div", { class: `phone chat ${CHATS.has(message.channel) ? message.channel : ""}` },
    element("p", { class: "caption" }, `${brand} · ${channelName(message.channel)}`),
    element("div", { class: "bubble" }, ...(plain(message) ? marked(message) : [message.subject || "(empty)"]), element("time", { datetime: message.at },
      clockTime(message.at))),
    ...buttons(message).map((text) => element("span", { class: "key" }, text)));
}

function pretty(text) {
  if (typeof text !== "string") return JSON.stringify(text, null, 2);
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text; /* no JSON: shown as it is */
  }
}

function webhook(message) {
  return element("div", { class: "card" }, element("p", { class: "request" }, chip("POST"), " ", element("code", {},
    message.address ?? "")),
    headers(message), element("pre", { class: "json" }, pretty(message.body ?? message.text ?? "")));
}

function anything(message) {
  return element("div", { class: "card" }, element("pre", {}, message.text || pretty(message)));
}

const VIEWS = { email, sms, push, webhook };

export const asSeen = (message, view, choose, brand) =>
  (VIEWS[message.channel] ?? (CHATS.has(message.channel) ? chat : anything))(message, view, choose, brand);

export const subject = (message) => message.subject || message.title || plain(message).trim().split("\n")[0] || "(no subject)";

/* What the trigger knew, in words: of `product` and `products` the list is enough, money has its currency, moments are moments. */
function known(data) {
  return Object.entries(data).filter(([key]) => key !== "currency" && !(key === "product" && data.products)).map(([key, value]) => {
    const name = words(key.replace(/([a-z])([A-Z])/g, "$1 $2")).toLowerCase();
    const text = value !== null && typeof value === "object" ? summary(value)
      : typeof value === "string" && /^\d{4}-\d\d-\d\dT/.test(value) ? when(value, true)
        : typeof value === "number" && data.currency && ["value", "price", "total"].includes(key) ? money(value,
          data.currency) : String(value);
    return fact(capital(name), text);
  });
}

export function checks(trace) {
  if (!trace?.length) return null;
  const kinds = { deny: "no", hold: "later" };
  return element("ul", { class: "checks" }, ...trace.map((entry) => element("li", { class: kinds[entry.verdict] ?? "yes" },
    capital(words(entry.check)), entry.reason ? chip(words(entry.reason), entry.verdict) : null,
    entry.note ? element("small", {}, entry.note) : null)));
}

function title(entry) {
  if (entry.kind === "sent") return "Why it was sent";
  if (entry.kind === "unknown") return "Why it was to be sent";
  if (entry.kind === "silent") return "Why it was not sent";
  return entry.later ? "Why it waited" : "Why it waits";
}

export function why(entry, decision) {
  if (!decision) return null;
  const version = decision.version > 1 ? `, version ${decision.version}` : "";
  return card(title(entry), facts(fact("Rule", `${words(decision.rule)}, step ${decision.step}${version}`),
    fact("About", when(decision.at, true)), fact("Decided", when(decision.decidedAt, true)), decision.reason ? fact("Reason",
      `${capital(because(entry))} (${decision.reason})`) : null,
    ...known(decision.data ?? {}), fact("Caused by event", decision.cause)), checks(decision.trace));
}

/* What else the provider was given, of channels that do not show it anyway. */
function handed(message) {
  if (["email", "webhook"].includes(message.channel) || !Object.keys(message.headers ?? {}).length) return null;
  return element("details", { class: "card handed" }, element("summary", {}, "What the provider was given beside it"), headers(message));
}

/* Everything about one entry of the list, from its heading to why. */
export function details(entry, view, choose, brand) {
  const about = element("div", { class: "chips" }, chip(...fate(entry)), entry.channel ? chip(channelName(entry.channel)) : null,
    entry.rule ? chip(words(entry.rule)) : null, entry.step > 1 ? chip(`step ${entry.step}`) : null,
    entry.decision?.variant ? chip(`variant ${entry.decision.variant}`) : null, entry.customer ? person(entry.customer) : null);
  if (entry.kind !== "sent") {
    return [element("h2", {}, `${entry.customer} ${because(entry)}`), element("p", { class: "lines" }, when(entry.at, true)), about,
      why(entry, entry.decision)];
  }
  const lines = element("p", { class: "lines" }, "to ", element("b", {}, entry.address || "–"), ` · ${when(entry.at, true)}`);
  return [element("h2", {}, subject(entry.message)), lines, about, asSeen(entry.message, view, choose, brand), why(entry, entry.decision),
    handed(entry.message)];
}

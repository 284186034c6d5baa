/* What the list shows, made of messages and decisions; which of it, as the address says; and what it adds up to. */

import { because } from "/local/words.js";
import { subject } from "/local/messages.js";

/* One entry for each message sent, each decision that was no "send", and each message whose fate nobody knows. The newest first. */
export function entriesOf(messages, decisions, unknown) {
  const sends = new Map(decisions.filter((entry) => entry.verdict === "send").map((entry) => [entry.key, entry]));
  const lost = new Set(unknown.map((entry) => entry.key));
  const last = new Map();
  for (const entry of decisions) if (!last.has(entry.key) || last.get(entry.key).decidedAt <= entry.decidedAt) last.set(entry.key, entry);
  const sent = messages.map((message, number) => ({ kind: "sent", id: message.key || `message-${number}`, at: message.at ?? "",
    customer: message.customer ?? "", channel: message.channel, rule: message.rule ?? "", step: message.step, message,
    address: message.address, decision: sends.get(message.key) }));
  const arrived = new Set(messages.map((message) => message.key));
  const kept = decisions.filter((entry) => entry.verdict !== "send" || lost.has(entry.key)).map((decision) => ({
    kind: decision.verdict === "send" ? "unknown" : decision.verdict === "hold" ? "waits" : "silent",
    id: `${decision.key}|${decision.decidedAt}|${decision.verdict}`, at: decision.decidedAt, customer: decision.customer,
    channel: decision.channel ?? "", rule: decision.rule, step: decision.step, reason: decision.reason, decision,
    later: decision.verdict !== "hold" ? null : arrived.has(decision.key) ? "send" : last.get(decision.key).verdict === "deny"
      ? "deny" : null }));
  return [...sent, ...kept].sort((a, b) => b.at.localeCompare(a.at) || (a.kind === "sent" ? -1 : b.kind === "sent" ? 1 : 0));
}

export const FILTERS = ["show", "channel", "rule", "reason", "customer", "find", "since"];
const SHOWN = { sent: ["sent"], waiting: ["waits", "unknown"], silent: ["silent"] };
const isShown = (entry, show) => (SHOWN[show] ?? []).includes(entry.kind) && !(show === "waiting" && entry.later);

/* What the address asks for; also which entry is open, and how an e-mail is shown. */
export function fromAddress() {
  const asked = new URLSearchParams(location.search);
  return Object.fromEntries([...FILTERS, "open", "view"].map((name) => [name, asked.get(name) ?? ""]));
}

export function toAddress(asked) {
  const query = new URLSearchParams(Object.entries(asked).filter(([, value]) => value));
  return query.size ? `/local?${query}` : "/local";
}

export const isFiltered = (asked) => FILTERS.some((name) => asked[name]);

export function chosenOf(entries, asked) {
  const text = asked.find.toLowerCase();
  return entries.filter((entry) => (!asked.show || isShown(entry, asked.show))
    && ["channel", "rule", "reason", "customer"].every((name) => !asked[name] || entry[name] === asked[name])
    && (!asked.since || entry.at > asked.since)
    && (!text || [entry.customer, entry.rule, entry.address, titleOf(entry), entry.reason].join(" ").toLowerCase().includes(text)));
}

export const titleOf = (entry) => entry.kind === "sent" ? subject(entry.message) : because(entry);

/* How often each value of a field comes, the most frequent first. */
export function tally(entries, field) {
  const found = new Map();
  for (const entry of entries) if (entry[field]) found.set(entry[field], (found.get(entry[field]) ?? 0) + 1);
  return [...found].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]));
}

/* Messages that were held and went out later are not silent; of others each counts once, however often it was looked at. */
export function totals(entries) {
  const sent = entries.filter((entry) => entry.kind === "sent");
  const open = (kind) => new Set(entries.filter((entry) => entry.kind === kind && !entry.later).map((entry) => entry.decision.key)).size;
  return { sent: sent.length, waiting: open("waits") + open("unknown"), silent: open("silent"),
    people: new Set(sent.map((entry) => entry.customer || entry.address)).size };
}

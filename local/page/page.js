"use strict";
/* The inbox page: shows what GET /local/inbox.json, decisions.json and clock say, and moves Beckon's clock. */

const state = { sent: [], kept: [], tab: "sent", chosen: decodeURIComponent(location.hash.slice(1)) || null, view: "html", filter: "", drawn: "" };

const REASONS = {
  not_consented: "has not agreed to be written to about this", unsubscribed: "unsubscribed",
  suppressed_bounce: "an earlier e-mail to this address bounced", suppressed_complaint: "complained about an earlier message",
  no_address: "there is no address to write to", frequency_capped: "has had enough messages for now",
  quiet_hours: "it is night where this person is", quiet_hours_dropped: "it was night, and morning would be too late",
  timezone_unknown: "nobody knows what time it is for this person",
  exited: "did what the rule waits for, so there is nothing left to say", no_longer_matches: "the rule's condition no longer holds",
  reentry: "went through this rule a short while ago", run_limit: "too many runs of this rule at once", expired: "it was too late to be of use",
  rule_retired: "the rule is no longer there", template_error: "the template could not be filled", transport_refused: "the provider refused it",
  transport_busy: "the provider is busy", customer_gone: "the customer is no longer there",
};

const reason = (decision) => decision.unknown ? "the provider may or may not have taken it; it is never sent again blindly"
  : REASONS[decision.reason] ?? words(decision.reason);
const keyOf = (entry) => (entry.verdict ? `${entry.key}|${entry.decidedAt}|${entry.verdict}` : entry.key);

const person = (name) => element("a", { class: "chip", href: `/local/customer?who=${encodeURIComponent(name)}` }, name);

function matches(entry) {
  const text = [entry.customer, entry.rule, entry.subject, entry.address, entry.reason].join(" ").toLowerCase();
  return text.includes(state.filter.toLowerCase());
}

function drawList() {
  const entries = (state.tab === "sent" ? state.sent : state.kept).filter(matches);
  const list = $("list");
  list.setAttribute("aria-labelledby", state.tab === "sent" ? "tab-sent" : "tab-not");
  list.replaceChildren(...entries.map((entry) => element("li", {}, element("button", {
    type: "button", "aria-current": keyOf(entry) === state.chosen ? "true" : null, onclick: () => choose(keyOf(entry)),
  },
  element("div", { class: "row" }, element("span", { class: "who" }, entry.customer || entry.address || "–"),
    element("time", { class: "when", datetime: entry.decidedAt ?? entry.at }, when(entry.decidedAt ?? entry.at))),
  entry.verdict
    ? element("div", { class: "subject" }, fate(entry), " " + reason(entry))
    : element("div", { class: "subject" }, entry.subject || "(no subject)"),
  element("div", { class: "meta" }, `${words(entry.rule)}${entry.step > 1 ? ` · step ${entry.step}` : ""}${entry.address ? ` · ${entry.address}` : ""}`)))));
  if (!entries.length) {
    list.append(element("li", { class: "empty" }, ...(state.filter ? [element("strong", {}, "Nothing found")]
      : state.tab === "sent"
        ? [element("strong", {}, "No messages yet"), "Post events to /v1/batch, then move the clock: what falls due is sent and lies here."]
        : [element("strong", {}, "Nothing was held back"), "Every “no” stands here with its reason."])));
  }
}

function fate(decision) {
  if (decision.unknown) return element("span", { class: "chip hold" }, "nobody knows");
  if (decision.sentLater) return element("span", { class: "chip send" }, "waited, then sent");
  return element("span", { class: `chip ${decision.verdict}` }, decision.verdict === "hold" ? "waits" : "not sent");
}

function checks(trace) {
  if (!trace?.length) return null;
  const kinds = { deny: "no", hold: "later" };
  return element("ul", { class: "checks" }, ...trace.map((entry) => element("li", { class: kinds[entry.verdict] ?? "yes" },
    words(entry.check), entry.reason ? element("span", { class: `chip ${entry.verdict}` }, words(entry.reason)) : null,
    entry.note ? element("small", {}, entry.note) : null)));
}

function why(decision) {
  if (!decision) return null;
  const about = decision.unknown ? "Why it was to be sent" : decision.verdict === "send" ? "Why it was sent" : decision.sentLater ? "Why it waited"
    : decision.verdict === "hold" ? "Why it waits" : "Why it was not sent";
  return element("section", { class: "card" }, element("h3", {}, about),
    element("table", {}, element("tbody", {},
      fact("Rule", `${words(decision.rule)}, step ${decision.step}`), fact("About", when(decision.at, true)),
      fact("Decided", when(decision.decidedAt, true)), decision.reason ? fact("Reason", `${reason(decision)} (${decision.reason})`) : null,
      ...known(decision.data ?? {}), fact("Caused by event", decision.cause))),
    checks(decision.trace));
}

/* What the trigger knew, in words: of `product` and `products` the list is enough, money has its currency, moments are moments. */
function known(data) {
  return Object.entries(data).filter(([key]) => key !== "currency" && !(key === "product" && data.products)).map(([key, value]) => {
    const name = words(key.replace(/([a-z])([A-Z])/g, "$1 $2")).toLowerCase();
    const text = typeof value === "object" ? summary(value)
      : typeof value === "string" && /^\d{4}-\d\d-\d\dT/.test(value) ? when(value, true)
        : typeof value === "number" && data.currency && ["value", "price", "total"].includes(key) ? money(value, data.currency) : String(value);
    return fact(name[0].toUpperCase() + name.slice(1), text);
  });
}

function drawDetail() {
  const article = $("detail");
  const back = element("button", { type: "button", class: "back", onclick: closeDetail }, "‹ All messages");
  const message = state.sent.find((entry) => keyOf(entry) === state.chosen);
  const kept = state.kept.find((entry) => keyOf(entry) === state.chosen);
  if (kept) {
    article.replaceChildren(back, element("h2", {}, `${kept.customer}: ${reason(kept)}`),
      element("div", { class: "chips" }, fate(kept), element("span", { class: "chip" }, words(kept.rule)), kept.channel ? element("span", { class: "chip" }, kept.channel) : null, person(kept.customer)), why(kept));
  } else if (message) {
    drawMessage(article, back, message);
  } else {
    article.replaceChildren(element("div", { class: "empty" }, element("strong", {}, "Choose a message"), "It is shown as its reader sees it, and why it was sent."));
  }
}

function drawMessage(article, back, message) {
  const body = element("div", { role: "tabpanel" });
  const tabs = [["html", "As seen"], ["text", "Text"], ["headers", "Headers"]].map(([view, name]) => element("button", {
    type: "button", role: "tab", "aria-selected": String(state.view === view), onclick: () => { state.view = view; drawDetail(); },
  }, name));
  if (state.view === "html" && message.html) {
    const frame = element("iframe", { sandbox: "allow-same-origin", referrerpolicy: "no-referrer", title: "The e-mail" });
    /* without allow-scripts nothing in a mail can run; allow-same-origin lets the page measure its height */
    frame.srcdoc = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data: https:"><base target="_blank">${message.html}`;
    frame.addEventListener("load", () => { frame.style.height = `${frame.contentDocument.documentElement.scrollHeight + 8}px`; });
    body.append(frame);
  } else if (state.view === "headers") {
    body.append(element("table", {}, element("tbody", {}, ...Object.entries(message.headers).map(([key, value]) => fact(key, value)))));
  } else {
    body.append(element("pre", {}, message.text || "(no text part)"));
  }
  article.replaceChildren(back, element("h2", {}, message.subject || "(no subject)"),
    element("p", { class: "lines" }, "to ", element("b", {}, message.address), ` · ${when(message.at, true)}`),
    element("div", { class: "chips" }, element("span", { class: "chip send" }, `sent by ${message.channel}`),
      message.rule ? element("span", { class: "chip" }, words(message.rule)) : null,
      message.step ? element("span", { class: "chip" }, `step ${message.step}`) : null,
      message.customer ? person(message.customer) : null),
    element("div", { class: "card" }, element("div", { class: "tabs", role: "tablist", "aria-label": "How to show it" }, ...tabs), body),
    ...[why(message.decision)].filter(Boolean));
}

function choose(key) {
  state.chosen = key;
  history.replaceState(null, "", `#${encodeURIComponent(key)}`);
  document.body.classList.add("reading");
  drawList();
  drawDetail();
  $("detail").scrollTop = 0;
  $("detail").focus({ preventScroll: true });
}

function closeDetail() {
  history.replaceState(null, "", location.pathname);
  document.body.classList.remove("reading");
}

function showTab(tab) {
  state.tab = tab;
  $("tab-sent").setAttribute("aria-selected", String(tab === "sent"));
  $("tab-not").setAttribute("aria-selected", String(tab === "not"));
  drawList();
}

function notice(text) {
  $("notice").hidden = !text;
  $("notice").textContent = text;
}

async function ask(path, body) {
  const answer = await fetch(path, body === undefined ? {} : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  const document_ = await answer.json();
  if (!answer.ok) throw new Error(document_.message ?? answer.statusText);
  return document_;
}

async function refresh() {
  const [clock, inbox, decisions, unknown] = await Promise.all(["clock", "inbox.json", "decisions.json", "unknown.json"].map((name) => ask(`/local/${name}`)));
  $("clock").textContent = when(clock.now, true);
  $("clock").dateTime = clock.now;
  $("clock-state").textContent = clock.ticking ? "Beckon's clock" : "Beckon's clock, held";
  const drawn = JSON.stringify([inbox.length, inbox.at(-1)?.key, decisions.length, decisions.at(-1)?.decidedAt, unknown.length]);
  if (drawn === state.drawn) return;
  state.drawn = drawn;
  const sends = new Map(decisions.filter((entry) => entry.verdict === "send").map((entry) => [entry.key, entry]));
  state.sent = inbox.map((entry) => ({ ...entry, decision: sends.get(entry.key) })).reverse();
  const arrived = new Set(inbox.map((entry) => entry.key));
  const lost = new Set(unknown.map((entry) => entry.key));
  state.kept = decisions.filter((entry) => entry.verdict !== "send" || lost.has(entry.key)).sort((a, b) => b.decidedAt.localeCompare(a.decidedAt))
    .map((entry) => ({ ...entry, unknown: entry.verdict === "send", sentLater: entry.verdict === "hold" && arrived.has(entry.key) }));
  $("count-sent").textContent = inbox.length;
  $("count-held").textContent = new Set(state.kept.filter((entry) => !arrived.has(entry.key)).map((entry) => entry.key)).size;
  $("count-people").textContent = new Set(inbox.map((entry) => entry.address)).size;
  if (state.chosen === null && state.sent.length && !document.body.classList.contains("reading")) {
    state.chosen = keyOf(state.sent[0]);
  }
  if (!state.settled && state.kept.some((entry) => keyOf(entry) === state.chosen)) showTab("not");
  state.settled = true;
  drawList();
  drawDetail();
}

async function advance(button) {
  const buttons = document.querySelectorAll("[data-advance]");
  buttons.forEach((each) => { each.disabled = true; });
  try {
    await ask("/local/clock", { advance: button.dataset.advance });
    notice("");
    await refresh();
  } catch (error) {
    notice(error.message);
  }
  buttons.forEach((each) => { each.disabled = false; });
}

async function keepFresh() {
  try {
    if (!document.hidden) await refresh();
    notice("");
  } catch (error) {
    notice(`Beckon does not answer: ${error.message}`);
  }
  setTimeout(keepFresh, 2000);
}

document.querySelectorAll("[data-advance]").forEach((button) => button.addEventListener("click", () => advance(button)));
$("tab-sent").addEventListener("click", () => showTab("sent"));
$("tab-not").addEventListener("click", () => showTab("not"));
$("find").addEventListener("input", (event) => { state.filter = event.target.value; drawList(); });
if (state.chosen) document.body.classList.add("reading");
drawDetail();
keepFresh();

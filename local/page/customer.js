/* The customer as a colleague at the counter or on the phone sees them: what GET /v1/customers/{who} says,
   in the order in which it is asked for. */

import { $, card, chip, day, element, empty, fact, money, summary, when, words } from "/local/elements.js";
import { story } from "/local/story.js";


const KEY = "server-local"; /* this machine's own; there is no other here */
const KINDS = { email: "E-mail", phone: "Telephone", loyaltyCard: "Card", whatsapp: "WhatsApp", telegram: "Telegram", viber: "Viber",
  messenger: "Messenger", pushToken: "App" };
/* traits that stand elsewhere on the page */
const SHOWN = new Set([...Object.keys(KINDS), "firstName", "lastName", "name", "consents", "locale", "language", "timezone", "loyalty_card",
  "telegramId", "telegram_id", "viberId", "viber_id", "messengerId", "messenger_id", "push_token"]);
const DOORS = { email: "E-mail", sms: "SMS", push: "App", phone: "Telephone", store: "Shop", chat: "Chat", support: "Support", web: "Site",
  other: "Message" };
const FATES = { sent: "sent", failed: "not sent", unknown: "nobody knows whether it was sent", prepared: "on its way" };
/* what a contact was, from both sides; whatever is not here is told by its channel or its name */
const CAME = { phone: "rang", store: "was in the shop", chat: "wrote in the chat", email: "wrote", sms: "wrote", web: "wrote on the site",
  support: "asked for help" };
const CAME_BY = { "Call Missed": "rang, nobody answered", "Assistant Consulted": "was advised in the shop",
  "Loyalty Card Shown": "showed the card" };
const WENT = { phone: "we rang", email: "we wrote" };
const NOT_WRITTEN = { not_consented: "has not agreed", unsubscribed: "said no", suppressed_bounce: "bounced",
  suppressed_complaint: "complained" };

const door = (channel) => DOORS[channel] ?? (channel ? channel[0].toUpperCase() + channel.slice(1) : "–");
/* this year's moments without the year; all times of this machine's pages are UTC */
let year = new Date().getUTCFullYear();
const moment = (text) => new Date(text).getUTCFullYear() === year ? when(text) : `${day(text)}, ${when(text).split(", ").at(-1)}`;
const told = (value) => value !== null && typeof value === "object" ? JSON.stringify(value) : String(value);

function nothing(text) {
  return element("p", { class: "none" }, text);
}

function rows(entries) {
  return element("table", {}, element("tbody", {}, ...entries));
}

function lines(products, otherwise) {
  if (!products.length) return nothing(otherwise);
  return rows(products.map((product) => element("tr", {},
    element("td", {}, product.quantity > 1 ? `${product.quantity} × ` : "", product.name ?? product.productId,
      product.variant ? element("small", {}, ` ${product.variant}`) : null),
    element("td", { class: "amount" }, typeof product.price === "number" ? money(product.price * (product.quantity ?? 1),
      product.currency) : ""))));
}

function who(person) {
  const known = Object.entries(person.identifiers).flatMap(([kind, entries]) => entries.map((entry) => fact(KINDS[kind] ?? kind,
    element("span", {}, entry.value, " ", entry.verified ? chip("verified", "send") : chip("not verified"),
      entry.retired ? chip("dead", "deny") : null))));
  const own = Object.entries(person.traits).filter(([name]) => !SHOWN.has(name));
  return card("Known by", rows([
    fact("Customer number", [person.userId, ...person.otherUserIds].filter(Boolean).join(", ")), ...known,
    fact("Devices", person.anonymousIds.length ? String(person.anonymousIds.length) : ""),
    fact("Language, zone", [person.locale, person.timezone].filter(Boolean).join(", ")),
    ...own.slice(0, 12).map(([name, value]) => fact(name, told(value))),
    fact("Last seen", moment(person.lastSeen)),
  ].filter(Boolean)));
}

function reachable(person) {
  const ways = person.reachable.map((way) => fact(door(way.channel), element("span", {}, ...(way.topics.length
    ? way.topics.map((topic) => chip(topic === "*" ? "everything" : words(topic),
      "send")) : [chip(NOT_WRITTEN[way.reason] ?? words(way.reason), "deny")]),
  element("small", {}, way.address))));
  return card("Offers may go to", ways.length ? rows(ways) : nothing("Nowhere: there is no address."));
}

function consents(person) {
  const about = (key) => { const [channel,
    ...topic] = key.split("/"); return `${door(channel)}, ${topic.join("/") === "*" ? "everything" : words(topic.join("/"))}`; };
  const said = Object.entries(person.consents).map(([key, consent]) => fact(about(key), element("span", {},
    consent.status === "given" ? chip("yes", "send") : chip(consent.status === "withdrawn" ? "no" : consent.status, "deny"),
    element("small", {}, `${moment(consent.at)} · ${consent.source}`))));
  const waits = Object.entries(person.asked).map(([key, asked]) => fact(about(key), element("span", {}, chip("asked", "hold"),
    element("small", {}, `${moment(asked.at)} · not confirmed yet · ${asked.address}`))));
  const closed = Object.entries(person.suppressed).map(([key, entry]) => fact(door(key.split("/")[0]), element("span", {},
    chip(NOT_WRITTEN[entry.reason] ?? words(entry.reason), "deny"), element("small", {},
      `${moment(entry.at)} · ${key.split("/").slice(1).join("/")}`))));
  const all = [...said, ...waits, ...closed];
  return card("What was agreed", all.length ? rows(all) : nothing("Nothing was ever agreed to: no offers."));
}

function contact(entry) {
  const ours = entry.direction === "out";
  const title = ours ? (entry.rule
    ? entry.what : WENT[entry.channel] ?? entry.what) : CAME_BY[entry.what] ?? CAME[entry.channel] ?? "wrote";
  const came = [entry.delivery === undefined ? null : FATES[entry.delivery] ?? "decided on", entry.reason ? words(entry.reason) : null,
    entry.reached && entry.reached !== "delivered" ? words(entry.reached) : null].filter(Boolean).join(" · ");
  return element("li", { class: entry.direction },
    element("div", { class: "row" }, element("span", {}, element("b", {}, `${ours ? "→" : "←"} ${door(entry.channel)}`), entry.rule
      ? "" : ` ${title}`,
      entry.vouched === false ? chip("claimed on a page", "hold") : null), element("time", { class: "when", datetime: entry.at },
        moment(entry.at))),
    entry.rule ? element("p", {}, title) : null,
    came ? element("small", {}, came) : null,
    entry.text ? element("p", {}, entry.channel === "store" ? entry.text : `“${entry.text}”`) : null);
}

function contacts(person) {
  return card("Last contacts", person.contacts.length ? element("ol", { class: "contacts" },
    ...person.contacts.map(contact)) : nothing("None yet."));
}

function orders(person) {
  const total = person.orders;
  const about = total.count ? `${total.count} so far${total.value === null ? "" : `, ${money(total.value,
    total.currency)} in all`}` : "No orders yet";
  return card("Open orders", person.openOrders.length ? rows(person.openOrders.map((order) => element("tr", {},
    element("td", {}, element("b", {}, order.id),
      element("small", {}, [moment(order.at), order.pieces
        ? `${order.pieces} ${order.pieces === 1 ? "piece" : "pieces"}` : null].filter(Boolean).join(" · "))),
    element("td", {}, chip(words(order.state), "hold")),
    element("td", { class: "amount" }, money(order.value, order.currency))))) : null,
  nothing(`${[about, total.returned ? `${total.returned} with returns` : "",
    total.cancelled ? `${total.cancelled} cancelled` : ""].filter(Boolean).join(" · ")}.`));
}

function offers(person) {
  if (!person.offers.length) return card("Offers running", nothing("None."));
  return card("Offers running", ...person.offers.map((offer) => element("div", { class: "offer" },
    element("div", { class: "row" }, element("b", {}, words(offer.rule)), offer.told ? chip("was told", "send") : chip("not told yet",
      "hold")),
    element("p", {}, offer.description), offer.products.length ? element("p", {}, summary(offer.products)) : null, element("small", {}, [
      offer.told ? `told on ${moment(offer.told.at)} by ${door(offer.told.channel)}` : `since ${moment(offer.since)}`,
      offer.nextAt ? `next on ${moment(offer.nextAt)}` : null, offer.heldFor
        ? `waits: ${words(offer.heldFor)}` : null].filter(Boolean).join(" · ")))));
}

function decisions(person) {
  if (!person.decisions.length) return null;
  return card("Why messages went out, or did not", rows(person.decisions.slice(0, 12).map((decision) => element("tr", {},
    element("td", {}, words(decision.rule), element("small", {}, moment(decision.decidedAt))),
    element("td", {}, chip({ send: "sent", hold: "waits", deny: "not sent" }[decision.verdict], decision.verdict)),
    element("td", {}, words(decision.reason ?? ""))))));
}

const asked = new URLSearchParams(location.search);

/* The two sides of the page: what an assistant asks for first, and the whole story. */
function sides(glance, who) {
  const place = element("div");
  const names = [["", "At the counter"], ["story", "The whole story"]];
  const buttons = names.map(([side, name]) => element("button", { type: "button", class: "tab", onclick: () => turn(side) }, name));
  async function turn(side) {
    buttons.forEach((button, number) => button.setAttribute("aria-pressed", String(names[number][0] === side)));
    const address = new URLSearchParams({ who: asked.get("who"), ...(side ? { show: side } : {}) });
    history.replaceState(null, "", `/local/customer?${address}`);
    place.replaceChildren(side ? await story(who).catch((error) => empty("It did not work", error.message)) : glance);
  }
  turn(asked.get("show") === "story" ? "story" : "");
  return [element("div", { class: "tabs sides", role: "group", "aria-label": "What to show" }, buttons), place];
}

function draw(person) {
  year = new Date(person.lastSeen).getUTCFullYear();
  const name = [person.traits.firstName,
    person.traits.lastName].filter(Boolean).map(told).join(" ") || told(person.traits.name ?? person.customer);
  const ways = ["phone", "email", "loyaltyCard"].map((kind) => person.identifiers[kind]?.find((entry) => !entry.retired))
    .filter(Boolean).map((entry) => entry.value);
  document.title = `${name} · Beckon`;
  const glance = element("div", { class: "columns" },
      element("div", { class: "talk" }, ...[contacts(person), person.wishlist.length ? card("Wishes", lines(person.wishlist, "")) : null,
        person.viewed.length ? card("Looked at", lines(person.viewed.slice(0, 6), "")) : null, decisions(person)].filter(Boolean)),
      element("div", { class: "trade" }, orders(person), card(`Cart${person.cart.count ? ` · ${money(person.cart.value,
        person.cart.currency)}` : ""}`,
        lines(person.cart.products, "Empty.")), offers(person)),
      element("div", {}, who(person), reachable(person), consents(person)));
  $("customer").replaceChildren(
    element("div", { class: "title" }, element("h2", {}, name), element("div", { class: "chips" },
      ...person.audiences.map((audience) => chip(words(audience.id), "send")))),
    element("p", { class: "lines" }, [...ways, `customer since ${day(person.firstSeen)}`].join(" · ")),
    ...sides(glance, person.customer),
    element("p", { class: "lines" }, "All times are UTC."));
}

async function find(text) {
  $("who").value = text;
  if (!text) {
    $("customer").replaceChildren(empty("Who is it?", "Scan the card, or type a telephone number, an e-mail address or a user id."));
    return;
  }
  const answer = await fetch(`/v1/customers/${encodeURIComponent(text)}`, { headers: { Authorization: `Basic ${btoa(`${KEY}:`)}` } });
  const found = await answer.json();
  if (answer.ok) draw(found);
  else $("customer").replaceChildren(empty(answer.status === 404 ? "Nobody is known by that" : "It did not work", found.message ?? ""));
}

find(asked.get("who")?.trim() ?? "").catch((error) => {
  $("customer").replaceChildren(empty("Beckon does not answer", String(error.message)));
});

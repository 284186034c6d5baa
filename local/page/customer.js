"use strict";
/* The customer as a colleague at the counter or on the phone sees them: what GET /v1/customers/{who} says, in the order in which it is asked for. */

const KEY = "server-local"; /* this machine's own; there is no other here */
const KINDS = { email: "E-mail", phone: "Telephone", loyaltyCard: "Card", whatsapp: "WhatsApp", telegram: "Telegram", viber: "Viber",
  messenger: "Messenger", pushToken: "App" };
/* traits that stand elsewhere on the page */
const SHOWN = new Set([...Object.keys(KINDS), "firstName", "lastName", "name", "consents", "locale", "language", "timezone", "loyalty_card",
  "telegramId", "telegram_id", "viberId", "viber_id", "messengerId", "messenger_id", "push_token"]);
const DOORS = { email: "E-mail", sms: "SMS", push: "App", phone: "Telephone", store: "Store", chat: "Chat", support: "Support" };
const FATES = { sent: "sent", failed: "not sent", unknown: "nobody knows whether it was sent", prepared: "on its way" };

const chip = (text, kind = "") => element("span", { class: `chip ${kind}` }, text);
const door = (channel) => DOORS[channel] ?? (channel ? channel[0].toUpperCase() + channel.slice(1) : "–");
const day = (text) => new Date(text).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
const told = (value) => value !== null && typeof value === "object" ? JSON.stringify(value) : String(value);

function card(title, ...content) {
  return element("section", { class: "card" }, element("h3", {}, title), ...content);
}

function nothing(text) {
  return element("p", { class: "none" }, text);
}

function rows(entries) {
  return element("table", {}, element("tbody", {}, ...entries));
}

function lines(products, empty) {
  if (!products.length) return nothing(empty);
  return rows(products.map((product) => element("tr", {},
    element("td", {}, product.quantity > 1 ? `${product.quantity} × ` : "", product.name ?? product.productId,
      product.variant ? element("small", {}, ` ${product.variant}`) : null),
    element("td", { class: "amount" }, typeof product.price === "number" ? money(product.price, product.currency) : ""))));
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
    fact("Here since", day(person.firstSeen)), fact("Last seen", when(person.lastSeen)),
  ].filter(Boolean)));
}

function consents(person) {
  const said = Object.entries(person.consents).map(([key, consent]) => fact(key.replace("/*", ""), element("span", {},
    consent.status === "given" ? chip("yes", "send") : chip(consent.status === "withdrawn" ? "no" : consent.status, "deny"),
    element("small", {}, ` ${when(consent.at)} · ${consent.source}`))));
  const closed = Object.entries(person.suppressed).map(([key, entry]) => fact(key.split("/")[0], element("span", {},
    chip(words(entry.reason), "deny"), element("small", {}, ` ${key.split("/").slice(1).join("/")} · ${when(entry.at)}`))));
  return card("May be written to", said.length + closed.length ? rows([...said, ...closed]) : nothing("Nothing was ever agreed to: no offers."));
}

function contacts(person) {
  if (!person.contacts.length) return card("Last contacts", nothing("None yet."));
  return card("Last contacts", element("ol", { class: "contacts" }, ...person.contacts.map((contact) => element("li", { class: contact.direction },
    element("div", { class: "row" }, element("b", {}, door(contact.channel)), element("time", { class: "when", datetime: contact.at }, when(contact.at))),
    element("div", {}, contact.direction === "in" ? contact.what : `we wrote: ${words(contact.what)}`,
      contact.delivery ? element("small", {}, ` · ${FATES[contact.delivery] ?? contact.delivery}`) : null),
    contact.text ? element("p", {}, `“${contact.text}”`) : null))));
}

function orders(person) {
  const total = person.orders;
  const about = total.count ? `${total.count} so far${total.value === null ? "" : `, ${money(total.value, total.currency)} in all`}` : "No orders yet";
  return card("Open orders", person.openOrders.length ? rows(person.openOrders.map((order) => element("tr", {},
    element("td", {}, element("b", {}, order.id), element("small", {}, ` ${when(order.at)}`)), element("td", {}, chip(order.state, "hold")),
    element("td", { class: "amount" }, money(order.value, order.currency))))) : null,
  nothing(`${about}${total.returned ? ` · ${total.returned} with returns` : ""}${total.cancelled ? ` · ${total.cancelled} cancelled` : ""}.`));
}

function offers(person) {
  if (!person.offers.length) return card("Offers running", nothing("None."));
  return card("Offers running", ...person.offers.map((offer) => element("div", { class: "offer" }, element("b", {}, words(offer.rule)),
    element("p", {}, offer.description), offer.products.length ? element("p", {}, summary(offer.products)) : null, element("small", {}, `since ${when(offer.since)}`,
      offer.nextAt ? ` · step ${offer.step} on ${when(offer.nextAt)}` : "", offer.heldFor ? ` · waits: ${words(offer.heldFor)}` : ""))));
}

function decisions(person) {
  if (!person.decisions.length) return null;
  return card("Decided", rows(person.decisions.slice(0, 12).map((decision) => element("tr", {},
    element("td", {}, words(decision.rule), element("small", {}, ` ${when(decision.decidedAt)}`)),
    element("td", {}, chip({ send: "sent", hold: "waits", deny: "not sent" }[decision.verdict], decision.verdict)),
    element("td", {}, words(decision.reason ?? ""))))));
}

function draw(person) {
  const name = [person.traits.firstName, person.traits.lastName].filter(Boolean).join(" ") || person.traits.name || person.customer;
  document.title = `${name} · Beckon`;
  $("customer").replaceChildren(
    element("div", { class: "title" }, element("h2", {}, told(name)), element("div", { class: "chips" },
      ...person.audiences.map((audience) => chip(words(audience.id), "send")))),
    element("div", { class: "columns" },
      element("div", {}, contacts(person), decisions(person)),
      element("div", {}, orders(person), card(`Cart${person.cart.count ? ` · ${money(person.cart.value, person.cart.currency)}` : ""}`,
        lines(person.cart.products, "Empty.")), offers(person),
      person.wishlist.length ? card("Wishes", lines(person.wishlist, "")) : null,
      person.viewed.length ? card("Looked at", lines(person.viewed.slice(0, 6), "")) : null),
      element("div", {}, who(person), consents(person))));
}

async function find(text) {
  $("who").value = text;
  if (!text) return;
  const answer = await fetch(`/v1/customers/${encodeURIComponent(text)}`, { headers: { Authorization: `Basic ${btoa(`${KEY}:`)}` } });
  const found = await answer.json();
  if (answer.ok) draw(found);
  else $("customer").replaceChildren(element("div", { class: "empty" }, element("strong", {}, answer.status === 404 ? "Nobody is known by that" : "It did not work"),
    found.message ?? ""));
}

find(new URLSearchParams(location.search).get("who")?.trim() ?? "").catch((error) => {
  $("customer").replaceChildren(element("div", { class: "empty" }, element("strong", {}, "Beckon does not answer"), String(error.message)));
});

/* What verdicts, reasons, channels and events are in a sentence a marketer would say. Whatever is not here is said by its own name. */

import { capital, money, some, summary, words } from "/local/elements.js";

/* One for each reason of chalicelib/model/reason.py; a test keeps it so. Each goes on after a customer's name. */
export const REASONS = {
  not_consented: "has not agreed to be written to about this", unsubscribed: "unsubscribed",
  suppressed_bounce: "has an address that does not exist: an earlier message bounced",
  suppressed_complaint: "complained about an earlier message", no_address: "has no address on this channel",
  unverified_address: "has an address that nobody has confirmed yet", location_not_consented: "has not agreed to be found by place",
  channel_window_closed: "has been silent too long for this channel to be allowed",
  frequency_capped: "has had enough messages for now", duplicate_within_18h: "had the same message a few hours ago",
  quiet_hours: "should not be woken: it is night there", quiet_hours_dropped: "would have been woken, and morning is too late",
  timezone_unknown: "may be asleep: nobody knows what time it is there",
  holdout_global: "is in the group that hears nothing, so that we learn what messages bring",
  holdout_rule: "is in this rule's comparison group, which hears nothing", shadow_only: "would have got it: the rule is only being watched",
  outside_percentage: "is not of the part of the customers for whom the rule is live",
  outside_dates: "would hear of it outside the rule's dates", goal_reached: "has done what the rule is for, so there is nothing left to say",
  outranked: "gets a more important message instead", exited: "has done what the rule waits for, so there is nothing left to say",
  no_longer_matches: "no longer fits the rule's condition", past_unknown: "must wait a moment: what the rules ask anew is looked up first",
  reentry: "went through this rule a short while ago",
  run_limit: "is in too many runs of this rule at once", out_of_stock: "would look in vain: it is sold out again",
  price_restored: "would be disappointed: the price went back up", price_not_lower: "would pay no less than before",
  cascade_stopped: "was reached on another channel already", store_hours_unknown: "is there, but nobody knows whether the shop is open",
  catalog_missing: "asked about a product that the catalog does not know", store_closed: "is there, but the shop is closed",
  coupon_pool_empty: "would need a code, and there are none left", budget_exhausted: "comes after the budget was spent",
  breaker_open: "must wait: too many complained or bounced lately", expired: "would hear it too late to be of use",
  rule_retired: "was meant by a rule that is no longer there", rulebook_paused: "hears nothing while all rules are paused",
  template_error: "would get a text that could not be filled in",
  transport_refused: "was not reached: the provider refused the message", transport_busy: "must wait: the provider is busy",
  endpoint_gone: "was not told of: the shop's own system said that it is gone",
  merged_duplicate: "had it already under another name", customer_gone: "is no longer known", customer_erased: "was erased on request",
};

export const CHANNELS = { email: "E-mail", sms: "SMS", push: "Push", telegram: "Telegram", whatsapp: "WhatsApp", viber: "Viber",
  messenger: "Messenger", webhook: "Webhook" };

/* As it stands within a sentence. */
export const byChannel = (channel) => channel === "email" ? "e-mail" : channelName(channel);

export const channelName = (channel) => CHANNELS[channel] ?? capital(words(channel));

export function because(entry) {
  if (entry.kind === "unknown") return "may or may not have got it: the provider never answered, and it is never sent again blindly";
  return REASONS[entry.reason] ?? words(entry.reason);
}

/* The short word on an entry's chip, and the class that colours it. */
export function fate(entry) {
  if (entry.kind === "sent") return ["sent", "send"];
  if (entry.kind === "unknown") return ["nobody knows", "hold"];
  if (entry.kind === "silent") return ["not sent", "deny"];
  return { send: ["waited, then sent", "send"], deny: ["waited, then not sent", "deny"] }[entry.later] ?? ["waits", "hold"];
}

const MONEY = (said) => typeof (said.total ?? said.revenue ?? said.value) === "number"
  ? ` for ${money(said.total ?? said.revenue ?? said.value, said.currency)}` : "";
const THING = (said) => summary(said.name || said.product_id ? said : said.products?.length ? said.products : "something");
const STORE = (said) => said.store_name ?? said.store_id ?? said.store ?? "a store";
const ORDER = (said) => said.order_id ? `order ${said.order_id}` : "an order";

const DONE = {
  "Product Viewed": (said) => `looked at ${THING(said)}`,
  "Product List Viewed": (said) => `looked through ${said.category ?? said.list_id ?? "a list"}`,
  "Products Searched": (said) => `searched for “${said.query ?? ""}”`,
  "Product Added": (said) => `put ${THING(said)} into the cart`,
  "Product Removed": (said) => `took ${THING(said)} out of the cart`,
  "Cart Viewed": () => "looked into the cart",
  "Checkout Started": (said) => `went to the checkout${MONEY(said)}`,
  "Order Completed": (said) => `bought ${said.products?.length ? some(said.products.length, "product") : ORDER(said)}${MONEY(said)}`,
  "Order Confirmed": (said) => `${ORDER(said)} was confirmed`,
  "Order Shipped": (said) => `${ORDER(said)} was sent`,
  "Order Ready For Pickup": (said) => `${ORDER(said)} is ready for pickup`,
  "Order Delivered": (said) => `${ORDER(said)} was delivered`,
  "Order Cancelled": (said) => `cancelled ${ORDER(said)}`,
  "Order Refunded": (said) => `was refunded ${ORDER(said)}`,
  "Product Added to Wishlist": (said) => `wished for ${THING(said)}`,
  "Product Back In Stock Requested": (said) => `asked to be told when ${THING(said)} is back`,
  "Location Updated": () => "moved about town (where exactly is not kept)",
  "Store Visited": (said) => `was in ${STORE(said)}`,
  "Store Entered": (said) => `came near ${STORE(said)}`,
  "Store Exited": (said) => `left the neighbourhood of ${STORE(said)}`,
  "Email Delivered": () => "the e-mail was delivered", "Email Bounced": () => "the e-mail bounced",
  "Email Opened": (said) => said.machine ? "a machine opened the e-mail" : "opened the e-mail",
  "Email Link Clicked": () => "followed a link in the e-mail",
  "Email Marked as Spam": () => "called the e-mail spam", "Push Opened": () => "opened the push message",
  Subscribed: (said) => `agreed to hear about ${words(said.topic ?? "everything")}`,
  Unsubscribed: (said) => `wants to hear no more about ${words(said.topic ?? "anything")}`,
  "Audience Entered": (said) => `now belongs to ${words(said.audience ?? "an audience")}`,
  "Audience Left": (said) => `no longer belongs to ${words(said.audience ?? "an audience")}`,
  "Subscription Asked": () => "is asked to confirm the address", "Subscription Confirmed": () => "confirmed the address",
  "Timer Due": () => "a waiting time was over",
  "Merge Asked": () => "turned out to be somebody known already", "Customer Absorbed": () => "two records became this one person",
  "Message Refused": (said) => `a message was not let out${said.reason ? `: ${words(said.reason)}` : ""}`,
  "Message Deferred": (said) => `a message has to wait${said.reason ? `: ${words(said.reason)}` : ""}`,
  "Product Price Changed": (said) => `a watched price changed: ${THING(said)}`,
    "Product Back In Stock": (said) => `${THING(said)} can be had again`,
};

/* One event of a customer, as a sentence without its subject. */
export function happened(event) {
  const said = event.properties ?? {};
  if (event.type === "identify") {
    const names = Object.keys(event.traits ?? {}).filter((name) => name !== "consents").map((name) => words(name.replace(/([A-Z])/g,
      " $1")).toLowerCase());
    const agreed = event.traits?.consents ? ", and what may be written" : "";
    return names.length ? `told us ${names.slice(0, 6).join(", ")}${names.length > 6 ? " and more" : ""}${agreed}` : "signed in";
  }
  if (event.type === "page") return `opened the page ${event.event ?? said.path ?? ""}`.trim();
  if (event.type === "screen") return `opened the screen ${event.event ?? ""} of the app`;
  if (event.type === "alias") return "is the same person as before under another name";
  if (event.type === "group") return "joined a group";
  return DONE[event.event]?.(said) ?? words(event.event ?? event.type);
}

export const isPurchase = (event) => event.event === "Order Completed";

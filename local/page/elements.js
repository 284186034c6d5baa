/* What all pages are made of: elements whose texts are always texts, moments, money and words as people read them. */

export const $ = (id) => document.getElementById(id);

const SVG = "http://www.w3.org/2000/svg";

function filled(made, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(key, value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

export const element = (name, attributes = {}, ...children) => filled(document.createElement(name), attributes, children);
export const drawn = (name, attributes = {}, ...children) => filled(document.createElementNS(SVG, name), attributes, children);

const PARTS = { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZone: "UTC" };

/* All times of these pages are UTC. */
export function when(text, long) {
  const moment = new Date(text);
  if (Number.isNaN(moment.getTime())) return "";
  if (!long) return moment.toLocaleString("en-GB", PARTS);
  const seconds = moment.getUTCSeconds() ? { second: "2-digit" } : {};
  return `${moment.toLocaleString("en-GB", { ...PARTS, weekday: "short", year: "numeric", ...seconds })} UTC`;
}

export const clockTime = (text) => new Date(text).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "UTC" });

export const day = (text) => new Date(text).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric",
  timeZone: "UTC" });

export const words = (text) => String(text ?? "").replaceAll("_", " ").replaceAll("-", " ");

export const capital = (text) => text ? text[0].toUpperCase() + text.slice(1) : "";

export const some = (number, one, many = `${one}s`) => `${number} ${number === 1 ? one : many}`;

export function money(amount, currency) {
  return currency ? `${amount.toFixed(2)} ${currency}` : String(amount);
}

/* Products and other things in a line. */
export function summary(value) {
  const entries = Array.isArray(value) ? value : [value];
  const texts = entries.map((entry) => entry && typeof entry === "object"
    ? [entry.name ?? entry.productId ?? entry.product_id, entry.quantity > 1 ? `× ${entry.quantity}` : "",
      typeof entry.price === "number" ? `(${money(entry.price, entry.currency)})` : ""].filter(Boolean).join(" ") : String(entry));
  return texts.every(Boolean) && texts.length ? texts.join(", ") : JSON.stringify(value);
}

export const chip = (text, kind = "") => element("span", { class: `chip ${kind}` }, text);

export const person = (name) => element("a", { class: "chip", href: `/local/customer?who=${encodeURIComponent(name)}` }, name);

export function fact(name, value) {
  return value === null || value === undefined || value === "" ? null
    : element("tr", {}, element("th", { scope: "row" }, name), element("td", {}, value));
}

export function facts(...rows) {
  return element("table", {}, element("tbody", {}, ...rows));
}

export function card(title, ...content) {
  return element("section", { class: "card" }, title ? element("h3", {}, title) : null, ...content);
}

export function empty(title, text) {
  return element("div", { class: "empty" }, element("strong", {}, title), text);
}

/* The JSON at a path; with a body it is posted. What the answer says of an error is the error's text. */
export async function ask(path, body, headers = {}) {
  const post = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const answer = await fetch(path, body === undefined ? { headers } : post);
  const said = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(said.message ?? answer.statusText), { status: answer.status });
  return said;
}

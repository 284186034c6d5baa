"use strict";
/* What both pages are made of: elements whose texts are always texts, moments, money and words as people read them. */

const $ = (id) => document.getElementById(id);

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "class") made.className = value;
    else if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

function when(text, long) {
  const moment = new Date(text);
  if (Number.isNaN(moment.getTime())) return "";
  const options = long
    ? { weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit", timeZone: "UTC" }
    : { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZone: "UTC" };
  return moment.toLocaleString("en-GB", options) + (long ? " UTC" : "");
}

const words = (text) => String(text ?? "").replaceAll("_", " ").replaceAll("-", " ");

function money(amount, currency) {
  return currency ? `${amount.toFixed(2)} ${currency}` : String(amount);
}

function summary(value) {
  const entries = Array.isArray(value) ? value : [value];
  const texts = entries.map((entry) => entry && typeof entry === "object"
    ? [entry.name ?? entry.productId, entry.quantity > 1 ? `× ${entry.quantity}` : "",
      typeof entry.price === "number" ? `(${money(entry.price, entry.currency)})` : ""].filter(Boolean).join(" ") : String(entry));
  return texts.every(Boolean) && texts.length ? texts.join(", ") : JSON.stringify(value);
}

function fact(name, value) {
  return value === null || value === undefined || value === "" ? null : element("tr", {}, element("th", { scope: "row" }, name), element("td", {}, value));
}

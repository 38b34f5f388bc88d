// The words of the page in both languages, numbers and ages. The language changes without loading the page again.

const facts = JSON.parse(document.getElementById("page-facts").textContent);
const listeners = new Set();
let language = addressed() || remembered() || facts.language;

export { facts };

/** `?lang=en` holds for this page, whatever was chosen before. */
function addressed() {
  const asked = new URL(window.location).searchParams.get("lang");
  return Object.hasOwn(facts.texts, asked ?? "") ? asked : null;
}

function remembered() {
  try {
    const chosen = localStorage.getItem("sunshine-language");
    return Object.hasOwn(facts.texts, chosen ?? "") ? chosen : null;
  } catch {
    return null; // a kiosk may forbid storage
  }
}

export function spoken() {
  return language;
}

export function say(key, values) {
  const text = facts.texts[language][key];
  if (text === undefined) return key;
  return values ? text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "") : text;
}

export function knows(key) {
  return facts.texts[language][key] !== undefined;
}

/** A name that exists in both languages, such as {zh, en} of the device catalogue. */
export function named(thing) {
  return thing ? (language === "zh" ? thing.zh : thing.en) || thing.zh : "";
}

export function onLanguage(listener) {
  listeners.add(listener);
}

export function speak(chosen) {
  language = chosen;
  try {
    localStorage.setItem("sunshine-language", chosen);
  } catch {
    // the choice then lasts as long as the page
  }
  const url = new URL(window.location);
  if (url.searchParams.has("lang")) {
    url.searchParams.set("lang", chosen); // the address goes on saying what is seen
    history.replaceState(history.state, "", url);
  }
  translate(document);
  listeners.forEach((listener) => listener());
}

export function toggleLanguage() {
  speak(language === "zh" ? "en" : "zh");
}

export function translate(root) {
  document.documentElement.lang = say("lang");
  document.documentElement.dataset.language = language;
  if (!retitled) document.title = say(facts.title);
  root.querySelectorAll("[data-text]").forEach((node) => put(node, say(node.dataset.text)));
  root.querySelectorAll("[data-title]").forEach((node) => (node.title = say(node.dataset.title)));
  root.querySelectorAll("[data-label]").forEach((node) => node.setAttribute("aria-label", say(node.dataset.label)));
  const button = document.getElementById("language");
  if (button) button.title = say("page.switch_language");
}

let retitled = false;

/** A page about one thing names it in the tab; null: the page's own title again. */
export function retitle(name) {
  retitled = Boolean(name);
  document.title = name ? `${name} · ${say("page.short")}` : say(facts.title);
}

/** Text into a node, only when it differs: an untouched node costs no layout. */
export function put(node, text) {
  if (node && node.textContent !== text) {
    node.textContent = text;
    return true;
  }
  return false;
}

export const DASH = "–";

const formats = new Map();

export function number(value, decimals = 0) {
  if (value === null || value === undefined || Number.isNaN(value)) return DASH;
  let format = formats.get(decimals);
  if (!format) {
    format = new Intl.NumberFormat("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
    formats.set(decimals, format);
  }
  const text = format.format(value);
  return text === "-0" || /^-0\.0+$/.test(text) ? text.slice(1) : text;
}

export function percent(rate) {
  return rate === null || rate === undefined ? DASH : number(rate * 100, 1);
}

// --- time: the server's clock counts, because a wall may have stood without network for months

let offset = 0; // milliseconds by which this machine's clock is ahead of the server's

export function serverSaid(at) {
  const ahead = Date.now() - Date.parse(at);
  if (!Number.isFinite(ahead)) return;
  // Two seconds of difference are the network's, not the clock's.
  offset = Math.abs(ahead) < 2000 ? 0 : ahead;
}

export function now() {
  return Date.now() - offset;
}

function parts(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 60) return ["seconds", seconds];
  if (seconds < 3600) return ["minutes", Math.floor(seconds / 60)];
  if (seconds < 86400) return ["hours", Math.floor(seconds / 3600)];
  return ["days", Math.floor(seconds / 86400)];
}

/** How long ago, in words: `3 分钟前`. */
export function age(milliseconds) {
  const [unit, n] = parts(milliseconds);
  return unit === "seconds" && n < 5 ? say("age.now") : say(`age.${unit}`, { n });
}

/** How long, in words: `31 分钟`. */
export function span(milliseconds) {
  const [unit, n] = parts(milliseconds);
  return say(`span.${unit}`, { n });
}

/** A format is dear to make and cheap to use: a list of alarms asks for thousands of clock times. */
function moments(locale, options) {
  const key = locale + JSON.stringify(options);
  let format = formats.get(key);
  if (!format) formats.set(key, (format = new Intl.DateTimeFormat(locale, { ...options, timeZone: facts.timezone })));
  return format;
}

export function clock(milliseconds, seconds = true) {
  return moments("zh-CN", { hour12: false, hour: "2-digit", minute: "2-digit", ...(seconds ? { second: "2-digit" } : {}) }).format(milliseconds);
}

let minute = { of: null, is: 0 };

/** The minute of the day in the city's own time; worked out once a minute. */
export function minuteOfDay() {
  const of = Math.floor(now() / 60000);
  if (minute.of !== of) {
    const [hours, minutes] = clock(of * 60000, false).split(":").map(Number);
    minute = { of, is: (hours % 24) * 60 + minutes };
  }
  return minute.is;
}

export function day(milliseconds) {
  const locale = language === "zh" ? "zh-CN" : "en-GB";
  const part = (options) => moments(locale, options).format(milliseconds);
  return `${part({ month: language === "zh" ? "long" : "short", day: "numeric" })} ${part({ weekday: "short" })}`;
}

/** A small element maker; text only ever arrives through textContent. */
export function make(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

export const rem = () => parseFloat(getComputedStyle(document.documentElement).fontSize);
export const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

// Names of units with their type and hours, asked for once and again when an unknown one appears.

import { named } from "./words.js";

let names = {};
let asked = null;
let askedAt = -Infinity;
const waiting = new Set();

export function nameOf(unit) {
  const pair = names[unit];
  if (pair) return named({ zh: pair[0], en: pair[1] || pair[0] });
  loadNames();
  return unit || "";
}

/** The unit's type of business; an own rule may hold for it. */
export function typeOf(unit) {
  return names[unit]?.[2] || "";
}

/** Minutes of the day when the unit opens and closes, as far as they are known. */
export function hoursOf(unit) {
  const [opens, closes] = names[unit]?.slice(3) || [];
  return { opens: opens ?? null, closes: closes ?? null };
}

export function onNames(listener) {
  waiting.add(listener);
}

export function loadNames() {
  if (asked || performance.now() - askedAt < 5000) return asked;
  askedAt = performance.now();
  asked = fetch("/city/names.json")
    .then((answer) => (answer.ok ? answer.json() : names))
    .then((known) => {
      names = known;
      waiting.forEach((listener) => listener());
    })
    .catch(() => {})
    .finally(() => (asked = null));
  return asked;
}

// Moments of the past as administrators read them: day and time of the city, to the second.

import { DASH, facts, make } from "../words.js";

const PARTS = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hour12: false };

/** `2026-11-22 14:32`, with seconds where they matter. */
export function moment(at, seconds = false) {
  if (!at) return DASH;
  const options = { ...PARTS, ...(seconds ? { second: "2-digit" } : {}), timeZone: facts.timezone };
  return new Date(at).toLocaleString("sv-SE", options);
}

/** The same as a `<time>`. */
export function momentNode(at, seconds = false) {
  const node = make("time", "nowrap num", moment(at, seconds));
  if (at) node.dateTime = at;
  return node;
}

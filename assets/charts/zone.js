// The city's clocks: charts know no time zones, so moments are drawn as if the city's time were the world's.

import { facts } from "../words.js";

const formats = new Map();

function format(options) {
  const key = JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat("sv-SE", { ...options, timeZone: facts.timezone }));
  return formats.get(key);
}

const ALL = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false };
const offsets = new Map(); // by the hour: no zone changes its offset within one

function offsetAt(milliseconds) {
  const hour = Math.floor(milliseconds / 3600000);
  let offset = offsets.get(hour);
  if (offset === undefined) {
    offset = Date.parse(`${format(ALL).format(hour * 3600000).replace(" ", "T")}Z`) - hour * 3600000;
    if (offsets.size > 20000) offsets.clear();
    offsets.set(hour, offset);
  }
  return offset;
}

/** The moment as a chart's number. */
export function drawn(milliseconds) {
  return milliseconds + offsetAt(milliseconds);
}

/** The moment that a chart names ("2026-11-22 14:03:20.5" or a number). */
export function meant(x) {
  const as = typeof x === "number" ? x : Date.parse(`${x.length === 10 ? `${x}T00:00` : x.replace(" ", "T")}Z`);
  return as - offsetAt(as - offsetAt(as));
}

/** `2026-11-22 14:03:20` by the city's clocks; without seconds and date where they say nothing. */
export function stamp(milliseconds, seconds = true) {
  const text = format(ALL).format(milliseconds);
  return seconds ? text : text.slice(0, 16);
}

/** For a field of the type datetime-local, and for addresses. */
export function field(milliseconds) {
  return stamp(milliseconds, false).replace(" ", "T");
}

export function dayOf(milliseconds) {
  return stamp(milliseconds).slice(0, 10);
}

/** The moment of a field of the type datetime-local; null for what is none. */
export function fromField(text) {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text || "")) return null;
  const at = meant(text.slice(0, 16));
  return Number.isNaN(at) ? null : at;
}

/** The hour of the day, 0 to 23. */
export function hourOf(milliseconds) {
  return Number(stamp(milliseconds).slice(11, 13));
}

// What the catalogue of device kinds says about a reading: its names, its limits, whether it is beyond them or old.

import { hoursOf, typeOf } from "./names.js";
import { fetchUntilThere } from "./page.js";
import { DASH, facts, minuteOfDay, named, number, say, spoken } from "./words.js";

const { kinds } = facts.catalogue || { kinds: {} };
const NO_LIMITS = { low: null, high: null };
let limits = {}; // kind -> metric -> business type ("" for any) -> [{low, high, when}]: the rules in force
const QUIET = new Set(["battery", "linkquality", "door", "self_test", "lamp", "running", "fault"]);

export function kindOf(device) {
  return (device && kinds[device.kind]) || null;
}

export function metricOf(device, metric) {
  const kind = kindOf(device);
  const known = (kind && kind.metrics[metric]) || { zh: metric, en: metric, unit: "", decimals: 1, usual: null };
  const ruled = limits[device?.kind]?.[metric];
  return { ...known, ...(ruled ? limitNow(ruled[typeOf(device.unit)] || ruled[""], device.unit) : NO_LIMITS) };
}

/** The narrowest of the limits that count now: some count only while the unit works, or only while it is closed. */
function limitNow(rules, unit) {
  let [low, high] = [null, null];
  for (const rule of rules) {
    if (rule.when !== "always" && isWorking(hoursOf(unit), minuteOfDay()) !== (rule.when === "working_hours")) continue;
    if (rule.low !== null && (low === null || rule.low > low)) low = rule.low;
    if (rule.high !== null && (high === null || rule.high < high)) high = rule.high;
  }
  return { low, high };
}

/** As the judge sees it: hours that are not known are always working, a night kitchen closes after midnight. */
export function isWorking({ opens, closes }, minute) {
  if (opens === null || closes === null || opens === closes) return true;
  if (opens < closes) return opens <= minute && minute < closes;
  return minute >= opens || minute < closes;
}

/** Ask for the limits in force; again when a rule has changed. */
export async function loadLimits() {
  limits = await fetchUntilThere("/city/limits.json", "json");
}

export function isCamera(device) {
  return kindOf(device)?.family === "camera";
}

export function isFlag(metric) {
  return metric.unit === "" && metric.usual !== null && metric.usual[0] === metric.usual[1];
}

export function valueText(metric, value) {
  if (value === null || value === undefined) return DASH;
  if (isFlag(metric)) return say(value ? "sensors.on" : "sensors.off");
  return number(value, metric.decimals);
}

/** How far beyond its limit, relative to its usual range; 0 within. */
export function excess(metric, value) {
  if (value === null || value === undefined) return 0;
  const room = metric.usual && metric.usual[1] > metric.usual[0] ? metric.usual[1] - metric.usual[0] : 1;
  if (metric.high !== null && value > metric.high) return (value - metric.high) / room;
  if (metric.low !== null && value < metric.low) return (metric.low - value) / room;
  return 0;
}

/** Older than twice its own period. A device that speaks on events only is never late. */
export function isStale(device, time, at) {
  const kind = kindOf(device);
  const period = device?.interval ?? kind?.interval ?? 0;
  return period > 0 && at - time > 2 * period * 1000;
}

/** Housekeeping numbers do not stand among the worst unless they are beyond their limit. */
export function isQuiet(reading) {
  return QUIET.has(reading.metric);
}

export function deviceWords(device) {
  if (!device) return "";
  const kind = kindOf(device);
  return knownThing(device.kind) || named(kind) || device.kind || device.id;
}

function knownThing(kind) {
  const text = say(`thing.${kind}`);
  return text === `thing.${kind}` ? "" : text;
}

/** A registered name in a language the reader has not chosen is not shown: a kind of device has a name in each. */
export function sayable(name) {
  return name && (spoken() === "zh" || !/\p{Script=Han}/u.test(name)) ? name : "";
}

/** What tells two of a kind apart: the device's id without its unit's. */
export function shortId({ id, unit }) {
  return id.startsWith(`${unit}-`) ? id.slice(unit.length + 1) : id;
}

export function deviceName(device) {
  return sayable(device.name) || `${deviceWords(device)} ${shortId(device)}`;
}

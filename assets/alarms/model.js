// The list as a value: which alarms are asked for, in which order, in which groups. Nothing here touches the page.

import { typeOf } from "../names.js";

export const STATES = ["open", "acknowledged", "silenced"];
export const SORTS = ["worst", "newest", "longest", "unit"];
export const HOURS = ["1", "8", "24", "168"];
const LEVELS = ["1", "2", "3"]; // level 4 informs: it is shown when asked for

/** What an address asks for; whatever it does not say has its usual meaning. */
export function wishes(query) {
  const list = (name, usual) => (query.has(name) ? query.get(name).split(",").filter(Boolean) : usual);
  return {
    levels: list("level", LEVELS), states: list("state", ["open", "acknowledged"]),
    area: query.get("area") || "", type: query.get("type") || "", kind: query.get("kind") || "",
    mine: query.get("mine") === "1", free: query.get("free") === "1", text: query.get("q") || "",
    hours: HOURS.includes(query.get("hours")) ? query.get("hours") : "",
    sort: SORTS.includes(query.get("sort")) ? query.get("sort") : "worst", group: query.get("group") === "1",
  };
}

/** The same as parameters of an address; "" where it is the usual. */
export function addressOf(wish) {
  const list = (chosen, usual) => (chosen.join() === usual.join() ? "" : chosen.join() || "none");
  return {
    level: list(wish.levels, LEVELS), state: list(wish.states, ["open", "acknowledged"]), area: wish.area, type: wish.type,
    kind: wish.kind, mine: wish.mine ? "1" : "", free: wish.free ? "1" : "", q: wish.text, hours: wish.hours,
    sort: wish.sort === "worst" ? "" : wish.sort, group: wish.group ? "1" : "",
  };
}

export function stateOf(alarm, at) {
  if (alarm.state === "cleared") return "cleared";
  return alarm.silenced_until && Date.parse(alarm.silenced_until) > at ? "silenced" : alarm.state;
}

/** Whose it is: whom it was given to, else who took charge. */
export function ownerOf(alarm) {
  if (alarm.assignee) return { account: alarm.assignee, name: alarm.assignee_name || alarm.assignee };
  if (alarm.acknowledged_by) return { account: alarm.acknowledged_by, name: alarm.acknowledged_name || alarm.acknowledged_by };
  return null;
}

export function thingOf(alarm) {
  return alarm.device_kind || (alarm.reason === "licence_expiry" ? "licence" : "unit");
}

/** What each filter is about, so that it can be left out when its own choices are counted. */
const TESTS = {
  levels: (alarm, wish) => wish.levels.includes(String(alarm.level)),
  states: (alarm, wish, { at }) => wish.states.includes(stateOf(alarm, at)),
  area: (alarm, wish) => !wish.area || wish.area === alarm.area || wish.area === alarm.street,
  type: (alarm, wish) => !wish.type || wish.type === typeOf(alarm.unit),
  kind: (alarm, wish) => !wish.kind || wish.kind === thingOf(alarm),
  mine: (alarm, wish, { me }) => !wish.mine || ownerOf(alarm)?.account === me,
  free: (alarm, wish) => !wish.free || !ownerOf(alarm),
  text: (alarm, wish) => !wish.text || words(alarm).includes(wish.text.toLowerCase()),
  hours: (alarm, wish, { at }) => !wish.hours || at - Date.parse(alarm.raised_at) < Number(wish.hours) * 3600000,
};

function words(alarm) {
  const { unit, unit_name, unit_name_en, device, device_name, area_name, assignee, assignee_name, acknowledged_by, acknowledged_name, incident } = alarm;
  return [unit, unit_name, unit_name_en, device, device_name, area_name, assignee, assignee_name, acknowledged_by, acknowledged_name, incident]
    .filter(Boolean).join("\n").toLowerCase();
}

/** Those asked for. `but`: a filter that does not count this time. */
export function chosen(alarms, wish, about, but = "") {
  const tests = Object.entries(TESTS).filter(([name]) => name !== but).map(([, test]) => test);
  return alarms.filter((alarm) => tests.every((test) => test(alarm, wish, about)));
}

/** How many each choice of a filter would show, all other filters as they are. */
export function counts(alarms, wish, about) {
  const of = (filter, value) => {
    const found = {};
    for (const alarm of chosen(alarms, wish, about, filter)) found[value(alarm)] = (found[value(alarm)] || 0) + 1;
    return found;
  };
  return {
    levels: of("levels", (alarm) => alarm.level), states: of("states", (alarm) => stateOf(alarm, about.at)),
    area: of("area", (alarm) => alarm.area), type: of("type", (alarm) => typeOf(alarm.unit)), kind: of("kind", thingOf),
    mine: of("mine", (alarm) => ownerOf(alarm)?.account === about.me)[true] || 0,
    free: of("free", (alarm) => !ownerOf(alarm))[true] || 0,
  };
}

const ORDERS = {
  worst: (a, b) => a.level - b.level || later(a, b),
  newest: (a, b) => later(a, b),
  longest: (a, b) => (a.since < b.since ? -1 : a.since > b.since ? 1 : 0),
  unit: (a, b) => (a.unit < b.unit ? -1 : a.unit > b.unit ? 1 : a.level - b.level),
};

function later(a, b) {
  return a.raised_at < b.raised_at ? 1 : a.raised_at > b.raised_at ? -1 : 0;
}

export function ordered(alarms, sort) {
  return [...alarms].sort((a, b) => ORDERS[sort](a, b) || (a.id < b.id ? -1 : 1));
}

/** Lines of the list: alarms, or incidents with their alarms below those that are unfolded. */
export function lines(alarms, wish, unfolded) {
  const sorted = ordered(alarms, wish.sort);
  if (!wish.group) return sorted.map((alarm) => ({ key: alarm.id, alarm }));
  const incidents = new Map();
  for (const alarm of sorted) {
    const known = incidents.get(alarm.incident);
    if (known) known.push(alarm);
    else incidents.set(alarm.incident, [alarm]);
  }
  const found = [];
  for (const [id, members] of incidents) {
    found.push({ key: `i:${id}`, incident: id, members, open: unfolded.has(id) });
    if (unfolded.has(id)) for (const alarm of members) found.push({ key: alarm.id, alarm, inside: true });
  }
  return found;
}

/** A row of the database in the words of a frame. */
export function fromRow(row) {
  return {
    ...row, unit: row.unit_id, device: row.device_id, incident: row.incident_id, assignee: row.assigned_to || "",
    assignee_name: row.assigned_name || "", street: row.street_id, area: row.banner_id,
  };
}

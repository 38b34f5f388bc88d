// What is wrong now and who acts: the main event, incidents open longest, people, what was done at a unit.

import { isFlag, metricOf } from "../devices.js";
import { nameOf } from "../names.js";
import { fact, fill, room, sentenceIn, shape } from "../scenes/rows.js";
import { codeSign, levelSign } from "../signs.js";
import { clock, day, make, named, now, number, say, span, token } from "../words.js";
import { spark } from "../values.js";
import { sentence } from "./alarms.js";

export function worstOf(alarms) {
  let worst = null;
  for (const alarm of alarms.values())
    if (alarm.level < 4 && (!worst || alarm.level < worst.level || (alarm.level === worst.level && alarm.raised_at > worst.raised_at))) worst = alarm;
  return worst;
}

export function nameIn(alarm) {
  return named({ zh: alarm.unit_name, en: alarm.unit_name_en || alarm.unit_name }) || nameOf(alarm.unit);
}

export function takenBy(alarm, duty) {
  if (alarm.state !== "acknowledged") return say("scene.nobody_yet");
  const by = alarm.acknowledged_name || alarm.acknowledged_by || duty?.taken.find((row) => row.id === alarm.id)?.by;
  return by ? say("scene.taken_by", { who: by }) : say("alarm_state.acknowledged");
}

/** The most serious open alarm, with the line of its value. */
export function event(body, { state, duty, alarm: worst, history }) {
  body.parentElement.dataset.level = worst?.level ?? "";
  if (!worst) {
    fact("event", "");
    return sentenceIn(body, state.known ? "scene.calm" : "scene.waiting");
  }
  fact("event", clock(Date.parse(worst.raised_at), false));
  const head = make("div", "event-head");
  head.append(shape(levelSign(worst.level), say(`level.${worst.level}`)), make("b", "", nameIn(worst)));
  const area = named({ zh: worst.area_name, en: worst.area_name_en || worst.area_name }) || "";
  const foot = make("div", "event-foot");
  foot.append(make("span", "", [area, say(`level.${worst.level}`)].filter(Boolean).join(" · ")),
    make("span", worst.state === "open" ? "is-waiting-for" : "is-taken", takenBy(worst, duty)));
  fill(body, head, make("p", "event-words", sentence(worst)), make("canvas", "spark"), foot);
  const key = `${worst.device}|${worst.metric}`;
  const metric = metricOf(state.devices.get(worst.device) || { kind: worst.device_kind, unit: worst.unit }, worst.metric);
  const points = valuesOf(key, history, state);
  const canvas = body.querySelector("canvas");
  if (points.length > 1 && !isFlag(metric))
    spark(canvas, points, { low: metric.low, high: metric.high, beyond: true, colours: { data: token("--data"), beyond: token("--orange") } });
}

/** What was told before this page was opened, and what came since. */
export function valuesOf(key, history, state) {
  const live = state.readings.get(key)?.history || [];
  return [...(history?.[key] || []).filter(([time]) => !live.length || time < live[0][0]), ...live];
}

/** Alarms of one cause are one incident; the one open longest stands first. */
export function longest(body, { state, duty }) {
  const incidents = new Map();
  for (const alarm of state.alarms.values()) {
    if (alarm.level > 3) continue;
    const key = alarm.incident || alarm.id;
    const known = incidents.get(key);
    if (!known) incidents.set(key, { first: alarm, worst: alarm, n: 1 });
    else {
      known.n += 1;
      if (alarm.raised_at < known.first.raised_at) known.first = alarm;
      if (alarm.level < known.worst.level) known.worst = alarm;
    }
  }
  const rows = [...incidents.values()].sort((a, b) => (a.first.raised_at < b.first.raised_at ? -1 : 1));
  fact("longest", state.known ? say("scene.incidents", { n: number(rows.length) }) : "");
  if (!rows.length) return sentenceIn(body, state.known ? "alarms.empty" : "scene.waiting");
  fill(body, ...rows.slice(0, room(body, 3.5)).map(({ first, worst, n }) => {
    const node = make("li", "incident");
    const words = make("span", "words");
    words.append(make("b", "", nameIn(worst)), make("span", "", sentence(worst)));
    const side = make("span", "side");
    side.append(make("b", "", span(now() - Date.parse(first.raised_at))), make("span", "", n > 1 ? say("scene.alarms_n", { n: number(n) }) : takenBy(worst, duty)));
    node.append(shape(levelSign(worst.level), say(`level.${worst.level}`)), words, side);
    return node;
  }));
}

export function people(body, { duty }) {
  if (!duty) return sentenceIn(body, "scene.waiting");
  if (!duty.people.length) return sentenceIn(body, "scene.nobody_acted");
  fact("people", say("scene.today"));
  const head = make("li", "person head");
  for (const key of ["who", "taken", "in_hand", "median"]) head.append(make("span", "", say(`scene.head_${key}`)));
  fill(body, head, ...duty.people.slice(0, room(body, 2.5) - 1).map((row) => {
    const node = make("li", "person");
    node.append(make("span", "", row.by), make("b", "", number(row.taken)), make("b", "", number(row.in_hand)),
      make("b", "", row.seconds === null ? "–" : span(row.seconds * 1000)));
    return node;
  }));
}

/** The unit's alarms of this week and what became of them. */
export function done(body, { done: rows }) {
  if (!rows) return sentenceIn(body, "scene.waiting");
  if (!rows.length) return sentenceIn(body, "scene.nothing_done");
  fill(body, ...rows.slice(0, room(body, 4.6)).map((row) => {
    const node = make("li", "deed");
    const at = Date.parse(row.raised_at);
    const today = day(at) === day(now());
    const steps = make("span", "steps", [
      `${today ? "" : `${day(at).split(" ").slice(0, -1).join(" ")} `}${clock(at, false)} ${say("scene.raised")}`,
      row.acknowledged_at && `${clock(Date.parse(row.acknowledged_at), false)} ${say("scene.taken_by", { who: row.acknowledged_by || "" })}`,
      row.cleared_at ? `${clock(Date.parse(row.cleared_at), false)} ${say("alarm_state.cleared")}` : say(`alarm_state.${row.state}`),
    ].filter(Boolean).join(" → "));
    node.append(shape(levelSign(row.level)), make("span", "words", sentence(row)), steps);
    return node;
  }));
}

/** The nearest units on the map. */
export function neighbours(body, { near, state: { units } }) {
  if (!near) return sentenceIn(body, "scene.waiting");
  if (!near.length) return sentenceIn(body, "scene.no_neighbours");
  fill(body, ...near.slice(0, room(body, 2.3)).map(({ id, metres }) => {
    const node = make("li", "neighbour");
    const { colour = "none", index = null, alarms = 0 } = units.get(id) || {};
    node.append(shape(codeSign(colour), say(`colour.${colour}`)), make("span", "name", nameOf(id)),
      make("span", "far", metres < 995 ? `${number(Math.round(metres / 10) * 10)} m` : `${number(metres / 1000, 1)} km`),
      make("b", "", number(index, 1)), make("span", alarms ? "is-bad" : "", alarms ? say("scene.alarms_n", { n: number(alarms) }) : ""));
    return node;
  }));
}

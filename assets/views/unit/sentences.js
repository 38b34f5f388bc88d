// Every kind of fact as a sentence.

import { deviceName, metricOf, sayable, valueText } from "../../devices.js";
import { stamp } from "../../charts/zone.js";
import { sentence } from "../../panels/alarms.js";
import { codeSign, levelSign } from "../../signs.js";
import { facts as page, knows, make, named, number, say } from "../../words.js";

/** What sentences need to know of the unit: its devices and people, and its alarms by id. */
export class FactWords {
  constructor() {
    this.devices = new Map();
    this.people = new Map();
    this.alarms = new Map();
  }

  device(id) {
    const device = this.devices.get(id);
    return device ? deviceName(device) : id;
  }

  metric(device, metric) {
    return named(metricOf(this.devices.get(device), metric));
  }

  person(id) {
    return this.people.get(id)?.name || id;
  }
}

const date = (told) => told || "–"; // a day, as it was told
const moment = (told) => (told ? stamp(Date.parse(told), false) : "–");

/** The text's key, without `fact.`, and the values of its gaps. A kind without an entry has only the name of its device. */
const SAID = {
  reading_taken: (body, words) => {
    const metric = metricOf(words.devices.get(body.device), body.metric);
    return ["", { metric: named(metric), value: `${valueText(metric, body.value)} ${metric.unit}`.trim() }];
  },
  device_went_offline: (body) => [body.reason === "last_will" ? "last_will" : "silent", {}],
  camera_fault_found: (body) => ["", { fault: word("fault", body.fault) }],
  camera_fault_cleared: (body) => ["", { fault: word("fault", body.fault) }],
  command_sent: (body) => ["", { command: body.command, by: body.by || "–" }],
  area_drawn: (body) => ["", { name: named({ zh: body.name, en: body.name_en }) }],
  unit_registered: (body) => ["", {
    name: named({ zh: body.name, en: body.name_en }), type: named(page.catalogue.business_types[body.business_type]) || body.business_type,
    hours: body.opens_at ? `${body.opens_at}–${body.closes_at}` : "–",
  }],
  unit_closed: (body) => ["", { reason: body.reason || "–" }],
  device_registered: (body) => ["", { room: sayable(body.room) || "–" }],
  licence_recorded: (body) => [body.expires_on ? "" : "open", { licence: say(`licence.${body.licence}`), number: body.number, date: date(body.expires_on) }],
  person_recorded: (body, words) => [body.left ? "left" : body.health_certificate_expires_on ? "" : "none",
    { role: say(`staff.${body.role}`), person: words.person(body.person), date: date(body.health_certificate_expires_on) }],
  morning_check_done: (body, words) => [body.passed ? "" : body.reason ? "because" : "failed",
    { person: words.person(body.person), value: number(body.body_temperature, 1), reason: body.reason }],
  self_inspection_done: (body) => [body.on_time ? "" : "late", { round: word("round", body.round), n: number(body.findings || 0) }],
  inspection_finished: (body) => [body.passed ? "" : "failed", { n: number(body.violations || 0), serious: number(body.serious || 0) }],
  rating_given: (body) => ["", { n: number(body.stars) }],
  complaint_filed: (body) => ["", { problem: body.problem || "–", id: body.complaint }],
  complaint_closed: (body) => [body.upheld ? "" : "unfounded", { id: body.complaint, n: number(body.hours || 0, 1) }],
  rectification_ordered: (body) => ["", { id: body.rectification, date: moment(body.due_at) }],
  rectification_closed: (body) => [body.on_time === false ? "late" : "", { id: body.rectification }],
  alarm_raised: (body, words) => ["", { level: say(`level.${body.level}`), what: alarmText(body, words, body.at) }],
  alarm_changed: (body, words) => ["", { level: say(`level.${body.level}`), what: alarmText(body, words, body.at) }],
  alarm_acknowledged: (body, words) => [body.comment ? "comment" : "", deed(body, words)],
  alarm_assigned: (body, words) => [body.to ? "" : "nobody", { ...deed(body, words), to: body.name || body.to }],
  alarm_commented: (body, words) => ["", { ...deed(body, words), comment: body.text }],
  alarm_silenced: (body, words) => ["", { ...deed(body, words), until: moment(body.until), reason: body.reason || "–" }],
  alarm_unsilenced: (body, words) => ["", deed(body, words)],
  alarm_cleared: (body, words) => ["", { what: alarmText(body, words, body.at) }],
  index_changed: (body) => [body.previous === null || body.previous === undefined ? "first" : body.total === null ? "lost" : "",
    { before: number(body.previous, 1), after: number(body.total, 1), code: say(`colour.${body.colour}`) }],
  rule_changed: (body) => ["", { rule: body.rule, n: number(body.version), by: body.by || "–" }],
};

/** The fact, readable. */
export function factSentence({ kind, body, device_id }, words) {
  const [variant, values] = SAID[kind]?.(body, words) || ["", {}];
  const key = `fact.${kind}${variant ? `_${variant}` : ""}`;
  const device = body.device || device_id;
  if (!knows(key)) return say("fact.other", { kind });
  return say(key, { thing: device ? words.device(device) : "", ...values });
}

function word(prefix, key) {
  return knows(`${prefix}.${key}`) ? say(`${prefix}.${key}`) : key;
}

function deed(body, words) {
  return { by: body.by_name || body.by || "–", what: alarmText(body, words, body.at), comment: body.comment || "" };
}

/** What the alarm is about; of one whose beginning is not on the page only its name is known. */
function alarmText(body, words, at) {
  const known = words.alarms.get(body.alarm) || (body.reason ? body : null);
  if (!known) return body.alarm;
  const device = known.device || known.device_id;
  const alarm = { ...known, device, value: body.value ?? known.value, device_kind: known.device_kind || words.devices.get(device)?.kind };
  return sentence(alarm, Date.parse(at));
}

/** Where the fact leads: its alarm, its device; nothing else has a page of its own. */
export function factPath({ body, device_id }) {
  if (body.alarm) return `/alarms/${encodeURIComponent(body.alarm)}`;
  const device = body.device || device_id;
  return device ? `/devices/${encodeURIComponent(device)}` : null;
}

const MARKS = {
  alarm_raised: (body) => levelSign(body.level),
  alarm_changed: (body) => levelSign(body.level),
  alarm_cleared: () => "circle green",
  device_went_offline: () => "ring none",
  device_came_online: () => "circle green",
  index_changed: (body) => codeSign(body.colour),
};

export function factMark({ kind, body }) {
  return make("i", `shape ${MARKS[kind]?.(body) || "u-fact-dot"}`);
}

// Who did what, and what happened, one line each: the facts about an alarm as a timeline.

import { levelSign } from "../signs.js";
import { clock, day, make, named, number, now, say } from "../words.js";
import { metricOf, valueText } from "../devices.js";

/** `at` as a moment a person reads: today without its date. */
export function moment(at, seconds = false) {
  const time = clock(at, seconds);
  return day(at) === day(now()) ? time : `${day(at).split(" ").slice(0, -1).join(" ")} ${time}`;
}

/** The timeline, newest first. `names`: of alarms by id, for an incident's many. */
export function timeline(story, alarm, names = null) {
  const list = make("ol", "timeline");
  for (const { kind, at, body } of story) {
    const row = make("li");
    const time = make("time", "", moment(Date.parse(at)));
    time.dateTime = at;
    time.title = moment(Date.parse(at), true);
    const shape = make("i", `shape ${kind === "alarm_raised" || (kind === "alarm_changed" && body.level) ? levelSign(body.level) : "ring none"}`);
    const words = make("div", "words");
    words.append(make("span", "", sentence(kind, body, names?.get(body.alarm) || alarm)));
    if (names) words.append(make("small", "muted", names.get(body.alarm)?.title || body.alarm));
    const said = body.text || body.comment || (kind === "alarm_silenced" && body.reason);
    if (said) words.append(make("blockquote", "", said));
    row.append(time, shape, words);
    list.append(row);
  }
  return list;
}

function sentence(kind, body, alarm) {
  const who = body.by_name || body.by || "";
  switch (kind) {
    case "alarm_raised": return say("desk_story.raised", { level: say(`level.${body.level}`), value: value(alarm, body) });
    case "alarm_changed": return say("desk_story.changed", { level: say(`level.${body.level}`), value: value(alarm, body) });
    case "alarm_acknowledged": return say("desk_story.acknowledged", { who });
    case "alarm_assigned": return body.to ? say("desk_story.assigned", { who, to: body.name || body.to }) : say("desk_story.released", { who });
    case "alarm_commented": return say("desk_story.commented", { who });
    case "alarm_silenced": return say("desk_story.silenced", { who, until: moment(Date.parse(body.until)) });
    case "alarm_unsilenced": return body.because ? say(`desk_story.${body.because}`) : say("desk_story.unsilenced", { who });
    case "alarm_cleared": return say("desk_story.cleared", { value: value(alarm, body) });
    default: return kind;
  }
}

function value(alarm, body) {
  if (body.value === null || body.value === undefined) return "";
  const metric = metricOf({ kind: alarm?.device_kind, unit: alarm?.unit }, alarm?.metric || "");
  if (alarm?.reason === "licence_expiry") return say("desk.days_left", { n: number(body.value) });
  const text = alarm?.metric ? `${named(metric)} ${valueText(metric, body.value)}` : number(body.value);
  return metric.unit ? `${text} ${metric.unit}` : text;
}

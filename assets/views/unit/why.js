// Why a unit has the code it has, in sentences: what made it so, what costs most, what would help most.

import { sentence } from "../../panels/alarms.js";
import { number, say } from "../../words.js";

const LEAST = { red: 0, yellow: 60, blue: 70, green: 85 };

export function codeOf(total) {
  if (total === null || total === undefined) return "none";
  return total >= LEAST.green ? "green" : total >= LEAST.blue ? "blue" : total >= LEAST.yellow ? "yellow" : "red";
}

/** What an alarm of the database says, in the form of a frame. */
export function framed(row) {
  return { ...row, unit: row.unit_id ?? row.unit, device: row.device_id ?? row.device };
}

/** `{ code, text, href, level }`: the sentence in front of everything; null when all is well and quiet. */
export function why(index, reasons, alarms) {
  const worst = [...alarms].sort((a, b) => a.level - b.level || Date.parse(a.since) - Date.parse(b.since))[0];
  const colour = index?.colour || "none";
  const code = say(`colour.${colour}`);
  if (worst && worst.level === 1)
    return { tone: "red", lead: say("unit.why_alarm", { code }), text: sentence(worst), href: alarmPath(worst) };
  if (colour === "red" || colour === "yellow") {
    const least = colour === "red" ? LEAST.yellow : LEAST.blue;
    return {
      tone: colour, lead: say("unit.why_points", { code, total: number(index.total, 1), least }),
      text: costs(reasons, 3), href: null,
    };
  }
  if (worst && worst.level < 4)
    return { tone: "orange", lead: say("unit.why_open", { level: say(`level.${worst.level}`) }), text: sentence(worst), href: alarmPath(worst) };
  if (colour === "none") return { tone: "none", lead: code, text: say("unit.why_unknown"), href: null };
  return { tone: "calm", lead: code, text: say("unit.why_calm"), href: null };
}

export function alarmPath(alarm) {
  return `/alarms/${encodeURIComponent(alarm.id)}`;
}

/** `评价偏低 −7.2、自查未按时完成 −2.9`. */
function costs(reasons, most) {
  const costly = reasons.filter((reason) => reason.lost).slice(0, most);
  if (!costly.length) return say("index.no_reasons");
  return costly.map(({ key, lost }) => `${say(`because.${key}`)} −${number(lost, 1)}`).join(say("index.and"));
}

/** A short paragraph: what costs most, what would raise the index and to which code. */
export function diagnosis(index, reasons) {
  if (!index || index.total === null) return [say("unit.why_unknown")];
  const costly = reasons.filter((reason) => reason.lost);
  const lines = [];
  if (reasons.some(({ key }) => key === "open_level_1"))
    lines.push(say("unit.diagnosis_level_1", { code: say(`colour.${codeOf(index.total)}`), total: number(index.total, 1) }));
  if (!costly.length) return [...lines, say("unit.diagnosis_well")];
  const lost = costly.reduce((sum, reason) => sum + reason.lost, 0);
  lines.push(say("unit.diagnosis_costs", { costs: costs(reasons, 2), lost: number(lost, 1) }));
  const [first] = costly;
  const then = Math.min(100, index.total + first.lost);
  const gain = { what: say(`indicator.${first.key.replace(/_open$/, "")}`), total: number(then, 1), code: say(`colour.${codeOf(then)}`) };
  lines.push(say("unit.diagnosis_raise", gain));
  if (index.coverage < 0.8) lines.push(say("unit.diagnosis_coverage", { n: number(index.coverage * 100) }));
  return lines;
}

// The unit's alarms: the open ones, then those that are over, page by page; who took each and how long it lasted.

import { sentence } from "../../panels/alarms.js";
import { levelSign } from "../../signs.js";
import { get } from "../../visit.js";
import { clock, day, make, now, number, put, say, span } from "../../words.js";
import { nothing } from "./part.js";
import { alarmPath, framed } from "./why.js";

export function paintAlarms(found, body, part, unit) {
  part.body.className = "card-body flush";
  put(part.note, say("alarms.open", { n: number(found.open.length) }));
  const list = make("ul", "list u-alarms");
  list.append(...found.open.map((alarm) => row(framed(alarm))));
  body.append(found.open.length ? list : nothing("alarms.unit_empty"));
  if (!found.over.length) return;
  const over = make("ul", "list u-alarms is-over");
  over.append(...found.over.map((alarm) => row(framed(alarm))));
  body.append(make("h3", "u-list-title", say("unit.alarms_over")), over);
  if (!found.more) return;
  const more = make("button", "button quiet", say("unit.earlier"));
  more.addEventListener("click", async () => {
    more.disabled = true;
    const last = found.over[found.over.length - 1];
    const behind = `at=${encodeURIComponent(last.raised_at)}&before=${encodeURIComponent(last.id)}`;
    try {
      const older = await get(`/data/units/${encodeURIComponent(unit)}/alarms?${behind}`);
      found.over.push(...older.over);
      found.more = older.more;
      part.paint();
    } catch {
      more.disabled = false;
    }
  });
  body.append(more);
}

function row(alarm) {
  const item = make("li");
  const line = make("a");
  line.href = alarmPath(alarm);
  line.dataset.level = alarm.level;
  const shape = make("i", `shape ${levelSign(alarm.level)}`);
  shape.title = say(`level.${alarm.level}`);
  const began = Date.parse(alarm.since);
  const ended = alarm.cleared_at ? Date.parse(alarm.cleared_at) : null;
  const words = make("span", "words");
  const taken = alarm.acknowledged_by ? say("unit.taken_by", { name: alarm.acknowledged_name || alarm.acknowledged_by }) : "";
  const times = ended ? say("unit.lasted", { span: span(ended - began) }) : say("unit.since", { time: `${day(began)} ${clock(began, false)}` });
  words.append(make("b", "", sentence(alarm, ended ?? now())), make("span", "", [say(`level.${alarm.level}`), times, taken].filter(Boolean).join(" · ")));
  const side = make("span", "side");
  const chip = make("span", `chip${alarm.state === "open" ? " is-red" : alarm.state === "acknowledged" ? " is-orange" : ""}`, say(`alarm_state.${alarm.state}`));
  side.append(chip, make("br"), ended ? `${day(ended)} ${clock(ended, false)}` : "");
  line.append(shape, words, side);
  item.append(line);
  return item;
}

// What the device went through: alarms and faults, times offline, commands; and the unit's other devices.

import { stamp } from "../../charts/zone.js";
import { deviceName, isCamera, sayable } from "../../devices.js";
import { empty as nothing } from "../../parts/states.js";
import { sentence } from "../../panels/alarms.js";
import { levelSign } from "../../signs.js";
import { make, now, number, say, span } from "../../words.js";

const SHOWN = 8;

export function historyCards(device) {
  const cards = [alarms(device), offline(device), others(device)];
  if (device.commands.length) cards.splice(2, 0, commands(device));
  return cards;
}

function alarms(device) {
  const key = isCamera(device) ? "device.faults" : "device.alarms";
  return card(key, device.alarms, "device.alarms_empty", (alarm) => {
    const row = make("a");
    row.href = `/alarms/${encodeURIComponent(alarm.id)}`;
    const shape = make("i", `shape ${levelSign(alarm.level)}`);
    shape.title = say(`level.${alarm.level}`);
    const since = Date.parse(alarm.since);
    const until = alarm.cleared_at ? Date.parse(alarm.cleared_at) : now();
    const words = make("span", "words");
    const told = { ...alarm, device: device.id, device_kind: device.kind };
    words.append(make("b", "", sentence(told, until)), make("span", "", `${stamp(since, false)} · ${span(until - since)}`));
    const side = make("span", "side");
    const chip = make("span", "chip", say(`alarm_state.${alarm.state}`));
    chip.dataset.state = alarm.state;
    side.append(chip);
    row.append(shape, words, side);
    return row;
  });
}

function offline(device) {
  const stretches = [...device.offline].reverse();
  const whole = stretches.reduce((sum, [a, b]) => sum + Date.parse(b) - Date.parse(a), 0);
  const fact = stretches.length ? say("device.offline_sum", { n: number(stretches.length), span: span(whole) }) : "";
  const open = device.online === false;
  const empty = device.online === null ? "device.never_heard" : "device.offline_empty";
  return card("device.offline_times", stretches, empty, ([a, b], i) => {
    const row = make("div");
    const words = make("span", "words");
    words.append(make("b", "", span(Date.parse(b) - Date.parse(a))),
      make("span", "", `${stamp(Date.parse(a), false)} – ${open && !i ? say("device.until_now") : stamp(Date.parse(b), false)}`));
    row.append(make("i", "shape ring none"), words);
    return row;
  }, fact);
}

function commands(device) {
  return card("device.commands", device.commands, "device.commands", (command) => {
    const row = make("div");
    const words = make("span", "words");
    words.append(make("b", "", command.command), make("span", "", [stamp(Date.parse(command.at)), command.by].filter(Boolean).join(" · ")));
    row.append(make("i", "shape square none"), words);
    return row;
  });
}

function others(device) {
  return card("device.others", device.others, "device.others_empty", (one) => {
    const row = make("a");
    row.href = `/devices/${encodeURIComponent(one.id)}`;
    const state = one.online === null ? "device.never" : one.online ? "device.online" : "device.offline";
    const words = make("span", "words");
    words.append(make("b", "", deviceName({ ...one, unit: device.unit })), make("span", "", [one.id, sayable(one.room)].filter(Boolean).join(" · ")));
    const side = make("span", "side");
    side.append(make("span", `chip ${one.online === false ? "is-orange" : ""}`, say(state)));
    row.append(make("i", `shape ${one.online ? "circle green" : "ring none"}`), words, side);
    return row;
  });
}

/** A card with a list of which the first are shown, the rest at a touch. */
function card(key, rows, empty, draw, fact = "") {
  const node = make("section", "card");
  const top = make("header", "card-head");
  top.append(make("h2", "", say(key)), make("span", "fact", fact || (rows.length ? number(rows.length) : "")));
  const body = make("div", "card-body flush");
  if (!rows.length) body.append(nothing(say(empty)));
  else {
    const list = make("ul", "list");
    const add = (from, to) => list.append(...rows.slice(from, to).map((row, i) => {
      const item = make("li");
      item.append(draw(row, from + i));
      return item;
    }));
    add(0, SHOWN);
    body.append(list);
    if (rows.length > SHOWN) {
      const more = make("button", "button quiet device-more", say("device.more", { n: number(rows.length - SHOWN) }));
      more.addEventListener("click", () => (add(SHOWN), more.remove()));
      body.append(more);
    }
  }
  node.append(top, body);
  return node;
}

// Who the device is, and how it is now.

import { stamp } from "../../charts/zone.js";
import { deviceName, isCamera, isStale, kindOf, sayable } from "../../devices.js";
import { showAge } from "../../values.js";
import { DASH, make, named, now, number, percent, put, say, span } from "../../words.js";

const GOAL = 0.9; // DEV-03

export function head(place, device) {
  const top = make("div", "page-head");
  const title = make("h1", "", deviceName(device));
  const state = make("span", "chip device-state");
  const sub = make("p", "sub");
  const unit = make("a", "", named({ zh: device.unit_name, en: device.unit_name_en || device.unit_name }));
  unit.href = `/units/${encodeURIComponent(device.unit)}`;
  sub.append(named(kindOf(device)) || device.kind, " · ", unit, sayable(device.room) ? ` · ${device.room}` : "");
  const actions = make("div", "actions");
  if (!isCamera(device)) {
    const compare = make("a", "button", say("device.compare"));
    compare.href = `/compare?devices=${[device, ...device.others.filter((one) => one.kind === device.kind)].slice(0, 4).map((one) => encodeURIComponent(one.id)).join(",")}`;
    actions.append(compare);
  }
  top.append(title, state, sub, actions);
  place.replaceChildren(top, figures(device), facts(device));
  paintState(place, device);
}

function figures(device) {
  const node = make("div", "figures device-figures");
  const seen = figure("device.seen", "");
  seen.querySelector(".figure").classList.add("device-seen");
  seen.querySelector(".detail").classList.add("device-seen-at");
  node.append(figure("device.state", "", "device-state-since"), seen);
  for (const name of ["day", "week", "month"]) {
    const rate = device.rates[name];
    const one = figure(`device.rate_${name}`, percent(rate));
    if (rate !== null) put(one.querySelector(".quantity"), "%");
    if (rate !== null && rate < GOAL) one.dataset.mood = "bad";
    put(one.querySelector(".detail"), rate === null ? "" : say("device.goal"));
    node.append(one);
  }
  const open = device.alarms.filter((alarm) => alarm.state !== "cleared" && alarm.level < 4).length;
  const alarms = figure("device.open_alarms", number(open));
  if (open) alarms.dataset.mood = "bad";
  node.append(alarms);
  return node;
}

function figure(key, text, extra = "") {
  const node = make("div", `kpi ${extra}`);
  const value = make("div", "value");
  value.append(make("span", "figure", text), make("span", "quantity"));
  node.append(make("div", "label", say(key)), value, make("div", "detail"));
  return node;
}

function facts(device) {
  const list = make("dl", "facts device-facts");
  const rows = [
    ["device.id", device.id], ["device.serial", device.serial], ["device.vendor", [device.vendor, device.model].filter(Boolean).join(" ")],
    ["device.interval", device.interval_seconds ? span(device.interval_seconds * 1000) : say("device.on_events")],
    ["device.registered", stamp(Date.parse(device.registered_at), false)],
    ["device.public", say(device.public ? "device.yes" : "device.no")],
  ];
  for (const [key, text] of rows) {
    const row = make("div");
    row.append(make("dt", "", say(key)), make("dd", text ? "" : "missing", text || DASH));
    list.append(row);
  }
  return list;
}

/** What goes on by itself: the state, since when, and how old the last sign of life is. */
export function paintState(place, device) {
  const chip = place.querySelector(".device-state");
  if (!chip) return;
  const seen = device.seen_at ? Date.parse(device.seen_at) : null;
  const name = device.removed_at ? "removed" : device.online === false ? "offline" : device.online === null ? "never"
    : seen !== null && isStale({ ...device, interval: device.interval_seconds }, seen, now()) ? "late" : "online";
  const words = { removed: "device.removed", offline: "device.offline", never: "device.never", late: "device.late", online: "device.online" };
  put(chip, say(words[name]));
  chip.className = `chip device-state ${{ online: "is-green", offline: "is-orange offline", late: "is-yellow" }[name] || ""}`;
  put(place.querySelector(".device-state-since .figure"), say(words[name]));
  const since = device.changed_at && name !== "never" ? Date.parse(device.changed_at) : null;
  put(place.querySelector(".device-state-since .detail"), since === null ? "" : say("device.since", { time: stamp(since, false), span: span(now() - since) }));
  const age = place.querySelector(".device-seen");
  if (seen === null) put(age, DASH);
  else showAge(age, seen);
  put(place.querySelector(".device-seen-at"), seen === null ? "" : stamp(seen));
}

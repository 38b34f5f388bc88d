// The unit's devices by room: each with its values as they come, their age, limits and line of the last hours.

import { deviceName, deviceWords, excess, isCamera, isFlag, isQuiet, isStale, kindOf, metricOf, sayable, valueText } from "../../devices.js";
import { show, showAge, spark } from "../../values.js";
import { get } from "../../visit.js";
import { make, named, now, number, put, say, span, token } from "../../words.js";
import { nothing } from "./part.js";

export const MOODS = ["beyond", "offline", "stale", "fresh", "silent"];
const SHOWN = 3; // values of a device
const AGAIN = 60000; // the lines begin with what the database has, and grow with what comes

export class Tiles {
  /** `part`: the panel to live in. `chosen`: the mood that alone is shown; `choose(mood)` keeps it in the address. */
  constructor(part, chosen, choose) {
    this._part = part;
    this._chosen = chosen;
    this._choose = choose;
    this._tiles = new Map();
    this._history = new Map();
    this._askedAt = -Infinity;
    this._bar = make("div", "filters u-moods");
    this._rooms = make("div", "u-rooms");
  }

  paint(changed, state) {
    this._state = state;
    if (changed.whole || changed.devices.size || !this._drawn) this._settle();
    else for (const key of changed.readings) this._fresh(key);
    this._count();
  }

  /** Values grow old without a frame. */
  tick() {
    if (!this._state) return;
    for (const tile of this._tiles.values()) this._mood(tile);
    this._count();
  }

  repaint() {
    this._tiles.clear();
    if (this._state) this._settle();
  }

  close() {
    clearTimeout(this._later);
  }

  _settle() {
    this._drawn = true;
    const devices = [...this._state.devices.values()];
    this._part.body.replaceChildren(...(devices.length ? [this._bar, this._rooms] : [nothing("sensors.unit_empty")]));
    const rooms = new Map();
    for (const device of devices) rooms.set(device.room || "", [...(rooms.get(device.room || "") || []), device]);
    const ids = new Set(devices.map((device) => device.id));
    for (const id of this._tiles.keys()) if (!ids.has(id)) this._tiles.delete(id);
    const sorted = [...rooms].sort(([a], [b]) => (a === "") - (b === "") || a.localeCompare(b, "zh"));
    this._rooms.replaceChildren(...sorted.map(([room, there]) => this._room(room, there)));
    this._askHistory();
    this._count();
  }

  _room(room, devices) {
    const box = make("section", "u-room");
    const grid = make("div", "u-tiles");
    const sorted = devices.sort((a, b) => isCamera(a) - isCamera(b) || a.id.localeCompare(b.id));
    for (const device of sorted) {
      let tile = this._tiles.get(device.id);
      if (!tile) this._tiles.set(device.id, (tile = this._make(device)));
      tile.device = device;
      this._fill(tile);
      grid.append(tile.node);
    }
    box.append(make("h3", "", roomName(room, devices)), grid);
    return box;
  }

  _make(device) {
    const node = make("a", `u-tile${isCamera(device) ? " is-camera" : ""}`);
    node.href = `/devices/${encodeURIComponent(device.id)}`;
    const top = make("span", "u-tile-top");
    top.append(make("b"), make("span", "age muted"));
    const values = make("span", "u-values");
    const canvas = make("canvas", "spark");
    canvas.setAttribute("aria-hidden", "true");
    node.append(top, values, ...(isCamera(device) ? [] : [canvas]));
    return { node, device, name: top.firstChild, age: top.lastChild, values, canvas, shown: new Map() };
  }

  _readings(device) {
    const mine = [...this._state.readings.values()].filter((reading) => reading.device === device.id);
    const order = Object.keys(kindOf(device)?.metrics || {});
    const rank = (reading) => (this._beyond(device, reading) > 0 ? -2 : isQuiet(reading) ? 1000 : 0) + order.indexOf(reading.metric);
    return mine.sort((a, b) => rank(a) - rank(b));
  }

  /** Housekeeping numbers are shown where a device has nothing else to say, or where they are bad. */
  _told(device, readings) {
    const telling = readings.filter((reading) => !isQuiet(reading) || this._beyond(device, reading) > 0);
    return (telling.length ? telling : readings).slice(0, SHOWN);
  }

  _beyond(device, reading) {
    return excess(metricOf(device, reading.metric), reading.value);
  }

  _fill(tile) {
    const { device } = tile;
    put(tile.name, deviceName(device));
    tile.node.title = `${deviceWords(device)} · ${device.id}`;
    tile.readings = this._readings(device);
    tile.shown.clear();
    tile.values.replaceChildren();
    if (isCamera(device)) tile.values.append(make("span", "u-camera", say(device.online ? "unit.camera_waits" : "unit.camera_dark")));
    else for (const reading of this._told(device, tile.readings)) tile.values.append(this._value(tile, reading));
    if (!isCamera(device) && !tile.readings.length) tile.values.append(make("span", "missing u-value", "–"));
    this._mood(tile);
    this._line(tile);
  }

  _value(tile, reading) {
    const metric = metricOf(tile.device, reading.metric);
    const node = make("span", "u-value");
    const value = make("b", "num");
    show(value, valueText(metric, reading.value));
    node.append(make("span", "muted", named(metric)), value, make("span", "muted", isFlag(metric) ? "" : metric.unit));
    const limit = limitText(metric);
    if (limit && !isFlag(metric)) node.append(make("span", "u-limit muted", limit));
    node.classList.toggle("is-beyond", this._beyond(tile.device, reading) > 0);
    tile.shown.set(reading.metric, { node, value });
    return node;
  }

  /** A new value of a metric that is shown goes straight in; another metric draws the tile anew. */
  _fresh(key) {
    const reading = this._state.readings.get(key);
    const tile = reading && this._tiles.get(reading.device);
    if (!tile) return;
    const shown = tile.shown.get(reading.metric);
    if (!shown && tile.shown.size < SHOWN && !isQuiet(reading)) return void this._fill(tile);
    if (shown) {
      show(shown.value, valueText(metricOf(tile.device, reading.metric), reading.value));
      shown.node.classList.toggle("is-beyond", this._beyond(tile.device, reading) > 0);
    }
    tile.readings = this._readings(tile.device);
    this._mood(tile);
    this._line(tile);
  }

  _mood(tile) {
    const { device, readings } = tile;
    const newest = readings.reduce((time, reading) => Math.max(time, reading.time), 0);
    const beyond = readings.some((reading) => this._beyond(device, reading) > 0);
    const mood = device.online === false ? "offline" : !newest && !device.online ? "silent"
      : newest && isStale(device, newest, now()) ? "stale" : beyond ? "beyond" : "fresh";
    tile.mood = mood;
    if (tile.node.dataset.mood !== mood) tile.node.dataset.mood = mood;
    tile.node.classList.toggle("offline", mood === "offline");
    tile.node.hidden = Boolean(this._chosen) && this._chosen !== mood;
    if (mood === "offline" || mood === "silent" || !newest) {
      delete tile.age.dataset.at;
      const seen = Date.parse(device.seen_at || "");
      put(tile.age, mood === "offline" ? (Number.isNaN(seen) ? say("sensors.offline") : say("sensors.offline_for", { age: span(now() - seen) }))
        : say(device.online ? "sensors.online" : "sensors.never"));
    } else showAge(tile.age, newest);
  }

  _line(tile) {
    const reading = tile.readings[0];
    if (!reading || isCamera(tile.device)) return;
    const metric = metricOf(tile.device, reading.metric);
    if (isFlag(metric)) return;
    const told = this._history.get(reading.key) || [];
    const since = told.length ? told[told.length - 1][0] : -Infinity;
    const points = [...told, ...reading.history.filter(([time]) => time > since)];
    const colours = { data: token("--data"), beyond: token("--orange") };
    requestAnimationFrame(() => spark(tile.canvas, points, { low: metric.low, high: metric.high, beyond: this._beyond(tile.device, reading) > 0, colours }));
  }

  async _askHistory() {
    if (performance.now() - this._askedAt < AGAIN) return;
    this._askedAt = performance.now();
    const keys = [...this._tiles.values()].map((tile) => tile.readings[0]?.key).filter(Boolean).slice(0, 32);
    if (!keys.length) return;
    try {
      const found = await get(`/city/history.json?${keys.map((key) => `k=${encodeURIComponent(key)}`).join("&")}`);
      for (const [key, points] of Object.entries(found)) this._history.set(key, points);
      for (const tile of this._tiles.values()) this._line(tile);
    } catch {
      this._later = setTimeout(() => (this._askedAt = -Infinity), 5000); // the lines then begin with what comes
    }
  }

  /** How many tiles are in which mood; each count is a filter. */
  _count() {
    const counts = Object.fromEntries(MOODS.map((mood) => [mood, 0]));
    for (const { mood } of this._tiles.values()) counts[mood] += 1;
    put(this._part.note, say("unit.devices_of", { n: number(this._tiles.size) }));
    const key = JSON.stringify([counts, this._chosen, say("lang")]);
    if (this._counted === key) return;
    this._counted = key;
    const all = this._filter("", this._tiles.size);
    this._bar.replaceChildren(all, ...MOODS.filter((mood) => counts[mood] || mood === this._chosen).map((mood) => this._filter(mood, counts[mood])));
    for (const room of this._rooms.children) room.hidden = [...room.querySelectorAll(".u-tile")].every((tile) => tile.hidden);
  }

  _filter(mood, n) {
    const button = make("button", "chip", `${say(mood ? `unit.mood_${mood}` : "unit.all")} ${number(n)}`);
    button.dataset.mood = mood || "all";
    button.setAttribute("aria-pressed", String((this._chosen || "") === mood));
    button.addEventListener("click", () => {
      this._chosen = mood || null;
      this._choose(this._chosen);
      this.tick();
    });
    return button;
  }
}

/** A room whose name cannot be said in this language is told by what stands in it. */
function roomName(room, devices) {
  if (!room) return say("unit.no_room");
  const thing = devices.find((device) => !isCamera(device)) || devices[0];
  return sayable(room) || say("unit.room_with", { thing: deviceWords(thing) });
}

function limitText({ low, high }) {
  if (low === null && high === null) return "";
  const text = low === null ? `≤ ${number(high)}` : high === null ? `≥ ${number(low)}` : `${number(low)}–${number(high)}`;
  return say("unit.limit", { text });
}

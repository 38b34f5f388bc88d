// Sensor tiles: worst first or latest first. The order is settled a few times a second at most, values at once.
// A chosen unit shows each of its devices, also those that never sent a value.

import { deviceWords, excess, isCamera, isFlag, isQuiet, isStale, metricOf, sayable, shortId, valueText } from "../devices.js";
import { nameOf } from "../names.js";
import { show, showAge, spark } from "../values.js";
import { make, minuteOfDay, named, now, put, rem, say, span, spoken, token } from "../words.js";

const TILE = { zh: 4.25, en: 5 }; // rem; an English name may take two lines

export class Sensors {
  constructor() {
    this._list = document.getElementById("tiles");
    this._empty = document.getElementById("sensors-empty");
    this.mode = "worst";
    this.unit = null;
    this._tiles = [];
    this._order = [];
    this._settledAt = 0;
    this._silent = new Map(); // devices without a value, as readings without one
    this._asked = new Set();
    this._history = new Map();
    document.querySelectorAll("#sensor-modes button").forEach((button) =>
      button.addEventListener("click", () => this.setMode(button.dataset.mode)));
    this.setMode("worst");
  }

  setMode(mode) {
    this.mode = mode;
    document.querySelectorAll("#sensor-modes button").forEach((button) =>
      button.setAttribute("aria-pressed", button.dataset.mode === mode));
    this._settledAt = 0;
    if (this._state) this.paint({ whole: true, readings: new Set() }, this._state);
  }

  paint(changed, state) {
    this._state = state;
    const pause = this.mode === "latest" ? 250 : 1500;
    const at = performance.now();
    if (changed.whole || at - this._settledAt > pause) this._settle(state);
    else if (!this._later) this._later = setTimeout(() => this._settle(this._state), pause);
    for (const tile of this._tiles) if (tile.key && changed.readings.has(tile.key)) this._fill(tile, state.readings.get(tile.key));
  }

  /** Ages go on by themselves, and a value grows old without a frame. */
  tick() {
    const minute = minuteOfDay();
    if (this._minute !== minute) {
      this._minute = minute;
      this.relimit(); // somebody opens or closes
    }
    if (this._state) for (const tile of this._tiles) if (tile.key) this._mood(tile, this._readingOf(tile.key));
  }

  /** Other limits are in force. */
  relimit() {
    if (!this._state) return;
    for (const reading of this._state.readings.values()) delete reading.beyond;
    this.paint({ whole: true, readings: new Set() }, this._state);
  }

  _readingOf(key) {
    return this._state.readings.get(key) || this._silent.get(key);
  }

  _beyond(reading, device) {
    return (reading.beyond ??= excess(metricOf(device, reading.metric), reading.value));
  }

  _settle(state) {
    clearTimeout(this._later);
    this._later = null;
    this._settledAt = performance.now();
    const room = this.unit ? 200 : Math.max(2, Math.floor(this._list.clientHeight / (TILE[spoken()] * rem())));
    const at = now();
    const chosen = [];
    const before = this.mode === "latest" ? byTime : byHarm;
    for (const reading of state.readings.values()) {
      const device = state.devices.get(reading.device);
      const beyond = this._beyond(reading, device);
      if (this.mode === "worst" && !this.unit && !beyond && isQuiet(reading)) continue;
      const stale = isStale(device, reading.time, at) || device?.online === false;
      keep(chosen, { reading, beyond, stale }, before, room);
    }
    this._silent = this.unit ? silent(state) : new Map();
    for (const reading of this._silent.values()) if (chosen.length < room) chosen.push({ reading });
    while (this._tiles.length < chosen.length) this._tiles.push(this._make());
    this._tiles.forEach((tile, i) => {
      tile.node.hidden = i >= chosen.length;
      if (i < chosen.length) this._fill(tile, chosen[i].reading);
      else tile.key = null;
    });
    this._empty.hidden = chosen.length > 0;
    this._empty.dataset.text = this.unit ? "sensors.unit_empty" : "sensors.empty";
    put(this._empty, say(this._empty.dataset.text));
    this._askHistory(chosen.map((one) => one.reading).filter((reading) => reading.metric));
  }

  _make() {
    const node = make("button", "tile");
    const what = make("span", "what");
    what.append(make("span", "value"), make("span", "unit"));
    const canvas = make("canvas", "spark");
    node.append(make("span", "name"), make("span", "age"), make("span", "metric"), canvas, what);
    node.addEventListener("click", () => this.onChoose?.(this._state.devices.get(tile.device)?.unit));
    const tile = { node, canvas, key: null, first: node.children[0], age: node.children[1], second: node.children[2],
      value: what.firstChild, measure: what.lastChild };
    this._list.append(node);
    return tile;
  }

  _fill(tile, reading) {
    const device = this._state.devices.get(reading.device);
    const metric = metricOf(device, reading.metric);
    if (tile.key !== reading.key) tile.value.textContent = ""; // another value, not a changed one
    tile.key = reading.key;
    tile.device = reading.device;
    tile.node.dataset.device = reading.device;
    tile.node.dataset.metric = reading.metric;
    const own = this.unit ? sayable(device?.name) : "";
    // A room that cannot be said in this language gives way to the device's number, which tells two of a kind apart.
    const where = sayable(device?.room) || (device?.room || device?.name ? shortId(device) : "");
    const thing = own || deviceWords(device) || reading.device;
    put(tile.first, this.unit ? thing : device?.unit ? nameOf(device.unit) : reading.device);
    const words = reading.metric ? named(metric) : own ? deviceWords(device) : "";
    put(tile.second, this.unit ? [words, where].filter(Boolean).join(" · ") : `${thing} · ${words}`);
    show(tile.value, valueText(metric, reading.value));
    put(tile.measure, isFlag(metric) ? "" : metric.unit);
    this._mood(tile, reading);
    const beyond = this._beyond(reading, device) > 0;
    this._colours ||= { data: token("--data"), beyond: token("--orange") };
    spark(tile.canvas, this._points(reading), { low: metric.low, high: metric.high, beyond, colours: this._colours });
  }

  _mood(tile, reading) {
    const device = this._state.devices.get(reading.device);
    const beyond = this._beyond(reading, device) > 0;
    const offline = device?.online === false;
    const mood = !reading.metric ? (offline ? "offline" : "silent") : offline ? "offline" : isStale(device, reading.time, now()) ? "stale" : beyond ? "beyond" : "fresh";
    if (tile.node.dataset.mood !== mood) tile.node.dataset.mood = mood;
    if (offline) {
      delete tile.age.dataset.at;
      const seen = Date.parse(device.seen_at || reading.at);
      put(tile.age, Number.isNaN(seen) ? say("sensors.offline") : say("sensors.offline_for", { age: span(now() - seen) }));
    } else if (!reading.metric) {
      delete tile.age.dataset.at;
      put(tile.age, say(device?.online ? "sensors.online" : "sensors.never"));
    } else showAge(tile.age, reading.time);
  }

  _points(reading) {
    const before = this._history.get(reading.key) || [];
    const first = reading.history.length ? reading.history[0][0] : Infinity;
    return [...before.filter(([time]) => time < first), ...reading.history].slice(-60);
  }

  /** The values before this page was opened, asked for once per tile. */
  async _askHistory(readings) {
    const missing = readings.filter((reading) => !this._asked.has(reading.key)).slice(0, 24);
    if (!missing.length) return;
    missing.forEach((reading) => this._asked.add(reading.key));
    try {
      const wanted = missing.map((reading) => `k=${encodeURIComponent(reading.key)}`).join("&");
      const answer = await fetch(`/city/history.json?${wanted}`);
      if (!answer.ok) throw new Error(answer.status);
      for (const [key, points] of Object.entries(await answer.json())) this._history.set(key, points);
      for (const tile of this._tiles) if (tile.key) this._fill(tile, this._readingOf(tile.key));
    } catch {
      setTimeout(() => missing.forEach((reading) => this._asked.delete(reading.key)), 5000);
    }
  }
}

/** Put one into the list of the first `most`, in order. Sorting all of them for six tiles would cost a frame. */
function keep(list, one, before, most) {
  if (list.length === most && before(one, list[most - 1]) >= 0) return;
  let at = list.length;
  while (at > 0 && before(one, list[at - 1]) < 0) at -= 1;
  list.splice(at, 0, one);
  if (list.length > most) list.pop();
}

/** The devices that never sent a value, sensors before cameras, each as a reading without value. */
function silent(state) {
  const heard = new Set();
  for (const reading of state.readings.values()) heard.add(reading.device);
  const rows = [...state.devices.values()].filter((device) => !heard.has(device.id));
  rows.sort((a, b) => isCamera(a) - isCamera(b) || (a.id < b.id ? -1 : 1));
  return new Map(rows.map(({ id }) => {
    const key = `${id}|`;
    return [key, { key, device: id, metric: "", value: null, at: null, time: null, history: [], beyond: 0 }];
  }));
}

function byTime(a, b) {
  return b.reading.time - a.reading.time;
}

function byHarm(a, b) {
  if (a.beyond !== b.beyond) return b.beyond - a.beyond;
  if (a.stale !== b.stale) return b.stale - a.stale;
  return byTime(a, b);
}

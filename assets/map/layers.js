// What the layers know besides the live frames: cameras that do not work, lists, licences, missed checks, where the mobile
// ones are. Asked for when a layer is switched on, and again while it is.

import { get } from "../visit.js";
import { say } from "../words.js";
import { Mobile } from "./mobile.js";

const AGAIN = { cameras: 30000, lists: 300000, targets: 60000, mobile: 10000 };
const PATHS = {
  cameras: "/city/layers/cameras.json", lists: "/city/lists.json", targets: "/city/layers/targets.json",
  mobile: "/city/layers/mobile.json",
};
const MARKS = {
  faulty: { shape: "circle", colour: "--orange" },
  off: { shape: "circle", colour: "--text-2", hatched: true },
  red: { shape: "diamond", colour: "--map-gold", beside: true },
  black: { shape: "square", colour: "--map-grey", beside: true },
  licence: { shape: "square", colour: "--orange" },
  missed: { shape: "diamond", colour: "--data" },
};

export class Layers {
  /** `paint()` when a number changed. */
  constructor(parts, paint) {
    Object.assign(this, parts); // map, units, base, labels, heat, tree, onUnit
    this._paint = paint;
    this._known = {};
    this._timers = {};
    this._on = new Set();
    this.mobile = new Mobile(this.map, this.units, this.onUnit);
  }

  show(layer, on) {
    clearTimeout(this._timers[layer]);
    this._on[on ? "add" : "delete"](layer);
    if (PATHS[layer] && on) this._ask(layer);
    else if (layer === "mobile") this.mobile.show(null);
    else if (PATHS[layer]) this.units.mark(layer, null);
    if (layer === "heat") this.heat.show(on);
    if (layer === "streets") this._streets(on);
    if (layer === "units") this.units.hide(on ? this.hiddenCodes() : ["none", "green", "blue", "yellow", "red"]);
  }

  async _ask(layer) {
    this._timers[layer] = setTimeout(() => this._ask(layer), AGAIN[layer]);
    try {
      const found = await get(PATHS[layer]);
      if (!this._on.has(layer)) return;
      this._known[layer] = READ[layer](this, found);
    } catch {
      this._known[layer] = { ...this._known[layer], failed: true };
    }
    this._paint();
  }

  mark(layer, units) {
    this.units.mark(layer, new Map(units.map(([id, mark]) => [id, MARKS[mark]])));
  }

  _streets(on) {
    const areas = [...this.tree.areas.values()].filter((area) => area.demonstration);
    this.labels.mark(new Set(on ? areas.map((area) => area.id) : []));
    this.base.outline("streets", on ? areas.map((area) => area.id) : []);
    this._known.streets = { count: areas.length, note: areas.length ? "" : say("map.streets_none") };
  }

  of(layer, state) {
    if (layer === "units") return { count: this.units.count() };
    if (layer === "alarms") return { count: state ? [...state.alarms.values()].filter(({ level }) => level < 4).length : undefined };
    if (layer === "heat") return { note: this.heat.on ? this.heat.legend() : "" };
    return this._known[layer] || {};
  }

  remove() {
    this._on.clear();
    Object.values(this._timers).forEach(clearTimeout);
    this.mobile.remove();
    this.heat.remove();
  }
}

/** What each answer marks on the map; and its number and its note in the legend. */
const READ = {
  cameras(map, { units, cameras, faulty, off }) {
    map.mark("cameras", Object.entries(units).map(([unit, [bad]]) => [unit, bad ? "faulty" : "off"]));
    return { count: faulty + off, note: say("map.cameras_note", { faulty, off, cameras }) };
  },
  lists(map, { red, black }) {
    map.mark("lists", [...red.map(({ unit }) => [unit, "red"]), ...black.map(({ unit }) => [unit, "black"])]);
    const none = !red.length && !black.length;
    return { count: red.length + black.length, note: none ? say("map.lists_none") : say("map.lists_proposed") };
  },
  targets(map, { units, licences, missed }) {
    map.mark("targets", Object.entries(units));
    return { count: Object.keys(units).length, note: say("map.targets_note", { licences, missed }) };
  },
  mobile(map, { units }) {
    const old = map.mobile.show(units);
    return { count: units.length, note: old ? say("map.mobile_note", { old }) : "" };
  },
};

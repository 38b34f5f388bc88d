// Mobile restaurants where their locators say they are. They glide from one position to the next; one that has not told its
// position for two of its periods stands hatched, with the age of what is known.

import { nameOf } from "../names.js";
import { codeSign } from "../signs.js";
import { age, make, now, say } from "../words.js";

const GLIDE = 2000;

export class Mobile {
  constructor(map, units, onUnit) {
    Object.assign(this, { _map: map, _units: units, _onUnit: onUnit });
    this._marks = new Map();
  }

  /** Units { unit, latitude, longitude, at, interval }; null: none are shown. Answers how many positions are old. */
  show(units) {
    const wanted = new Set((units || []).map(({ unit }) => unit));
    for (const [id, mark] of this._marks)
      if (!wanted.has(id)) {
        mark.marker.remove();
        this._marks.delete(id);
      }
    const away = [...wanted].sort().join();
    if (away !== this._away) this._units.setAway([...wanted]);
    this._away = away;
    return (units || []).filter((one) => this._one(one)).length;
  }

  _one({ unit, latitude, longitude, at, interval }) {
    const mark = this._marks.get(unit) || this._make(unit, [latitude, longitude]);
    const [old, code] = [now() - Date.parse(at) > 2000 * interval, this._units.colourOf(unit)];
    mark.node.className = `mobile-unit ${old ? "is-old" : ""}`;
    mark.node.firstChild.className = `shape ${codeSign(code)}`;
    const words = say("map.mobile_words", { name: nameOf(unit), colour: say(`colour.${code}`), age: age(now() - Date.parse(at)) });
    mark.node.title = words;
    mark.node.ariaLabel = words;
    this._glide(mark, [latitude, longitude]);
    return old;
  }

  _make(unit, at) {
    const node = make("button", "mobile-unit");
    node.type = "button";
    node.append(make("i"));
    window.L.DomEvent.disableClickPropagation(node);
    node.addEventListener("click", () => this._onUnit(unit));
    const icon = window.L.divIcon({ html: node, className: "", iconSize: [0, 0] });
    const marker = window.L.marker(at, { icon, interactive: false, keyboard: false, pane: "mobile" }).addTo(this._map);
    const mark = { node, marker, at };
    this._marks.set(unit, mark);
    return mark;
  }

  _glide(mark, to) {
    const from = mark.at;
    if (from[0] === to[0] && from[1] === to[1]) return;
    mark.at = to;
    if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) return void mark.marker.setLatLng(to);
    const began = performance.now();
    const step = (time) => {
      const part = Math.min(1, Math.max(0, (time - began) / GLIDE));
      mark.marker.setLatLng([0, 1].map((axis) => from[axis] + (to[axis] - from[axis]) * part));
      if (part < 1 && mark.at === to) requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  }

  remove() {
    for (const { marker } of this._marks.values()) marker.remove();
    this._marks.clear();
  }
}

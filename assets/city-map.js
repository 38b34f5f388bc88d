// The city's map: areas, their names, all units, pulses of the most serious alarms, tip and selection.

import { decodeUnits, makeUnitLayer } from "./unit-layer.js";
import { fetchUntilThere } from "./page.js";
import { clock, make, named, number, put, say, spoken, token } from "./words.js";

const PULSES = 5; // more would only shout

export class CityMap {
  constructor(onChoose) {
    this._onChoose = onChoose;
    this._labels = new Map();
    this._pulses = new Map();
    this._names = null;
    this._chosen = null;
    this._colours = new Map();
    // Asked for at once, while the map itself is still being made.
    const failed = () => this._message("map.failed");
    this._areasAsked = fetchUntilThere("/city/areas.json", "json", failed);
    this._unitsAsked = fetchUntilThere("/city/units.bin", "arrayBuffer", failed);
    this.ready = new Promise((resolve) => {
      const begin = () => resolve(this._begin(window.sunshineMap));
      if (window.sunshineMap && window.sunshineMap._loaded) begin();
      else {
        const wait = setInterval(() => {
          if (!window.sunshineMap || !window.sunshineMap._loaded) return;
          clearInterval(wait);
          begin();
        }, 30);
      }
    });
  }

  async _begin(map) {
    const L = window.L;
    this.map = map;
    map.createPane("areas").style.zIndex = 250;
    map.createPane("units").style.zIndex = 420;
    map.createPane("area-names").style.zIndex = 440;
    map.getPane("area-names").style.pointerEvents = "none";
    map.getPane("units").style.pointerEvents = "none";
    this.units = new (makeUnitLayer(L))();
    this.units.addTo(map);
    map.on("mousemove", (event) => this._hover(event.containerPoint));
    map.on("mouseout movestart", () => this._tip(null));
    map.on("click", (event) => {
      const id = this.units.at(event.containerPoint);
      if (id) this._onChoose(id);
    });
    map.on("zoomend", () => this._afterZoom());
    new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(map.getContainer());
    document.getElementById("map-home").addEventListener("click", () => this.home(true));
    await Promise.all([this._loadAreas(), this.loadUnits()]);
    this.home(false);
    this._afterZoom();
    this.isReady = true;
    if (this._last) this.frame({ whole: true }, this._last); // what came while the map was made
  }

  async _loadAreas() {
    const areas = await this._areasAsked;
    const L = window.L;
    const canvas = L.canvas({ pane: "areas", padding: 0.3 });
    const shapes = areas.filter((area) => area.boundary);
    const style = (area) =>
      area.kind === "city"
        ? { color: token("--map-boundary"), weight: 2, fillColor: token("--map-land"), fillOpacity: 1 }
        : { color: token("--map-district"), weight: 1, opacity: 0.55, dashArray: "5 4", fillColor: token("--map-land"),
            fillOpacity: 1 };
    this._areas = areas;
    this._outline = L.layerGroup().addTo(this.map);
    for (const kind of ["city", "banner"])
      for (const area of shapes.filter((shape) => shape.kind === kind))
        L.geoJSON(area.boundary, { renderer: canvas, interactive: false, style: style(area) }).addTo(this._outline);
    for (const area of areas)
      if (area.latitude !== null && ["banner", "street"].includes(area.kind)) this._label(area);
    this._shapes = shapes;
  }

  _label(area) {
    const node = make("div", `area-name is-${area.kind}`);
    node.append(make("b"), make("span"));
    const icon = window.L.divIcon({ html: node, className: "", iconSize: [0, 0] });
    const spot = window.L.latLng(labelSpot(area));
    const marker = window.L.marker(spot, { icon, interactive: false, keyboard: false, pane: "area-names" }).addTo(this.map);
    this._labels.set(area.id, { area, node, spot, marker });
    this._name(area.id);
  }

  _name(id) {
    const { area, node } = this._labels.get(id);
    put(node.firstChild, spoken() === "zh" ? area.name : area.name_en || area.name);
  }

  /** Names that would lie on each other step apart, the northern ones up, the southern ones down. */
  _spreadNames() {
    const boxes = [...this._labels.values()].filter((label) => label.area.kind === "banner").map((label) => {
      const { x, y } = this.map.latLngToLayerPoint(label.spot);
      return { label, x, y, w: label.node.offsetWidth / 2 + 4, h: label.node.offsetHeight / 2 + 1 };
    }).sort((a, b) => a.y - b.y);
    for (let round = 0; round < 30; round++) {
      let moved = false;
      for (let i = 0; i < boxes.length; i++)
        for (let j = i + 1; j < boxes.length; j++) {
          const [a, b] = [boxes[i], boxes[j]];
          const overlap = a.h + b.h - (b.y - a.y);
          if (overlap <= 0 || Math.abs(a.x - b.x) >= a.w + b.w) continue;
          a.y -= overlap / 2;
          b.y += overlap / 2;
          moved = true;
        }
      if (!moved) break;
    }
    for (const { label, x, y } of boxes) label.marker.setLatLng(this.map.layerPointToLatLng([x, y]));
  }

  async loadUnits() {
    const asked = this._unitsAsked || fetchUntilThere("/city/units.bin", "arrayBuffer", () => this._message("map.failed"));
    this._unitsAsked = null; // the next time units are asked for anew
    const data = decodeUnits(await asked);
    this._names = null;
    this.units.setUnits(data);
    this.units.recolour(this._colours);
    this._message(data.n ? "" : "map.empty");
    document.getElementById("map-panel").dataset.units = data.n;
  }

  home(moved) {
    const bounds = window.L.latLngBounds([]);
    for (const shape of this._shapes || []) bounds.extend(window.L.geoJSON(shape.boundary).getBounds());
    if (!bounds.isValid()) bounds.extend(this.units.bounds());
    if (bounds.isValid()) this.map.fitBounds(bounds, { animate: moved, padding: [12, 12] });
  }

  /** New facts from a frame: colours of units, figures of areas, when this was. */
  frame(changed, state) {
    this._last = state;
    if (!this.isReady) return;
    const ids = changed.whole ? state.units.keys() : changed.units;
    let unknown = false;
    const fresh = [];
    for (const id of ids) {
      const colour = state.units.get(id)?.colour || "none";
      this._colours.set(id, colour);
      fresh.push([id, colour]);
      unknown ||= !this.units.knows(id);
    }
    this.units.recolour(fresh);
    if (unknown) this._reload();
    if (changed.kpi || changed.whole) this._areaFigures(state.kpi);
    if (changed.alarms || changed.whole) this._pulse(state.alarms);
    if (state.at) put(document.getElementById("map-time"), say("map.updated", { time: clock(Date.parse(state.at)) }));
  }

  _reload() {
    // Units that were registered after this page was opened.
    clearTimeout(this._reloading);
    this._reloading = setTimeout(() => this.loadUnits(), 1000);
  }

  _areaFigures(kpi) {
    let grown = false;
    for (const area of (kpi && kpi.areas) || []) {
      const label = this._labels.get(area.id);
      if (!label) continue;
      grown ||= label.node.lastChild.textContent === "";
      put(label.node.lastChild, number(area.index, 1));
    }
    if (grown) this._spreadNames();
  }

  _pulse(alarms) {
    const units = [...alarms.values()].filter((alarm) => alarm.level === 1)
      .sort((a, b) => (a.raised_at < b.raised_at ? 1 : -1)).slice(0, PULSES).map((alarm) => alarm.unit);
    for (const [unit, marker] of this._pulses)
      if (!units.includes(unit)) {
        marker.remove();
        this._pulses.delete(unit);
      }
    for (const unit of units) {
      if (this._pulses.has(unit)) continue;
      const at = this.units.shownAt(unit);
      if (!at) continue;
      const icon = window.L.divIcon({ className: "pulse", iconSize: [0, 0] });
      this._pulses.set(unit, window.L.marker(at, { icon, interactive: false, keyboard: false }).addTo(this.map));
    }
  }

  // --- choosing

  choose(id) {
    this._chosen = id;
    this._ring?.remove();
    this._ring = null;
    const at = id && this.units?.latLng(id);
    if (!at) return;
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const zoom = Math.max(this.map.getZoom(), 16);
    if (still) this.map.setView(at, zoom, { animate: false });
    else this.map.flyTo(at, zoom, { duration: 0.6 });
    this._drawRing();
  }

  _drawRing() {
    this._ring?.remove();
    const at = this._chosen && this.units.shownAt(this._chosen);
    if (!at) return;
    const icon = window.L.divIcon({ className: "chosen", iconSize: [0, 0] });
    this._ring = window.L.marker(at, { icon, interactive: false, keyboard: false }).addTo(this.map);
  }

  _afterZoom() {
    const zoom = this.map.getZoom();
    this.map.getContainer().dataset.near = zoom >= 12.5 ? "street" : zoom >= 10.5 ? "banner" : "city";
    this._spreadNames();
    // Dots stand elsewhere at another zoom, and what marks them goes with them.
    requestAnimationFrame(() => {
      for (const [unit, marker] of this._pulses) marker.setLatLng(this.units.shownAt(unit) || marker.getLatLng());
      if (this._chosen) this._drawRing();
    });
  }

  async _hover(point) {
    const id = this.units.at(point);
    this.map.getContainer().style.cursor = id ? "pointer" : "";
    if (!id) return this._tip(null);
    this._names ||= fetch("/city/names.json").then((answer) => answer.json()).catch(() => (this._names = null));
    const names = (await this._names) || {};
    this._tip(id, point, names[id]);
  }

  _tip(id, point, names) {
    const tip = document.getElementById("map-tip");
    tip.hidden = !id;
    if (!id) return;
    const [zh, en] = names || [id, id];
    const colour = this.units.colourOf(id);
    tip.replaceChildren(make("i", `shape ${shapeOf(colour)} ${colour}`), make("b", "", named({ zh, en }) || id),
      make("span", "", say(`colour.${colour}`)));
    const room = this.map.getSize();
    tip.style.left = `${point.x}px`;
    tip.style.top = `${point.y}px`;
    tip.dataset.side = `${point.y < room.y * 0.2 ? "below" : "above"} ${point.x > room.x * 0.75 ? "left" : "right"}`;
  }

  _message(key) {
    const node = document.getElementById("map-message");
    node.hidden = !key;
    if (key) {
      node.dataset.text = key;
      put(node, say(key));
    } else delete node.dataset.text;
  }

  translate() {
    this._labels.forEach((_, id) => this._name(id));
    this._spreadNames();
  }
}

export function shapeOf(code) {
  return { green: "circle", blue: "square", yellow: "triangle", red: "octagon" }[code] || "ring";
}

/** Above the middle of the area's shape, or at its seat when it has none. */
function labelSpot(area) {
  if (!area.boundary) return [area.latitude, area.longitude];
  const bounds = window.L.geoJSON(area.boundary).getBounds();
  const middle = bounds.getCenter();
  return [middle.lat, middle.lng];
}

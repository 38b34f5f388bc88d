// The city's map: areas, their names, all units, pulses of the most serious alarms, tip and selection.

import { CoreMap } from "./core-map.js";
import { nameOf } from "./names.js";
import { fetchUntilThere } from "./page.js";
import { Pulses } from "./pulses.js";
import { roadsBetween } from "./roads.js";
import { decodeUnits, makeUnitLayer } from "./unit-layer.js";
import { FROM_ZOOM, UnitNames } from "./unit-names.js";
import { clock, make, number, put, rem, say, spoken, token } from "./words.js";

export class CityMap {
  constructor(onChoose) {
    this._onChoose = onChoose;
    this._labels = new Map();
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
    this._pulses = new Pulses(map, this.units);
    this._unitNames = new UnitNames(map, this.units, () => this._streetBoxes());
    L.control.scale({ imperial: false, position: "bottomleft", maxWidth: 9 * rem() }).addTo(map);
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
    this._core = new CoreMap(map, (other) => this._base(other), this._areas, this._onChoose);
    this.home(false);
    if (this.units.count()) this._core.setUnits(this._data);
    this._afterZoom();
    this.isReady = true;
    if (this._last) this.frame({ whole: true }, this._last); // what came while the map was made
  }

  async _loadAreas() {
    const areas = await this._areasAsked;
    this._areas = areas;
    this._shapes = areas.filter((area) => area.boundary);
    this._base(this.map);
    for (const area of areas)
      if (area.latitude !== null && ["banner", "street"].includes(area.kind)) this._label(area);
  }

  /** Land, districts and the net between towns. */
  _base(map) {
    const L = window.L;
    const canvas = L.canvas({ pane: "areas", padding: 0.3 });
    const style = (area) =>
      area.kind === "city"
        ? { color: token("--map-boundary"), weight: 2, fillColor: token("--map-land"), fillOpacity: 1 }
        : { color: token("--map-district"), weight: 1, opacity: 0.55, dashArray: "5 4", fillColor: token("--map-land"),
            fillOpacity: 1 };
    for (const kind of ["city", "banner"])
      for (const area of this._shapes.filter((shape) => shape.kind === kind))
        L.geoJSON(area.boundary, { renderer: canvas, interactive: false, style: style(area) }).addTo(map);
    const road = { color: token("--map-road"), weight: 1, interactive: false, renderer: canvas };
    L.polyline(roadsBetween(this._areas), road).addTo(map);
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
    const core = this._core?.window();
    const boxes = [...this._labels.values()].filter((label) => label.area.kind === "banner").map((label) => {
      let { x, y } = this.map.latLngToLayerPoint(label.spot);
      const [w, h] = [label.node.offsetWidth / 2 + 4, label.node.offsetHeight / 2 + 1];
      // Names of what is enlarged stand beside it, or they would cover it.
      if (core?.contains([label.area.latitude, label.area.longitude])) {
        const seat = this.map.latLngToLayerPoint([label.area.latitude, label.area.longitude]);
        [x, y] = [this.map.latLngToLayerPoint(core.getNorthWest()).x - w, seat.y];
      }
      return { label, x, y, w, h };
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
    const data = (this._data = decodeUnits(await asked));
    this.units.setUnits(data);
    this.units.recolour(this._colours);
    this._core?.setUnits(data);
    this._message(data.n ? "" : "map.empty");
    document.getElementById("map-panel").dataset.units = data.n;
  }

  home(moved) {
    const bounds = window.L.latLngBounds([]);
    for (const shape of this._shapes || []) bounds.extend(window.L.geoJSON(shape.boundary).getBounds());
    if (!bounds.isValid()) bounds.extend(this.units.bounds());
    if (bounds.isValid()) this.map.fitBounds(bounds, { animate: moved, padding: [6, 6] });
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
    this._core.units.recolour(fresh);
    if (unknown) this._reload();
    if (changed.kpi || changed.whole) this._areaFigures(state.kpi);
    if (changed.alarms || changed.whole) this._pulses.show(state.alarms), this._core.pulses.show(state.alarms);
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

  // --- choosing

  choose(id) {
    this._chosen = id;
    this._ring?.remove();
    this._ring = null;
    this._unitNames.draw(id);
    const at = id && this.units?.latLng(id);
    if (!at) return;
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const zoom = Math.max(this.map.getZoom(), this._zoomAround(at));
    if (still) this.map.setView(at, zoom, { animate: false });
    else this.map.flyTo(at, zoom, { duration: 0.6 });
    this._drawRing();
    this._clearChosen();
  }

  /** Near enough to tell the units apart, and where streets are small one step less: the neighbours are seen too. */
  _zoomAround(at) {
    const near = this._streetLabels().map(({ spot }) => spot)
      .sort((a, b) => this.map.distance(at, a) - this.map.distance(at, b)).slice(0, 3);
    const zoom = this.map.getBoundsZoom(window.L.latLngBounds([at, ...near]).pad(0.6));
    return Math.min(16, Math.max(FROM_ZOOM, zoom));
  }

  _streetBoxes() {
    const frame = this.map.getContainer().getBoundingClientRect();
    return this._streetLabels().map(({ node }) => {
      const box = node.getBoundingClientRect();
      return [box.left - frame.left, box.top - frame.top, box.right - frame.left, box.bottom - frame.top];
    });
  }

  _streetLabels() {
    return [...this._labels.values()].filter(({ area }) => area.kind === "street");
  }

  /** A street's name steps up or down from the marked unit and its name. */
  _clearChosen() {
    for (const { node } of this._streetLabels()) if (node.style.translate) node.style.translate = "";
    const at = this._chosen && this.units.shownAt(this._chosen);
    if (!at || this.map.getZoom() < FROM_ZOOM) return;
    const k = rem();
    const frame = this.map.getContainer().getBoundingClientRect();
    const { x, y } = this.map.latLngToContainerPoint(at);
    const [left, right, top, bottom] = [x - 1.5 * k, x + 18 * k, y - 1.5 * k, y + 1.5 * k];
    for (const { node } of this._streetLabels()) {
      const box = node.getBoundingClientRect();
      const [high, low] = [box.top - frame.top, box.bottom - frame.top];
      if (box.left - frame.left > right || box.right - frame.left < left || low < top || high > bottom) continue;
      node.style.translate = `0 ${low - top < bottom - high ? top - low : bottom - high}px`;
    }
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
    this._core?.show(zoom < 10.5);
    this.map.getContainer().dataset.near = zoom >= FROM_ZOOM ? "unit" : zoom >= 12.5 ? "street" : zoom >= 10.5 ? "banner" : "city";
    this._spreadNames();
    requestAnimationFrame(() => {
      if (this._chosen) this._drawRing(); // the dot stands elsewhere at another zoom
      this._clearChosen();
    });
  }

  _hover(point) {
    const id = this.units.at(point);
    this.map.getContainer().style.cursor = id ? "pointer" : "";
    this._tip(id, point);
  }

  _tip(id, point) {
    const tip = document.getElementById("map-tip");
    tip.hidden = !id;
    if (!id) return;
    const colour = this.units.colourOf(id);
    tip.replaceChildren(make("i", `shape ${shapeOf(colour)} ${colour}`), make("b", "", nameOf(id)),
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
    this._core?.translate();
    this.renamed();
  }

  /** Names of units are known, or known in the other language. */
  renamed() {
    this._unitNames?.draw();
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

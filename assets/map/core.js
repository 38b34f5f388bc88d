// The densest part of the city once more, enlarged, in a corner of the map: towns are small on a prairie.

import { Pulses } from "./pulses.js";
import { makeUnitLayer } from "./units.js";
import { make, named, rem, token } from "../words.js";

const SHARE = 6; // the window is this part of the city's height
const CELL = 0.05; // degrees; fine enough to find the densest place

export class CoreMap {
  /** `drawBase(map, renderer)` draws areas and roads as on the large map. */
  constructor(whole, drawBase, areas, onChoose) {
    const L = window.L;
    this._whole = whole;
    this._areas = areas;
    this._node = document.getElementById("core");
    this._node.hidden = false; // a map in a hidden box has no size
    this.map = L.map("core-map", {
      zoomControl: false, attributionControl: false, zoomSnap: 0, dragging: false, scrollWheelZoom: false,
      doubleClickZoom: false, boxZoom: false, touchZoom: false, keyboard: false, preferCanvas: true, center: [0, 0], zoom: 5,
    });
    this.map.createPane("areas").style.zIndex = 250;
    for (const [pane, order] of [["units", 420], ["area-names", 440]]) {
      this.map.createPane(pane).style.zIndex = order;
      this.map.getPane(pane).style.pointerEvents = "none";
    }
    this._base = drawBase(this.map);
    this.units = new (makeUnitLayer(L))({ inset: true });
    this.units.addTo(this.map);
    this.pulses = new Pulses(this.map, this.units);
    this._names = areas.filter((area) => area.kind === "banner" && area.latitude !== null).map((area) => {
      const node = make("div", "area-name is-banner");
      node.append(make("b"));
      const icon = L.divIcon({ html: node, className: "", iconSize: [0, 0] });
      L.marker([area.latitude, area.longitude], { icon, interactive: false, keyboard: false, pane: "area-names" }).addTo(this.map);
      return { area, node };
    });
    this.translate();
    this.map.on("click", (event) => {
      const id = this.units.at(event.containerPoint);
      if (id) onChoose(id);
      else this._whole.flyToBounds(this.map.getBounds(), { duration: 0.6 });
    });
    this.map.on("mousemove", (event) => {
      this.map.getContainer().style.cursor = this.units.at(event.containerPoint) ? "pointer" : "zoom-in";
    });
    new ResizeObserver(() => this.fit()).observe(this.map.getContainer());
    this.show(false);
  }

  setUnits(data) {
    this.units.setUnits({ ...data, colour: data.colour.slice() });
    this._bounds = densest(data);
    this.show(true);
    this.fit();
  }

  fit() {
    this.map.invalidateSize({ animate: false });
    if (!this._bounds || !this.map.getSize().x) return;
    const k = rem();
    this.map.fitBounds(this._bounds, { animate: false, paddingTopLeft: [1.5 * k, 3.25 * k], paddingBottomRight: [k, 0.75 * k] });
    this._frame?.remove();
    const style = { color: token("--map-district"), weight: 1, fill: false, interactive: false };
    this._frame = window.L.rectangle(this.map.getBounds(), { ...style, renderer: this._renderer() }).addTo(this._whole);
    if (this._node.hidden) this._frame.remove();
  }

  repaint() {
    this._base.draw();
    this.units._draw();
    this.fit();
  }

  _renderer() {
    return (this._canvas ||= window.L.canvas({ pane: "areas" }));
  }


  /** Where the enlarged window lies on the large map, as a box in its window; null while it is not shown. */
  box() {
    if (this._node.hidden || !this._frame) return null;
    const bounds = this._frame.getBounds();
    const [a, b] = [bounds.getNorthWest(), bounds.getSouthEast()].map((at) => this._whole.latLngToContainerPoint(at));
    return [a.x, a.y, b.x, b.y];
  }

  /** Only beside the whole city; nearer there is no need of it. */
  show(wanted) {
    this._node.hidden = !wanted || !this._bounds;
    if (!this._frame) return;
    if (this._node.hidden) this._frame.remove();
    else this._frame.addTo(this._whole);
  }

  translate() {
    for (const { area, node } of this._names) node.firstChild.textContent = named({ zh: area.name, en: area.name_en });
  }
}

/** A window around the densest place, moved to the middle of what it holds and cut to the bulk of it; null when nothing is. */
function densest({ n, latitude, longitude }) {
  const rows = [];
  for (let i = 0; i < n; i++) if (latitude[i] > -9_000_000) rows.push([latitude[i] / 1e5, longitude[i] / 1e5]);
  if (rows.length < 500) return null; // a small city fits on one map
  const cells = new Map();
  for (const [lat, lng] of rows) {
    const key = `${Math.floor(lat / CELL)},${Math.floor(lng / CELL)}`;
    cells.set(key, (cells.get(key) || 0) + 1);
  }
  const [fullest] = [...cells].reduce((best, one) => (one[1] > best[1] ? one : best));
  let [lat, lng] = fullest.split(",").map((n) => (Number(n) + 0.5) * CELL);
  const north = rows.reduce((most, row) => Math.max(most, row[0]), -90);
  const south = rows.reduce((least, row) => Math.min(least, row[0]), 90);
  const high = (north - south) / SHARE / 2;
  const wide = high / Math.cos((lat * Math.PI) / 180);
  let inside = [];
  for (let turn = 0; turn < 8; turn++) {
    inside = rows.filter((row) => Math.abs(row[0] - lat) < high && Math.abs(row[1] - lng) < wide);
    lat = inside.reduce((sum, row) => sum + row[0], 0) / inside.length;
    lng = inside.reduce((sum, row) => sum + row[1], 0) / inside.length;
  }
  const bulk = (axis) => {
    const sorted = inside.map((row) => row[axis]).sort((a, b) => a - b);
    return [sorted[Math.floor(sorted.length * 0.02)], sorted[Math.floor(sorted.length * 0.98)]];
  };
  const [[s, n_], [w, e]] = [bulk(0), bulk(1)];
  return window.L.latLngBounds([s, w], [n_, e]);
}

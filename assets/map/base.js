// What lies under the units: land, districts, the net between towns, and the outlines that a layer or a choice asks for.

import { token } from "../words.js";
import { roadsBetween } from "./roads.js";

export class Base {
  constructor(map, areas) {
    this._map = map;
    this._areas = areas;
    this._shown = [];
    this._outlines = new Map(); // name -> ids of areas and their look
    this._renderer = window.L.canvas({ pane: "areas", padding: 0.3 });
    this.draw();
  }

  /** Anew, as when the theme or a boundary changes. */
  draw() {
    const L = window.L;
    this._shown.forEach((layer) => layer.remove());
    this._shown = [];
    const shapes = this._areas.filter((area) => area.boundary);
    for (const kind of ["city", "banner"])
      for (const area of shapes.filter((shape) => shape.kind === kind)) this._shape(area.boundary, STYLES[kind]());
    const road = { color: token("--map-road"), weight: 1, interactive: false, renderer: this._renderer };
    this._shown.push(L.polyline(roadsBetween(this._areas), road).addTo(this._map));
    for (const { ids, style } of this._outlines.values())
      for (const area of shapes) if (ids.has(area.id)) this._shape(area.boundary, STYLES[style]());
  }

  /** Areas outlined for a reason: `chosen`, `streets`. */
  outline(name, ids, style = name) {
    if (!ids.length && !this._outlines.has(name)) return;
    this._outlines.set(name, { ids: new Set(ids), style });
    this.draw();
  }

  _shape(boundary, style) {
    const options = { renderer: this._renderer, interactive: false, style };
    this._shown.push(window.L.geoJSON(boundary, options).addTo(this._map));
  }

  remove() {
    this._shown.forEach((layer) => layer.remove());
    this._renderer.remove();
  }
}

const STYLES = {
  city: () => ({ color: token("--map-boundary"), weight: 2, fillColor: token("--map-land"), fillOpacity: fill() }),
  banner: () => ({
    color: token("--map-district"), weight: 1, opacity: 0.55, dashArray: "5 4", fillColor: token("--map-land"), fillOpacity: fill(),
  }),
  chosen: () => ({ color: token("--data"), weight: 2, fillColor: token("--data"), fillOpacity: 0.05 }),
  streets: () => ({ color: token("--data"), weight: 2, dashArray: "2 3", fillColor: token("--data"), fillOpacity: 0.12 }),
};

/** Over a map from tiles the land is not painted. */
function fill() {
  return document.querySelector("#map .leaflet-tile-pane .leaflet-layer") ? 0 : 1;
}

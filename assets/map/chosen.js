// The chosen unit: the map flies to it, a ring marks it. And the call-out of the unit under the pointer, else of the chosen one.

import { rem } from "../words.js";
import { FROM_ZOOM } from "./names.js";

export const CLOSEST = 16;

export class Chosen {
  /** `of(unit)`: { state, street } for the call-out. */
  constructor(city, callout, of) {
    Object.assign(this, { _city: city, _map: city.map, _callout: callout, _of: of, _id: null });
  }

  choose(id, moved = true) {
    const { units, unitNames } = this._city;
    this._id = id;
    this._ring?.remove();
    unitNames.draw(id);
    const at = id && units.latLng(id);
    if (!at) return this._callout.hide();
    const zoom = Math.max(this._map.getZoom(), this._zoomAround(at));
    if (!moved || still()) this._map.setView(at, zoom, { animate: false });
    else this._map.flyTo(at, zoom, { duration: 0.6 });
    this.mark();
  }

  /** Near enough to tell the units apart, and where streets are small one step less: the neighbours are seen too. */
  _zoomAround(at) {
    const distance = (spot) => this._map.distance(at, spot);
    const near = this._city.labels.spots("street").sort((a, b) => distance(a) - distance(b)).slice(0, 3);
    const zoom = this._map.getBoundsZoom(window.L.latLngBounds([at, ...near]).pad(0.6));
    return Math.min(CLOSEST, Math.max(FROM_ZOOM, zoom));
  }

  mark() {
    this._ring?.remove();
    const at = this._id && this._city.units.shownAt(this._id);
    if (!at) return;
    const icon = window.L.divIcon({ className: "chosen", iconSize: [0, 0] });
    this._ring = window.L.marker(at, { icon, interactive: false, keyboard: false }).addTo(this._map);
    this.point(null);
  }

  /** What the ring and the unit's name take of the map's window; null when none is marked. */
  box() {
    const at = this._id && this._city.units.shownAt(this._id);
    if (!at || this._map.getZoom() < FROM_ZOOM) return null;
    const [{ x, y }, k] = [this._map.latLngToContainerPoint(at), rem()];
    return [x - 1.5 * k, y - 1.5 * k, x + 18 * k, y + 1.5 * k];
  }

  /** The unit under the pointer at this point; null: none. Near by, the chosen one is named by its label already. */
  point(id, at) {
    const { units } = this._city;
    const unit = id || (this._map.getZoom() < FROM_ZOOM ? this._id : null);
    const shown = unit && units.shownAt(unit);
    if (!shown) return this._callout.hide();
    const { state, street } = this._of(unit);
    this._callout.unit(unit, id ? at : this._map.latLngToContainerPoint(shown), units.colourOf(unit), state, street);
  }
}

export function still() {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}

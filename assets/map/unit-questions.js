// What others ask of the units' layer: where a unit stands, which one lies under a point, which are seen.

import { CODES } from "./data.js";

export const questions = (L) => ({
  knows(id) {
    return this._rows.has(id);
  },

  rowOf(id) {
    return this._rows.get(id);
  },

  count() {
    return this._data.n;
  },

  colourOf(id) {
    const row = this._rows.get(id);
    return row === undefined ? "none" : CODES[this._data.colour[row]];
  },

  latLng(id) {
    const row = this._rows.get(id);
    if (row === undefined || Number.isNaN(this._mercator.mx[row])) return null;
    return L.latLng(this._data.latitude[row] / 1e5, this._data.longitude[row] / 1e5);
  },

  /** Where the unit's dot stands on the map at the present zoom. */
  shownAt(id) {
    const row = this._rows.get(id);
    if (row === undefined || !this._px || Number.isNaN(this._mercator.mx[row])) return this.latLng(id);
    return this._map.unproject(L.point(this._px[row], this._py[row]), this._placedAt);
  },

  /** Where units stand, all or those of the rows that `inside` marks; one that stands outside of `land` is a mistake of somebody. */
  bounds(inside = null, land = null) {
    const { n, latitude, longitude } = this._data;
    const bounds = L.latLngBounds([]);
    for (let i = 0; i < n; i++) {
      if ((inside && !inside[i]) || Number.isNaN(this._mercator.mx[i])) continue;
      const at = [latitude[i] / 1e5, longitude[i] / 1e5];
      if (!land?.isValid() || land.contains(at)) bounds.extend(at);
    }
    return bounds;
  },

  /** The units inside the map's window at the present zoom, the most serious first: [id, x, y] in container pixels. */
  visible(most) {
    const found = [];
    if (!this._origin) return found;
    const corner = this._map.getPixelOrigin().subtract(this._map._getMapPanePos());
    const size = this._map.getSize();
    for (let code = CODES.length - 1; code >= 0; code--)
      for (let i = 0; i < this._data.n && found.length < most; i++) {
        if (this._data.colour[i] !== code || !this._drawn(i)) continue;
        const x = this._px[i] - corner.x;
        const y = this._py[i] - corner.y;
        if (x > 0 && y > 0 && x < size.x && y < size.y) found.push([this._data.ids[i], x, y]);
      }
    return found;
  },

  /** Every dot that is drawn and looked at, in container pixels: { x, y, code }. */
  *dots() {
    if (!this._origin) return;
    const corner = this._map.getPixelOrigin().subtract(this._map._getMapPanePos());
    for (let i = 0; i < this._data.n; i++)
      if (this._drawn(i) && (!this._inside || this._inside[i]))
        yield { x: this._px[i] - corner.x, y: this._py[i] - corner.y, code: this._data.colour[i] };
  },

  /** The unit under a point of the map's container, or null. The most serious of those near wins. */
  at(containerPoint, finger = 0) {
    if (!this._origin) return null;
    const world = this._map.project(this._map.containerPointToLatLng(containerPoint), this._placedAt);
    let best = null;
    let bestScore = Infinity;
    for (const row of this._buckets.near(world.x, world.y, (16 + finger) * this._k)) {
      if (!this._drawn(row)) continue;
      const colour = this._data.colour[row];
      const distance = Math.hypot(this._px[row] - world.x, this._py[row] - world.y);
      const reach = Math.max(5 * this._k, this._radius(colour) + 3 * this._k) + finger;
      const score = distance - colour * 0.5 * this._k;
      if (distance <= reach && score < bestScore) [best, bestScore] = [row, score];
    }
    return best === null ? null : this._data.ids[best];
  },
});

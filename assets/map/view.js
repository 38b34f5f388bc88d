// Which part of the world is looked at: where the units are, in the frame of the boundaries.

import { CLOSEST } from "./chosen.js";

const EDGE = 6; // px
const SPARSE = 0.25; // where the units take less than this part of the city's width and height, the frame is theirs
const AROUND = 0.12; // room around units, for their labels
const SEAT = 3000; // m around an area without boundary and units

export class View {
  constructor(map, areas, tree, units) {
    Object.assign(this, { _map: map, _areas: areas, _tree: tree, _units: units });
  }

  /** Looks at an area, null: at the whole. Beside the whole `enlarged` lies at the right, if there is such a part. */
  show(area, inside, animate, enlarged) {
    const bounds = this.of(area, inside);
    if (!bounds.isValid()) return;
    const right = !area && enlarged ? this._spare(bounds) * 0.7 : 0;
    this._map.fitBounds(bounds, { animate, paddingTopLeft: [EDGE, EDGE], paddingBottomRight: [EDGE + right, EDGE], maxZoom: CLOSEST });
  }

  /** How much wider the window is than the bounds when they fill its height. */
  _spare(bounds) {
    const zoom = this._map.getBoundsZoom(bounds, false, window.L.point(2 * EDGE, 2 * EDGE));
    const [west, east] = [bounds.getNorthWest(), bounds.getSouthEast()].map((at) => this._map.project(at, zoom).x);
    return Math.max(0, this._map.getSize().x - 2 * EDGE - (east - west));
  }

  /** Bounds of an area, null: of the whole; `inside` marks its units. They may be empty. */
  of(area, inside) {
    const land = this._land(area ? [this._tree.get(area)] : this._areas);
    const units = this._units.bounds(inside, land);
    if (units.isValid() && (area || !land.isValid() || small(units, land))) return units.pad(AROUND);
    if (land.isValid()) return land;
    const seat = area && this._tree.get(area);
    return seat && seat.latitude !== null ? window.L.latLng(seat.latitude, seat.longitude).toBounds(SEAT) : land;
  }

  _land(areas) {
    const land = window.L.latLngBounds([]);
    for (const { boundary } of areas) if (boundary) land.extend(window.L.geoJSON(boundary).getBounds());
    return land;
  }
}

function small(units, land) {
  const side = (bounds) => [bounds.getEast() - bounds.getWest(), bounds.getNorth() - bounds.getSouth()];
  const [[wide, high], [whole, tall]] = [side(units), side(land)];
  return wide < SPARSE * whole && high < SPARSE * tall;
}

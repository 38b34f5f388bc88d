// Names beside the dots at street zoom, where there is room: the chosen unit first, then the most serious.

import { nameOf } from "../names.js";
import { make, rem } from "../words.js";

export const FROM_ZOOM = 15;
const MOST = 80;
const WIDEST = 12; // rem; longer names are cut

export class UnitNames {
  /** `obstacles()` tells what must not be covered, as boxes in the map's window. */
  constructor(map, units, obstacles) {
    this._map = map;
    this._obstacles = obstacles;
    this._units = units;
    const pane = map.createPane("unit-names");
    pane.style.zIndex = 430;
    pane.style.pointerEvents = "none";
    this._box = make("div", "unit-names leaflet-zoom-hide");
    pane.append(this._box);
    map.on("moveend zoomend", () => requestAnimationFrame(() => this.draw()));
  }

  /** `first` is named whatever stands beside it. */
  draw(first = this._first) {
    this._first = first;
    const near = this._map.getZoom() >= FROM_ZOOM;
    const dots = near ? this._units.visible(1500) : [];
    const [k, names, taken] = [rem() / 16, [], near ? [...dots.map(([, x, y]) => dotBox(x, y, rem() / 16)), ...this._obstacles()] : []];
    const pen = (this._pen ||= document.createElement("canvas").getContext("2d"));
    pen.font = `${16 * k}px ${getComputedStyle(document.body).fontFamily}`;
    const room = this._map.getSize();
    dots.sort((a, b) => (b[0] === first) - (a[0] === first));
    for (const [id, x, y] of dots) {
      if (names.length >= MOST) break;
      const text = nameOf(id);
      const full = pen.measureText(text).width + 4 * k;
      const width = id === first ? full : Math.min(full, WIDEST * 16 * k);
      const aside = (id === first ? 20 : 9) * k; // the ring around the chosen one needs room
      const sides = [[x + aside, y - 10 * k, x + aside + width, y + 10 * k], [x - aside - width, y - 10 * k, x - aside, y + 10 * k]];
      const fits = (one) => one[0] > 0 && one[2] < room.x;
      const box = id === first ? sides.find(fits) || sides[0]
        : sides.find((one) => fits(one) && !taken.some((other) => meet(one, other)));
      if (!box) continue;
      taken.push(box);
      const node = make("span", id === first ? "is-chosen" : "", text);
      const at = this._map.containerPointToLayerPoint([box[0], box[1]]);
      node.style.transform = `translate(${at.x}px, ${at.y}px)`;
      names.push(node);
    }
    this._box.replaceChildren(...names);
  }
}

function dotBox(x, y, k) {
  return [x - 6 * k, y - 6 * k, x + 6 * k, y + 6 * k];
}

function meet(a, b) {
  return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
}

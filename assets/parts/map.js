// The page's one map, lent to the view that shows it; between views it waits out of sight.

import { CityMap } from "../city-map.js";
import { onNames } from "../names.js";
import { attempt } from "../page.js";

let map = null;
let holder = null;

/** Lends the map to a view: `onUnit(id)`, `onArea(id)`. Give it back with `back()`. */
export function lend(node, { onUnit, onArea }) {
  holder = { onUnit, onArea };
  if (!map) {
    map = attempt("map", () => new CityMap({ onUnit: (id) => holder?.onUnit(id), onArea: (id) => holder?.onArea(id), core: false }));
    onNames(() => attempt("names on the map", () => map?.renamed()));
  }
  attempt("map into", () => map?.into(node));
  return map;
}

export function back() {
  holder = null;
  const panel = document.getElementById("map-panel");
  if (panel) document.getElementById("map-store")?.append(panel);
}

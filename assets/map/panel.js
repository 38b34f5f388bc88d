// The map's part of the page: the map that Dash draws, its panes, and what of the page lies on it.

const PANES = { areas: 250, units: 420, "area-names": 440, mobile: 430 };
const OVER = ["map-title", "map-home", "map-layers", "core", "map-nowhere"];

export const panel = () => document.getElementById("map-panel");

/** The map that Dash draws, as soon as it is there. */
export function made() {
  return new Promise((resolve) => {
    const look = () => (window.sunshineMap?._loaded ? resolve(prepared(window.sunshineMap)) : setTimeout(look, 30));
    look();
  });
}

function prepared(map) {
  for (const [pane, order] of Object.entries(PANES)) {
    const { style } = map.getPane(pane) || map.createPane(pane);
    Object.assign(style, { zIndex: order, pointerEvents: "none" });
  }
  return map;
}

/** Boxes [left, top, right, bottom] of what lies on the map and is no label. */
export function panelBoxes(map) {
  const nodes = OVER.map((id) => document.getElementById(id));
  return nodes.filter((node) => node && !node.hidden && node.offsetWidth).map((node) => boxIn(map, node));
}

export function boxIn(map, node) {
  const [frame, box] = [map.getContainer().getBoundingClientRect(), node.getBoundingClientRect()];
  return [box.left - frame.left, box.top - frame.top, box.right - frame.left, box.bottom - frame.top];
}

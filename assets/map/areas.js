// The labels of areas: name, mean index, the worst open alarm and how many are open. None lies on another or on what is chosen.

import { levelSign } from "../signs.js";
import { make, named, number, put, say } from "../words.js";
import { seat } from "./seating.js";

const GAP = 3;
const NEAR = 13;
const ROOMY = 560; // px: on a smaller map a banner without room near its place is not named

export class AreaLabels {
  /** `onArea(id)`: somebody chose a label; without it labels are no buttons. `obstacles()`: boxes that stay free. */
  constructor(map, tree, { onArea, onPoint, obstacles }) {
    this._map = map;
    this._onArea = onArea;
    this._onPoint = onPoint;
    this._obstacles = obstacles;
    this._labels = new Map();
    for (const area of tree.areas.values()) if (area.kind !== "city" && spotOf(area)) this._add(area);
    this.translate();
  }

  _add(area) {
    const node = make(this._onArea ? "button" : "div", `area-name is-${area.kind}`);
    const shape = make("i", "shape");
    const count = make("em");
    const figures = make("span", "sums");
    figures.append(make("strong"), shape, count);
    node.append(make("b"), figures);
    node.dataset.area = area.id;
    if (this._onArea) this._listen(node, area);
    const icon = window.L.divIcon({ html: node, className: "", iconSize: [0, 0] });
    const options = { icon, interactive: false, keyboard: false, pane: "area-names" };
    const marker = window.L.marker(spotOf(area), options).addTo(this._map);
    this._labels.set(area.id, { area, node, marker, shape, count, index: figures.firstChild, spot: window.L.latLng(spotOf(area)) });
  }

  _listen(node, area) {
    node.type = "button";
    window.L.DomEvent.disableClickPropagation(node);
    node.addEventListener("click", () => this._onArea(area.id));
    for (const event of ["pointerenter", "focus"]) node.addEventListener(event, () => this._onPoint(area.id, node));
    for (const event of ["pointerleave", "blur"]) node.addEventListener(event, () => this._onPoint(null));
  }

  /** Which labels are wanted: the areas right below the chosen one, or those of a kind. */
  want(wanted) {
    this._wanted = wanted;
    this.arrange();
  }

  figures(of) {
    let moved = false;
    for (const label of this._labels.values()) {
      const figures = of(label.area.id);
      moved = put(label.index, number(figures?.index, 1)) || moved;
      moved = put(label.count, figures?.alarms ? number(figures.alarms) : "") || moved;
      const shape = `shape ${figures?.level && figures.level < 4 ? levelSign(figures.level) : "is-none"}`;
      if (label.shape.className !== shape) label.shape.className = shape;
      label.weight = (figures?.level ? 4 - figures.level : 0) * 1e6 + (figures?.units || 0);
      const words = figures ? say("map.area_words", {
        name: nameOf(label.area), index: number(figures.index, 1), units: number(figures.units), alarms: number(figures.alarms),
      }) : nameOf(label.area);
      if (this._onArea && label.node.ariaLabel !== words) label.node.ariaLabel = words;
    }
    if (moved) this.arrange();
  }

  /** Seats for all that are wanted; a street without a seat stays hidden, a banner never does. */
  arrange() {
    if (!this._wanted) return;
    const window_ = this._map.getSize();
    const near = this._map.getZoom() >= NEAR;
    const boxes = [];
    for (const label of this._labels.values()) {
      const wanted = this._wanted(label.area);
      label.node.classList.toggle("is-away", !wanted);
      if (!wanted) continue;
      const { x, y } = this._map.latLngToContainerPoint(label.spot);
      if (label.area.kind !== "banner" && (x < 0 || y < 0 || x > window_.x || y > window_.y)) {
        label.node.classList.add("is-away");
        continue;
      }
      const above = near && label.area.kind !== "banner" ? label.node.offsetHeight : 0; // not on the shops of the street itself
      boxes.push({ label, x, y: y - above, w: label.node.offsetWidth + GAP, h: label.node.offsetHeight + GAP, must: label.area.kind === "banner" && window_.x > ROOMY });
    }
    boxes.sort((a, b) => b.must - a.must || (b.label.area.kind === "banner") - (a.label.area.kind === "banner") || b.label.weight - a.label.weight);
    seat(boxes, this._obstacles(), window_);
    for (const { label, at } of boxes) {
      label.node.classList.toggle("is-away", !at);
      if (at) label.marker.setLatLng(this._map.containerPointToLatLng(at));
    }
  }

  /** Boxes [left, top, right, bottom] of what is shown, in the map's window. */
  boxes() {
    const frame = this._map.getContainer().getBoundingClientRect();
    return [...this._labels.values()].filter(({ node }) => !node.classList.contains("is-away")).map(({ node }) => {
      const box = node.getBoundingClientRect();
      return [box.left - frame.left, box.top - frame.top, box.right - frame.left, box.bottom - frame.top];
    });
  }

  spots(kind) {
    return [...this._labels.values()].filter(({ area }) => area.kind === kind).map(({ spot }) => spot);
  }

  /** Areas of a layer are marked by their name too: demonstration streets. */
  mark(ids) {
    for (const { area, node } of this._labels.values()) node.classList.toggle("is-marked", ids.has(area.id));
  }

  translate() {
    for (const { area, node } of this._labels.values()) put(node.firstChild, nameOf(area));
  }

  remove() {
    for (const { marker } of this._labels.values()) marker.remove();
  }
}

export function nameOf(area) {
  return area ? named({ zh: area.name, en: area.name_en || area.name }) : "";
}

/** The middle of the area's shape, or its seat when it has none. */
export function spotOf(area) {
  if (area.boundary) {
    const middle = window.L.geoJSON(area.boundary).getBounds().getCenter();
    return [middle.lat, middle.lng];
  }
  return area.latitude === null ? null : [area.latitude, area.longitude];
}

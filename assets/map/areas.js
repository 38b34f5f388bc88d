// The labels of areas: name, mean index, the worst open alarm and how many are open. None lies on another or on what is chosen.

import { levelSign } from "../signs.js";
import { make, named, number, put, say, token } from "../words.js";
import { hiddenBy } from "./hidden.js";
import { seat } from "./seating.js";

const GAP = 3;
const NEAR = 13;
const [ROUNDS, STREET_ROUNDS] = [14, 5]; // how far a banner, and a street, may stand from its place
const ROOMY = 560; // px: on a smaller map a banner without room near its place is not named

export class AreaLabels {
  /** `onArea(id)`: somebody chose a label; without it labels are no buttons. `obstacles()`: boxes that stay free;
   * `dots()`: what a label had better not hide. */
  constructor(map, tree, { onArea, onPoint, obstacles, dots }) {
    this._map = map;
    this._onArea = onArea;
    this._onPoint = onPoint;
    this._obstacles = obstacles;
    this._dots = dots;
    this._thread = window.L.canvas({ pane: "areas", padding: 0.3 });
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
    const rings = area.boundary && ringsOf(area.boundary);
    this._labels.set(area.id, { area, rings, node, marker, shape, count, index: figures.firstChild, thread: null, spot: window.L.latLng(spotOf(area)) });
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
      const must = label.area.kind === "banner" && window_.x > ROOMY;
      boxes.push({
        label, x, y: y - above, w: label.node.offsetWidth + GAP, h: label.node.offsetHeight + GAP, must, rounds: must ? ROUNDS : STREET_ROUNDS,
        home: label.rings && ((left, top) => within(label.rings, this._map.containerPointToLatLng([left, top]))),
      });
    }
    boxes.sort((a, b) => b.must - a.must || (b.label.area.kind === "banner") - (a.label.area.kind === "banner") || b.label.weight - a.label.weight);
    seat(boxes, this._obstacles(), window_, hiddenBy(this._dots(), window_));
    for (const { label } of boxes) label.seated = false;
    for (const { label, at, w, h } of boxes) {
      label.node.classList.toggle("is-away", !at);
      if (at) label.marker.setLatLng(this._map.containerPointToLatLng(at));
      label.seated = at && this._tie(label, at, w, h);
    }
    for (const label of this._labels.values()) if (!label.seated || label.node.classList.contains("is-away")) this._untie(label);
  }

  /** A label that stands aside is tied to its place by a thread. */
  _tie(label, [x, y], w, h) {
    const spot = this._map.latLngToContainerPoint(label.spot);
    const [dx, dy] = [spot.x - x, spot.y - y];
    const edge = Math.min(Math.abs(w / 2 / (dx || 1e-9)), Math.abs(h / 2 / (dy || 1e-9))); // where the thread leaves the label
    if (edge >= 1 || Math.hypot(dx, dy) * (1 - edge) < h * 0.6) return false;
    const ends = [label.spot, this._map.containerPointToLatLng([x + dx * edge, y + dy * edge])];
    if (label.thread) label.thread.setLatLngs(ends);
    else label.thread = window.L.polyline(ends, { renderer: this._thread, interactive: false, weight: 1, color: token("--text-2"), opacity: 0.7 }).addTo(this._map);
    return true;
  }

  _untie(label) {
    label.thread?.remove();
    label.thread = null;
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
    for (const label of this._labels.values()) {
      this._untie(label);
      label.marker.remove();
    }
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

/** The outer rings of a boundary: [[longitude, latitude], ...] each. */
function ringsOf({ type, coordinates }) {
  return type === "Polygon" ? [coordinates[0]] : coordinates.map((polygon) => polygon[0]);
}

/** Whether the place lies in one of the rings: a line to the east crosses the ring an odd number of times. */
function within(rings, { lat, lng }) {
  return rings.some((ring) => {
    let odd = false;
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [[x1, y1], [x2, y2]] = [ring[i], ring[j]];
      if (y1 > lat !== y2 > lat && lng < ((x2 - x1) * (lat - y1)) / (y2 - y1) + x1) odd = !odd;
    }
    return odd;
  });
}

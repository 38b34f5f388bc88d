// How the units' layer draws: where each dot stands at a zoom, in which order they lie on each other, and which part of the
// canvas is painted again when some change.

import { rem } from "../words.js";
import { CODES } from "./data.js";
import { Buckets, FIXED, place } from "./placing.js";
import { codeSprite, markSprite } from "./shapes.js";

const LAYERS = 9; // drawn from below: dim ones, those without a place of their own, the others, yellow, red
const STREET_ZOOM = 13; // from here all shapes are full size
const EDGE = 3; // px that a shape's edge may stand out beyond its radius

/** Radii in px at 1920 by code, and how many cells of the placing grid each takes. */
export const CITY = { cell: 3, radius: [1.4, 1.3, 1.3, 2.9, 4.6], cells: [1, 1, 1, 2, 3], mark: 3 };
const STREET = { cell: 10, radius: [5, 5, 5, 5.5, 6], cells: [1, 1, 1, 1, 1], mark: 9 };

export const drawing = {
  _style() {
    return this._map.getZoom() >= STREET_ZOOM ? STREET : CITY;
  },

  _radius(colour) {
    const k = colour >= FIXED ? Math.max(this._k, (0.75 * rem()) / 16) : this._k; // red stays red on a phone
    return this._style().radius[colour] * k;
  },

  _place() {
    const zoom = this._map.getZoom();
    if (!this._mercator || (this._placedAt === zoom && this._placedK === this._k)) return;
    const { px, py, over } = place(this._data, this._mercator, zoom, this._style(), this._k);
    Object.assign(this, { _px: px, _py: py, _over: over, _placedAt: zoom, _placedK: this._k });
    this._buckets = new Buckets(px, py, this._k);
  },

  _drawn(row) {
    return !this._hidden.has(this._data.colour[row]) && !this._away.has(row) && !Number.isNaN(this._mercator.mx[row]);
  },

  _draw() {
    if (!this._ctx || !this._px) return;
    const { n } = this._data;
    const ctx = this._ctx;
    const sprites = (dim) => CODES.map((code, i) => codeSprite(code, this._radius(i) * (dim ? 0.8 : 1), this._ratio, dim));
    [this._sprites, this._dim, this._signs] = [sprites(false), sprites(true), new Map()];
    // World pixels of the canvas's corner: projected pixels minus this are canvas pixels.
    this._origin = this._map.getPixelOrigin().add(this._bounds.min);
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.clearRect(0, 0, this._container.width, this._container.height);
    const width = this._container.width / this._ratio;
    const height = this._container.height / this._ratio;
    const seen = Array.from({ length: LAYERS }, () => []);
    for (let i = 0; i < n; i++) {
      const x = this._px[i] - this._origin.x;
      const y = this._py[i] - this._origin.y;
      if (x > -12 && y > -12 && x < width + 12 && y < height + 12 && this._drawn(i) && !this._covered(i)) seen[this._layer(i)].push(i);
    }
    for (const rows of seen) for (const i of rows) this._stamp(i);
    if (this._marked.size) for (const rows of seen) for (const i of rows) this._sign(i);
    this.fire("drawn");
  },

  _layer(row) {
    const code = this._data.colour[row];
    if (this._inside && !this._inside[row]) return 0;
    return 1 + (code >= FIXED || !this._over[row] ? code + 3 : code);
  },

  _stamp(row) {
    const { canvas, half } = (this._inside && !this._inside[row] ? this._dim : this._sprites)[this._data.colour[row]];
    this._put(row, canvas, half);
  },

  _sign(row) {
    if (this._inside && !this._inside[row]) return;
    for (const mark of this._marked.get(row) || []) {
      let sprite = this._signs.get(mark);
      if (!sprite) this._signs.set(mark, (sprite = markSprite(mark, this._style().mark * this._k, this._ratio)));
      this._put(row, sprite.canvas, sprite.half);
    }
  },

  /** What found no place of its own lies under those that did, unless some of these are hidden or dim. */
  _covered(row) {
    return this._over[row] && this._data.colour[row] < FIXED && !this._hidden.size && !this._inside && !this._marked.has(row);
  },

  _put(row, canvas, half) {
    const x = this._px[row] - this._origin.x;
    const y = this._py[row] - this._origin.y;
    this._ctx.drawImage(canvas, Math.round(x * this._ratio - half), Math.round(y * this._ratio - half));
  },

  /** How far around its place what is drawn of a unit of this code reaches. */
  _reach(colour, marked) {
    const reach = this._radius(colour) * 1.1 + EDGE;
    return marked ? Math.max(reach, this._style().mark * 1.7 * this._k + EDGE) : reach;
  },

  /** The places of some dots anew: Map(row -> the code it had). In a crowd the whole picture may be cheaper. */
  _repaint(changes) {
    const furthest = this._reach(CODES.length - 1, this._marked.size);
    const patches = [];
    let stamps = 0;
    for (const [row, was] of changes) {
      if (Number.isNaN(this._mercator.mx[row])) continue;
      const patch = this._patch(row, Math.max(this._reach(was), this._reach(this._data.colour[row], this._marked.has(row))), furthest);
      if (patch) patches.push(patch);
      stamps += patch ? patch.near.length : 0;
    }
    if (stamps > this._data.n) this._draw();
    else patches.forEach((patch) => this._fill(patch));
  },

  /** A square around a dot and the dots that reach into it, in the order they are drawn; null: it is not on the canvas. */
  _patch(row, reach, furthest) {
    const { _ratio: ratio, _px: px, _py: py, _container: canvas } = this;
    const side = Math.ceil(2 * reach * ratio) + 1;
    const left = Math.floor((px[row] - this._origin.x - reach) * ratio);
    const top = Math.floor((py[row] - this._origin.y - reach) * ratio);
    if (left + side < 0 || top + side < 0 || left > canvas.width || top > canvas.height) return null;
    const near = this._buckets.near(px[row], py[row], reach + furthest).filter((i) => {
      const apart = Math.max(Math.abs(px[i] - px[row]), Math.abs(py[i] - py[row]));
      return apart < reach + 1 + this._reach(this._data.colour[i], this._marked.has(i)) && this._drawn(i) && !this._covered(i);
    });
    return { box: [left, top, side, side], near: near.sort((a, b) => this._layer(a) - this._layer(b) || a - b) };
  },

  _fill({ box, near }) {
    const ctx = this._ctx;
    ctx.save();
    ctx.beginPath();
    ctx.rect(...box);
    ctx.clip();
    ctx.clearRect(...box);
    near.forEach((i) => this._stamp(i));
    if (this._marked.size) near.forEach((i) => this._sign(i));
    ctx.restore();
  },
};

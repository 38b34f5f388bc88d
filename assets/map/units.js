// All units of the city on one canvas: typed arrays, sprites, no clusters. Density itself is the picture.
// Yellow and red are drawn last; what a layer marks is drawn over them; what lies outside of the chosen area is dim.

import { rem } from "../words.js";
import { CODES } from "./data.js";
import { Buckets, FIXED, mercator, place } from "./placing.js";
import { codeSprite, markSprite } from "./shapes.js";

const LAYERS = 9; // drawn from below: dim ones, those without a place of their own, the others, yellow, red
const STREET_ZOOM = 13; // from here all shapes are full size
const DRAW_ALL = 400; // more changes at once than this: the whole is cheaper

/** Radii in px at 1920 by code, and how many cells of the placing grid each takes. */
const CITY = { cell: 3, radius: [1.4, 1.3, 1.3, 2.9, 4.6], cells: [1, 1, 1, 2, 3], mark: 3 };
const STREET = { cell: 10, radius: [5, 5, 5, 5.5, 6], cells: [1, 1, 1, 1, 1], mark: 9 };

export function makeUnitLayer(L) {
  return L.Renderer.extend({
    options: { padding: 0.15, pane: "units" },

    initialize(options) {
      L.Util.setOptions(this, { ...this.options, ...options });
      L.Util.stamp(this);
      this._layers = {};
      this._data = { n: 0, ids: [], colour: new Uint8Array(0) };
      this._rows = new Map();
      this._hidden = new Set(); // codes
      this._marks = new Map(); // layer -> Map(unit -> mark)
      this._marked = new Map(); // row -> marks
      this._away = new Set(); // rows that another layer draws
      this._inside = null;
    },

    /** The units to show, as decoded; replaces what was there. */
    setUnits(data) {
      this._data = data;
      this._rows = new Map(data.ids.map((id, row) => [id, row]));
      this._mercator = mercator(data);
      this._placedAt = null;
      this._remark();
      if (this._map) this._update();
    },

    // --- what is drawn

    /** Codes that are not shown. */
    hide(codes) {
      this._hidden = new Set([...codes].map((code) => CODES.indexOf(code)));
      this._draw();
    },

    /** 1 for each row that is looked at, the others are dim; null: all. */
    setInside(inside) {
      this._inside = inside;
      this._draw();
    },

    /** What a layer says of units: Map(unit -> { shape, colour, hatched, beside }); null: nothing any more. */
    mark(layer, marks) {
      if (marks) this._marks.set(layer, marks);
      else this._marks.delete(layer);
      this._remark();
      this._draw();
    },

    /** Units that another layer draws, such as those that move. */
    setAway(ids) {
      this._away = new Set(ids.map((id) => this._rows.get(id)));
      this._draw();
    },

    _remark() {
      this._marked = new Map();
      for (const marks of this._marks.values())
        for (const [id, mark] of marks) {
          const row = this._rows.get(id);
          if (row === undefined) continue;
          const known = this._marked.get(row);
          if (known) known.push(mark);
          else this._marked.set(row, [mark]);
        }
    },

    /** New colours by unit id; only the changed dots are painted again. */
    recolour(units) {
      const rows = [];
      for (const [id, code] of units) {
        const row = this._rows.get(id);
        const colour = Math.max(0, CODES.indexOf(code));
        if (row === undefined || this._data.colour[row] === colour) continue;
        this._data.colour[row] = colour;
        rows.push(row);
      }
      if (!rows.length || !this._map || !this._origin) return;
      if (rows.length > DRAW_ALL) this._draw();
      else rows.forEach((row) => this._repaint(row));
    },

    // --- questions

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

    /** Where units stand, all or those of the rows that `inside` marks. */
    bounds(inside = null) {
      const { n, latitude, longitude } = this._data;
      const bounds = L.latLngBounds([]);
      for (let i = 0; i < n; i++)
        if ((!inside || inside[i]) && !Number.isNaN(this._mercator.mx[i])) bounds.extend([latitude[i] / 1e5, longitude[i] / 1e5]);
      return bounds;
    },

    _drawn(row) {
      return !this._hidden.has(this._data.colour[row]) && !this._away.has(row) && !Number.isNaN(this._mercator.mx[row]);
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

    // --- Leaflet's renderer calls these

    getEvents() {
      const events = L.Renderer.prototype.getEvents.call(this);
      events.zoomend = () => (this._placedAt = null);
      return events;
    },

    _initContainer() {
      this._container = document.createElement("canvas");
      this._ctx = this._container.getContext("2d");
    },

    _destroyContainer() {
      L.DomUtil.remove(this._container);
      delete this._container;
      delete this._ctx;
    },

    _onZoomEnd() {},

    _update() {
      if (this._map._animatingZoom && this._bounds) return;
      L.Renderer.prototype._update.call(this);
      const size = this._bounds.getSize();
      const ratio = window.devicePixelRatio || 1;
      L.DomUtil.setPosition(this._container, this._bounds.min);
      this._container.width = Math.ceil(ratio * size.x);
      this._container.height = Math.ceil(ratio * size.y);
      this._container.style.width = `${size.x}px`;
      this._container.style.height = `${size.y}px`;
      this._ratio = ratio;
      // A small map, as on a phone, has small dots at city zoom.
      const small = this.options.inset ? 1 : Math.min(1, this._map.getSize().x / (62 * rem()));
      this._k = (rem() / 16) * (this._style() === CITY ? Math.max(0.5, small) : 1);
      this._place();
      this._draw();
    },

    // --- placing and drawing

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
        if (x > -12 && y > -12 && x < width + 12 && y < height + 12 && this._drawn(i)) seen[this._layer(i)].push(i);
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

    _put(row, canvas, half) {
      const x = this._px[row] - this._origin.x;
      const y = this._py[row] - this._origin.y;
      this._ctx.drawImage(canvas, Math.round(x * this._ratio - half), Math.round(y * this._ratio - half));
    },

    _repaint(row) {
      if (Number.isNaN(this._mercator.mx[row])) return;
      const reach = 8 * this._k;
      const { _ctx: ctx, _ratio: ratio } = this;
      const x = this._px[row] - this._origin.x;
      const y = this._py[row] - this._origin.y;
      const box = [(x - reach) * ratio, (y - reach) * ratio, 2 * reach * ratio, 2 * reach * ratio];
      ctx.save();
      ctx.beginPath();
      ctx.rect(...box);
      ctx.clip();
      ctx.clearRect(...box);
      const near = this._buckets.near(this._px[row], this._py[row], (this._marked.size ? 4 : 2) * reach).filter((i) => this._drawn(i));
      near.sort((a, b) => this._layer(a) - this._layer(b));
      near.forEach((i) => this._stamp(i));
      if (this._marked.size) near.forEach((i) => this._sign(i));
      ctx.restore();
    },
  });
}

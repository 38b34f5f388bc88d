// All units of the city on one canvas: typed arrays, sprites, no clusters. Density itself is the picture.
// Where dots would hide each other the harmless ones step aside by a few pixels, never further: a dense town is small and
// dense on the screen too. Green and blue get places by turns, so that a full town shows them in their true proportion.
// Yellow and red stand where they are and are drawn last.

import { rem, token } from "./words.js";

export const CODES = ["none", "green", "blue", "yellow", "red"];
const SHAPES = { none: "ring", green: "circle", blue: "square", yellow: "triangle", red: "octagon" };
const FIXED = 3; // from this code on a dot is never moved
const ASIDE = 8; // px at 1920: the furthest a dot may stand from its true place
const LAYERS = 8; // drawn from below: those without a place of their own, the others, yellow, red
const STREET_ZOOM = 13; // from here all shapes are full size
const BUCKET = 32;

/** Radii in px at 1920 by code, and how many cells of the placing grid each takes. */
const CITY = { cell: 3, radius: [1.4, 1.3, 1.3, 2.9, 4.6], cells: [1, 1, 1, 2, 3] };
const STREET = { cell: 10, radius: [5, 5, 5, 5.5, 6], cells: [1, 1, 1, 1, 1] };

export function decodeUnits(buffer) {
  // uint32 count, uint32 bytes of ids; int32 latitude, int32 longitude (x 1e5), uint8 colour each; ids by line.
  const head = new DataView(buffer);
  const n = head.getUint32(0, true);
  const idBytes = head.getUint32(4, true);
  const latitude = new Int32Array(buffer, 8, n);
  const longitude = new Int32Array(buffer, 8 + 4 * n, n);
  const colour = new Uint8Array(buffer.slice(8 + 8 * n, 8 + 9 * n));
  const ids = idBytes ? new TextDecoder().decode(new Uint8Array(buffer, 8 + 9 * n, idBytes)).split("\n") : [];
  return { n, latitude, longitude, colour, ids };
}

export function makeUnitLayer(L) {
  return L.Renderer.extend({
    options: { padding: 0.15, pane: "units" },

    initialize(options) {
      L.Util.setOptions(this, { ...this.options, ...options });
      L.Util.stamp(this);
      this._layers = {};
      this._data = { n: 0, ids: [], colour: new Uint8Array(0) };
      this._rows = new Map();
      this._lit = null;
    },

    /** The units to show, as decoded; replaces what was there. */
    setUnits(data) {
      this._data = data;
      this._rows = new Map(data.ids.map((id, row) => [id, row]));
      const mx = (this._mx = new Float64Array(data.n));
      const my = (this._my = new Float64Array(data.n));
      for (let i = 0; i < data.n; i++) {
        const latitude = data.latitude[i] / 1e5;
        if (latitude < -90) {
          mx[i] = NaN; // no coordinates: counted, not drawn
          continue;
        }
        const sine = Math.sin((latitude * Math.PI) / 180);
        mx[i] = (data.longitude[i] / 1e5 + 180) / 360;
        my[i] = 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
      }
      this._placedAt = null;
      if (this._map) this._update();
    },

    knows(id) {
      return this._rows.has(id);
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
      if (row === undefined || Number.isNaN(this._mx[row])) return null;
      return L.latLng(this._data.latitude[row] / 1e5, this._data.longitude[row] / 1e5);
    },

    /** Where the unit's dot stands on the map at the present zoom. */
    shownAt(id) {
      const row = this._rows.get(id);
      if (row === undefined || !this._px || Number.isNaN(this._mx[row])) return this.latLng(id);
      return this._map.unproject(L.point(this._px[row], this._py[row]), this._placedAt);
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
      if (rows.length > 400) this._draw();
      else rows.forEach((row) => this._repaint(row));
    },

    bounds() {
      const { n, latitude, longitude } = this._data;
      const bounds = L.latLngBounds([]);
      for (let i = 0; i < n; i++) if (!Number.isNaN(this._mx[i])) bounds.extend([latitude[i] / 1e5, longitude[i] / 1e5]);
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
          if (this._data.colour[i] !== code) continue;
          const x = this._px[i] - corner.x;
          const y = this._py[i] - corner.y;
          if (x > 0 && y > 0 && x < size.x && y < size.y) found.push([this._data.ids[i], x, y]);
        }
      return found;
    },

    /** The unit under a point of the map's container, or null. The most serious of those near wins. */
    at(containerPoint) {
      if (!this._origin) return null;
      const world = this._map.project(this._map.containerPointToLatLng(containerPoint), this._placedAt);
      const near = this._near(world.x, world.y, 16 * this._k);
      let best = null;
      let bestScore = Infinity;
      for (const row of near) {
        const colour = this._data.colour[row];
        const distance = Math.hypot(this._px[row] - world.x, this._py[row] - world.y);
        const reach = Math.max(5 * this._k, this._radius(colour) + 3 * this._k);
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
      // A phone's map is small: at city zoom its dots shrink with it.
      const small = this.options.inset ? 1 : Math.min(1, this._map.getSize().x / (62 * rem()));
      this._k = (rem() / 16) * (this._style() === CITY ? Math.max(0.5, small) : 1);
      this._place();
      this._draw();
    },

    // --- placing

    _style() {
      return this._map.getZoom() >= STREET_ZOOM ? STREET : CITY;
    },

    _radius(colour) {
      const k = colour >= FIXED ? Math.max(this._k, (0.75 * rem()) / 16) : this._k; // red stays red on a phone
      return this._style().radius[colour] * k;
    },

    _place() {
      const zoom = this._map.getZoom();
      if (this._placedAt === zoom && this._placedK === this._k) return;
      const { n, colour } = this._data;
      const { cell: size, cells } = this._style();
      const cell = Math.max(1.5, Math.round(2 * size * this._k) / 2); // half pixels, or a dense field would shimmer
      const scale = 256 * 2 ** zoom;
      const px = (this._px = new Float64Array(n));
      const py = (this._py = new Float64Array(n));
      const taken = new Set();
      const steps = new Map(); // how far the search around a place has come, so that a crowd costs n, not n squared
      const last = ((ASIDE * this._k) / cell / 0.62) ** 2;
      const key = (x, y) => x * 134217728 + y;
      this._over = new Uint8Array(n); // 1: found no place of its own
      for (const moving of [false, true])
        for (let i = 0; i < n; i++) {
          const code = colour[i];
          const wide = cells[code];
          if (code < FIXED !== moving || Number.isNaN(this._mx[i])) continue;
          const x0 = Math.floor((this._mx[i] * scale) / cell);
          const y0 = Math.floor((this._my[i] * scale) / cell);
          const start = key(x0, y0) * 8 + wide;
          let step = steps.get(start) || 0;
          let [x, y] = [x0, y0];
          let [moved, found] = [false, !moving];
          while (!found && step <= last) {
            // a sunflower around the true place
            const radius = 0.62 * Math.sqrt(step);
            x = x0 + Math.round(radius * Math.cos(step * 2.399963));
            y = y0 + Math.round(radius * Math.sin(step * 2.399963));
            step += 1;
            const aside = Math.hypot((x + wide / 2) * cell - this._mx[i] * scale, (y + wide / 2) * cell - this._my[i] * scale);
            found = aside <= ASIDE * this._k && this._free(taken, key, x, y, wide);
            moved = found && (x !== x0 || y !== y0);
          }
          this._over[i] = found ? 0 : 1;
          steps.set(start, step);
          if (!moved) [x, y] = [x0, y0];
          for (let dx = 0; dx < wide; dx++) for (let dy = 0; dy < wide; dy++) taken.add(key(x + dx, y + dy));
          px[i] = moved ? (x + wide / 2) * cell : this._mx[i] * scale;
          py[i] = moved ? (y + wide / 2) * cell : this._my[i] * scale;
        }
      this._placedAt = zoom;
      this._placedK = this._k;
      this._fillBuckets();
    },

    _free(taken, key, x, y, wide) {
      for (let dx = 0; dx < wide; dx++) for (let dy = 0; dy < wide; dy++) if (taken.has(key(x + dx, y + dy))) return false;
      return true;
    },

    _fillBuckets() {
      this._buckets = new Map();
      const size = BUCKET * this._k;
      for (let i = 0; i < this._data.n; i++) {
        if (Number.isNaN(this._mx[i])) continue;
        const key = Math.floor(this._px[i] / size) * 134217728 + Math.floor(this._py[i] / size);
        const bucket = this._buckets.get(key);
        if (bucket) bucket.push(i);
        else this._buckets.set(key, [i]);
      }
    },

    _near(x, y, reach) {
      const size = BUCKET * this._k;
      const found = [];
      for (let bx = Math.floor((x - reach) / size); bx <= Math.floor((x + reach) / size); bx++)
        for (let by = Math.floor((y - reach) / size); by <= Math.floor((y + reach) / size); by++) {
          const bucket = this._buckets.get(bx * 134217728 + by);
          if (bucket) for (const i of bucket) found.push(i);
        }
      return found;
    },

    // --- drawing

    _draw() {
      if (!this._ctx || !this._px) return;
      const { n, colour } = this._data;
      const ctx = this._ctx;
      this._sprites = CODES.map((code, i) => sprite(SHAPES[code], token(`--code-${code}`), this._radius(i), this._ratio));
      // World pixels of the canvas's corner: projected pixels minus this are canvas pixels.
      this._origin = this._map.getPixelOrigin().add(this._bounds.min);
      ctx.setTransform(1, 0, 0, 1, 0, 0);
      ctx.clearRect(0, 0, this._container.width, this._container.height);
      const width = this._container.width / this._ratio;
      const height = this._container.height / this._ratio;
      for (let layer = 0; layer < LAYERS; layer++)
        for (let i = 0; i < n; i++) {
          if (this._layer(i) !== layer) continue;
          const x = this._px[i] - this._origin.x;
          const y = this._py[i] - this._origin.y;
          if (x > -12 && y > -12 && x < width + 12 && y < height + 12) this._stamp(colour[i], x, y);
        }
      this.fire("drawn");
    },

    _layer(row) {
      const code = this._data.colour[row];
      return code >= FIXED || !this._over[row] ? code + 3 : code;
    },

    _stamp(code, x, y) {
      const { canvas, half } = this._sprites[code];
      this._ctx.drawImage(canvas, Math.round(x * this._ratio - half), Math.round(y * this._ratio - half));
    },

    _repaint(row) {
      const reach = 8 * this._k;
      const { _ctx: ctx, _ratio: ratio } = this;
      const x = this._px[row] - this._origin.x;
      const y = this._py[row] - this._origin.y;
      ctx.save();
      ctx.beginPath();
      ctx.rect((x - reach) * ratio, (y - reach) * ratio, 2 * reach * ratio, 2 * reach * ratio);
      ctx.clip();
      ctx.clearRect((x - reach) * ratio, (y - reach) * ratio, 2 * reach * ratio, 2 * reach * ratio);
      const near = this._near(this._px[row], this._py[row], 2 * reach);
      for (let layer = 0; layer < LAYERS; layer++)
        for (const i of near)
          if (this._layer(i) === layer) this._stamp(this._data.colour[i], this._px[i] - this._origin.x, this._py[i] - this._origin.y);
      ctx.restore();
    },
  });
}

/** One shape drawn once, to be stamped thousands of times. */
function sprite(shape, colour, radius, ratio) {
  const r = radius * ratio;
  const halo = r > 2.5 * ratio ? 1.5 * ratio : 0; // the larger shapes stand off the crowd by a dark edge
  const half = Math.ceil(r + halo + 1);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = half * 2;
  const ctx = canvas.getContext("2d");
  ctx.translate(half, half);
  outline(ctx, shape, r);
  if (halo) {
    ctx.lineWidth = halo * 2;
    ctx.strokeStyle = token("--map-land");
    ctx.lineJoin = "round";
    ctx.stroke();
  }
  if (shape === "ring") {
    ctx.lineWidth = Math.max(ratio * 0.8, r / 3);
    ctx.strokeStyle = colour;
    ctx.stroke();
  } else {
    ctx.globalAlpha = halo ? 1 : 0.8;
    ctx.fillStyle = colour;
    ctx.fill();
  }
  return { canvas, half };
}

function outline(ctx, shape, r) {
  ctx.beginPath();
  if (shape === "circle" || shape === "ring") ctx.arc(0, 0, shape === "ring" ? r * 0.85 : r, 0, 2 * Math.PI);
  else if (shape === "square") ctx.rect(-r * 0.9, -r * 0.9, r * 1.8, r * 1.8);
  else if (shape === "triangle") {
    ctx.moveTo(0, -r * 1.05);
    ctx.lineTo(r, r * 0.8);
    ctx.lineTo(-r, r * 0.8);
  } else
    for (let i = 0; i < 8; i++) {
      const angle = Math.PI / 8 + (i * Math.PI) / 4;
      ctx[i ? "lineTo" : "moveTo"](r * 1.05 * Math.cos(angle), r * 1.05 * Math.sin(angle));
    }
  ctx.closePath();
}

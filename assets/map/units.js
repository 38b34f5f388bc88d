// All units of the city on one canvas: typed arrays, sprites, no clusters. Density itself is the picture.
// Yellow and red are drawn last; what a layer marks is drawn over them; what lies outside of the chosen area is dim.

import { rem } from "../words.js";
import { CODES } from "./data.js";
import { mercator } from "./placing.js";
import { CITY, drawing } from "./unit-drawing.js";
import { questions } from "./unit-questions.js";

const DRAW_ALL = 400; // more changes at once than this: the whole is cheaper

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
      const changes = new Map();
      for (const [id, code] of units) {
        const row = this._rows.get(id);
        const colour = Math.max(0, CODES.indexOf(code));
        if (row === undefined || this._data.colour[row] === colour) continue;
        changes.set(row, this._data.colour[row]);
        this._data.colour[row] = colour;
      }
      if (!changes.size || !this._map || !this._origin) return;
      if (changes.size > DRAW_ALL) this._draw();
      else this._repaint(changes);
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

    ...questions(L),
    ...drawing,
  });
}

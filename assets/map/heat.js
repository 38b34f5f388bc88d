// Where risk gathers: each unit weighs what it lacks to a full index and what is open of alarms. Drawn as density of the
// present view in one neutral colour; the legend says what the darkest means.

import { number, say, token } from "../words.js";

const CELL = 6; // px of a cell of the grid
const REACH = 4; // cells that a unit's weight spreads to each side, three times over
const ALARM = 20; // an open alarm weighs as much as twenty points of the index
const PAUSE = 2000;

export class Heat {
  constructor(map, units) {
    this._map = map;
    this._units = units;
    this._weights = new Map();
    const pane = map.createPane("heat");
    pane.style.zIndex = 300;
    pane.style.pointerEvents = "none";
    this._canvas = document.createElement("canvas");
    this._canvas.className = "leaflet-zoom-hide";
    pane.append(this._canvas);
    this._redraw = () => this.draw();
    map.on("moveend zoomend resize", this._redraw);
  }

  frame(changed, state) {
    for (const id of changed.whole ? state.units.keys() : changed.units) {
      const unit = state.units.get(id);
      if (!unit || unit.index === null) this._weights.delete(id);
      else this._weights.set(id, 100 - unit.index + ALARM * (unit.alarms || 0));
    }
    if (!this.on || this._soon) return;
    this._soon = setTimeout(() => {
      this._soon = null;
      this.draw();
    }, PAUSE);
  }

  show(on) {
    this.on = on;
    this._canvas.hidden = !on;
    this.draw();
  }

  draw() {
    if (!this.on) return;
    const size = this._map.getSize();
    const [wide, high] = [Math.ceil(size.x / CELL), Math.ceil(size.y / CELL)];
    if (!wide || !high) return;
    const grid = this._spread(this._gather(wide, high), wide, high);
    const most = grid.reduce((best, value) => Math.max(best, value), 0);
    this.most = most / this._cellArea();
    this._paint(grid, wide, high, most);
  }

  _gather(wide, high) {
    const grid = new Float64Array(wide * high);
    for (const [id, weight] of this._weights) {
      const at = this._units.latLng(id);
      if (!at) continue;
      const { x, y } = this._map.latLngToContainerPoint(at);
      const [column, row] = [Math.floor(x / CELL), Math.floor(y / CELL)];
      if (column >= 0 && row >= 0 && column < wide && row < high) grid[row * wide + column] += weight;
    }
    return grid;
  }

  /** Three sliding means each way are nearly a bell curve. */
  _spread(grid, wide, high) {
    for (let turn = 0; turn < 3; turn++) {
      for (let row = 0; row < high; row++) slide(grid, row * wide, 1, wide);
      for (let column = 0; column < wide; column++) slide(grid, column, wide, high);
    }
    return grid;
  }

  _paint(grid, wide, high, most) {
    const canvas = this._canvas;
    [canvas.width, canvas.height] = [wide, high];
    Object.assign(canvas.style, { width: `${wide * CELL}px`, height: `${high * CELL}px` });
    window.L.DomUtil.setPosition(canvas, this._map.containerPointToLayerPoint([0, 0]));
    const ctx = canvas.getContext("2d");
    ctx.fillStyle = token("--map-heat");
    ctx.fillRect(0, 0, wide, high);
    const picture = ctx.getImageData(0, 0, wide, high);
    for (let i = 0; i < grid.length; i++) picture.data[4 * i + 3] = most ? Math.round(215 * Math.sqrt(grid[i] / most)) : 0;
    ctx.putImageData(picture, 0, 0);
  }

  _cellArea() {
    const [a, b] = [[0, 0], [CELL, 0]].map((point) => this._map.containerPointToLatLng(point));
    return (this._map.distance(a, b) / 1000) ** 2 || 1;
  }

  /** What the darkest place of this view means. */
  legend() {
    return say("map.heat_most", { most: number(this.most || 0, this.most < 10 ? 1 : 0) });
  }

  remove() {
    clearTimeout(this._soon);
    this._map.off("moveend zoomend resize", this._redraw);
    this._canvas.remove();
  }
}

function slide(grid, start, step, length) {
  const line = new Float64Array(length);
  let sum = 0;
  for (let i = -REACH; i < length; i++) {
    if (i + REACH < length) sum += grid[start + (i + REACH) * step];
    if (i - REACH - 1 >= 0) sum -= grid[start + (i - REACH - 1) * step];
    if (i >= 0) line[i] = sum / (2 * REACH + 1);
  }
  for (let i = 0; i < length; i++) grid[start + i * step] = line[i];
}

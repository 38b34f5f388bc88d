// The city's map: areas with their figures, every unit, layers, one call-out. One for each page; docs/map.md tells how to use it.
//
//   const map = new CityMap({ onUnit, onArea, layers: ["units", "alarms"], address: true })
//   map.into(node)         move the map there; without it the map stays where the page put it
//   map.frame(changed, state)   new facts of a live scope
//   map.narrow(area)       zoom to the area, dim what lies outside, name what lies below it; null: the whole city
//   map.only(test)         dim every unit that `test(id)` does not let through and leave it out of the figures; null: none
//   map.choose(unit)       fly to the unit, ring and call-out; null: nothing chosen
//   map.show(layer, on), map.layers(), map.home(moved), map.translate(), map.renamed(), map.destroy()

import { AreaLabels, nameOf } from "./map/areas.js";
import { Base } from "./map/base.js";
import { Callout } from "./map/callout.js";
import { Chosen, still } from "./map/chosen.js";
import { Control } from "./map/control.js";
import { CoreMap } from "./map/core.js";
import { CODES, decodeUnits, placed, Tree } from "./map/data.js";
import { Figures } from "./map/figures.js";
import { Heat } from "./map/heat.js";
import { Layers } from "./map/layers.js";
import { FROM_ZOOM, UnitNames } from "./map/names.js";
import { Notes } from "./map/notes.js";
import { boxIn, made, panel, panelBoxes } from "./map/panel.js";
import { Pointer } from "./map/pointer.js";
import { Pulses } from "./map/pulses.js";
import { Shown } from "./map/state.js";
import { AreaTable } from "./map/table.js";
import { makeUnitLayer } from "./map/units.js";
import { View } from "./map/view.js";
import { STREETS_FROM, wanted } from "./map/wanted.js";
import { fetchUntilThere } from "./page.js";
import { rem } from "./words.js";

const BANNERS_BELOW = 10.5; // the zoom up to which banners carry their figures

export class CityMap {
  constructor({ onUnit = () => {}, onArea = null, layers, address = true, core = true } = {}) {
    Object.assign(this, { _onUnit: onUnit, _onArea: onArea, _wantsCore: core, _chosenId: null, _area: null, _test: null });
    this._shown = new Shown(layers, address);
    this._colours = new Map();
    this._notes = new Notes();
    // Asked for at once, while the map itself is still being made.
    const failed = () => this._notes.message("map.failed");
    this._areasAsked = fetchUntilThere("/city/areas.json", "json", failed);
    this._unitsAsked = fetchUntilThere("/city/units.bin", "arrayBuffer", failed);
    this.ready = made().then((map) => this._begin(map));
  }

  async _begin(map) {
    const L = window.L;
    this.map = map;
    this.units = new (makeUnitLayer(L))();
    this.units.addTo(map);
    L.control.scale({ imperial: false, position: "bottomleft", maxWidth: 9 * rem() }).addTo(map);
    [this._areas, this._data] = [await this._areasAsked, decodeUnits(await this._unitsAsked)];
    this._tree = new Tree(this._areas);
    this._base = new Base(map, this._areas);
    this._view = new View(map, this._areas, this._tree, this.units);
    this._callout = new Callout(map, document.getElementById("map-tip"));
    const onPoint = (area, node) => this._pointArea(area, node);
    this.labels = new AreaLabels(map, this._tree, { onArea: this._onArea, onPoint, obstacles: () => this._obstacles(), dots: () => this.units.dots() });
    this.unitNames = new UnitNames(map, this.units, () => [...this.labels.boxes(), ...panelBoxes(map)]);
    this._pulses = new Pulses(map, this.units);
    this._heat = new Heat(map, this.units);
    const { units, _base: base, labels, _heat: heat, _tree: tree } = this;
    const hiddenCodes = () => CODES.filter((code) => !this._shown.codes.has(code));
    const parts = { map, units, base, labels, heat, tree, onUnit: (id) => this._onUnit(id), hiddenCodes };
    this._layers = new Layers(parts, () => this._control.draw());
    this._control = new Control(document.getElementById("map-layers"), this._shown, {
      of: (layer) => this._layers.of(layer, this._last), codes: () => this._figures?.of(this._area || this._root())?.codes,
      change: (kind, name, on) => this._change(kind, name, on), moved: () => this.labels.arrange(),
    });
    this._chosen = new Chosen(this, this._callout, (unit) => ({
      state: this._last?.units.get(unit), street: nameOf(this._tree.get(this._figures.streetOf(unit))),
    }));
    this._table = new AreaTable(document.getElementById("map-table"));
    this._pointer = new Pointer(map, { choose: (id) => this._onUnit(id), point: (id, at) => this._chosen.point(id, at), units: this.units });
    this._take();
    this._core = this._wantsCore ? new CoreMap(map, (other) => new Base(other, this._areas), this._areas, (id) => this._onUnit(id)) : null;
    this._core?.setUnits(this._data);
    this._listen();
    this.isReady = true;
    for (const layer of this._shown.layers) this._layers.show(layer, true);
    this._layers.show("units", this._shown.layers.has("units"));
    map.invalidateSize({ animate: false }); // the page may have found its measures meanwhile
    this.narrow(this._area, false);
    if (this._last) this.frame({ whole: true }, this._last); // what came while the map was made
    if (this._chosenId) this.choose(this._chosenId, false);
  }

  _listen() {
    this._watcher = new ResizeObserver(() => this._resized());
    this._watcher.observe(this.map.getContainer());
    this.map.on("zoomend", () => this._afterZoom());
    this.map.on("moveend", () => requestAnimationFrame(() => this.labels.arrange()));
    this._onTheme = () => this.repaint();
    window.addEventListener("sunshine-theme", this._onTheme);
    document.getElementById("map-home").addEventListener("click", () => (this._area && this._onArea ? this._onArea(null) : this.home(true)));
  }

  // --- units and areas as the registry has them

  _take() {
    this.units.setUnits(this._data);
    this.units.recolour(this._colours);
    this._figures = new Figures(this._tree, this._data);
    this._figures.only(this._test);
    if (this._last) this._figures.frame({ whole: true }, this._last);
    this._core?.setUnits(this._data);
    this._notes.message(this._data.n ? "" : "map.empty");
    const nowhere = this._data.ids.filter((_, row) => !placed(this._data, row)).length;
    this._notes.nowhere(nowhere);
    panel().dataset.units = this._data.n;
  }

  /** Boundaries that changed. */
  async redraw() {
    const fresh = await fetchUntilThere("/city/areas.json", "json");
    this._areas.forEach((area) => (area.boundary = fresh.find(({ id }) => id === area.id)?.boundary ?? null));
    this._base.draw();
  }

  /** Units that were registered after this page was opened. */
  async reload() {
    const failed = () => this._notes.message("map.failed");
    this._data = decodeUnits(await fetchUntilThere("/city/units.bin", "arrayBuffer", failed));
    this._take();
  }

  // --- live

  /** New facts of a scope: colours of units, figures of areas, alarms, when this was. */
  frame(changed, state) {
    this._last = state;
    if (!this.isReady) return;
    const fresh = [];
    let unknown = false;
    for (const id of changed.whole ? state.units.keys() : changed.units || []) {
      const colour = state.units.get(id)?.colour || "none";
      this._colours.set(id, colour);
      fresh.push([id, colour]);
      unknown ||= !this.units.knows(id);
    }
    this.units.recolour(fresh);
    this._core?.units.recolour(fresh);
    if (unknown) {
      clearTimeout(this._reloading);
      this._reloading = setTimeout(() => this.reload(), 1000);
    }
    this._heat.frame(changed, state);
    if (changed.whole || changed.alarms) this._pulse();
    if (changed.whole || changed.alarms || fresh.length) {
      this._figures.frame(changed, state);
      this._count();
    }
    this._notes.time(state.at);
  }

  _pulse() {
    const alarms = this._shown.layers.has("alarms") && this._last ? this._last.alarms : new Map();
    this._pulses.show(alarms);
    this._core?.pulses.show(alarms);
  }

  /** Figures are written at most twice a second, however fast units change. */
  _count() {
    this._counting ||= setTimeout(() => {
      this._counting = null;
      this.labels.figures((area) => this._figures.of(area));
      this._table.draw(this._below(), (area) => this._figures.of(area));
      this._control.paint();
    }, 500);
  }

  // --- where one looks

  _root() {
    return this._areas.find((area) => area.kind === "city")?.id;
  }

  /** The areas right below the one that is looked at. */
  _below() {
    const top = this._area || this._root();
    const below = this._areas.filter((area) => area.parent_id === top);
    return below.length ? below : this._areas.filter((area) => area.id === top || (!top && area.kind === "banner"));
  }

  narrow(area, moved = true) {
    this._area = this._tree && area && !this._tree.get(area) ? null : area || null;
    if (!this.isReady) return;
    this._dim();
    this._base.outline("chosen", this._area ? [this._area] : []);
    this.home(moved);
    this._want();
    this._count();
    this._notes.place(this._area ? this._tree.get(this._area) : null);
  }

  /** Only units that the test lets through stay bright and count in the figures, wherever one looks; null: all of them. */
  only(test) {
    if (!test && !this._test) return;
    this._test = test;
    if (!this.isReady) return;
    this._dim();
    this._figures.only(test);
    if (this._last) this._figures.frame({ whole: true }, this._last);
    this._count();
  }

  _dim() {
    const { ids } = this._data;
    this._inside = this._tree.inside(this._area, this._data);
    const { _inside: inside, _test: test } = this;
    this.units.setInside(test ? Uint8Array.from(ids, (id, row) => ((inside ? inside[row] : 1) && test(id) ? 1 : 0)) : inside);
  }

  home(moved) {
    if (!this.map.getSize().x) return;
    this._view.show(this._area, this._inside, moved && !still(), this._core);
    this._afterZoom();
  }

  choose(id, moved = true) {
    this._chosenId = id;
    // Out of sight the map has no size to fly in; it goes there when it has one.
    if (this.isReady && (!id || this.map.getSize().x)) this._chosen.choose(id, moved);
  }

  // --- labels

  _want() {
    this.labels.want(wanted(this._areas, this._tree, this._area, this.map.getZoom()));
  }

  _obstacles() {
    return [...panelBoxes(this.map), this._core?.box(), this._chosen?.box()].filter(Boolean);
  }

  _pointArea(id, node) {
    if (!id) return this._callout.hide();
    const [left, top, right] = boxIn(this.map, node);
    this._callout.area(this._tree.get(id), this._figures.of(id), { x: (left + right) / 2, y: top });
  }

  _afterZoom() {
    const zoom = this.map.getZoom();
    this._core?.show(!this._area && zoom < BANNERS_BELOW && this.map.getSize().x > 50 * rem());
    this.map.getContainer().dataset.near = zoom >= FROM_ZOOM ? "unit" : zoom >= STREETS_FROM ? "street" : "city";
    this._want();
    requestAnimationFrame(() => this._chosen.mark()); // the dot stands elsewhere at another zoom
  }

  _resized() {
    const before = this.map.getSize();
    this.map.invalidateSize({ animate: false });
    const after = this.map.getSize();
    if (before.x === after.x && before.y === after.y) return;
    if (this._chosenId && !before.x && after.x) this.choose(this._chosenId, false);
    else if (this._chosenId && this.units.latLng(this._chosenId)) this.labels.arrange();
    else this.home(false);
  }

  // --- layers

  /** Switch a layer on or off. */
  show(layer, on) {
    this._change("layers", layer, on);
  }

  layers() {
    return [...this._shown.layers];
  }

  _change(kind, name, on) {
    if (!this._shown.toggle(kind, name, on) || !this.isReady) return;
    if (kind === "codes") this._layers.show("units", this._shown.layers.has("units"));
    else this._layers.show(name, on);
    if (name === "alarms") this._pulse();
    const focused = document.activeElement?.name || document.activeElement?.querySelector?.("[data-code]")?.dataset.code;
    this._control.draw();
    document.querySelector(`#map-layers [name="${focused}"], #map-layers :has(> [data-code="${focused}"])`)?.focus();
  }

  // --- the page around it

  /** Move the map into a part of the page; it takes its size. */
  into(node) {
    node.append(panel());
    this._shown.write();
    return this.ready.then(() => this._resized());
  }

  repaint() {
    this._base.draw();
    this._core?.repaint();
    this.units._draw();
    this._heat.draw();
  }

  translate() {
    if (!this.isReady) return;
    this.labels.translate();
    this._core?.translate();
    this._control.draw();
    this._notes.translate();
    this._count();
    this.labels.arrange();
    this.renamed();
  }

  /** Names of units are known, or known in the other language. */
  renamed() {
    this.unitNames?.draw();
  }

  destroy() {
    this._watcher?.disconnect();
    window.removeEventListener("sunshine-theme", this._onTheme);
    clearTimeout(this._counting);
    clearTimeout(this._reloading);
    [this._layers, this._base, this.labels, this.units].forEach((part) => part?.remove());
    this.isReady = false;
  }
}

// One area: city, banner, street or community. How it stands, its statistics, what lies in it, its open hazards.

import { back, lend } from "../parts/map.js";
import { card } from "../parts/card.js";
import { Filters } from "../parts/filters.js";
import { Source } from "../parts/source.js";
import { failed, isMissing, skeleton } from "../parts/states.js";
import { Tabs } from "../parts/tabs.js";
import { clock, make, put, say } from "../words.js";
import { addressed, query } from "./areas/address.js";
import { dimensions } from "./areas/dimensions.js";
import { Figures, overlaid } from "./areas/figures.js";
import { Hazards } from "./areas/hazards.js";
import { Places } from "./areas/places.js";
import { areaName, Ranking } from "./areas/ranking.js";
import { kinds, regional } from "./areas/regional.js";
import { Roll } from "./areas/roll.js";
import { Trend } from "./areas/trend.js";

export const route = "/areas/:id";

const TABS = { city: ["overview", "banners", "streets", "units", "hazards"], banner: ["overview", "streets", "units", "hazards"] };
const OTHERS = ["overview", "units", "hazards"];

export function open(context) {
  return new AreaPage(context);
}

class AreaPage {
  constructor(context) {
    Object.assign(this, { _context: context, id: context.params.id, _places: new Places(), _read: context.query });
    context.root.append(skeleton(8));
    context.crumbs([{ text: () => say("nav.city"), href: "/" }, { text: this.id }]);
    const filters = () => query({ type: this._asked.type, colour: this._asked.colour });
    this._source = new Source(() => `/data/places${filters()}`, (source) => this._arrived(source));
    const path = () => `/data/areas/${encodeURIComponent(this.id)}/statistics${filters()}`;
    this._statistics = new Source(path, () => this._paintStatistics());
  }

  get _asked() {
    const names = ["tab", "type", "colour", "sort", "down", "q", "licence", "attention", "offset"];
    return Object.fromEntries(names.map((name) => [name, this._read.get(name)]));
  }

  get _tabsHere() {
    return TABS[this._row.kind] || OTHERS;
  }

  get _tab() {
    return this._tabsHere.includes(this._asked.tab) ? this._asked.tab : "overview";
  }

  get _row() {
    return this._places.byId.get(this.id);
  }

  // --- what comes in

  _arrived({ data, error }) {
    if (!data) return this._context.root.replaceChildren(failed(() => this._source.read()));
    if (!error) this._places.take(data);
    if (!this._row) {
      this.close();
      return this._context.nowhere();
    }
    if (!this._figures) this._build();
    this._overlay();
    this._roll?.translate();
    this._paint();
  }

  _frame(changed, state) {
    this._map?.frame(changed, state);
    if (!(changed.whole || changed.kpi)) return;
    this._overlay();
    this._figures.paint(this._row);
  }

  /** Frames know the whole area only; of a part of its units the server's count stands. */
  _overlay() {
    const { type, colour } = this._asked;
    if (type || colour || !this._live) return;
    Object.assign(this._row, overlaid(this._row, this._live.state.kpi));
  }

  // --- building

  _build() {
    const { root, go, live, keep, query: asked } = this._context;
    const head = make("div", "page-head");
    this._title = make("h1");
    this._kind = make("span", "chip");
    this._fact = make("span", "sub");
    this._fact.setAttribute("role", "status");
    this._onCity = make("a", "button");
    this._filters = new Filters({ ...this._asked, choose: (name, value) => go(addressed({ [name]: value, offset: null })) });
    const actions = make("div", "actions");
    actions.append(this._onCity, this._filters.node);
    head.append(this._title, this._kind, this._fact, actions);
    this._figures = new Figures(() => this._asked);
    this._panel = make("div", "tab-panel");
    this._tabs = new Tabs({
      tabs: this._tabsHere.map((key) => ({ key, title: () => say(`drill.tab_${key}`) })), chosen: this._tab, label: () => say("drill.tabs"), panel: this._panel,
      onChoose: (tab) => go(addressed({ tab: tab === "overview" ? null : tab, sort: null, down: null, q: null, licence: null, attention: null, offset: null })),
    });
    this._overview = this._makeOverview();
    this._trend = new Trend(this.id, { span: asked.get("span"), keep });
    this._overview.side.append(this._trend.node, this._overview.kinds.node);
    root.replaceChildren(head, this._figures.node, this._tabs.node, this._panel);
    this._fill();
    if (this._row.kind !== "community") this._live = live(this._places.scope(this.id), (changed, state) => this._frame(changed, state));
  }

  _makeOverview() {
    const node = make("div", "grid cols-2");
    const [first, side] = [make("div", "stack-v"), make("div", "stack-v")];
    const [five, all, online] = [card("drill.dimensions"), card("drill.regional"), card("drill.kinds")];
    for (const one of [five, all, online]) one.body.append(skeleton(5));
    this._mapPlace = make("div", "card map-place");
    first.append(five.node, all.node);
    side.append(this._mapPlace);
    node.append(first, side);
    return { node, side, five, all, kinds: online };
  }

  _fill() {
    const { go, keep } = this._context;
    const tab = this._tab;
    this._shown = tab;
    this._roll?.close();
    this._hazards?.close();
    this._roll = this._hazards = this._ranking = null;
    if (tab !== "overview") back();
    if (tab === "overview") {
      this._panel.replaceChildren(this._overview.node);
      this._map = lend(this._mapPlace, {
        onUnit: (id) => go(`/units/${encodeURIComponent(id)}`), onArea: (id) => go(`/areas/${encodeURIComponent(id || this._row.parent || this.id)}`),
      });
      this._map?.narrow(this._row.kind === "city" ? null : this.id);
    } else if (tab === "units") {
      this._roll = new Roll({
        asked: () => ({ area: this.id, ...this._asked, tab: null }), choose: (changes) => go(addressed(changes)),
        areas: (id) => (this._places.byId.get(id) ? areaName(this._places.byId.get(id)) : id),
      });
      this._panel.replaceChildren(this._roll.node);
    } else if (tab === "hazards") {
      this._hazards = new Hazards(this.id, () => ({ type: this._asked.type, colour: this._asked.colour }));
      this._panel.replaceChildren(this._hazards.node);
    } else {
      const { sort, down } = this._asked;
      this._ranking = new Ranking({
        label: `drill.tab_${tab}`, above: tab === "streets" && this._row.kind === "city" ? (row) => this._places.above(row) : null,
        kept: { sort, down: Boolean(down) }, filters: () => this._asked,
        onSort: (key, isDown) => (keep("sort", key), keep("down", isDown ? "1" : null)),
      });
      const place = make("div", "card");
      place.append(this._ranking.node);
      this._panel.replaceChildren(place);
    }
  }

  /** The address changed and the page stays. */
  requery(read) {
    const was = this._asked;
    this._read = read;
    if (!this._figures) return this._source.read();
    const is = this._asked;
    if (was.type !== is.type || was.colour !== is.colour) {
      this._source.read();
      this._statistics.read();
      this._hazards?.read();
    }
    this._filters.set(is.type, is.colour);
    if (this._shown !== this._tab || (this._ranking && was.sort !== is.sort)) {
      this._tabs.chosen = this._tab;
      this._tabs.translate();
      this._fill();
    } else this._roll?.read();
    this._paint();
  }

  // --- drawing

  _paint() {
    const { crumbs, retitle } = this._context;
    const row = this._row;
    const trail = this._places.trail(this.id);
    crumbs([{ text: () => say("nav.city"), href: "/" }, ...trail.filter((step) => step.kind !== "city" || trail.length === 1)
      .map((step) => ({ text: () => areaName(step), href: `/areas/${encodeURIComponent(step.id)}` }))]);
    retitle(areaName(row));
    put(this._title, areaName(row));
    put(this._kind, say(`area_kind.${row.kind}`));
    put(this._fact, say("drill.as_of", { time: clock(Date.parse(this._places.asOf), false) }));
    this._onCity.href = `/${query({ area: row.kind === "city" ? null : row.id, type: this._asked.type, colour: this._asked.colour })}`;
    put(this._onCity, say("drill.show_on_city"));
    this._figures.paint(row);
    this._ranking?.rows(this._places.within(this._tab === "banners" ? "banner" : "street", this.id));
    this._paintStatistics();
  }

  _paintStatistics() {
    if (!this._overview || this._closed) return;
    const { data, error } = this._statistics;
    const { five, all, kinds: online } = this._overview;
    if (!data) {
      if (error && !isMissing(error)) for (const one of [five, all, online]) one.body.replaceChildren(failed(() => this._statistics.read()));
      return;
    }
    five.body.replaceChildren(dimensions(data));
    all.body.replaceChildren(regional(data));
    online.body.replaceChildren(kinds(data.kinds, this.id));
  }

  translate() {
    if (!this._figures) return;
    for (const part of [this._filters, this._figures, this._tabs, this._ranking, this._roll, this._hazards, this._trend, this._map]) part?.translate();
    this._paint();
  }

  close() {
    this._closed = true;
    for (const part of [this._source, this._statistics, this._roll, this._hazards, this._trend]) part?.close();
    back();
  }
}

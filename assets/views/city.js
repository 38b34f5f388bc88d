// The whole city: is it well, where is it not, what next. `?area=` narrows all of the page, `?type=` and `?colour=` too;
// `?at=` shows a unit on the map.

import { loadNames, nameOf, onNames, typeOf } from "../names.js";
import { back, lend } from "../parts/map.js";
import { Filters } from "../parts/filters.js";
import { failed, skeleton } from "../parts/states.js";
import { Source } from "../parts/source.js";
import { Tabs } from "../parts/tabs.js";
import { viewer } from "../visit.js";
import { clock, make, number, put, say } from "../words.js";
import { addressed, query } from "./areas/address.js";
import { Attention } from "./areas/attention.js";
import { Figures } from "./areas/figures.js";
import { Newest } from "./areas/newest.js";
import { Places } from "./areas/places.js";
import { areaName, Ranking, Worst } from "./areas/ranking.js";
import { Roll } from "./areas/roll.js";
import { WorstUnits } from "./areas/worst-units.js";

export const route = "/";

const TABS = ["banners", "streets", "units"];

export function open(context) {
  return new City(context);
}

class City {
  constructor(context) {
    this._context = context;
    this._places = new Places();
    this._read = context.query;
    this._build();
    loadNames();
    onNames(() => !this._closed && (this._paintLive(true), this._only(), this._paintSpot()));
    const failed = () => `/data/devices/failures.json${query({ period: "7d", kind: "refrigerator", area: this._asked.area, type: this._asked.type })}`;
    this._failures = new Source(failed, () => this._paintAttention());
    this._source = new Source(() => `/data/places${query({ type: this._asked.type, colour: this._asked.colour })}`, (source) => this._arrived(source));
    this._watch();
  }

  get _asked() {
    const read = (name) => this._read.get(name);
    const tab = TABS.includes(read("tab")) ? read("tab") : read("area") || !viewer.whole ? "streets" : "banners";
    return { area: read("area"), type: read("type"), colour: read("colour"), tab, sort: read("sort"), down: read("down"), q: read("q"),
      licence: read("licence"), attention: read("attention"), offset: read("offset"), at: read("at") };
  }

  _build() {
    const { root, go } = this._context;
    const head = make("div", "page-head");
    this._title = make("h1");
    this._fact = make("span", "sub");
    this._fact.setAttribute("role", "status");
    this._filters = new Filters({ ...this._asked, choose: (name, value) => go(addressed({ [name]: value, offset: null })) });
    this._spot = make("span", "row city-spot");
    const actions = make("div", "actions");
    this._whole = make("a", "button");
    actions.append(this._whole, this._filters.node);
    head.append(this._title, this._fact, this._spot, actions);
    this._figures = new Figures(() => this._asked);
    this._map = make("div", "card map-place");
    this._attention = new Attention();
    this._worst = new Worst("drill.worst_streets", { more: () => addressed({ tab: "streets", sort: null, down: null }) });
    this._worstUnits = new WorstUnits(() => addressed({ tab: "units", sort: null, down: null }));
    this._newest = new Newest();
    this._panel = make("div", "tab-panel");
    this._tabs = new Tabs({
      tabs: TABS.map((key) => ({ key, title: () => say(`drill.tab_${key}`) })), chosen: this._asked.tab, label: () => say("drill.tabs"), panel: this._panel,
      onChoose: (tab) => go(addressed({ tab, sort: null, down: null, q: null, licence: null, attention: null, offset: null })),
    });
    const grid = make("div", "grid city-grid");
    const [side, lists] = [make("div", "city-side"), make("div", "city-lists")];
    side.append(this._worst.node, this._attention.node);
    lists.append(this._newest.node, this._worstUnits.node);
    this._main = make("div", "card tabbed city-main");
    this._main.append(this._tabs.node, this._panel);
    grid.append(this._map, side, lists, this._main);
    root.append(head, this._figures.node, grid);
    this._cityMap = lend(this._map, {
      onUnit: (id) => go(`/units/${encodeURIComponent(id)}`),
      onArea: (id) => go(addressed({ area: id, offset: null, at: null })),
    });
    this._cityMap?.narrow(this._onMap);
    this._cityMap?.choose(this._asked.at);
    this._only();
    this._head();
    this._fill();
  }

  // --- what the address says

  /** Where the map looks: a person of one area sees no other. */
  get _onMap() {
    return this._asked.area || (!viewer.whole && viewer.areas?.length === 1 ? viewer.areas[0] : null);
  }

  /** The map dims what the filters leave out. */
  _only() {
    const { type, colour } = this._asked;
    const colours = this._live?.state.units;
    const fits = (id) => (!type || typeOf(id) === type) && (!colour || !colours || colours.get(id)?.colour === colour);
    this._cityMap?.only(type || colour ? fits : null);
  }

  /** The address changed and the page stays: back and forward, a filter, a narrower part of the city. */
  requery(read) {
    const was = this._asked;
    this._read = read;
    const is = this._asked;
    if (was.type !== is.type || was.colour !== is.colour) this._source.read();
    if (was.area !== is.area || was.type !== is.type) this._failures.read();
    if (was.area !== is.area) {
      this._cityMap?.narrow(this._onMap);
      this._watch();
    }
    if (was.at !== is.at) this._cityMap?.choose(is.at);
    if (was.at && !is.at) this._cityMap?.home(true);
    this._only();
    this._filters.set(is.type, is.colour);
    this._head();
    if (was.tab !== is.tab || (is.tab !== "units" && was.sort !== is.sort)) this._fill();
    else this._roll?.read();
    this._paint();
    this._paintLive(true);
    if (was.tab !== is.tab || was.attention !== is.attention) this._reveal();
  }

  /** A figure above has led to the list below: whoever cannot see it is taken there. */
  _reveal() {
    if (this._main.getBoundingClientRect().top > window.innerHeight - 200) this._main.scrollIntoView({ block: "start" });
  }

  _head() {
    const { crumbs, retitle } = this._context;
    const { area, tab } = this._asked;
    const trail = area ? this._places.trail(area) : [];
    const name = trail.length ? areaName(trail.at(-1)) : say(viewer.whole ? "drill.whole_city" : "drill.own_part");
    put(this._title, say("drill.city_title", { name }));
    retitle(trail.length ? name : null);
    crumbs([{ text: () => say("nav.city"), href: addressed({ area: null, offset: null }) },
      ...trail.slice(1).map((step) => ({ text: () => areaName(step), href: addressed({ area: step.id, offset: null }) }))].map((step, i, all) =>
      (i === all.length - 1 ? { text: step.text } : step)));
    this._whole.hidden = !area;
    this._whole.href = `/areas/${encodeURIComponent(area || "")}`;
    put(this._whole, say("drill.open_area"));
    this._paintSpot();
    if (this._tabs.chosen !== tab) {
      this._tabs.chosen = tab;
      this._tabs.translate();
    }
  }

  /** Which unit the map shows, with the way to its file and the way back. */
  _paintSpot() {
    const { at } = this._asked;
    this._spot.hidden = !at;
    if (!at) return;
    const [unit, away] = [make("a", "", nameOf(at) || at), make("a", "button quiet small", say("drill.off_map"))];
    unit.href = `/units/${encodeURIComponent(at)}`;
    away.href = addressed({ at: null });
    this._spot.replaceChildren(make("span", "muted", say("drill.on_map")), unit, away);
  }

  _fill() {
    const { keep, go } = this._context;
    const { tab, sort, down } = this._asked;
    this._roll?.close();
    this._roll = this._ranking = null;
    if (tab === "units") {
      this._roll = new Roll({
        asked: () => this._rollAsks(), choose: (changes) => go(addressed(changes)), areas: (id) => this._nameOf(id),
      });
      this._panel.replaceChildren(this._roll.node);
      return;
    }
    this._ranking = new Ranking({
      label: `drill.tab_${tab}`, above: tab === "streets" ? (row) => this._places.above(row) : null, kept: { sort, down: Boolean(down) },
      onSort: (key, isDown) => (keep("sort", key), keep("down", isDown ? "1" : null)), filters: () => this._asked,
    });
    this._panel.replaceChildren(this._places.rows.length ? this._ranking.node : skeleton(9));
    this._rank();
  }

  _rollAsks() {
    const { area, type, colour, q, licence, attention, sort, down, offset } = this._asked;
    return { area, type, colour, q, licence, attention, sort, down, offset };
  }

  _nameOf(id) {
    const area = this._places.byId.get(id);
    return area ? areaName(area) : id;
  }

  // --- what comes in

  _arrived({ data, error }) {
    if (!data) {
      const again = () => this._source.read();
      this._panel.replaceChildren(failed(again));
      return [this._worst, this._attention].forEach((part) => part.failed(again));
    }
    if (!error) this._places.take(data);
    const { area } = this._asked;
    if (area && !this._places.byId.has(area)) return this._context.nowhere();
    this._watch();
    if (this._ranking && !this._ranking.node.isConnected) this._panel.replaceChildren(this._ranking.node);
    this._roll?.translate();
    this._head();
    this._paint();
  }

  _watch() {
    const scope = this._places.scope(this._asked.area);
    if (this._asked.area && !this._places.rows.length) return; // of which kind it is is not known yet
    if (this._live?.scope === scope) return;
    this._live?.close();
    this._live = this._context.live(scope, (changed, state) => this._frame(changed, state));
  }

  _frame(changed, state) {
    this._cityMap?.frame(changed, state);
    if (changed.whole || changed.kpi) {
      if (!this._asked.type && !this._asked.colour) {
        this._places.live(this._asked.area || this._places.city?.id, state.kpi);
        this._paintFigures();
        this._rankSoon();
      }
    }
    if (changed.whole) this._only();
    if (changed.whole || changed.alarms || changed.units.size) this._paintLive(changed.whole || changed.alarms);
  }

  // --- drawing

  get _row() {
    return this._asked.area ? this._places.byId.get(this._asked.area) : this._places.city || this._places.rows[0];
  }

  _paintAttention() {
    if (this._row) this._attention.paint(this._row, this._asked, this._failures.data || undefined);
  }

  _paintFigures() {
    if (this._row) this._figures.paint(this._row);
  }

  _paint() {
    const { _row: row, _asked: asked } = this;
    if (!row) return;
    this._paintFigures();
    this._paintAttention();
    this._worst.paint(this._places.within("street", asked.area), (one) => [areaName(this._places.above(one) || one), say("drill.units_n", { n: number(one.units) })].join(" · "));
    this._worst.node.hidden = row.kind === "street";
    put(this._fact, say("drill.as_of", { time: clock(Date.parse(this._places.asOf), false) }));
    this._rank();
  }

  _rank() {
    if (!this._ranking || !this._places.rows.length) return;
    const { tab, area } = this._asked;
    const row = area && this._places.byId.get(area);
    const kind = tab === "banners" ? "banner" : "street";
    const rows = row?.kind === kind ? [row] : this._places.within(kind, area);
    this._ranking.rows(rows);
  }

  _rankSoon() {
    this._ranked ||= setTimeout(() => {
      this._ranked = null;
      if (!this._closed) this._rank();
    }, 2000);
  }

  _paintLive(now) {
    const state = this._live?.state;
    if (!state) return;
    this._newest.paint(state, this._asked);
    this._worstUnits.paint(state, this._asked, now);
  }

  translate() {
    this._filters.translate();
    this._figures.translate();
    this._tabs.translate();
    this._ranking?.translate();
    this._roll?.translate();
    this._cityMap?.translate();
    this._head();
    this._paint();
    this._paintLive(true);
  }

  close() {
    this._closed = true;
    this._source.close();
    this._failures.close();
    this._roll?.close();
    clearTimeout(this._ranked);
    this._cityMap?.choose(null);
    back();
  }
}

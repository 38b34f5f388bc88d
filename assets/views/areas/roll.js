// The units of an area as a table: filtered, sorted and paged by the server, every choice in the address.

import { get, may } from "../../visit.js";
import { card } from "../../parts/card.js";
import { code, levels } from "../../parts/code.js";
import { menu } from "../../parts/menu.js";
import { pager } from "../../parts/pager.js";
import { failed, skeleton } from "../../parts/states.js";
import { Table } from "../../parts/table.js";
import { DASH, day, facts, make, named, now, number, put, say, spoken } from "../../words.js";
import { query } from "./address.js";

const SIZE = 50;
const LICENCES = ["expired", "month", "30", "valid"];
const ATTENTION = ["open", "offline", "unchecked"];
const SOON = 30 * 86400000;

export class Roll {
  /** `asked()`: area, type, colour and the roll's own choices as the address has them; `choose(changes)` changes it. */
  constructor({ asked, choose, areas }) {
    Object.assign(this, { _asked: asked, _choose: choose, _areas: areas });
    this._card = card("drill.units", { flush: true });
    this.node = this._card.node;
    this._bar = make("div", "filters roll-filters");
    this._place = make("div");
    this._foot = make("div");
    const { sort, down } = asked();
    this._table = new Table({
      columns: this._columns(), label: () => say("drill.units"), sort: sort || "index", down: Boolean(down), sorted: true,
      onSort: (key, isDown) => choose({ sort: key, down: isDown ? "1" : null, offset: null }), none: () => say("drill.no_units"),
    });
    this._card.fact.before(this._bar);
    this._card.body.append(this._place, this._foot);
    this._place.append(skeleton(8));
    if (may("export")) this._export();
    this._draw();
    this.read();
  }

  _columns() {
    const title = (key) => () => say(`place.${key}`);
    return [
      { key: "name", title: title("unit"), name: true, cell: (row) => who(row) },
      { key: "type", title: title("type"), cell: (row) => named(facts.catalogue.business_types[row.business_type]) || row.business_type },
      { key: "area", title: title("area"), cell: (row) => this._areas(row.street_id) },
      { key: "index", title: title("index"), num: true, cell: (row) => make("b", "index", number(row.index, 1)) },
      { key: "colour", title: title("colour"), sort: false, cell: (row) => code(row.colour) },
      { key: "open", title: title("open"), down: true, cell: (row) => (row.open ? levels({ [row.worst]: row.open }) : make("span", "missing", "0")) },
      { key: "online", title: title("devices_online"), num: true, cell: (row) => online(row) },
      { key: "inspected", title: title("inspected"), cell: (row) => make("span", row.inspected ? "good" : "muted", say(row.inspected ? "area.yes" : "area.no")) },
      { key: "expires", title: title("expires"), num: true, cell: (row) => expires(row) },
    ];
  }

  _draw() {
    const asked = this._asked();
    const search = this._search || (this._search = this._makeSearch());
    search.placeholder = say("drill.find_unit");
    search.setAttribute("aria-label", say("drill.find_unit"));
    if (document.activeElement !== search) search.value = asked.q || "";
    const select = (name, keys, prefix, all) => {
      const node = make("select", "select");
      node.name = name;
      node.setAttribute("aria-label", say(`drill.${name}`));
      node.append(new Option(say(all), ""), ...keys.map((key) => new Option(say(`${prefix}.${key}`), key)));
      node.value = asked[name] || "";
      node.addEventListener("change", () => this._choose({ [name]: node.value || null, offset: null }));
      return node;
    };
    const others = [select("licence", LICENCES, "licence_state", "drill.all_licences"), select("attention", ATTENTION, "attention", "drill.all_attention")];
    if (search.isConnected) [...this._bar.querySelectorAll("select")].forEach((node, i) => node.replaceWith(others[i]));
    else this._bar.replaceChildren(search, ...others);
  }

  _makeSearch() {
    const search = make("input", "input");
    search.type = "search";
    search.addEventListener("input", () => {
      clearTimeout(this._timer);
      this._timer = setTimeout(() => this._choose({ q: search.value.trim() || null, offset: null }), 250);
    });
    return search;
  }

  _export() {
    this._button = make("button", "button small", say("drill.export"));
    this._card.tools.append(this._button);
    menu(this._button, () => ["csv", "xlsx"].map((form) => ({
      text: say(`drill.${form}`), download: true, href: `/data/places/units.${form}${query({ ...this._asked(), offset: null, lang: spoken() })}`,
    })));
  }

  /** The address changed, or a minute is over. */
  async read() {
    const asked = this._asked();
    const path = `/data/places/units${query(asked)}`;
    this._path = path;
    this._draw();
    try {
      const found = await get(path);
      if (this._path !== path) return;
      this._found = found;
      this._paint();
    } catch {
      if (this._path !== path) return;
      this._place.replaceChildren(failed(() => this.read()));
      this._foot.replaceChildren();
    }
  }

  _paint() {
    const { units, count, offset } = this._found;
    if (!this._table.node.isConnected) this._place.replaceChildren(this._table.node);
    this._table.rows(units);
    put(this._card.fact, say("drill.found", { n: number(count.total) }));
    this._foot.replaceChildren(pager({ total: count.total, offset, size: SIZE, go: (to) => this._choose({ offset: to || null }) }));
  }

  translate() {
    this._draw();
    this._table.translate();
    if (this._button) put(this._button, say("drill.export"));
    if (this._found) this._paint();
  }

  close() {
    clearTimeout(this._timer);
  }
}

function who(row) {
  const node = make("a", "clip", named({ zh: row.name, en: row.name_en || row.name }));
  node.href = `/units/${encodeURIComponent(row.id)}`;
  node.title = row.id;
  return node;
}

function online(row) {
  if (!row.devices) return make("span", "missing", DASH);
  return make("span", row.online !== null && row.online < row.devices ? "bad" : "", `${row.online ?? DASH} / ${row.devices}`);
}

function expires(row) {
  if (!row.expires_on) return make("span", "missing", DASH);
  const left = Date.parse(row.expires_on) + 86400000 - now();
  const node = make("span", left < SOON ? "bad" : "", row.expires_on);
  node.title = day(Date.parse(row.expires_on));
  return node;
}

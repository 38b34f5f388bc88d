// Whose licence or health certificate expires when: by month or days, area, type and kind; to sort and to take along.

import { pager } from "../parts/pager.js";
import { empty, failed, skeleton } from "../parts/states.js";
import { Table } from "../parts/table.js";
import { Tabs } from "../parts/tabs.js";
import { get, may } from "../visit.js";
import { facts, make, named, number, put, say, spoken } from "../words.js";
import { expiryMark } from "./unit/papers.js";

export const route = "/licences";

const WITHIN = ["month", "30", "60", "expired"];
const KINDS = { licences: ["food_license", "business_license"], people: ["principal", "safety_director", "safety_officer", "practitioner"] };
const PAGE = 100;
const KEPT = ["what", "within", "area", "type", "kind", "q", "sort", "down", "offset"];

export function open(context) {
  return new Licences(context);
}

class Licences {
  constructor({ root, query, crumbs, retitle, keep, live }) {
    this._keep = keep;
    this._retitle = retitle;
    this._asked = Object.fromEntries(KEPT.map((name) => [name, query.get(name) || ""]));
    if (!KINDS[this._asked.what]) this._asked.what = "licences";
    if (!WITHIN.includes(this._asked.within)) this._asked.within = "month";
    crumbs([{ text: () => say("nav.city"), href: "/" }, { text: () => say("licence.title") }]);
    this._title = make("h1");
    this._count = make("p", "sub");
    this._count.setAttribute("role", "status");
    this._exports = make("div", "actions");
    const head = make("header", "page-head");
    head.append(this._title, this._count, this._exports);
    this._panel = make("section", "card");
    this._filters = make("div", "filters licence-filters");
    this._list = make("div");
    this._panel.append(this._filters, this._list);
    this._tabs = new Tabs({
      tabs: Object.keys(KINDS).map((key) => ({ key, title: () => say(`licence.tab_${key}`) })), chosen: this._asked.what,
      label: () => say("licence.title"), panel: this._panel, onChoose: (what) => this._set({ what, kind: "", sort: "", down: "" }),
    });
    root.append(head, this._tabs.node, this._panel);
    this._list.append(skeleton(8));
    live("city", () => {}); // the header says whether the city is live
    this._areas = [];
    get("/city/areas.json").then((areas) => {
      this._areas = areas;
      this._paintFilters();
    }).catch(() => {}); // the list can do without
    this.translate();
    this.ask();
  }

  // --- what is asked

  _set(changes) {
    Object.assign(this._asked, { offset: "" }, changes);
    for (const name of KEPT) this._keep(name, this._default(name) ? null : this._asked[name]);
    this._paintFilters();
    this.ask();
  }

  _default(name) {
    return (name === "what" && this._asked.what === "licences") || (name === "within" && this._asked.within === "month");
  }

  _query() {
    return new URLSearchParams(Object.entries(this._asked).filter(([, value]) => value));
  }

  async ask() {
    const query = this._query().toString();
    this._latest = query;
    try {
      const found = await get(`/data/licences?${query}`);
      if (this._latest !== query || this._closed) return;
      this._found = found;
      this._draw();
    } catch {
      if (this._latest !== query || this._closed) return;
      this._list.replaceChildren(failed(() => this.ask()));
    }
  }

  // --- what is shown

  translate() {
    this._retitle(say("licence.title"));
    put(this._title, say("licence.title"));
    this._tabs.translate();
    this._paintFilters();
    if (this._found) this._draw();
  }

  _draw() {
    const { counts, rows } = this._found;
    const count = counts[this._asked.within];
    const values = { n: number(count.papers), units: number(count.units), month: month(this._found.first) };
    put(this._count, say(this._asked.within === "month" ? "licence.found" : "licence.found_within", values));
    this._filters.querySelectorAll("[data-within]").forEach((button) => put(button.querySelector("b"), number(counts[button.dataset.within].papers)));
    const table = new Table({
      columns: this._columns(), label: () => say("licence.title"), sort: this._asked.sort || "expires", down: this._asked.down === "1",
      sorted: true, onSort: (sort, down) => this._set({ sort, down: down ? "1" : "" }), none: () => say("licence.empty"),
    });
    table.rows(rows);
    const go = (offset) => {
      this._set({ offset: offset ? String(offset) : "" });
      window.scrollTo(0, 0);
    };
    this._list.replaceChildren(rows.length ? table.node : empty(say("licence.empty")),
      pager({ total: count.papers, offset: Number(this._asked.offset) || 0, size: PAGE, go }));
    this._paintExports();
  }

  _columns() {
    const people = this._asked.what === "people";
    const area = (row) => [row.banner, row.street].map((one) => named(one)).join(" · ");
    return [
      { key: "expires", title: () => say("licence.expires"), num: true, cell: (row) => row.expires_on },
      { key: "days", title: () => say("licence.days"), sort: false, cell: (row) => expiryMark(row.days, row.expires_on) },
      { key: "unit", title: () => say("licence.unit"), name: true, cell: unitLink },
      { key: "type", title: () => say("licence.type"), cell: (row) => named(facts.catalogue.business_types[row.business_type]) || row.business_type },
      { key: "area", title: () => say("licence.area"), cell: area },
      { key: "kind", title: () => say("licence.kind"), cell: (row) => say(`${people ? "staff" : "licence"}.${row.kind}`) },
      people ? { key: "person", title: () => say("licence.person"), sort: false, cell: (row) => row.person_name }
        : { key: "number", title: () => say("licence.number"), num: true, cell: (row) => row.number },
      ...(people ? [] : [{ key: "issued", title: () => say("licence.issued"), num: true, cell: (row) => row.issued_on || "–" }]),
    ];
  }

  _paintFilters() {
    const within = make("div", "segmented");
    within.setAttribute("role", "group");
    within.setAttribute("aria-label", say("licence.expires"));
    for (const key of WITHIN) {
      const button = make("button", "");
      button.dataset.within = key;
      button.append(`${say(`licence.within_${key}`)} `, make("b", "num", this._found ? number(this._found.counts[key].papers) : ""));
      button.setAttribute("aria-pressed", String(this._asked.within === key));
      button.addEventListener("click", () => this._set({ within: key }));
      within.append(button);
    }
    const types = Object.entries(facts.catalogue.business_types).map(([key, names]) => [key, named(names)]);
    const kinds = KINDS[this._asked.what].map((key) => [key, say(`${this._asked.what === "people" ? "staff" : "licence"}.${key}`)]);
    const focused = document.activeElement?.name === "q";
    const text = this._text();
    const reset = make("button", "button quiet", say("licence.reset"));
    reset.hidden = !["area", "type", "kind", "q"].some((name) => this._asked[name]);
    reset.addEventListener("click", () => this._set({ area: "", type: "", kind: "", q: "" }));
    this._filters.replaceChildren(within, this._select("area", "licence.all_areas", areaOptions(this._areas)),
      this._select("type", "licence.all_types", types), this._select("kind", "licence.all_kinds", kinds), text, reset);
    if (focused) text.focus();
  }

  _text() {
    const text = make("input", "input");
    text.type = "search";
    text.name = "q";
    text.placeholder = say("licence.text");
    text.setAttribute("aria-label", say("licence.text"));
    text.value = this._typed ?? this._asked.q;
    text.addEventListener("input", () => {
      this._typed = text.value;
      clearTimeout(this._soon);
      this._soon = setTimeout(() => {
        this._typed = null;
        this._set({ q: text.value.trim() });
      }, 250);
    });
    return text;
  }

  _select(name, all, options) {
    const select = make("select", "select");
    select.name = name;
    select.setAttribute("aria-label", say(`licence.${name}`));
    select.append(new Option(say(all), ""), ...options.map(([key, text]) => new Option(text, key)));
    select.value = this._asked[name];
    select.addEventListener("change", () => this._set({ [name]: select.value }));
    return select;
  }

  _paintExports() {
    if (!may("export")) return;
    this._exports.replaceChildren(...["csv", "xlsx"].map((form) => {
      const query = this._query();
      query.set("lang", spoken());
      const button = make("a", "button", say(`licence.${form}`));
      button.href = `/data/licences.${form}?${query}`;
      button.setAttribute("download", "");
      return button;
    }));
  }

  close() {
    this._closed = true;
    clearTimeout(this._soon);
  }
}

function unitLink(row) {
  const link = make("a", "", named({ zh: row.name, en: row.name_en }));
  link.href = `/units/${encodeURIComponent(row.unit_id)}`;
  return link;
}

/** Banners with their streets below them, as far as the person sees them. */
function areaOptions(areas) {
  const banners = areas.filter((area) => area.kind === "banner");
  const name = (area) => named({ zh: area.name, en: area.name_en });
  return banners.flatMap((banner) => [[banner.id, name(banner)],
    ...areas.filter((area) => area.parent_id === banner.id).map((area) => [area.id, `\u2003${name(area)}`])]);
}

/** `2026年11月`, `November 2026`. */
function month(first) {
  return new Date(`${first}T12:00:00Z`).toLocaleDateString(spoken() === "zh" ? "zh-CN" : "en-GB", { year: "numeric", month: "long", timeZone: "UTC" });
}

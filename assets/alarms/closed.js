// Closed alarms: a table to search, to sort and to take along. Dash AG Grid draws it; its rows and words come from here.

import { sentence } from "../panels/alarms.js";
import { get, may } from "../visit.js";
import { DASH, make, named, number, say, span, spoken } from "../words.js";
import { skeleton } from "./detail.js";
import { fromRow, ownerOf } from "./model.js";
import { moment } from "./story.js";

const GRID = "closed-grid";
const PERIODS = ["1", "7", "30", "90"];

export class Closed {
  /** `on`: open(alarm id), keep(name, value) in the address. */
  constructor(root, place, query, on) {
    this._root = root;
    this._place = place;
    this._on = on;
    this._asked = { days: PERIODS.includes(query.get("days")) ? query.get("days") : "7", person: query.get("person") || "", q: query.get("cq") || "" };
    this._rows = null;
    this._build();
  }

  translate() {
    this._root.replaceChildren();
    this._build();
    this._fill();
  }

  async load() {
    this._say(null);
    try {
      const { rows, more } = await get(`/data/alarms/closed.json?${this._query()}`);
      this._rows = rows.map(fromRow);
      this._more = more;
      this._fill();
    } catch {
      this._say("desk.unreachable");
    }
  }

  _query() {
    const until = Date.now();
    const since = new Date(until - Number(this._asked.days) * 86400000).toISOString();
    return new URLSearchParams({ since, person: this._asked.person, q: this._asked.q, lang: spoken() });
  }

  _build() {
    const row = make("div", "filters");
    const days = make("select", "select");
    days.setAttribute("aria-label", say("desk.period"));
    for (const period of PERIODS) {
      const node = make("option", "", say("desk.last_days", { n: period }));
      node.value = period;
      days.append(node);
    }
    days.value = this._asked.days;
    days.addEventListener("change", () => this._set("days", days.value, "days"));
    row.append(days, this._input("person", "desk.person", "person"), this._input("q", "desk.unit_or_device", "cq"));
    this._count = make("span", "muted num");
    row.append(this._count);
    if (may("export"))
      for (const kind of ["csv", "xlsx"]) {
        const button = make("a", "button", say(`desk_export.${kind}`));
        button.href = `/data/alarms/closed.${kind}`;
        button.addEventListener("click", () => (button.href = `/data/alarms/closed.${kind}?${this._query()}`));
        button.setAttribute("download", "");
        row.append(button);
      }
    this._state = make("div");
    this._root.append(row, this._state);
  }

  _input(name, words, parameter) {
    const input = make("input", "input");
    input.type = "search";
    input.placeholder = say(words);
    input.setAttribute("aria-label", say(words));
    input.value = this._asked[name];
    let wait = null;
    input.addEventListener("input", () => {
      clearTimeout(wait);
      wait = setTimeout(() => this._set(name, input.value.trim(), parameter), 350);
    });
    return input;
  }

  _set(name, value, parameter) {
    this._asked[name] = value;
    this._on.keep(parameter, value);
    this.load();
  }

  /** Loading (null), or a sentence with a button to ask again. */
  _say(key) {
    this._place.hidden = true;
    this._state.replaceChildren();
    if (!key) return void this._state.append(skeleton());
    const box = make("div", "failed");
    const again = make("button", "button", say("desk.again"));
    again.addEventListener("click", () => this.load());
    box.append(make("span", "", say(key)), again);
    this._state.append(box);
  }

  _fill() {
    if (!this._rows) return;
    this._state.replaceChildren();
    this._count.textContent = say(this._more ? "desk.closed_more" : "desk.closed_n", { n: number(this._rows.length) });
    this._place.hidden = this._rows.length === 0;
    if (!this._rows.length) return void this._state.append(make("p", "empty", say("desk.no_closed")));
    const rowData = this._rows.map((alarm) => {
      const [end, raised] = [Date.parse(alarm.cleared_at), Date.parse(alarm.raised_at)];
      return {
        id: alarm.id, level: say(`level.${alarm.level}`), unit: named({ zh: alarm.unit_name, en: alarm.unit_name_en }) || alarm.unit,
        sentence: sentence(alarm, end), cleared: moment(end), lasted: span(end - raised),
        who: alarm.acknowledged_name || alarm.acknowledged_by || DASH, waited: alarm.acknowledged_at ? span(Date.parse(alarm.acknowledged_at) - raised) : DASH,
        owner: ownerOf(alarm)?.name || DASH, comments: alarm.comments,
      };
    });
    const column = (field, more = {}) => ({ field, headerName: say(`desk_column.${field}`), wrapHeaderText: true, autoHeaderHeight: true, ...more });
    const columnDefs = [
      column("level", { width: 90 }), column("unit", { flex: 2, minWidth: 150, tooltipField: "unit" }),
      column("sentence", { flex: 3, minWidth: 220, tooltipField: "sentence" }),
      column("cleared", { width: 130, sortable: false }), column("lasted", { width: 110, sortable: false }), column("who", { width: 150 }),
      column("waited", { width: 120, sortable: false }), column("owner", { width: 130 }), column("comments", { width: 120, type: "rightAligned" }),
    ];
    whenThere(() => {
      window.dash_clientside.set_props(GRID, { columnDefs, rowData });
      window.dash_ag_grid?.getApiAsync(GRID).then((api) => {
        if (this._api === api) return;
        this._api = api;
        api.addEventListener("rowClicked", ({ data }) => this._on.open(data.id));
        api.addEventListener("cellKeyDown", ({ data, event }) => event.key === "Enter" && this._on.open(data.id));
      });
    });
  }
}

/** The grid's own script comes later than ours. */
function whenThere(then, tries = 0) {
  if (window.dash_clientside?.set_props && window.dash_ag_grid?.getApiAsync && document.getElementById(GRID)) then();
  else if (tries < 100) setTimeout(() => whenThere(then, tries + 1), 100);
}

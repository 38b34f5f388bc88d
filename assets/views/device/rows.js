// The readings as a table, newest first, and the days with their least, mean and greatest.

import { dayOf, field, fromField, stamp } from "../../charts/zone.js";
import { isFlag, metricOf, valueText } from "../../devices.js";
import { empty, failed } from "../../parts/states.js";
import { get } from "../../visit.js";
import { DASH, make, named, now, number, percent, say } from "../../words.js";

const MONTH = 30 * 86400000;
const LOOK_BACK = 400 * 86400000; // as long as readings are kept

export class Rows {
  constructor(device, range, { query, keep }) {
    this._device = device;
    this._range = range;
    this._keep = keep;
    this.node = make("section", "card device-rows");
    this._tab = query.get("table") === "days" ? "days" : "raw";
    this._before = fromField(query.get("before"));
    this._metric = null;
    range.watch(() => this._tab === "days" && this.ask());
    this.translate();
  }

  translate() {
    const top = make("header", "card-head");
    const tabs = make("div", "segmented");
    tabs.setAttribute("role", "group");
    for (const name of ["raw", "days"]) {
      const button = make("button", "", say(`device.table_${name}`));
      button.setAttribute("aria-pressed", name === this._tab);
      button.addEventListener("click", () => {
        this._tab = name;
        this._keep("table", name === "raw" ? null : name);
        this.translate();
        this.ask();
      });
      tabs.append(button);
    }
    const tools = make("div", "tools");
    top.append(make("h2", "", say("device.tables")), tabs, tools);
    this._body = make("div", "card-body flush");
    this.node.replaceChildren(top, this._body);
    this._fill(tools);
    if (this._answer) this._paint();
  }

  _fill(tools) {
    if (this._tab === "days") {
      const select = make("select", "select");
      select.setAttribute("aria-label", say("device.metric"));
      for (const name of Object.keys(this._device.readings)) {
        const option = make("option", "", named(metricOf(this._device, name)));
        option.value = name;
        option.selected = name === this._metric;
        select.append(option);
      }
      select.addEventListener("change", () => {
        this._metric = select.value;
        this._paint();
      });
      if (select.childElementCount) tools.append(select);
      return;
    }
    const label = make("label", "device-moment");
    const input = make("input", "input");
    input.type = "datetime-local";
    input.value = this._before ? field(this._before) : "";
    input.addEventListener("change", () => this._jump(fromField(input.value)));
    label.append(make("span", "", say("device.jump")), input);
    const newest = make("button", "button", say("device.newest"));
    newest.addEventListener("click", () => this._jump(null));
    tools.append(label, newest);
  }

  _jump(before) {
    this._before = before;
    this._keep("before", before ? field(before) : null);
    this.translate();
    this.ask();
  }

  async ask() {
    const path = `/data/devices/${encodeURIComponent(this._device.id)}/${this._tab === "raw" ? "readings" : "days"}.json`;
    const until = Math.round(this._tab === "raw" ? this._before ?? now() + 60000 : this._range.stretch[1]);
    const since = Math.round(this._tab === "raw" ? until - LOOK_BACK : Math.min(this._range.stretch[0], until - MONTH));
    const asked = (this._asked = {});
    try {
      const answer = await get(`${path}?since=${since}&until=${until}`);
      if (asked !== this._asked) return;
      this._answer = { ...answer, tab: this._tab };
      this._paint();
    } catch {
      if (asked === this._asked) this._body.replaceChildren(failed(() => this.ask()));
    }
  }

  _paint() {
    if (this._answer.tab !== this._tab) return;
    const rows = this._tab === "raw" ? this._raw() : this._days();
    if (!rows) return this._body.replaceChildren(empty(say("device.no_readings")));
    const wrap = make("div", "table-wrap device-table");
    wrap.tabIndex = 0;
    wrap.append(rows);
    this._body.replaceChildren(wrap);
    if (this._tab === "raw") this._body.append(this._pager());
  }

  _raw() {
    const { metrics, rows } = this._answer;
    const used = metrics.map((name, i) => [metricOf(this._device, name), i + 1]).filter(([, i]) => rows.some((row) => row[i] !== null));
    if (!rows.length) return null;
    const heads = used.map(([metric]) => `${named(metric)}${metric.unit && !isFlag(metric) ? ` (${metric.unit})` : ""}`);
    return table([say("device.time"), ...heads], rows.map((row) => [stamp(row[0]), ...used.map(([metric, i]) => cell(metric, row[i]))]));
  }

  _pager() {
    const { rows, more } = this._answer;
    const bar = make("div", "pager");
    bar.append(make("span", "muted", say("device.rows_shown", { n: number(rows.length) })));
    if (more) {
      const older = make("button", "button", say("device.older"));
      older.addEventListener("click", () => this._jump(rows[rows.length - 1][0]));
      bar.append(older);
    }
    return bar;
  }

  _days() {
    const { metrics, rows } = this._answer;
    if (!rows.length) return null;
    this._metric = metrics.includes(this._metric) ? this._metric : metrics[0];
    const metric = metricOf(this._device, this._metric);
    const mine = rows.filter(([, values]) => values[this._metric]);
    if (isFlag(metric))
      return table([say("device.day"), say("device.share_on"), say("device.readings")],
        mine.map(([at, values]) => [dayOf(at), `${percent(values[this._metric][1])} %`, number(values[this._metric][3])]));
    const amount = (value) => `${number(value, metric.decimals)} ${metric.unit}`.trim();
    return table([say("device.day"), say("device.least"), say("device.mean"), say("device.greatest"), say("device.readings")],
      mine.map(([at, values]) => {
        const [low, mean, high, n] = values[this._metric];
        return [dayOf(at), amount(low), amount(mean), amount(high), number(n)];
      }));
  }
}

function cell(metric, value) {
  if (value === null) return { text: DASH, kind: "missing" };
  return { text: valueText(metric, value) };
}

export function table(heads, rows) {
  const node = make("table", "table is-dense");
  const top = node.createTHead().insertRow();
  heads.forEach((text, i) => {
    const head = make("th", i ? "num" : "", text);
    head.scope = "col";
    top.append(head);
  });
  const body = node.createTBody();
  for (const row of rows) {
    const line = body.insertRow();
    row.forEach((one, i) => line.append(make("td", `${i ? "num" : "nowrap"} ${one?.kind || ""}`.trim(), one?.text ?? one)));
  }
  return node;
}

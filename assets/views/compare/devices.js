// Devices side by side: one metric of all of them in one chart, and what it came to in the span.

import { compare } from "../../charts/history.js";
import { deviceName, deviceWords, isFlag, kindOf, metricOf, valueText } from "../../devices.js";
import { card } from "../../parts/card.js";
import { showAge } from "../../values.js";
import { get } from "../../visit.js";
import { DASH, make, named, now, say } from "../../words.js";

const SPANS = { "24h": 1, "7d": 7, "30d": 30 };
const DAY = 86400000;

export class DevicesCompared {
  constructor({ remove, keep, query }) {
    this._remove = remove;
    this._keep = keep;
    this._metric = query.get("metric") || "";
    this._span = SPANS[query.get("span")] ? query.get("span") : "24h";
  }

  draw(devices) {
    this._devices = devices;
    const metrics = common(devices);
    if (!metrics.includes(this._metric)) this._metric = metrics[0] || "";
    const box = make("div", "stack-v");
    const chart = card("compare.metric");
    chart.tools.append(this._metrics(metrics), this._spans());
    this._place = make("div");
    chart.body.append(metrics.length ? this._place : make("p", "empty", say("compare.no_metric")));
    const table = card("compare.stats", { flush: true });
    this._stats = table.body;
    box.append(chart.node, table.node);
    this._drawStats([]);
    if (this._metric) this._ask();
    return box;
  }

  async _ask() {
    const until = now();
    const since = until - SPANS[this._span] * DAY;
    const asked = `${this._metric} ${this._span}`;
    this._asked = asked;
    const path = (id) => `/data/devices/${encodeURIComponent(id)}/chart.json?metric=${encodeURIComponent(this._metric)}&since=${Math.round(since)}&until=${Math.round(until)}`;
    const answers = await Promise.all(this._devices.map(({ id }) => get(path(id)).catch(() => null)));
    if (this._asked !== asked || this._closed) return;
    const series = this._devices.map((device, i) => ({ name: nameOf(device), answer: answers[i] })).filter(({ answer }) => answer);
    this._drawStats(answers);
    this._end?.();
    this._end = null;
    if (!series.length) return this._place.replaceChildren(make("p", "failed", say("page.failed")));
    const place = make("div");
    this._place.replaceChildren(place);
    const metric = metricOf(this._devices[0], this._metric);
    this._end = await compare(place, { ...metric, flag: isFlag(metric) }, series);
    if (this._closed) this._end();
  }

  _drawStats(answers) {
    const wrap = make("div", "table-wrap");
    const table = make("table", "table compare-table");
    const head = make("tr");
    head.append(make("th", "", say("compare.stat")), ...this._devices.map((device) => this._heading(device)));
    const top = make("thead");
    top.append(head);
    const rows = make("tbody");
    const add = (label, cells) => {
      const row = make("tr");
      const name = make("th", "", label);
      name.scope = "row";
      row.append(name, ...cells.map((content) => {
        const cell = make("td");
        cell.append(content);
        return cell;
      }));
      rows.append(row);
    };
    const metric = (device) => metricOf(device, this._metric);
    const value = (device, n) => (n === null || n === undefined ? DASH : `${valueText(metric(device), n)} ${metric(device).unit}`.trim());
    add(say("compare.kind"), this._devices.map((device) => deviceWords(device)));
    add(say("compare.now"), this._devices.map((device) => value(device, device.readings?.[this._metric]?.value)));
    const seen = answers.map((answer) => extent(answer));
    for (const part of ["mean", "low", "high"]) add(say(`compare.${part}`), this._devices.map((device, i) => value(device, seen[i]?.[part])));
    add(say("compare.last"), this._devices.map((device) => {
      const age = make("span", "muted", DASH);
      if (device.seen_at) showAge(age, Date.parse(device.seen_at));
      return age;
    }));
    table.append(top, rows);
    wrap.append(table);
    this._stats.replaceChildren(wrap);
  }

  _heading(device) {
    const cell = make("th");
    cell.scope = "col";
    const link = make("a", "strong", nameOf(device));
    link.href = `/devices/${encodeURIComponent(device.id)}`;
    const remove = make("button", "button quiet small", say("compare.remove"));
    remove.setAttribute("aria-label", `${say("compare.remove")} ${nameOf(device)}`);
    remove.addEventListener("click", () => this._remove(device.id));
    cell.append(link, make("br"), make("span", "muted small", named({ zh: device.unit_name, en: device.unit_name_en })), make("br"), remove);
    return cell;
  }

  _metrics(metrics) {
    const select = make("select", "select");
    select.setAttribute("aria-label", say("compare.metric"));
    select.append(...metrics.map((key) => new Option(named(metricOf(this._devices[0], key)), key)));
    select.value = this._metric;
    select.hidden = !metrics.length;
    select.addEventListener("change", () => {
      this._metric = select.value;
      this._keep("metric", this._metric);
      this._ask();
    });
    return select;
  }

  _spans() {
    const group = make("div", "segmented");
    group.setAttribute("role", "group");
    for (const span of Object.keys(SPANS)) {
      const button = make("button", "", say(`unit.span_${span}`));
      button.setAttribute("aria-pressed", String(span === this._span));
      button.addEventListener("click", () => {
        this._span = span;
        this._keep("span", span);
        group.querySelectorAll("button").forEach((other) => other.setAttribute("aria-pressed", String(other === button)));
        this._ask();
      });
      group.append(button);
    }
    return group;
  }

  close() {
    this._closed = true;
    this._end?.();
  }
}

function nameOf(device) {
  return deviceName(device);
}

/** Metrics that all of them have, in the order of the catalogue. */
function common(devices) {
  const of = (device) => Object.keys(kindOf(device)?.metrics || device.readings || {});
  return of(devices[0]).filter((metric) => devices.every((device) => of(device).includes(metric)));
}

/** Of the points of a chart: their mean, the lowest and the highest. A bucket tells its own extremes behind its mean. */
function extent(answer) {
  if (!answer?.points.length) return null;
  const { points } = answer;
  return {
    mean: points.reduce((sum, point) => sum + point[1], 0) / points.length,
    low: Math.min(...points.map((point) => point[2] ?? point[1])),
    high: Math.max(...points.map((point) => point[3] ?? point[1])),
  };
}

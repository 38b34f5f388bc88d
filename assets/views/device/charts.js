// A chart for each metric. Charts below the screen are drawn when somebody scrolls to them.

import { History } from "../../charts/history.js";
import { isCamera, isFlag, kindOf, metricOf, valueText } from "../../devices.js";
import { attempt } from "../../page.js";
import { show, showAge } from "../../values.js";
import { get, may } from "../../visit.js";
import { make, named, number, percent, put, say, span, spoken } from "../../words.js";

const LATE = ["battery", "linkquality"]; // housekeeping stands below

export class Charts {
  constructor(device, range, onAlarm) {
    this._device = device;
    this._range = range;
    this._onAlarm = onAlarm;
    this.node = make("section", "card device-charts");
    this.node.setAttribute("aria-labelledby", "device-charts");
    this.node.addEventListener("keydown", (event) => range.key(event));
    this.rows = [];
    this._seen = new IntersectionObserver((entries) => entries.forEach((entry) => entry.isIntersecting && this._wanted(entry.target)), { rootMargin: "300px" });
    this.translate();
  }

  translate() {
    this.rows.forEach((row) => row.chart.close());
    this._seen.disconnect();
    const top = make("header", "card-head");
    const metrics = this._metrics();
    const title = make("h2", "", say(isCamera(this._device) && !metrics.length ? "device.picture" : "device.curves"));
    title.id = "device-charts";
    const tools = make("div", "tools");
    if (may("export") && metrics.length) tools.append(this._export("csv"), this._export("xlsx"));
    top.append(title, tools);
    const body = make("div", "card-body");
    if (!metrics.length) body.append(make("p", "empty", say(isCamera(this._device) ? "device.no_picture" : "device.no_metrics")));
    else body.append(this._range.node);
    this.rows = metrics.map((name) => this._row(name));
    body.append(...this.rows.map((row) => row.node));
    this.node.replaceChildren(top, body);
    this.rows.forEach((row) => this._seen.observe(row.node));
  }

  _metrics() {
    const known = Object.keys(kindOf(this._device)?.metrics || {});
    const told = Object.keys(this._device.readings).filter((name) => !known.includes(name));
    const spoke = Object.keys(this._device.readings).length > 0;
    // A device of a kind need not have all its sensors: what it never told needs no empty chart.
    const shown = [...known.filter((name) => !spoke || name in this._device.readings), ...told];
    return [...shown.filter((name) => !LATE.includes(name)), ...shown.filter((name) => LATE.includes(name))];
  }

  _row(name) {
    const metric = metricOf(this._device, name);
    metric.flag = isFlag(metric);
    const node = make("article", "device-chart");
    node.dataset.metric = name;
    node.tabIndex = 0;
    const top = make("header");
    const value = make("span", "value");
    value.append(make("span", "figure"), make("span", "quantity", metric.flag ? "" : metric.unit));
    top.append(make("h3", "", named(metric)), value, make("span", "age muted"), make("span", "device-usual muted small"));
    const place = make("div", "device-plot");
    place.style.height = `${height(metric)}px`;
    place.setAttribute("role", "img");
    const words = make("p", "device-summary muted");
    words.setAttribute("aria-live", "polite");
    node.append(top, place, words);
    const chart = new History(place, {
      metric, height: height(metric), onAlarm: this._onAlarm, onRange: (since, until) => this._range.fix(since, until) });
    const row = { name, metric, node, place, words, chart, top, drawn: null };
    this._paintValue(row);
    return row;
  }

  /** Ask anew for what is in view; the rest is asked for when it comes into view. */
  ask() {
    this._round = (this._round || 0) + 1;
    for (const row of this.rows) if (row.visible) this._ask(row);
    this.node.querySelectorAll("a[data-form]").forEach((link) => (link.href = this._exportPath(link.dataset.form)));
  }

  _wanted(node) {
    const row = this.rows.find((one) => one.node === node);
    if (!row) return;
    row.visible = true;
    if (row.drawn !== this._round) this._ask(row);
  }

  async _ask(row) {
    const round = (row.drawn = this._round);
    const [since, until] = this._range.stretch.map(Math.round);
    try {
      const query = new URLSearchParams({ metric: row.name, since, until });
      const answer = await get(`/data/devices/${encodeURIComponent(this._device.id)}/chart.json?${query}`);
      if (round !== this._round || !row.node.isConnected) return;
      row.answer = answer;
      this._paintWords(row);
      await row.chart.draw(answer);
    } catch (error) {
      if (round !== this._round) return;
      row.drawn = null;
      this._failed(row);
      attempt("chart", () => { if (!("status" in error)) throw error; });
    }
  }

  _failed(row) {
    const again = make("button", "button", say("page.retry"));
    again.addEventListener("click", () => this._ask(row));
    row.words.replaceChildren(`${say("page.failed")} `, again);
  }

  /** A live reading: its value at once, the line as soon as the chart may be drawn again. */
  hear(reading) {
    const row = this.rows.find((one) => one.name === reading.metric);
    if (!row) return;
    this._paintValue(row);
    if (this._range.isLive) row.chart.append(reading.time, reading.value);
  }

  _paintValue(row) {
    const last = this._device.readings[row.name];
    show(row.top.querySelector(".figure"), valueText(row.metric, last?.value));
    row.top.querySelector(".quantity").hidden = !last;
    showAge(row.top.querySelector(".age"), last ? Date.parse(last.at) : null);
    const { low, high } = metricOf(this._device, row.name);
    const beyond = last && ((high !== null && last.value > high) || (low !== null && last.value < low));
    row.node.classList.toggle("is-beyond", Boolean(beyond));
  }

  /** The chart in a sentence, for whoever cannot see it and for whoever wants the figure. */
  _paintWords(row) {
    const { summary, gaps, offline, alarms, resolution, usual } = row.answer;
    const { metric } = row;
    const amount = (value) => `${number(value, metric.decimals)} ${metric.unit}`.trim();
    const said = [];
    if (!summary.n) said.push(say("device.none_in_range"));
    else if (metric.flag) said.push(say("device.sum_flag", { rate: percent(summary.mean), n: number(summary.n) }));
    else said.push(say("device.sum", { min: amount(summary.min), mean: amount(summary.mean), max: amount(summary.max), n: number(summary.n) }));
    if (summary.beyond !== null && summary.n) {
      const by = say(resolution === "raw" ? "device.by_raw" : "device.by_bucket", { width: say(`device.width_${resolution}`) });
      said.push(say("device.sum_beyond", { n: number(summary.beyond), of: number(summary.of), by, rate: percent(summary.beyond / summary.of) }));
    }
    const length = (stretches) => span(stretches.reduce((sum, [a, b]) => sum + b - a, 0));
    said.push(gaps.length ? say("device.sum_gaps", { n: number(gaps.length), span: length(gaps) }) : say("device.sum_no_gaps"));
    if (offline.length) said.push(say("device.sum_offline", { n: number(offline.length), span: length(offline) }));
    if (alarms.length) said.push(say("device.sum_alarms", { n: number(alarms.length) }));
    said.push(say("device.drawn_by", { width: say(`device.width_${resolution}`) }));
    put(row.words, said.join(" · "));
    row.place.setAttribute("aria-label", `${named(metric)}: ${said.join(" · ")}`);
    put(row.top.querySelector(".device-usual"), !usual ? "" : usual.from === "own" ? say("device.usual_own", { days: usual.days })
      : say("device.usual_kind", { range: `${number(usual.low, 0)} … ${amount(usual.high)}` }));
  }

  _export(form) {
    const link = make("a", "button", say(`device.export_${form}`));
    link.dataset.form = form;
    link.setAttribute("download", "");
    link.href = this._exportPath(form);
    link.addEventListener("click", () => (link.href = this._exportPath(form))); // as it is drawn by then
    link.title = say(form === "csv" ? "device.export_csv_limit" : "device.export_xlsx_limit");
    return link;
  }

  _exportPath(form) {
    const [since, until] = this._range.stretch.map(Math.round);
    const resolution = this.rows.find((row) => row.answer)?.answer.resolution || "raw";
    return `/data/devices/${encodeURIComponent(this._device.id)}/export?${new URLSearchParams({ form, since, until, resolution, lang: spoken() })}`;
  }

  close() {
    this._seen.disconnect();
    this.rows.forEach((row) => row.chart.close());
  }
}

function height(metric) {
  return metric.flag ? 116 : 262;
}

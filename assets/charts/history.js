// The history of one metric as a big chart, and of several devices in one. Plotly draws it; whoever feeds it with live
// values is held back here: at most one drawing in three seconds.

import { attempt } from "../page.js";
import { number, onLanguage, say } from "../words.js";
import { alarmShapes, alarmTrace, band, colours, faded, gapLabels, gapShapes, limitLabels, limitShapes, offlineTrace, usualStretches } from "./marks.js";
import { plotly } from "./plotly.js";
import { drawn, meant } from "./zone.js";

const PAUSE = 3000;
const CONFIG = { displayModeBar: false, responsive: true, scrollZoom: false, doubleClick: false, showTips: false };
const open = new Set();

onLanguage(() => open.forEach((chart) => chart.redraw()));
window.addEventListener("sunshine-theme", () => open.forEach((chart) => chart.redraw()));

export class History {
  /** `metric`: its words (devices.js metricOf) with `flag`. `onRange(since, until)`: somebody drew out a stretch. */
  constructor(place, { metric, onRange, onAlarm, height = 260 }) {
    Object.assign(this, { place, metric, onRange, onAlarm, height });
    this._drawnAt = -Infinity;
    this.drawings = 0; // for tests
    open.add(this);
  }

  /** The answer of /data/devices/:id/chart.json. */
  draw(answer) {
    this.answer = answer;
    return this._draw();
  }

  /** A reading that just came. What was drawn by buckets waits for its next answer. */
  append(at, value) {
    const { points, resolution, gaps, now } = this.answer || {};
    if (!points || resolution !== "raw" || value === null) return;
    const last = points[points.length - 1];
    if (last && at <= last[0]) return;
    points.push([at, value]);
    const open = gaps[gaps.length - 1];
    if (open && last && open[0] >= last[0] && open[1] >= now) gaps.pop(); // the silence until now has ended: the next answer says so
    this.answer.until = Math.max(this.answer.until, at);
    this._soon();
  }

  redraw() {
    if (this.answer) this._draw();
  }

  close() {
    open.delete(this);
    clearTimeout(this._timer);
    if (this.place.data) window.Plotly?.purge(this.place);
  }

  _soon() {
    if (this._timer) return;
    const wait = Math.max(0, this._drawnAt + PAUSE - performance.now());
    this._timer = setTimeout(() => this._draw(), wait);
  }

  async _draw() {
    clearTimeout(this._timer);
    this._timer = null;
    this._drawnAt = performance.now();
    const library = await plotly();
    if (!open.has(this)) return;
    const first = !this.place.data;
    await library.react(this.place, this._traces(), this._layout(), CONFIG);
    this.drawings += 1;
    this.place.dataset.drawn = this.drawings;
    if (first) this._listen();
  }

  _listen() {
    this.place.on("plotly_relayout", (change) => attempt("stretch", () => {
      const [a, b] = [change["xaxis.range[0]"], change["xaxis.range[1]"]];
      if (a !== undefined && b !== undefined) this.onRange?.(meant(a), meant(b));
    }));
    this.place.on("plotly_click", ({ points }) => {
      const alarm = points.find((point) => point.customdata)?.customdata;
      if (alarm) this.onAlarm?.(alarm);
    });
  }

  _traces() {
    const { points, usual, since, until, offline, alarms, gaps, resolution } = this.answer;
    const c = colours();
    const traces = [];
    const ranges = usualStretches(usual, since, until);
    if (ranges.length) traces.push(band(ranges, faded(c.data, 0.1), "usual"));
    const stretches = between(points, gaps);
    if (resolution !== "raw") {
      const wide = stretches.map((stretch) => stretch.map(([at, , low, high]) => [at, low, high]));
      traces.push(band(wide, faded(c.data, 0.28), "extent"));
    }
    traces.push(this._line(stretches, c));
    if (offline.length) traces.push(offlineTrace(offline, c));
    if (alarms.length) traces.push(alarmTrace(alarms, since, c));
    return traces;
  }

  _line(stretches, c) {
    const rows = joined(stretches);
    const few = rows.length < 80;
    const { metric } = this;
    const trace = {
      name: "value", type: "scatter", mode: few && !metric.flag ? "lines+markers" : "lines", connectgaps: false,
      x: rows.map((row) => row && drawn(row[0])), y: rows.map((row) => row && row[1]),
      line: { color: c.data, width: 2, shape: metric.flag ? "hv" : "linear" }, marker: { size: 4, color: c.data },
      hovertemplate: `%{x|%Y-%m-%d %H:%M:%S}<br><b>%{y:,.${metric.decimals}f}</b> ${metric.unit}<extra></extra>`,
    };
    if (metric.flag) Object.assign(trace, { fill: "tozeroy", fillcolor: faded(c.data, 0.28),
      text: rows.map((row) => (row ? say(row[1] ? "sensors.on" : "sensors.off") : "")), hovertemplate: "%{x|%Y-%m-%d %H:%M:%S}<br><b>%{text}</b><extra></extra>" });
    else if (rows.length && rows[0]?.length > 2)
      Object.assign(trace, { customdata: rows.map((row) => (row ? [row[2], row[3], row[4]].map((value, i) => number(value, i < 2 ? metric.decimals : 0)) : [])),
        hovertemplate: `%{x|%Y-%m-%d %H:%M}<br><b>%{y:,.${metric.decimals}f}</b> ${metric.unit} (%{customdata[0]} … %{customdata[1]})<br>n = %{customdata[2]}<extra></extra>` });
    return trace;
  }

  _layout() {
    const { since, until, gaps, alarms, limits, now } = this.answer;
    const { metric } = this;
    const c = colours();
    const [low, high] = this._extent();
    const seen = metric.flag ? [] : limits.filter(({ value }) => value >= low && value <= high);
    const layout = base(c, since, until, this.height, this.place.clientWidth);
    layout.shapes = [...gapShapes(gaps, c), ...alarmShapes(alarms, Math.min(until, now), c), ...limitShapes(seen, c)];
    layout.annotations = [...limitLabels(seen, metric, c), ...gapLabels(gaps, since, until, c)];
    layout.yaxis = { ...layout.yaxis, range: [low, high], ticksuffix: metric.unit ? ` ${metric.unit}` : "" };
    if (metric.flag) Object.assign(layout.yaxis, { range: [-0.02, 1.3], tickvals: [0, 1], ticktext: [say("sensors.off"), say("sensors.on")], ticksuffix: "" });
    return layout;
  }

  /** From the least to the greatest of values and what is usual; a limit belongs to it when it is not far away. */
  _extent() {
    const { points, usual, limits } = this.answer;
    const values = points.flatMap((point) => (point.length > 2 ? [point[2], point[3]] : [point[1]]));
    if (usual?.from === "kind") values.push(usual.low, usual.high);
    if (usual?.from === "own") usual.hours.forEach((pair) => pair && values.push(...pair));
    let [low, high] = values.length ? extremes(values) : [0, 1];
    const near = (high - low || 1) * 0.6;
    const close = limits.map(({ value }) => value).filter((value) => value >= low - near && value <= high + near);
    [low, high] = extremes([low, high, ...close]);
    const room = (high - low || 1) * 0.12;
    return [low - room, high + room];
  }
}

/** Several devices in one chart: `[{ name, answer }]`, each line named at its end. Answers with what closes it. */
export async function compare(place, metric, series, { onRange, height = 320 } = {}) {
  const library = await plotly();
  const draw = () => {
    const c = colours();
    const lines = [c.data, c.levels[3], c.text, c.quiet];
    const dashes = ["solid", "solid", "dot", "dash"];
    const answers = series.map(({ answer }) => answer);
    const layout = base(c, Math.min(...answers.map((answer) => answer.since)), Math.max(...answers.map((answer) => answer.until)), height, place.clientWidth);
    layout.margin.r = 140;
    layout.yaxis.ticksuffix = metric.unit ? ` ${metric.unit}` : "";
    const limits = answers[0]?.limits || [];
    layout.shapes = limitShapes(limits, c);
    layout.annotations = [...limitLabels(limits, metric, c), ...series.flatMap(({ name, answer }, i) => {
      const last = answer.points[answer.points.length - 1];
      return last ? [{ xref: "paper", x: 1.006, y: last[1], xanchor: "left", showarrow: false, align: "left", text: name.slice(0, 18), font: { size: 12, color: lines[i] } }] : [];
    })];
    return library.react(place, series.map(({ name, answer }, i) => {
      const rows = joined(between(answer.points, answer.gaps));
      return { name, type: "scatter", mode: "lines", connectgaps: false, x: rows.map((row) => row && drawn(row[0])), y: rows.map((row) => row && row[1]),
        line: { color: lines[i], width: 2, dash: dashes[i] }, hovertemplate: `%{y:,.${metric.decimals}f} ${metric.unit}<extra>%{fullData.name}</extra>` };
    }), layout, CONFIG);
  };
  const chart = { redraw: draw };
  open.add(chart);
  await draw();
  place.on("plotly_relayout", (change) => {
    if (change["xaxis.range[0]"] !== undefined) onRange?.(meant(change["xaxis.range[0]"]), meant(change["xaxis.range[1]"]));
  });
  return () => {
    open.delete(chart);
    library.purge(place);
  };
}

/** The points in stretches that no gap divides. */
function between(points, gaps) {
  const stretches = [];
  let stretch = null;
  let next = 0;
  for (const point of points) {
    let divided = !stretch;
    while (next < gaps.length && gaps[next][1] <= point[0]) {
      divided = true;
      next += 1;
    }
    if (divided) stretches.push((stretch = []));
    stretch.push(point);
  }
  return stretches;
}

function joined(stretches) {
  return stretches.flatMap((stretch, i) => (i ? [null, ...stretch] : stretch));
}

function extremes(values) {
  return values.reduce(([low, high], value) => [value < low ? value : low, value > high ? value : high], [Infinity, -Infinity]);
}

function base(c, since, until, height, width) {
  const days = say("device.axis_days");
  return {
    height, margin: { l: 62, r: 16, t: 10, b: 48 }, paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", showlegend: false,
    dragmode: "zoom", hovermode: "closest", hoverdistance: 30, bargap: 0, font: { family: getComputedStyle(document.body).fontFamily, size: 13, color: c.label },
    hoverlabel: { bgcolor: c.raised, bordercolor: c.line, font: { color: c.text, size: 13 } },
    xaxis: { type: "date", range: [drawn(since), drawn(until)], showgrid: false, zeroline: false, linecolor: c.line, ticks: "outside", tickcolor: c.line, nticks: Math.max(3, Math.min(10, Math.floor(width / 110))), tickangle: 0,
      tickformatstops: [{ dtickrange: [null, 60000], value: "%H:%M:%S" }, { dtickrange: [60000, 43200000], value: `%H:%M\n${days}` },
        { dtickrange: [43200000, "M1"], value: days }, { dtickrange: ["M1", null], value: say("device.axis_months") }] },
    yaxis: { gridcolor: c.line, zeroline: false, fixedrange: true, nticks: 6, tickfont: { family: "Barlow Semi Condensed" } },
    yaxis2: { overlaying: "y", range: [0, 1], visible: false, fixedrange: true },
  };
}

// Lines over time: the index of a city or area, the load of alarms, a device's last values.

import { barChart, lineChart } from "../charts/line.js";
import { metricOf, deviceWords, valueText } from "../devices.js";
import { fact, sentenceIn } from "../scenes/rows.js";
import { valuesOf } from "./incidents.js";
import { clock, day, make, named, now, number, say } from "../words.js";

const DAY = 86400000;
const SHORT = 3600000; // a line that begins later than this is told to be short
const TOO_MANY = 10; // alarms in ten minutes: a flood by EEMUA 191

function canvasIn(body, label) {
  let canvas = body.querySelector("canvas");
  if (!canvas) {
    canvas = make("canvas", "chart");
    canvas.setAttribute("role", "img");
    body.replaceChildren(canvas);
  }
  canvas.setAttribute("aria-label", label);
  return canvas;
}

export function trend(body, { trend: known, days }) {
  if (!known) return sentenceIn(body, "scene.waiting");
  const points = known.points.map((row) => [Date.parse(row.at), row.index === null ? null : row.index]);
  if (points.length < 2) return sentenceIn(body, "scene.trend_soon");
  const [first, last] = [points[0], points[points.length - 1]];
  const moved = first[1] !== null && last[1] !== null ? last[1] - first[1] : null;
  const to = now();
  const from = Math.max(to - days * DAY, first[0]);
  fact("trend", from > to - days * DAY + SHORT ? say("scene.recorded", { at: to - from < DAY ? clock(from, false) : day(from) })
    : say(days > 1 ? "scene.days_7" : "scene.hours_24"));
  const label = say("scene.trend_words", { from: number(first[1], 1), to: number(last[1], 1), change: number(moved, 1) });
  lineChart(canvasIn(body, label), {
    series: [{ points, fill: true }], from, to, span: 2, ceiling: 100, floor: 0,
    format: (value) => number(value, 1),
  });
}

export function load(body, { duty }) {
  if (!duty) return sentenceIn(body, "scene.waiting");
  const to = now();
  const most = duty.raised.reduce((high, [, n]) => Math.max(high, n), 0);
  const recent = duty.raised.filter(([at]) => at > to - 3600000).reduce((sum, [, n]) => sum + n, 0);
  fact("load", say("scene.load_fact", { n: number(recent / 6, 1), most: number(most) }));
  barChart(canvasIn(body, say("scene.load_fact", { n: number(recent / 6, 1), most: number(most) })), {
    points: duty.raised, from: Date.parse(duty.since), to, step: 600000, format: (value) => number(value),
    limits: [[TOO_MANY, say("scene.flood")]], least: 12,
  });
}

/** The value that raised the alarm, with its limit, as far as it is known; the newest reading makes the end. */
export function line(body, { alarm, history, state }) {
  if (!alarm?.device || !alarm.metric) return sentenceIn(body, "scene.no_line");
  const device = state.devices.get(alarm.device) || { id: alarm.device, kind: alarm.device_kind, unit: alarm.unit };
  const metric = metricOf(device, alarm.metric);
  const key = `${alarm.device}|${alarm.metric}`;
  const points = valuesOf(key, history, state);
  fact("line", `${deviceWords(device)} · ${named(metric)}`);
  if (points.length < 2) return sentenceIn(body, "scene.no_line");
  const limits = [metric.low, metric.high].filter((limit) => limit !== null);
  lineChart(canvasIn(body, `${named(metric)} ${valueText(metric, points[points.length - 1][1])}`), {
    series: [{ points, fill: true, colour: alarm.state === "cleared" ? "--data" : "--orange" }], from: points[0][0], to: now(), limits,
    format: (value) => number(value, metric.decimals),
  });
}


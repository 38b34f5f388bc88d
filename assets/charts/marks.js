// What stands behind and above a curve: what is usual, limits, silence, offline times, alarms. Each says its own name.

import { number, say, span, token } from "../words.js";
import { drawn, hourOf } from "./zone.js";

const HOUR = 3600000;
const SYMBOLS = { 1: "octagon", 2: "diamond", 3: "triangle-up", 4: "circle-open" };

export function colours() {
  const of = (name) => token(`--${name}`);
  return { data: of("data"), text: of("text"), label: of("text-2"), quiet: of("text-3"), line: of("line"), panel: of("panel"),
    raised: of("raised"), beyond: of("orange"), levels: { 1: of("code-red"), 2: of("orange"), 3: of("code-yellow"), 4: of("code-none") } };
}

/** A colour of the tokens with less of it. */
export function faded(colour, share) {
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  return `rgba(${r},${g},${b},${share})`;
}

/** Polygons of one trace: stretches of [x, low, high] with nothing between them. */
export function band(stretches, colour, name) {
  const x = [];
  const y = [];
  for (const stretch of stretches) {
    if (x.length) (x.push(null), y.push(null));
    stretch.forEach(([at, , high]) => (x.push(drawn(at)), y.push(high)));
    for (let i = stretch.length - 1; i >= 0; i -= 1) (x.push(drawn(stretch[i][0])), y.push(stretch[i][1]));
  }
  return { x, y, name, type: "scatter", mode: "lines", fill: "toself", fillcolor: colour, line: { width: 0 }, hoverinfo: "skip" };
}

/** The usual range as stretches of steps, an hour each where it is the device's own. */
export function usualStretches(usual, since, until) {
  if (!usual) return [];
  if (usual.from === "kind") return [[[since, usual.low, usual.high], [until, usual.low, usual.high]]];
  const stretches = [];
  let open = null;
  for (let at = Math.floor(since / HOUR) * HOUR; at < until; at += HOUR) {
    const pair = usual.hours[hourOf(at)];
    if (pair) {
      if (!open) stretches.push((open = []));
      open.push([Math.max(at, since), ...pair], [Math.min(at + HOUR, until), ...pair]);
    } else open = null;
  }
  return stretches;
}

/** Above the curve, hatched: the device was offline. */
export function offlineTrace(offline, c) {
  return {
    type: "bar", x: offline.map(([a, b]) => drawn((a + b) / 2)), y: offline.map(() => 1), width: offline.map(([a, b]) => b - a),
    yaxis: "y2", marker: { color: "rgba(0,0,0,0)", pattern: { shape: "/", fgcolor: faded(c.label, 0.55), size: 7, solidity: 0.16 } },
    hovertemplate: offline.map(([a, b]) => `${say("device.offline")} ${span(b - a)}<extra></extra>`),
  };
}

/** A mark at the top where an alarm began; it opens the alarm. */
export function alarmTrace(alarms, since, c) {
  return {
    type: "scatter", mode: "markers", x: alarms.map((alarm) => drawn(Math.max(alarm.since, since))), y: alarms.map(() => 0.95), yaxis: "y2",
    customdata: alarms.map((alarm) => alarm.id), cliponaxis: false,
    marker: { size: 13, symbol: alarms.map((alarm) => SYMBOLS[alarm.level]), color: alarms.map((alarm) => c.levels[alarm.level]),
      line: { width: 1, color: c.panel } },
    hovertemplate: alarms.map((alarm) => `${say(`level.${alarm.level}`)} · ${say(`alarm_state.${alarm.state}`)}<extra></extra>`),
  };
}

export function gapShapes(gaps, c) {
  return gaps.map(([a, b]) => ({ ...strip(a, b), fillcolor: faded(c.quiet, 0.16), name: "gap" }));
}

export function alarmShapes(alarms, end, c) {
  return alarms.map((alarm) => ({
    ...strip(alarm.since, alarm.cleared_at ?? end), fillcolor: faded(c.levels[alarm.level], 0.13), name: "alarm" }));
}

function strip(a, b) {
  return { type: "rect", xref: "x", yref: "paper", x0: drawn(a), x1: drawn(b), y0: 0, y1: 1, line: { width: 0 }, layer: "below" };
}

export function limitShapes(limits, c) {
  return limits.map(({ value }) => ({
    type: "line", xref: "paper", yref: "y", x0: 0, x1: 1, y0: value, y1: value, line: { color: c.beyond, width: 1.5, dash: "dash" }, name: "limit" }));
}

export function limitLabels(limits, metric, c) {
  return limits.map(({ side, value, when }) => ({
    xref: "paper", yref: "y", x: 0.004, y: value, xanchor: "left", yanchor: side === "high" ? "bottom" : "top", showarrow: false,
    font: { size: 12, color: c.beyond },
    text: [say(side === "high" ? "device.limit_high" : "device.limit_low", { value: `${number(value, decimalsOf(value))} ${metric.unit}`.trim() }),
      when === "always" ? "" : say(`device.when_${when}`)].filter(Boolean).join(" · ") }));
}

function decimalsOf(value) {
  return Number.isInteger(value) ? 0 : 1;
}

/** Words over the silence that is wide enough for them. */
export function gapLabels(gaps, since, until, c) {
  return gaps.filter(([a, b]) => b - a > (until - since) / 12).map(([a, b]) => ({
    xref: "x", yref: "paper", x: drawn((Math.max(a, since) + Math.min(b, until)) / 2), y: 0.5, showarrow: false, font: { size: 12, color: c.label },
    text: say("device.gap_of", { span: span(b - a) }) }));
}

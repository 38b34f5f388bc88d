// Lines and bars over time on a canvas, small and calm: horizontal grid only, gaps stay gaps, the last value is named.

import { day, clock, rem, token } from "../words.js";

const GAP = 3; // times the usual step: longer without a value is a gap

/**
 * `series`: `[{ points: [[time, value]], colour, fill }]`, a value that is null leaves a gap. `limits`: values with a
 * dashed line. `format(value)` words a value. The scale holds at least `span`, so that noise does not look like news.
 */
export function lineChart(canvas, { series, from, to, limits = [], format = String, span = 0, floor = -Infinity, ceiling = Infinity }) {
  const pen = begin(canvas);
  if (!pen) return;
  const values = [...series.flatMap(({ points }) => points.map(([, value]) => value)), ...limits].filter(Number.isFinite);
  if (!values.length) return;
  let [low, high] = [Math.min(...values), Math.max(...values)];
  const missing = Math.max(span - (high - low), (high - low) * 0.15, 1e-6);
  [low, high] = [Math.max(floor, low - missing / 2), Math.min(ceiling, high + missing / 2)];
  const { ctx, k, width, height } = pen;
  const box = { left: 3.1 * k, right: width - 3.4 * k, top: 0.7 * k, bottom: height - 1.7 * k };
  const x = (time) => box.left + ((time - from) / (to - from || 1)) * (box.right - box.left);
  const y = (value) => box.bottom - ((value - low) / (high - low || 1)) * (box.bottom - box.top);
  grid(pen, box, y, low, high, format);
  hours(pen, box, x, from, to);
  for (const limit of limits) dashed(ctx, box.left, box.right, y(limit));
  for (const one of series) trace(pen, one, x, y, box);
  for (const one of series) ending(pen, one, x, y, format);
}

/** Bars of `step` milliseconds from a zero line; those above the limit are orange. */
export function barChart(canvas, { points, from, to, step, limits = [], format = String, least = 4 }) {
  const pen = begin(canvas);
  if (!pen) return;
  const { ctx, k, width, height } = pen;
  const high = Math.max(least, ...points.map(([, value]) => value), ...limits.map(([limit]) => limit)) * 1.12;
  const box = { left: 3.1 * k, right: width - 1 * k, top: 0.7 * k, bottom: height - 1.7 * k };
  const x = (time) => box.left + ((time - from) / (to - from || 1)) * (box.right - box.left);
  const y = (value) => box.bottom - (value / high) * (box.bottom - box.top);
  grid(pen, box, y, 0, high, format);
  hours(pen, box, x, from, to);
  const bar = Math.max(1, x(from + step) - x(from) - Math.max(1, 0.12 * k));
  for (const [time, value] of points) {
    if (!value || time + step < from) continue;
    ctx.fillStyle = token(limits.length && value > limits[0][0] ? "--orange" : "--data");
    ctx.fillRect(Math.max(box.left, x(time)), y(value), bar, box.bottom - y(value));
  }
  ctx.textAlign = "left";
  for (const [limit, words] of limits) {
    dashed(ctx, box.left, box.right, y(limit));
    ctx.fillStyle = token("--text-2");
    ctx.font = `500 ${k}px ${token("--words")}`;
    ctx.fillText(words, box.left + 0.5 * k, y(limit) - 0.35 * k);
  }
}

function begin(canvas) {
  const ratio = window.devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  if (!width || !height) return null;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const ctx = canvas.getContext("2d");
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  ctx.clearRect(0, 0, width, height);
  return { ctx, k: rem(), width, height };
}

function grid({ ctx, k }, box, y, low, high, format) {
  const step = niceStep((high - low) / 3);
  ctx.font = `500 ${k}px ${token("--digits")}`;
  ctx.textAlign = "right";
  ctx.textBaseline = "middle";
  ctx.lineWidth = 1;
  for (let value = Math.ceil(low / step) * step; value <= high + 1e-9; value += step) {
    ctx.strokeStyle = token("--line");
    ctx.beginPath();
    ctx.moveTo(box.left, Math.round(y(value)) + 0.5);
    ctx.lineTo(box.right, Math.round(y(value)) + 0.5);
    ctx.stroke();
    ctx.fillStyle = token("--text-2");
    ctx.fillText(format(value), box.left - 0.5 * k, y(value));
  }
  ctx.textBaseline = "alphabetic";
}

function niceStep(rough) {
  const power = 10 ** Math.floor(Math.log10(rough || 1));
  return [1, 2, 5, 10].map((n) => n * power).find((step) => step >= rough) || power;
}

/** Times below: hours of a day, or days of a week. */
function hours({ ctx, k }, box, x, from, to) {
  const long = to - from > 50 * 3600000;
  ctx.font = `500 ${k}px ${token("--digits")}`;
  ctx.fillStyle = token("--text-2");
  const parts = Math.max(2, Math.min(long ? 6 : 4, Math.floor((box.right - box.left) / (6 * k))));
  for (let i = 0; i <= parts; i += 1) {
    const at = from + ((to - from) * i) / parts;
    ctx.textAlign = i === 0 ? "left" : i === parts ? "right" : "center";
    ctx.fillText(long ? day(at).split(" ").slice(0, -1).join(" ") : clock(at, false), x(at), box.bottom + 1.3 * k);
  }
}

function dashed(ctx, left, right, y) {
  ctx.save();
  ctx.setLineDash([5, 4]);
  ctx.strokeStyle = token("--orange");
  ctx.lineWidth = 1;
  ctx.beginPath();
  ctx.moveTo(left, Math.round(y) + 0.5);
  ctx.lineTo(right, Math.round(y) + 0.5);
  ctx.stroke();
  ctx.restore();
}

/** Runs of values without a gap between them. */
export function runs(points) {
  const steps = points.slice(1).map(([time], i) => time - points[i][0]).sort((a, b) => a - b);
  const usual = steps[Math.floor(steps.length / 2)] || 0;
  const found = [];
  let run = [];
  for (const point of points) {
    const last = run[run.length - 1];
    if (point[1] === null || point[1] === undefined || (last && point[0] - last[0] > GAP * usual)) {
      if (run.length) found.push(run);
      run = [];
    }
    if (point[1] !== null && point[1] !== undefined) run.push(point);
  }
  if (run.length) found.push(run);
  return found;
}

function trace({ ctx, k }, { points, colour = "--data", fill = false }, x, y, box) {
  ctx.strokeStyle = ctx.fillStyle = token(colour);
  ctx.lineWidth = 0.125 * k;
  ctx.lineJoin = "round";
  for (const run of runs(points)) {
    ctx.beginPath();
    run.forEach(([time, value], i) => ctx[i ? "lineTo" : "moveTo"](x(time), y(value)));
    if (run.length === 1) ctx.arc(x(run[0][0]), y(run[0][1]), 0.1 * k, 0, 7);
    ctx.stroke();
    if (!fill || run.length < 2) continue;
    ctx.lineTo(x(run[run.length - 1][0]), box.bottom);
    ctx.lineTo(x(run[0][0]), box.bottom);
    ctx.globalAlpha = 0.12;
    ctx.fill();
    ctx.globalAlpha = 1;
  }
}

/** A dot and the value where the line ends. */
function ending({ ctx, k, width }, { points, colour = "--data" }, x, y, format) {
  const last = points.findLast(([, value]) => Number.isFinite(value));
  if (!last) return;
  ctx.fillStyle = token(colour);
  ctx.beginPath();
  ctx.arc(x(last[0]), y(last[1]), 0.25 * k, 0, 7);
  ctx.fill();
  ctx.font = `600 ${1.125 * k}px ${token("--digits")}`;
  ctx.fillStyle = token("--text");
  ctx.textAlign = "left";
  ctx.textBaseline = "middle";
  ctx.fillText(format(last[1]), Math.min(x(last[0]) + 0.5 * k, width - 2.9 * k), y(last[1]));
  ctx.textBaseline = "alphabetic";
}

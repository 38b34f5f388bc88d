// A radar of a few values from 0 to 100: one unit, or up to four laid over each other with their names at the lines.

import { number } from "../words.js";

const SVG = "http://www.w3.org/2000/svg";
const SIZE = 320;
const MIDDLE = SIZE / 2;
const REACH = 102; // radius of 100
const RINGS = [60, 70, 85, 100]; // where the colours of a unit's code change

function draw(tag, attributes, text) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  if (text !== undefined) node.textContent = text;
  return node;
}

/** A mark of a series in words and line: how its polygon is drawn. */
export const STROKES = ["", "8 4", "2 4", "10 3 2 3"];

/** What each of several lines is called in the picture, and in the table beside it. */
export const LETTERS = ["A", "B", "C", "D"];

/** `axes`: names. `series`: `[{ values }]`; a value that is null leaves the polygon open there. */
export function radar(axes, series, label) {
  const aside = series.length > 1 ? 100 : 60; // room for the names of the axes
  const svg = draw("svg", { viewBox: `${-aside} 0 ${SIZE + 2 * aside} ${SIZE}`, class: "radar", role: "img", "aria-label": label });
  const at = (i, value) => {
    const angle = (i / axes.length) * 2 * Math.PI - Math.PI / 2;
    return [MIDDLE + Math.cos(angle) * REACH * (value / 100), MIDDLE + Math.sin(angle) * REACH * (value / 100)];
  };
  const ring = (value) => axes.map((_, i) => at(i, value).map((n) => n.toFixed(1)).join(",")).join(" ");
  for (const value of RINGS) svg.append(draw("polygon", { points: ring(value), class: `radar-ring is-${value}` }));
  axes.forEach((_, i) => {
    const [x, y] = at(i, 100);
    svg.append(draw("line", { x1: MIDDLE, y1: MIDDLE, x2: x, y2: y, class: "radar-axis" }));
  });
  series.forEach((one, n) => shape(svg, one, n, at, series.length > 1));
  if (series.length > 1) letters(svg, series, at);
  axes.forEach((name, i) => words(svg, name, series, i, at(i, 118)));
  return svg;
}

/** A line's letter stands where the line is farthest from the others, each at an axis of its own. */
function letters(svg, series, at) {
  const taken = new Set();
  const gap = (one, other) => (one === null || one === undefined || other === null || other === undefined ? 100 : Math.abs(one - other));
  series.forEach(({ values }, n) => {
    const apart = (i) => Math.min(100, ...series.filter((_, m) => m !== n).map((other) => gap(values[i], other.values[i])));
    const free = values.map((_, i) => i).filter((i) => values[i] !== null && values[i] !== undefined && !taken.has(i));
    if (!free.length) return;
    const best = free.reduce((one, other) => (apart(other) > apart(one) ? other : one));
    taken.add(best);
    const [x, y] = at(best, Math.max(values[best] - 13, 5));
    svg.append(draw("text", { x, y: y + 5, "text-anchor": "middle", class: `radar-letter is-${n + 1}` }, LETTERS[n]));
  });
}

function shape(svg, { values }, n, at, many) {
  const known = values.map((value, i) => (value === null || value === undefined ? null : at(i, Math.max(value, 2))));
  const whole = known.every(Boolean);
  const points = known.filter(Boolean).map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ");
  const className = `radar-line is-${n + 1}${many ? " is-one-of-many" : ""}`;
  svg.append(draw(whole ? "polygon" : "polyline", { points, class: className, "stroke-dasharray": STROKES[n] }));
  for (const [x, y] of known.filter(Boolean)) svg.append(draw("circle", { cx: x, cy: y, r: 3.5, class: `radar-dot is-${n + 1}` }));
}

/** The axis' name, and below it what each has there. */
function words(svg, name, series, i, [x, y]) {
  const side = Math.abs(x - MIDDLE) < 8 ? "middle" : x > MIDDLE ? "start" : "end";
  const top = y < MIDDLE - 60 ? y - 14 : y;
  svg.append(draw("text", { x, y: top, "text-anchor": side, class: "radar-name" }, name));
  const values = series.map((one, n) => [series.length > 1 ? LETTERS[n] : "", number(one.values[i], 0)].filter(Boolean).join("\u00a0"));
  const className = series.length > 1 ? "radar-value is-small" : "radar-value";
  svg.append(draw("text", { x, y: top + 19, "text-anchor": side, class: className }, values.join("  ")));
}

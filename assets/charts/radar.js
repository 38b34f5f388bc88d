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

/** `axes`: names. `series`: `[{ name, values }]`; a value that is null leaves the polygon open there. */
export function radar(axes, series, label) {
  const svg = draw("svg", { viewBox: `-60 0 ${SIZE + 120} ${SIZE}`, class: "radar", role: "img", "aria-label": label });
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
  axes.forEach((name, i) => words(svg, name, series, i, at(i, 118)));
  return svg;
}

function shape(svg, { values }, n, at, many) {
  const known = values.map((value, i) => (value === null || value === undefined ? null : at(i, Math.max(value, 2))));
  const whole = known.every(Boolean);
  const points = known.filter(Boolean).map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ");
  const className = `radar-line is-${n + 1}${many ? " is-one-of-many" : ""}`;
  svg.append(draw(whole ? "polygon" : "polyline", { points, class: className, "stroke-dasharray": STROKES[n] }));
  for (const [x, y] of known.filter(Boolean)) svg.append(draw("circle", { cx: x, cy: y, r: 3.5, class: `radar-dot is-${n + 1}` }));
}

function words(svg, name, series, i, [x, y]) {
  const side = Math.abs(x - MIDDLE) < 8 ? "middle" : x > MIDDLE ? "start" : "end";
  const lines = series.length === 1 ? 2 : 1;
  const top = y < MIDDLE - 60 ? y - 14 * (lines - 1) : y;
  svg.append(draw("text", { x, y: top, "text-anchor": side, class: "radar-name" }, name));
  if (series.length === 1)
    svg.append(draw("text", { x, y: top + 19, "text-anchor": side, class: "radar-value" }, number(series[0].values[i], 0)));
}

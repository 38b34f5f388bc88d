// The food-safety index over time: a stepped line before the four bands of the code. Small, drawn as SVG.

import { clock, day, number } from "../words.js";

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 640;
const HEIGHT = 190;
const LEFT = 34;
const RIGHT = 46;
const TOP = 10;
const BOTTOM = 24;
export const BANDS = [["red", 0, 60], ["yellow", 60, 70], ["blue", 70, 85], ["green", 85, 100]];

function draw(tag, attributes, text) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  if (text !== undefined) node.textContent = text;
  return node;
}

/** `line`: `[{ at, total, colour }]`, oldest first; a missing total is a gap. `words(colour)` names a band. */
export function indexLine({ line, since, now }, label, words) {
  const svg = draw("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "index-line", role: "img", "aria-label": label });
  const [from, until] = [Date.parse(since), Date.parse(now)];
  const totals = line.map((point) => point.total).filter((total) => total !== null);
  const least = Math.max(0, Math.min(58, ...totals.map((total) => Math.floor(total / 10) * 10)));
  const x = (time) => LEFT + ((time - from) / (until - from)) * (WIDTH - LEFT - RIGHT);
  const y = (value) => TOP + ((100 - value) / (100 - least)) * (HEIGHT - TOP - BOTTOM);
  for (const [colour, low, high] of BANDS) {
    const [top, bottom] = [y(high), y(Math.max(low, least))];
    svg.append(draw("rect", { x: LEFT, y: top, width: WIDTH - LEFT - RIGHT, height: bottom - top, class: `band ${colour}-band` }));
    svg.append(draw("text", { x: WIDTH - RIGHT + 6, y: (top + bottom) / 2 + 4, class: "band-name" }, words(colour)));
    if (low > least) svg.append(draw("text", { x: LEFT - 6, y: bottom + 4, class: "tick", "text-anchor": "end" }, number(low)));
  }
  ticks(svg, from, until, x);
  steps(svg, line, until, x, y);
  return svg;
}

function ticks(svg, from, until, x) {
  const hours = (until - from) / 3600000;
  for (let i = 0; i <= 4; i += 1) {
    const at = from + ((until - from) * i) / 4;
    const text = hours <= 24 ? clock(at, false) : day(at).split(" ").slice(0, -1).join(" ");
    const anchor = i === 0 ? "start" : i === 4 ? "end" : "middle";
    svg.append(draw("text", { x: x(at), y: HEIGHT - 6, class: "tick", "text-anchor": anchor }, text));
  }
}

/** A value holds until the next one is told, so the line goes in steps; at its end stands what holds now. */
function steps(svg, line, until, x, y) {
  let path = "";
  let pen = false;
  for (const { at, total } of line) {
    if (total === null) {
      if (pen) path += `H${x(Date.parse(at)).toFixed(1)}`;
      pen = false;
      continue;
    }
    const [px, py] = [x(Date.parse(at)).toFixed(1), y(total).toFixed(1)];
    path += pen ? `H${px}V${py}` : `M${px} ${py}`;
    pen = true;
  }
  if (!pen) return void (path && svg.append(draw("path", { d: path, class: "trace" })));
  path += `H${x(until).toFixed(1)}`;
  const last = line[line.length - 1];
  svg.append(draw("path", { d: path, class: "trace" }), draw("circle", { cx: x(until), cy: y(last.total), r: 4, class: "now" }));
  const lift = y(last.total) < TOP + 18 ? 18 : -9;
  svg.append(draw("text", { x: x(until) - 8, y: y(last.total) + lift, class: "now-value", "text-anchor": "end" }, number(last.total, 1)));
}

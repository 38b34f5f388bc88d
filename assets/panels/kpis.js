// The strip of seven figures and the index panel.

import { levelSign } from "../signs.js";
import { show, showAge } from "../values.js";
import { DASH, make, now, number, percent, put, rem, say, token } from "../words.js";

const GOAL = 0.9; // devices online, DEV-03
const QUIET = 60000; // figures that are right now need not say so seven times

const DECIMALS = { units: 0, alarms: 0, red: 0 };
const BETTER_LESS = new Set(["alarms", "red"]);

/** `at`: when the last fact of the city arrived. A figure that did not change since is as true as that. `changes`: what
 *  `scenes/changes.js` found for each figure. */
export function paintKpis(kpi, at, changes = {}) {
  const figures = kpi ? figuresOf(kpi) : {};
  document.querySelectorAll(".kpi").forEach((node) => {
    const { text = DASH, quantity = "", detail = "", mood = "" } = figures[node.dataset.kpi] || {};
    show(node.querySelector(".figure"), text);
    put(node.querySelector(".quantity"), text === DASH ? "" : quantity);
    const place = node.querySelector(".detail");
    if (typeof detail === "string") put(place, detail);
    else place.replaceChildren(...detail);
    if (node.dataset.mood !== mood) node.dataset.mood = mood;
    paintChange(node.querySelector(".change"), node.dataset.kpi, text === DASH ? null : changes[node.dataset.kpi]);
    const told = kpi && text !== DASH ? Date.parse(at || kpi.as_of) : NaN;
    showAge(node.querySelector(".age"), now() - told > QUIET ? told : null);
  });
}

/** An arrow (triangles are levels) with its amount, green for the better; the number of units is neither. */
function paintChange(node, name, change) {
  if (!node) return;
  const decimals = DECIMALS[name] ?? 1;
  const by = change ? Number(change.by.toFixed(decimals)) : 0;
  node.dataset.mood = !by || name === "units" ? "" : by > 0 !== BETTER_LESS.has(name) ? "good" : "bad";
  node.title = change ? say(`kpi.since_${change.since}`) : "";
  put(node, by ? `${by > 0 ? "↑" : "↓"}${number(Math.abs(by), decimals)}` : "");
}

function figuresOf(kpi) {
  const colours = kpi.units_by_colour || {};
  const checked = kpi.self_inspection_today || {};
  const open = toHandle(kpi.alarms_open).reduce((sum, [, n]) => sum + n, 0);
  const known = kpi.online_rate !== null && kpi.online_rate !== undefined;
  const counted = checked.due > 0 && checked.done !== null && checked.done !== undefined;
  const rate = counted ? checked.done / checked.due : null;
  return {
    units: { text: number(kpi.units), quantity: say("quantity.units") },
    online_rate: {
      text: percent(kpi.online_rate), quantity: say("quantity.percent"), detail: known ? say("kpi.online_detail") : "",
      mood: known && kpi.online_rate < GOAL ? "bad" : "",
    },
    alarms: { text: kpi.alarms_open ? number(open) : DASH, quantity: say("quantity.alarms"), detail: levels(kpi.alarms_open) },
    index: { text: number(kpi.index_mean, 1), detail: gradeOf(kpi.index_mean) },
    red: { text: number(colours.red), quantity: say("quantity.units"), mood: colours.red ? "red" : "" },
    self_inspection: {
      text: rate === null ? DASH : percent(rate), quantity: say("quantity.percent"),
      detail: rate === null ? "" : `${number(checked.done)} ${say("kpi.of", { n: number(checked.due) })}`,
    },
    rectification: { text: percent(kpi.rectification_rate), quantity: say("quantity.percent") },
  };
}

/** Levels 1 to 3 that have open alarms. Level 4 informs, as of a licence that ends in weeks: it is told with its unit. */
function toHandle(open) {
  return Object.entries(open || {}).filter(([level, n]) => level < 4 && n > 0);
}

function levels(open) {
  return toHandle(open).map(([level, n]) => {
    const pair = make("span", "level");
    pair.title = say(`level.${level}`);
    pair.append(make("i", `shape ${levelSign(level)}`), make("b", "", number(n)));
    return pair;
  });
}

export function gradeOf(index) {
  if (index === null || index === undefined) return "";
  const grade = index >= 90 ? "very_good" : index >= 80 ? "good" : index >= 70 ? "fair" : index >= 60 ? "poor" : "very_poor";
  return say(`grade.${grade}`);
}

export function paintIndex(kpi) {
  const colours = kpi?.units_by_colour || {};
  const all = Object.values(colours).reduce((sum, n) => sum + (n || 0), 0);
  document.querySelectorAll(".code-row").forEach((row) => {
    const n = colours[row.dataset.code];
    show(row.querySelector(".number"), number(n));
    const share = all && n !== null && n !== undefined ? n / all : null;
    put(row.querySelector(".share"), share === null ? "" : `${percent(share)}%`);
    const part = document.querySelector(`#code-band [data-code="${row.dataset.code}"]`);
    if (part) part.style.flexGrow = n || 0;
    row.hidden = row.dataset.code === "none" && !n;
  });
  show(document.getElementById("gauge-value"), number(kpi?.index_mean, 1));
  const grade = document.getElementById("gauge-grade");
  if (grade) delete grade.dataset.text;
  put(grade, kpi?.index_mean ? `${say("index.mean")} · ${gradeOf(kpi.index_mean)}` : say("index.none_yet"));
  gauge(document.getElementById("gauge"), kpi?.index_mean ?? null);
}

/** The means of the five dimensions; a bar takes its code's colour only when it is not green. */
export function paintDimensions(means) {
  document.querySelectorAll(".dimension-row").forEach((row) => {
    const value = means?.[row.dataset.dimension];
    show(row.querySelector(".number"), number(value, 1));
    const bar = row.querySelector(".bar i");
    bar.style.width = `${value ?? 0}%`;
    bar.className = value === undefined || value >= 85 ? "data" : value >= 70 ? "blue" : value >= 60 ? "yellow" : "red";
  });
}

/** The value as an arc, the four code bands as a thin ring around it. */
export function gauge(canvas, value) {
  const ratio = window.devicePixelRatio || 1;
  const [width, height, k] = [canvas.clientWidth, canvas.clientHeight, rem() / 16];
  if (!width) return;
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  const ctx = canvas.getContext("2d");
  ctx.scale(ratio, ratio);
  const [cx, cy, r] = [width / 2, height - 24 * k, Math.min(width / 2 - 10 * k, height - 36 * k)];
  const angle = (n) => Math.PI * 0.94 + (Math.min(100, Math.max(0, n)) / 100) * Math.PI * 1.12;
  const arc = (from, to, radius, thick, colour) => {
    ctx.beginPath();
    ctx.arc(cx, cy, radius, angle(from), angle(to));
    ctx.lineWidth = thick * k;
    ctx.strokeStyle = colour;
    ctx.stroke();
  };
  arc(0, 60, r, 3, token("--code-red"));
  arc(60.5, 70, r, 3, token("--code-yellow"));
  arc(70.5, 85, r, 3, token("--code-blue"));
  arc(85.5, 100, r, 3, token("--code-green"));
  arc(0, 100, r - 13 * k, 14, token("--raised"));
  if (value === null) return;
  arc(0, value, r - 13 * k, 14, token("--data"));
  ctx.beginPath();
  ctx.arc(cx + (r - 13 * k) * Math.cos(angle(value)), cy + (r - 13 * k) * Math.sin(angle(value)), 6 * k, 0, 7);
  ctx.fillStyle = token("--bg");
  ctx.fill();
  ctx.lineWidth = 4 * k;
  ctx.strokeStyle = token("--text");
  ctx.stroke();
}

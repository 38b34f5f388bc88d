// The index taken apart: five dimensions as a radar and in a table, what each indicator costs, and what would help.

import { radar } from "../../charts/radar.js";
import { make, number, say } from "../../words.js";
import { diagnosis } from "./why.js";

export const DIMENSIONS = ["disclosure", "self_inspection", "smart_kitchen", "fire", "public"];

export function paintScore(file, body, part) {
  const { index, indicators, reasons, weights } = file;
  part.note.textContent = index?.coverage === undefined ? "" : say("index.coverage", { n: number(index.coverage * 100) });
  const values = DIMENSIONS.map((name) => index?.dimensions?.[name] ?? null);
  const axes = DIMENSIONS.map((name) => say(`index.${name}`));
  const top = make("div", "u-score-top");
  const words = make("div", "u-diagnosis");
  words.append(make("h3", "", say("unit.diagnosis")), ...diagnosis(index, reasons).map((line) => make("p", "", line)));
  const side = make("div");
  side.append(words, bars(values, weights));
  top.append(radar(axes, [{ name: "", values }], axes.map((name, i) => `${name} ${number(values[i], 0)}`).join(say("index.and"))), side);
  body.append(top, table(indicators));
}

/** The same as the radar in words and numbers, with what a dimension counts. */
function bars(values, weights) {
  const list = make("ul", "u-bars");
  DIMENSIONS.forEach((name, i) => {
    const row = make("li");
    const track = make("span", "track");
    const fill = make("i", band(values[i]));
    fill.style.width = `${values[i] ?? 0}%`;
    track.append(fill);
    const weight = weights[name];
    row.append(make("span", "name", say(`index.${name}`)), track, make("b", "num", number(values[i], 0)),
      make("span", "num muted", weight ? `${number(weight.points, 1)} / ${number(weight.max, 1)}` : "–"));
    list.append(row);
  });
  return list;
}

/** A bar takes its code's colour only when it is not green. */
function band(value) {
  if (value === null || value >= 85) return "data";
  return value >= 70 ? "blue" : value >= 60 ? "yellow" : "red";
}

function table(indicators) {
  const measured = indicators.filter((row) => row.max > 0).sort((a, b) => b.max - b.points - (a.max - a.points));
  const known = measured.filter(costs);
  const full = measured.filter((row) => !costs(row));
  const unknown = indicators.filter((row) => row.max <= 0);
  const node = make("table", "table is-dense u-indicators");
  node.setAttribute("aria-label", say("unit.score"));
  const head = make("tr");
  for (const key of ["unit.indicator", "unit.points", "unit.because"]) {
    const cell = make("th", key === "unit.points" ? "num" : "", say(key));
    cell.scope = "col";
    head.append(cell);
  }
  const top = make("thead");
  top.append(head);
  const rows = make("tbody");
  for (const row of known) rows.append(indicatorRow(row));
  node.append(top, rows);
  const parts = known.length ? [node] : [];
  if (full.length) {
    const names = full.map((row) => `${say(`indicator.${row.key}`)} ${number(row.max, 1)}`).join(say("index.and"));
    parts.push(make("p", "muted small u-full", say("unit.full_points_for", { names })));
  }
  if (unknown.length)
    parts.push(make("p", "muted small", say("unit.no_data_for", { names: unknown.map((row) => say(`indicator.${row.key}`)).join(say("index.and")) })));
  const box = make("div", "table-wrap");
  box.append(...parts);
  return box;
}

function costs(row) {
  return row.max - row.points > 0.05;
}

function indicatorRow(row) {
  const node = make("tr");
  node.id = `indicator-${row.key}`;
  const lost = row.max - row.points;
  const points = make("td", "num");
  points.append(make("b", "is-lost", number(row.points, 1)), make("span", "muted", ` / ${number(row.max, 1)}`));
  const because = make("td");
  because.append(make("span", "", row.because ? say(`because.${row.because}`) : ""), make("span", "u-lost num", `−${number(lost, 1)}`));
  const first = row.facts?.find((fact) => !fact.startsWith("reading:"));
  if (first) {
    const to = make("a", "u-fact-link", say("unit.to_fact"));
    to.href = `?fact=${encodeURIComponent(first)}`;
    to.dataset.fact = first;
    because.append(to);
  }
  const name = make("th", "", say(`indicator.${row.key}`));
  name.scope = "row";
  node.append(name, points, because);
  return node;
}

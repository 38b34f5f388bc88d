// Units side by side: radars laid over each other, then a table in which the best and the worst of a row are named.

import { LETTERS, STROKES, radar } from "../../charts/radar.js";
import { card } from "../../parts/card.js";
import { shape } from "../../parts/code.js";
import { DASH, facts, make, named, number, say } from "../../words.js";
import { DIMENSIONS } from "../unit/score.js";
import { expiryMark } from "../unit/papers.js";

export class UnitsCompared {
  constructor({ remove }) {
    this._remove = remove;
  }

  draw(units) {
    const box = make("div", "stack-v");
    const top = card("compare.dimensions");
    const axes = DIMENSIONS.map((name) => say(`index.${name}`));
    const series = units.map((unit) => ({ name: nameOf(unit), values: DIMENSIONS.map((key) => unit.dimensions?.[key] ?? null) }));
    const drawn = make("div", "compare-radar");
    drawn.append(radar(axes, series, say("compare.dimensions"))); // the table beside it has the same in words
    top.body.append(drawn, key(series));
    const table = card("compare.overview", { flush: true });
    table.body.append(this._table(units));
    const grid = make("div", "grid compare-grid");
    grid.append(table.node, top.node);
    box.append(grid);
    if (units.length < 2) box.prepend(make("p", "empty", say("compare.empty_units")));
    return box;
  }

  _table(units) {
    const wrap = make("div", "table-wrap");
    const table = make("table", "table compare-table");
    table.setAttribute("aria-label", say("compare.overview"));
    const head = make("tr");
    head.append(corner(), ...units.map((unit, i) => this._heading(unit, i)));
    const top = make("thead");
    top.append(head);
    const rows = make("tbody");
    const add = (label, cells) => rows.append(rowOf(label, cells));
    const ranked = (label, values, words, high = true) => add(label, values.map((value, i) => marked(words(value, i), verdict(values, value, high))));
    ranked(say("compare.index"), units.map((unit) => unit.total), (_, i) => coded(units[i]));
    for (const name of DIMENSIONS) ranked(say(`index.${name}`), units.map((unit) => unit.dimensions?.[name] ?? null), (value) => number(value, 0));
    ranked(say("compare.coverage"), units.map((unit) => unit.coverage), (value) => (value === null ? DASH : `${number(value * 100)} %`));
    ranked(say("compare.open"), units.map((unit) => unit.alarms.open), (value) => number(value), false);
    ranked(say("compare.alarms"), units.map(harm), (_, i) => [1, 2, 3].map((level) => number(units[i].alarms[level])).join(" / "), false);
    ranked(say("compare.online"), units.map(({ devices }) => (devices.of ? devices.online / devices.of : null)),
      (value, i) => (value === null ? DASH : `${number(units[i].devices.online)} / ${number(units[i].devices.of)}`));
    add(say("compare.licences"), units.map(papers));
    add(say("compare.type"), units.map((unit) => text(named(facts.catalogue.business_types[unit.business_type]) || unit.business_type)));
    add(say("compare.place"), units.map((unit) => text([unit.banner, unit.street].map((area) => named(area)).join(" · "))));
    rows.append(title(say("compare.indicators"), units.length));
    for (const key of indicatorKeys(units)) {
      const shares = units.map((unit) => (unit.indicators || []).find((row) => row.key === key)).map((row) => (row?.max ? row.points / row.max : null));
      ranked(say(`indicator.${key}`), shares, (share) => (share === null ? DASH : `${number(share * 100)} %`));
    }
    table.append(top, rows);
    wrap.append(table);
    return wrap;
  }

  _heading(unit, i) {
    const cell = make("th");
    cell.scope = "col";
    const link = make("a", "strong", nameOf(unit));
    link.href = `/units/${encodeURIComponent(unit.id)}`;
    const remove = make("button", "button quiet small", say("compare.remove"));
    remove.setAttribute("aria-label", `${say("compare.remove")} ${nameOf(unit)}`);
    remove.addEventListener("click", () => this._remove(unit.id));
    cell.append(stroke(i), letter(i), link, make("br"), remove);
    return cell;
  }
}

function nameOf(unit) {
  return named({ zh: unit.name, en: unit.name_en });
}

/** Alarms of thirty days as one number to rank by: a level counts more than any number of the next. */
function harm({ alarms }) {
  return alarms[1] * 1e6 + alarms[2] * 1e3 + alarms[3];
}

/** "best", "worst" or nothing: only one can be the best, so nobody is when two are alike. */
function verdict(values, value, high) {
  const known = values.filter((one) => one !== null && one !== undefined);
  const [least, most] = [Math.min(...known), Math.max(...known)];
  if (known.length < 2 || most - least < 1e-6 || value === null || value === undefined) return "";
  if (known.filter((one) => one === value).length > 1) return "";
  return value === (high ? most : least) ? "best" : value === (high ? least : most) ? "worst" : "";
}

function marked(content, is) {
  const cell = make("span", "row num");
  cell.append(content);
  if (is === "best") cell.append(make("span", "chip is-green", `▲ ${say("compare.best")}`));
  if (is === "worst") cell.append(make("span", "chip is-orange", `▼ ${say("compare.worst")}`));
  return cell;
}

function coded(unit) {
  const node = make("span", "code");
  node.append(shape(unit.colour), make("b", "num", number(unit.total, 1)), make("span", "muted", say(`colour.${unit.colour}`)));
  return node;
}

function papers(unit) {
  const list = make("ul");
  for (const { kind, days, expires_on: expires } of unit.licences) {
    const item = make("li");
    item.append(make("span", "muted small", `${say(`licence.${kind}`)} `), expiryMark(days, expires));
    list.append(item);
  }
  return unit.licences.length ? list : text(say("unit.missing"));
}

function corner() {
  const cell = make("th", "", say("unit.indicator"));
  cell.scope = "col";
  return cell;
}

function text(words) {
  return make("span", "", words);
}

function rowOf(label, cells) {
  const row = make("tr");
  const head = make("th", "", label);
  head.scope = "row";
  row.append(head);
  for (const content of cells) {
    const cell = make("td");
    cell.append(content);
    row.append(cell);
  }
  return row;
}

function title(label, columns) {
  const row = make("tr");
  const cell = make("th", "u-day", label);
  cell.colSpan = columns + 1;
  cell.scope = "rowgroup";
  row.append(cell);
  return row;
}

function indicatorKeys(units) {
  return [...new Set(units.flatMap((unit) => (unit.indicators || []).filter((row) => row.max > 0).map((row) => row.key)))];
}

function key(series) {
  const list = make("p", "compare-key");
  series.forEach(({ name }, i) => {
    const item = make("span");
    item.append(stroke(i), letter(i), name);
    list.append(item);
  });
  return list;
}

function letter(i) {
  return make("b", "compare-letter", LETTERS[i]);
}

/** How the unit's line is drawn: colour and dashes. */
function stroke(i) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 40 8");
  svg.setAttribute("class", "compare-stroke");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(svg.namespaceURI, "line");
  for (const [name, value] of Object.entries({ x1: 0, x2: 40, y1: 4, y2: 4, class: `radar-line is-${i + 1}`, "stroke-dasharray": STROKES[i] })) line.setAttribute(name, value);
  svg.append(line);
  return svg;
}

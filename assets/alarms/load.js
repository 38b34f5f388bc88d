// What the alarms ask of the people at the desk: alarms in ten minutes against the bands of EEMUA 191.

import { deviceWords } from "../devices.js";
import { levelSign } from "../signs.js";
import { get } from "../visit.js";
import { clock, DASH, make, named, number, percent, say, span } from "../words.js";
import { skeleton } from "./detail.js";

const SLOT = 600000;
const LINES = [1, 2, 5, 10];
const SVG = "http://www.w3.org/2000/svg";

export class Load {
  constructor(root) {
    this._root = root;
    this._load = null;
  }

  async load() {
    if (!this._load) this._root.replaceChildren(skeleton());
    try {
      this._load = await get("/data/alarms/load.json");
      this.translate();
    } catch {
      if (this._load) return; // what is shown says of when it is
      const box = make("div", "failed");
      const again = make("button", "button", say("desk.again"));
      again.addEventListener("click", () => this.load());
      box.append(make("span", "", say("desk.unreachable")), again);
      this._root.replaceChildren(box);
    }
  }

  translate() {
    const load = this._load;
    if (!load) return;
    const two = make("div", "grid cols-2");
    two.append(card("desk.actors", this._actors(load.actors), say("desk.actors_fact")), card("desk.operators", this._operators(load.operators), say("desk.last_hours")));
    this._root.replaceChildren(this._figures(load), card("desk.rate", bars(load, this._root.clientWidth - 36), say("desk.as_of", { at: clock(Date.parse(load.at)) })), two,
      make("p", "small muted source", say("desk.source")));
  }

  _figures(load) {
    const { standing } = load;
    const row = make("div", "figures");
    row.append(
      figure("desk.rate_now", number(load.current), say(`desk_band.${load.current_band}`), mood(load.current)),
      figure("desk.rate_mean", number(load.average, 1), say(`desk_band.${load.average_band}`), mood(load.average)),
      figure("desk.peak", number(load.peak), "", mood(load.peak)),
      figure("desk.standing", number(standing.standing), say("desk.standing_detail", { old: number(standing.old), silenced: number(standing.silenced) })),
      figure("desk.untouched", number(standing.untouched), ""),
      figure("desk.prompt", load.prompt_share === null ? DASH : `${percent(load.prompt_share)} %`, say("desk.prompt_detail")),
      figure("desk.median", seconds(load.acknowledge_seconds), say("desk.median_close", { span: seconds(load.close_seconds) })),
    );
    return row;
  }

  _actors(rows) {
    return table(["desk.device", "desk.unit", "desk.alarms", "desk.fleeting"], rows.map((row) => [
      withShape(row.worst, link(`/devices/${encodeURIComponent(row.device_id)}`, `${deviceWords({ kind: row.device_kind })} ${row.device_id}`)),
      link(`/units/${encodeURIComponent(row.unit_id)}`, named({ zh: row.unit_name, en: row.unit_name_en })), number(row.alarms), number(row.fleeting)]), 2, "desk.no_actors");
  }

  _operators(rows) {
    return table(["desk.person", "desk.answered", "desk.median"],
      rows.map((row) => [text(row.name || row.account), number(row.alarms), seconds(row.seconds)]), 1, "desk.no_operators");
  }
}

const mood = (n) => (n >= 10 ? "red" : n >= 5 ? "bad" : "");
const seconds = (value) => (value === null || value === undefined ? DASH : span(value * 1000));
const text = (words) => make("span", "", words);

function link(path, words) {
  const node = make("a", "", words);
  node.href = path;
  return node;
}

function withShape(level, node) {
  const box = make("span", "code");
  box.append(make("i", `shape ${levelSign(level)}`), node);
  return box;
}

function card(title, body, fact) {
  const node = make("section", "card");
  const head = make("header", "card-head");
  head.append(make("h2", "", say(title)), make("span", "fact", fact || ""));
  const inner = make("div", "card-body");
  inner.append(body);
  node.append(head, inner);
  return node;
}

function figure(label, value, detail, state = "") {
  const node = make("div", "kpi");
  if (state) node.dataset.mood = state;
  const line = make("div", "value");
  line.append(make("span", "figure", value));
  node.append(make("div", "label", say(label)), line, make("div", "detail", detail));
  return node;
}

function table(heads, rows, numbersFrom, empty) {
  if (!rows.length) return make("p", "muted", say(empty));
  const node = make("table", "table is-dense");
  const head = make("tr");
  heads.forEach((key, i) => head.append(make("th", i >= numbersFrom ? "num" : "", say(key))));
  const body = make("tbody");
  for (const cells of rows) {
    const row = make("tr");
    cells.forEach((cell, i) => {
      const td = make("td", i >= numbersFrom ? "num" : "name");
      td.append(cell);
      row.append(td);
    });
    body.append(row);
  }
  const thead = make("thead");
  thead.append(head);
  node.append(thead, body);
  const wrap = make("div", "table-wrap");
  wrap.append(node);
  return wrap;
}

/** Bars of ten minutes each under the lines of the bands; its label says the same in words. */
function bars({ slots, since }, wide) {
  const [width, height, left, bottom, top] = [Math.max(560, wide), 240, 34, 22, 10];
  const most = Math.max(12, ...slots);
  const y = (n) => top + (height - top - bottom) * (1 - n / most);
  const step = (width - left - 8) / slots.length;
  const svg = draw("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": say("desk.rate_words", { n: number(Math.max(...slots)), mean: number(slots.reduce((a, b) => a + b, 0) / slots.length, 1) }) });
  for (const line of LINES) {
    svg.append(draw("line", { x1: left, x2: width, y1: y(line), y2: y(line), class: line >= 10 ? "band is-red" : line >= 5 ? "band is-bad" : "band" }));
    if (line > most / 16) svg.append(draw("text", { x: left - 6, y: y(line) + 4, class: "tick", "text-anchor": "end" }, String(line)));
  }
  slots.forEach((n, i) => {
    const at = Date.parse(since) + i * SLOT;
    if (n) {
      const bar = draw("rect", { x: left + i * step + 1, y: y(n), width: Math.max(2, step - 2), height: height - bottom - y(n), rx: 2, class: n >= 10 ? "bar is-red" : n >= 5 ? "bar is-bad" : "bar" });
      bar.append(draw("title", {}, `${clock(at, false)} · ${number(n)}`));
      svg.append(bar);
    }
    if (i % 6 === 0) svg.append(draw("text", { x: left + i * step, y: height - 5, class: "tick" }, clock(at, false)));
  });
  const box = make("div", "load-bars");
  box.append(svg);
  return box;
}

function draw(tag, attributes, words) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  if (words) node.textContent = words;
  return node;
}

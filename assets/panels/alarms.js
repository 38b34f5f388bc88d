// Open alarms, the worst first. Rows are kept by alarm, so five hundred of them cost nothing while nothing changes.

import { deviceWords, isFlag, metricOf, valueText } from "../devices.js";
import { nameOf } from "../names.js";
import { levelSign } from "../signs.js";
import { showAge } from "../values.js";
import { clock, knows, make, named, now, number, put, rem, say, span } from "../words.js";

const FRESH = 10000; // a new row is tinted so long

export class Alarms {
  constructor(onChoose) {
    this._list = document.getElementById("alarm-list");
    this._rows = new Map();
    this._onChoose = onChoose;
    this._more = document.getElementById("alarms-more");
    this.unit = null;
    this._list.addEventListener("scroll", () => this._sayMore(), { passive: true });
    new ResizeObserver(() => requestAnimationFrame(() => this._fit())).observe(this._list.parentElement);
    this._more.addEventListener("click", () => this._list.scrollBy({ top: this._list.clientHeight * 0.9, behavior: "smooth" }));
  }

  /** How many rows lie below what is seen, most of all how many of the first level. */
  _sayMore() {
    const bottom = this._list.getBoundingClientRect().bottom;
    const rows = [...this._list.children];
    let [low, high] = [0, rows.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (rows[middle].getBoundingClientRect().bottom <= bottom + 4) low = middle + 1;
      else high = middle;
    }
    const below = rows.length - low;
    put(this._more, below ? say("alarms.more", { n: number(below) }) : say("alarms.end"));
  }

  /** The list ends with a whole row, and leaves room for the line below it. */
  _fit() {
    const section = this._list.parentElement;
    const room = section.clientHeight - (this._list.offsetTop - section.offsetTop) - 2;
    const rows = this._list.children;
    const first = rows[0]?.offsetTop ?? 0;
    const below = (row) => row.offsetTop + row.offsetHeight - first;
    let height = "";
    if (rows.length && below(rows[rows.length - 1]) > room && section.clientHeight) {
      const left = room - 2.6 * rem();
      let n = 0;
      while (n < rows.length && below(rows[n]) <= left) n += 1;
      height = `${below(rows[Math.max(0, n - 1)])}px`;
    }
    if (this._list.style.maxHeight !== height) this._list.style.maxHeight = height;
    this._more.hidden = height === "";
    this._sayMore();
  }

  paint(state, whole) {
    // Level 4 informs and asks for nothing today: it stands in its unit's own list, after the others.
    const open = [...state.alarms.values()].filter((alarm) => this.unit || alarm.level < 4).sort(worstFirst);
    const ids = new Set(open.map((alarm) => alarm.id));
    for (const [id, row] of this._rows)
      if (!ids.has(id)) {
        row.node.remove();
        this._rows.delete(id);
      }
    let before = null;
    for (const alarm of open) {
      let row = this._rows.get(alarm.id);
      if (!row) {
        row = this._make(alarm.id);
        this._rows.set(alarm.id, row);
        if (!whole) this._tint(row.node);
      }
      if (row.alarm !== alarm || whole) this._fill(row, alarm);
      const after = before ? before.nextSibling : this._list.firstChild;
      if (after !== row.node) this._list.insertBefore(row.node, after);
      before = row.node;
    }
    const empty = document.getElementById("alarms-empty");
    empty.hidden = open.length > 0;
    empty.dataset.text = !state.known ? "scene.waiting" : this.unit ? "alarms.unit_empty" : "alarms.empty";
    put(empty, say(empty.dataset.text));
    put(document.getElementById("alarms-count"), open.length ? say("alarms.open", { n: number(open.length) }) : "");
    this._fit();
  }

  tick() {
    for (const row of this._rows.values()) put(row.sentence, sentence(row.alarm));
    this._fit(); // a sentence may take another line
  }

  retranslate() {
    for (const row of this._rows.values()) this._fill(row, row.alarm);
    this._fit();
  }

  /** An empty row. Nothing is in it yet, so it is filled whatever the frame was. */
  _make(id) {
    const node = make("li", "alarm");
    const words = make("div", "words");
    const what = make("div", "what");
    what.append(make("span", "sentence"), " ", make("span", "area"));
    words.append(make("b", "who"), what);
    const side = make("div", "side");
    side.append(make("span", "age"), make("span", "chip"));
    const shape = make("i");
    node.append(shape, words, side);
    node.dataset.alarm = id;
    node.tabIndex = 0;
    const choose = () => this._onChoose(row.alarm.unit);
    node.addEventListener("click", choose);
    node.addEventListener("keydown", (event) => event.key === "Enter" && choose());
    const row = { node, shape, unit: words.firstChild, sentence: what.firstChild, area: what.lastChild, age: side.firstChild,
      chip: side.lastChild, alarm: null };
    return row;
  }

  _fill(row, alarm) {
    row.alarm = alarm;
    row.node.dataset.level = alarm.level;
    row.node.dataset.state = alarm.state;
    row.shape.className = `shape ${levelSign(alarm.level)}`;
    row.shape.title = say(`level.${alarm.level}`);
    const { unit_name, unit_name_en, area_name, area_name_en } = alarm;
    const [unit, area] = [named({ zh: unit_name, en: unit_name_en }) || nameOf(alarm.unit), named({ zh: area_name, en: area_name_en })];
    put(row.unit, unit);
    put(row.area, area && !unit.includes(area) ? area : ""); // many a name begins with its area
    put(row.sentence, sentence(alarm));
    showAge(row.age, Date.parse(alarm.raised_at));
    row.age.title = clock(Date.parse(alarm.raised_at));
    put(row.chip, say(`alarm_state.${alarm.state}`));
    row.chip.dataset.state = alarm.state;
  }

  _tint(node) {
    node.classList.add("is-new");
    setTimeout(() => node.classList.remove("is-new"), FRESH);
  }
}

function worstFirst(a, b) {
  return a.level - b.level || (a.raised_at < b.raised_at ? 1 : a.raised_at > b.raised_at ? -1 : a.id < b.id ? -1 : 1);
}

/** What happened, in one sentence, from the reason and its values. `at`: until when it lasts, or lasted. */
export function sentence(alarm, at = now()) {
  const device = { id: alarm.device, kind: alarm.device_kind };
  const metric = metricOf(device, alarm.metric || "");
  const unit = metric.unit ? ` ${metric.unit}` : "";
  const value = alarm.value ?? null;
  return say(sentenceKey(alarm), {
    thing: alarm.device_kind ? deviceWords(device) : "", metric: alarm.metric ? named(metric) : "",
    span: span(at - Date.parse(alarm.since)), limit: (alarm.limit ?? "").replaceAll("-", "-\u2060"), // a date is not broken
    value: value === null ? "" : (isFlag(metric) ? "" : valueText(metric, value) + unit),
    n: value === null ? "" : number(Math.abs(value)), licence: say(`licence.${alarm.metric}`),
  });
}

/** The most special sentence there is: for this reason and metric, for this reason, or any. */
function sentenceKey({ reason, metric, value }) {
  if (reason === "licence_expiry" && value < 0) return "alarm.licence_expired";
  return [`alarm.${reason}_${metric}`, `alarm.${reason}`].find(knows) || "alarm.other";
}

// The list: as many rows in the page as fit the window, however many alarms there are. Rows do not move under a reader's
// eyes: what is new waits in a line above until the list is at its top, and what has closed stays, faded, till then.

import { sentence } from "../panels/alarms.js";
import { levelSign } from "../signs.js";
import { clock, make, named, now, number, put, say, span } from "../words.js";
import { ownerOf, stateOf } from "./model.js";

const FRESH = 10000; // a new row is tinted so long
const BEYOND = 6; // rows kept above and below what is seen
const HELD = 8000; // rows keep their places so long after somebody moved among them

export class List {
  /** `on`: open(key), select(keys), fold(incident), settle() at the top again, fresh() to see what is new. */
  constructor(root, on) {
    this._on = on;
    this._lines = [];
    this._byKey = new Map();
    this._rows = new Map();
    this._fresh = new Map();
    this.cursor = null;
    this.selected = new Set();
    this.opened = null;
    this._more = make("button", "waiting-new");
    this._more.hidden = true;
    this._heldUntil = -Infinity;
    this._more.setAttribute("aria-live", "polite");
    this._more.addEventListener("click", () => on.fresh());
    this._box = make("div", "alarm-rows");
    this._box.setAttribute("role", "listbox");
    this._box.setAttribute("aria-multiselectable", "true");
    this._box.tabIndex = -1;
    this._room = make("div", "alarm-room");
    this._box.append(this._room);
    this._empty = make("p", "empty");
    this._empty.hidden = true;
    root.append(this._more, this._box, this._empty);
    this._box.addEventListener("scroll", () => {
      this._draw(false);
      if (this._box.scrollTop < 2) on.settle();
    }, { passive: true });
    new ResizeObserver(() => this._draw()).observe(this._box);
    new ResizeObserver(() => this._fit()).observe(document.body);
    new ResizeObserver(() => this._fit()).observe(root.parentElement);
    this._box.addEventListener("click", (event) => this._click(event));
    this._box.addEventListener("pointermove", () => this._hold(), { passive: true });
  }

  /** Somebody is about to act on a row: the next key or click must meet the row it was meant for. */
  _hold() {
    this._heldUntil = performance.now() + HELD;
  }

  /** Whether somebody reads further down, or has something in hand: then rows keep their places. */
  get isRead() {
    return this._box.scrollTop > 2 || this.selected.size > 0 || this.opened !== null || performance.now() < this._heldUntil;
  }

  /** Whether news wait in the line above though nobody reads any more. */
  get isWaitedFor() {
    return !this._more.hidden && !this.isRead;
  }

  get keys() {
    return this._lines.map((line) => line.key);
  }

  line(key) {
    return this._byKey.get(key);
  }

  /** `fresh`: keys that were not there before. */
  show(lines, fresh = []) {
    this._lines = lines;
    this._byKey = new Map(lines.map((line) => [line.key, line]));
    const until = performance.now() + FRESH;
    fresh.forEach((key) => this._fresh.set(key, until));
    this._box.setAttribute("aria-label", say("desk.list", { n: number(lines.length) }));
    this._empty.hidden = lines.length > 0;
    this._box.hidden = lines.length === 0;
    this._draw();
  }

  /** New facts about alarms that keep their places. */
  refresh(alarms) {
    for (const line of this._lines) {
      if (line.alarm) line.alarm = alarms.get(line.alarm.id) || { ...line.alarm, state: "cleared" };
      else line.members = line.members.map((alarm) => alarms.get(alarm.id) || { ...alarm, state: "cleared" });
    }
    this._draw();
  }

  say(waiting, urgent, empty) {
    this._more.hidden = waiting === 0;
    this._more.classList.toggle("is-urgent", urgent > 0);
    put(this._more, urgent ? say("desk.new_urgent", { n: number(waiting), m: number(urgent) }) : say("desk.new", { n: number(waiting) }));
    put(this._empty, empty);
  }

  top() {
    this._box.scrollTop = 0;
  }

  tick() {
    for (const row of this._rows.values()) if (row.line.alarm) this._words(row);
    const at = performance.now();
    for (const [key, until] of this._fresh)
      if (until < at) {
        this._fresh.delete(key);
        this._rows.get(key)?.node.classList.remove("is-new");
      }
  }

  /** Moves the cursor by so many lines, or to a key; the row is brought into sight and gets the focus. */
  move(step) {
    const at = this._lines.findIndex((line) => line.key === this.cursor);
    const next = at < 0 ? 0 : Math.min(this._lines.length - 1, Math.max(0, at + step));
    if (this._lines[next]) this.point(this._lines[next].key);
  }

  point(key, focus = true) {
    this.cursor = key;
    this._hold();
    const at = this._lines.findIndex((line) => line.key === key);
    if (at < 0) return;
    const height = this._height();
    const { scrollTop, clientHeight } = this._box;
    if (at * height < scrollTop) this._box.scrollTop = at * height;
    else if ((at + 1) * height > scrollTop + clientHeight) this._box.scrollTop = (at + 1) * height - clientHeight;
    this._draw(false);
    if (focus) this._rows.get(key)?.node.focus({ preventScroll: true });
  }

  /** Alarms behind a line: one, or all of an incident. */
  alarmsOf(key) {
    const line = this.line(key);
    if (!line) return [];
    return (line.alarm ? [line.alarm] : line.members).filter((alarm) => alarm.state !== "cleared");
  }

  toggle(key, range = false) {
    const keys = this.keys;
    if (range && this._from && keys.includes(this._from)) {
      const [a, b] = [keys.indexOf(this._from), keys.indexOf(key)].sort((x, y) => x - y);
      keys.slice(a, b + 1).forEach((each) => this.selected.add(each));
    } else if (!this.selected.delete(key)) this.selected.add(key);
    this._from = key;
    this._draw();
    this._on.select();
  }

  selectAll(all) {
    this.selected = new Set(all ? this.keys : []);
    this._draw();
    this._on.select();
  }

  _click(event) {
    const node = event.target.closest(".alarm-row");
    if (!node || event.target.closest("a")) return;
    const key = node.dataset.key;
    if (event.target.closest(".pick")) return this.toggle(key, event.shiftKey);
    this.point(key, false);
    if (event.target.closest(".fold")) return this._on.fold(this.line(key).incident);
    this._on.open(key);
  }

  /** The list ends where the window ends; on a narrow one the page scrolls. */
  _fit() {
    const room = window.innerHeight - this._box.getBoundingClientRect().top - window.scrollY - 14;
    const height = window.innerWidth > 900 ? `${Math.max(256, Math.round(room))}px` : "";
    if (!this._box.hidden && this._box.style.height !== height) this._box.style.height = height;
  }

  _height() {
    return parseFloat(getComputedStyle(this._box).getPropertyValue("--row")) * parseFloat(getComputedStyle(document.documentElement).fontSize);
  }

  /** `anew`: also what rows that are there already say. */
  _draw(anew = true) {
    const height = this._height();
    const first = Math.max(0, Math.floor(this._box.scrollTop / height) - BEYOND);
    const last = Math.min(this._lines.length, Math.ceil((this._box.scrollTop + this._box.clientHeight) / height) + BEYOND);
    this._room.style.height = `${this._lines.length * height}px`;
    const seen = new Set();
    for (let i = first; i < last; i += 1) {
      const line = this._lines[i];
      seen.add(line.key);
      let row = this._rows.get(line.key);
      const known = Boolean(row);
      if (!known) {
        row = make_row(line.key);
        this._rows.set(line.key, row);
        this._room.append(row.node);
      }
      row.node.style.transform = `translateY(${i * height}px)`;
      row.node.setAttribute("aria-posinset", i + 1);
      row.node.setAttribute("aria-setsize", this._lines.length);
      row.node.tabIndex = this.cursor === line.key || (this.cursor === null && i === 0) ? 0 : -1;
      if (anew || !known) this._fill(row, line);
    }
    for (const [key, row] of this._rows)
      if (!seen.has(key)) {
        if (row.node.contains(document.activeElement)) this._box.focus({ preventScroll: true });
        row.node.remove();
        this._rows.delete(key);
      }
  }

  _fill(row, line) {
    const { node } = row;
    const picked = this.selected.has(line.key);
    node.classList.toggle("is-new", this._fresh.has(line.key));
    node.classList.toggle("is-inside", Boolean(line.inside));
    node.classList.toggle("is-opened", this.opened === line.key);
    node.setAttribute("aria-selected", picked);
    row.pick.checked = picked;
    row.pick.setAttribute("aria-label", say("desk.select"));
    row.line = line;
    if (line.alarm) this._alarm(row, line.alarm);
    else this._incident(row, line);
  }

  _alarm(row, alarm) {
    const state = stateOf(alarm, now());
    row.node.dataset.level = alarm.level;
    row.node.dataset.state = state;
    row.node.dataset.alarm = alarm.id;
    row.fold.hidden = true;
    row.shape.className = `shape ${levelSign(alarm.level)}`;
    row.shape.title = say(`level.${alarm.level}`);
    put(row.level, say(`level.${alarm.level}`));
    put(row.unit, named({ zh: alarm.unit_name, en: alarm.unit_name_en }) || alarm.unit);
    row.unit.title = row.unit.textContent;
    put(row.area, named({ zh: alarm.area_name, en: alarm.area_name_en }) || "");
    put(row.owner, ownerOf(alarm)?.name || "–");
    row.owner.classList.toggle("missing", !ownerOf(alarm));
    const at = Date.parse(alarm.raised_at);
    put(row.clock, clock(at, false));
    put(row.chip, state === "silenced" ? say("desk.until", { at: clock(Date.parse(alarm.silenced_until), false) }) : say(`alarm_state.${state}`));
    this._words(row);
  }

  _incident(row, { incident, members, open }) {
    const worst = members[0];
    const level = Math.min(...members.map((alarm) => alarm.level));
    const units = new Set(members.map((alarm) => alarm.unit)).size;
    row.node.dataset.level = level;
    const living = members.filter((alarm) => alarm.state !== "cleared");
    row.node.dataset.state = living.some((alarm) => alarm.state === "open") ? "open" : living.length ? "acknowledged" : "cleared";
    row.node.dataset.incident = incident;
    row.fold.hidden = members.length === 1; // nothing to unfold
    put(row.fold, open ? "▾" : "▸");
    row.fold.setAttribute("aria-expanded", open);
    row.fold.setAttribute("aria-label", say(open ? "desk.fold" : "desk.unfold"));
    row.shape.className = `shape ${levelSign(level)}`;
    put(row.level, say(`level.${level}`));
    put(row.unit, units > 1 ? say("desk.units", { n: number(units) }) : named({ zh: worst.unit_name, en: worst.unit_name_en }) || worst.unit);
    put(row.area, named({ zh: worst.area_name, en: worst.area_name_en }) || "");
    put(row.sentence, members.length > 1 ? say("desk.incident_words", { n: number(members.length), words: sentence(worst) }) : sentence(worst));
    const owners = [...new Set(members.map((alarm) => ownerOf(alarm)?.name).filter(Boolean))];
    put(row.owner, owners.join(say("index.and")) || "–");
    const since = Math.min(...members.map((alarm) => Date.parse(alarm.since)));
    put(row.span, span(now() - since));
    put(row.clock, clock(since, false));
    put(row.chip, members.length > 1 ? say("desk.alarms_n", { n: number(members.length) }) : say(`alarm_state.${stateOf(worst, now())}`));
  }

  _words(row) {
    const { alarm } = row.line;
    put(row.sentence, sentence(alarm));
    row.sentence.title = row.sentence.textContent;
    put(row.span, span(now() - Date.parse(alarm.since)));
  }
}

function make_row(key) {
  const node = make("div", "alarm-row");
  node.dataset.key = key;
  node.setAttribute("role", "option");
  const pick = make("input");
  pick.type = "checkbox";
  pick.tabIndex = -1;
  const label = make("label", "pick");
  label.append(pick);
  label.addEventListener("click", (event) => event.preventDefault()); // the row does it, with ranges
  const fold = make("button", "fold");
  fold.tabIndex = -1;
  const shape = make("i");
  const level = make("span", "sr");
  const who = make("span", "who");
  const [unit, area] = [make("b"), make("small")];
  who.append(unit, area);
  const row = { node, pick, fold, shape, level, unit, area, sentence: make("span", "sentence"), owner: make("span", "owner"),
    clock: make("time"), span: make("span", "span num"), chip: make("span", "chip"), line: null };
  const when = make("span", "when");
  when.append(row.span, row.clock);
  node.append(label, fold, shape, level, who, row.sentence, row.owner, when, row.chip);
  return row;
}

// One unit: who it is, why it has its code, its papers and people, its devices, its alarms, and every fact about it.

import { loadLimits } from "../devices.js";
import { loadNames } from "../names.js";
import { Failure, get } from "../visit.js";
import { make, named, number, say } from "../words.js";
import { compareButton } from "./compare/choice.js";
import { paintAlarms } from "./unit/alarms.js";
import { paintAround } from "./unit/around.js";
import { Timeline } from "./unit/facts.js";
import { Head } from "./unit/head.js";
import { paintLine, paintSteps, spanButtons } from "./unit/moves.js";
import { paintLicences, paintPeople } from "./unit/papers.js";
import { Part } from "./unit/part.js";
import { paintScore } from "./unit/score.js";
import { FactWords } from "./unit/sentences.js";
import { Tiles } from "./unit/tiles.js";

export const route = "/units/:id";

const SETTLED = 700; // after the index moved its reasons are asked for, once they are written down

export function open(context) {
  return new UnitPage(context);
}

class UnitPage {
  constructor(context) {
    const { root, params, query, crumbs } = context;
    this.id = params.id;
    this._context = context;
    this._path = `/data/units/${encodeURIComponent(this.id)}`;
    this._words = new FactWords();
    this._head = new Head(compareButton("units"));
    this._news = make("p", "u-news sr");
    this._news.setAttribute("aria-live", "polite");
    this._span = query.get("span") || "24h";
    this._parts = this._makeParts();
    crumbs([{ text: () => say("nav.city"), href: "/" }, { text: this.id }]);
    root.append(this._news, this._head.node, this._grid());
    this._ask(query);
  }

  _makeParts() {
    const steps = { unit: this.id, words: this._words };
    return {
      score: new Part("unit.score", "u-score", paintScore),
      line: new Part("unit.line", "u-line", paintLine),
      steps: new Part("index.reasons", "u-moves", (found, body) => paintSteps(found, body, steps)),
      alarms: new Part("alarms.unit_title", "u-alarm-list", (found, body, part) => paintAlarms(found, body, part, this.id)),
      licences: new Part("unit.licences", "u-papers", paintLicences),
      people: new Part("unit.people", "u-staff", paintPeople),
      devices: new Part("unit.devices", "u-devices", () => {}),
      facts: new Part("unit.facts", "u-timeline", () => {}),
      around: new Part("unit.around", "u-around", (found, body, part) => paintAround(found, body, part, this.file)),
    };
  }

  _grid() {
    const { score, line, steps, alarms, licences, people, devices, facts, around } = this._parts;
    const grid = make("div", "u-grid");
    const column = (...parts) => {
      const node = make("div", "stack-v");
      node.append(...parts.map((part) => part.node));
      return node;
    };
    const top = make("div", "grid u-top");
    top.append(column(score, licences), column(line, steps), column(alarms, people));
    const bottom = make("div", "grid main-side");
    bottom.append(column(facts), column(around));
    grid.append(top, devices.node, bottom);
    return grid;
  }

  // --- asking

  async _ask(query) {
    loadLimits().then(() => this._tiles?.repaint());
    loadNames();
    try {
      this.file = await get(`${this._path}/file`);
    } catch (failure) {
      return void (!this._closed && this._refused(failure, query));
    }
    if (this._closed) return;
    this._known();
    const { steps, alarms, devices, facts, around } = this._parts;
    this._tiles = new Tiles(devices, query.get("devices"), (mood) => this._context.keep("devices", mood));
    this._live = this._context.live(`unit:${this.id}`, (changed, state) => this._frame(changed, state));
    this._chooseSpan(this._span);
    alarms.ask(`${this._path}/alarms`).then(() => this._knowAlarms());
    steps.ask(`${this._path}/moves`);
    around.ask(`${this._path}/neighbours`);
    this._timeline = new Timeline(facts, this.id, this._words, { query, keep: this._context.keep });
    this._context.root.addEventListener("click", (this._onFact = (event) => {
      const to = event.target.closest?.("a[data-fact]");
      if (!to || event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      this._timeline.open(to.dataset.fact);
    }));
  }

  _refused(failure, query) {
    if (failure instanceof Failure && failure.status === 404) {
      const box = make("div", "nowhere");
      box.append(make("h1", "", say("unit.not_found", { id: this.id })), make("p", "", say("unit.not_found_hint")));
      const home = make("a", "button", say("page.home"));
      home.href = "/";
      box.append(home);
      return this._context.root.replaceChildren(box);
    }
    this._head.node.replaceChildren(make("p", "failed", say("unit.failed")));
    this._again = setTimeout(() => this._ask(query), 3000);
  }

  async _refresh() {
    try {
      const file = await get(`${this._path}/file`);
      if (this._closed) return;
      const live = this._state?.card?.index; // a frame may be ahead of what is written down
      if (live && !(Date.parse(file.index?.as_of) >= Date.parse(live.as_of))) file.index = { ...file.index, ...live };
      this.file = file;
      this._known();
    } catch {
      this._soon = setTimeout(() => this._refresh(), 3000);
      return;
    }
    const { steps, line } = this._parts;
    steps.ask(`${this._path}/moves`);
    line.ask(line.path);
  }

  /** The file is new: crumbs, head, and the panels that show parts of it. */
  _known() {
    const { file, _context: context } = this;
    const areas = [file.banner, file.street].filter((area) => area?.id);
    context.crumbs([
      { text: () => say("nav.city"), href: "/" },
      ...areas.map((area) => ({ text: () => named(area), href: `/areas/${encodeURIComponent(area.id)}` })),
      { text: () => named({ zh: file.name, en: file.name_en }) },
    ]);
    context.retitle(named({ zh: file.name, en: file.name_en }));
    file.people.forEach((person) => this._words.people.set(person.id, person));
    for (const part of ["score", "licences", "people"]) this._parts[part].show(file);
    this._paintHead();
  }

  _knowAlarms() {
    const found = this._parts.alarms.found;
    if (!found || this._closed) return;
    for (const alarm of [...found.open, ...found.over]) this._words.alarms.set(alarm.id, alarm);
    this._paintHead();
    this._parts.facts.paint();
    this._parts.steps.paint();
  }

  _chooseSpan(span) {
    this._span = span;
    this._context.keep("span", span === "24h" ? null : span);
    spanButtons(this._parts.line, span, (chosen) => this._chooseSpan(chosen));
    this._parts.line.ask(`${this._path}/index?span=${encodeURIComponent(span)}`);
  }

  // --- live

  _frame(changed, state) {
    this._state = state;
    if (changed.whole || changed.devices.size) this._knowDevices(state, changed.whole);
    this._tiles.paint(changed, state);
    if (changed.card && state.card?.index) this._index(state.card.index);
    if (changed.alarms || changed.whole) {
      this._paintHead();
      if (!changed.whole) this._alarmsSoon();
    }
    if (changed.rules) loadLimits().then(() => this._tiles.repaint());
  }

  _knowDevices(state, whole) {
    for (const [id, device] of state.devices) this._words.devices.set(id, device);
    if (whole && this._parts.facts.found) [this._parts.facts, this._parts.steps].forEach((part) => part.paint());
  }

  /** A new index is shown at once; what moved it is asked for when it is written down. */
  _index(index) {
    const before = this.file.index;
    if (before && before.total !== null && tenth(before.total) === index.total && before.colour === index.colour) return;
    this.file.index = { ...before, ...index };
    this.file.moved_at = index.as_of;
    if (before?.total != null && index.total !== null) {
      this.file.moved = { before: tenth(before.total), after: index.total, by: [] };
      this._news.textContent = say("unit.moved", { before: number(before.total, 1), after: number(index.total, 1), code: say(`colour.${index.colour}`) });
    }
    this._paintHead();
    this._parts.score.paint();
    clearTimeout(this._soon);
    this._soon = setTimeout(() => this._refresh(), SETTLED);
  }

  _alarmsSoon() {
    clearTimeout(this._alarmsAgain);
    this._alarmsAgain = setTimeout(() => this._parts.alarms.ask(`${this._path}/alarms`).then(() => this._knowAlarms()), SETTLED);
  }

  /** The head takes open alarms from the live frames; until those come, from the database. */
  _paintHead() {
    if (!this.file) return;
    const told = this._parts.alarms.found?.open.map((row) => ({ ...row, unit: row.unit_id, device: row.device_id })) || [];
    const alarms = this._state ? [...this._state.alarms.values()] : told;
    this._head.paint(this.file, alarms);
  }

  // --- what the router asks of a view

  translate() {
    if (!this.file) return;
    this._paintHead();
    spanButtons(this._parts.line, this._span, (chosen) => this._chooseSpan(chosen));
    for (const part of Object.values(this._parts)) part.paint();
    this._tiles?.repaint();
    this._context.retitle(named({ zh: this.file.name, en: this.file.name_en }));
  }

  tick() {
    this._tiles?.tick();
    if (this.file && Date.now() - (this._minute || 0) > 60000) {
      this._minute = Date.now();
      this._paintHead(); // how long an alarm stands, whether the unit is open
    }
  }

  close() {
    this._closed = true;
    [this._soon, this._again, this._alarmsAgain].forEach(clearTimeout);
    Object.values(this._parts).forEach((part) => part.close());
    this._tiles?.close();
    if (this._onFact) this._context.root.removeEventListener("click", this._onFact);
  }
}

function tenth(value) {
  return value === null || value === undefined ? null : Math.round(value * 10) / 10;
}

// One chosen unit: who it is, its index with five dimensions, and why the index is what it is.

import { codeSign } from "../signs.js";
import { show } from "../values.js";
import { DASH, facts, make, named, number, say } from "../words.js";

const DIMENSIONS = ["disclosure", "self_inspection", "smart_kitchen", "fire", "public"];

export class UnitPanel {
  constructor() {
    this._section = document.getElementById("unit");
    this._body = document.getElementById("unit-body");
    this.file = null;
  }

  /** Show the unit, null for none. The file is asked for again until it is there. */
  async open(id) {
    this.id = id;
    this.file = this.card = null;
    this._section.hidden = !id;
    document.getElementById("index").hidden = Boolean(id);
    document.body.classList.toggle("has-unit", Boolean(id));
    this._body.replaceChildren();
    this._unknown(false);
    if (id) await this.refresh();
  }

  async refresh() {
    const id = this.id;
    if (!id) return null;
    try {
      const answer = await fetch(`/city/units/${encodeURIComponent(id)}.json`);
      if (this.id !== id) return null;
      this._unknown(answer.status === 404);
      if (answer.status === 404) return this._sentence(say("unit.not_found", { id }));
      if (!answer.ok) throw new Error(answer.status);
      this.file = await answer.json();
      if (this.id === id) this._join();
    } catch {
      if (this.id === id && !this.file) this._sentence(say("unit.failed"));
      this._again = this._again || setTimeout(() => {
        this._again = null;
        this.refresh();
      }, 2000);
    }
    return this.file;
  }

  /** The live card is newer than the file; the reasons behind a new index are asked for again. */
  frame(state) {
    if (state.card?.id !== this.id) return;
    const moved = this.card && state.card.index?.total !== this.card.index?.total;
    this.card = state.card;
    if (this.file) this._join();
    else this.refresh(); // it was registered after the page had asked
    if (!moved) return;
    clearTimeout(this._soon);
    this._soon = setTimeout(() => this.refresh(), 500);
  }

  /** The file, with the index of the live card, which is newer. */
  _join() {
    if (this.card?.index) this.file.index = this.card.index;
    this._draw();
  }

  /** Of a unit that does not exist nothing is said but that: no devices, no alarms. */
  _unknown(is) {
    document.body.classList.toggle("is-unknown-unit", is);
    this._said = is ? () => say("unit.not_found", { id: this.id }) : null;
  }

  retranslate() {
    if (this.file) this._draw();
    else if (this._said) this._sentence(this._said());
  }

  _sentence(text) {
    this._body.replaceChildren(make("p", "empty", text));
    return null;
  }

  _draw() {
    const unit = this.file;
    const index = unit.index || {};
    const colour = index.colour || "none";
    const who = make("div", "unit-who");
    const title = make("h3", "", named({ zh: unit.name, en: unit.name_en }));
    title.prepend(make("i", `shape ${codeSign(colour)}`));
    const type = (facts.catalogue.business_types[unit.business_type] || {});
    const place = [named(unit.banner), named(unit.street)].filter(Boolean).join(" · ");
    const open = unit.opens_at ? `${unit.opens_at}–${unit.closes_at}` : "";
    who.append(title, make("p", "", [named(type), place].filter(Boolean).join(" · ")),
      make("p", "", [unit.id, open, unit.address].filter(Boolean).join(" · ")));
    const total = make("div", "unit-total");
    const value = make("span", "value");
    show(value, number(index.total, 1));
    total.append(value, make("span", "grade", `${say(`grade.${index.grade || "none"}`)} · ${say(`colour.${colour}`)}`),
      make("span", "coverage", index.coverage === undefined ? "" : say("index.coverage", { n: number(index.coverage * 100) })));
    const bars = make("div", "unit-bars");
    for (const name of DIMENSIONS) bars.append(bar(name, index.dimensions?.[name]));
    this._body.replaceChildren(who, total, bars, this._reasons(unit));
  }

  _reasons(unit) {
    const list = make("ul", "unit-reasons");
    list.append(make("li", "title", say("index.reasons")));
    if (unit.moved) list.append(moveRow(unit.moved));
    for (const reason of (unit.reasons || []).slice(0, 4)) {
      const row = make("li");
      const lost = reason.lost === null ? "" : `−${number(reason.lost, 1)}`;
      row.append(make("span", "", say(`because.${reason.key}`)), make("b", "", lost));
      list.append(row);
    }
    if (!unit.reasons?.length) list.append(make("li", "none", say("index.no_reasons")));
    return list;
  }
}

/** `92.1 → 89.8 · 冷链温度超限`: how the index changed last, and by what. */
function moveRow({ before, after, by }) {
  const row = make("li", `move ${after < before ? "is-down" : "is-up"}`);
  const what = by.slice(0, 2).map(({ key }) => say(`indicator.${key}`)).join(say("index.and"));
  row.append(make("b", "", `${number(before, 1)} ${after < before ? "↘" : "↗"} ${number(after, 1)}`), make("span", "", what));
  return row;
}

function bar(name, value) {
  const row = make("div", "unit-bar");
  const track = make("span", "bar");
  const fill = make("i", codeOf(value));
  fill.style.width = `${value ?? 0}%`;
  track.append(fill);
  const number_ = make("span", "number");
  show(number_, value === null || value === undefined ? DASH : number(value));
  row.append(make("span", "name", say(`index.${name}`)), track, number_);
  return row;
}

/** A bar takes its code's colour only when it is not green. */
function codeOf(value) {
  if (value === null || value === undefined || value >= 85) return "data";
  return value >= 70 ? "blue" : value >= 60 ? "yellow" : "red";
}

// The filters with how many each choice would show. Every choice is in the address, so a view can be sent on.

import { deviceWords } from "../devices.js";
import { levelSign } from "../signs.js";
import { DASH, facts, make, named, number, put, say } from "../words.js";
import { counts, HOURS, SORTS, STATES } from "./model.js";

export class Filters {
  constructor(root, wish, onWish) {
    this.wish = wish;
    this._root = root;
    this._onWish = onWish;
    this._build();
  }

  translate() {
    this._root.replaceChildren();
    this._build();
  }

  focus() {
    this._text.focus();
    this._text.select();
  }

  _build() {
    this._counted = [];
    const levels = make("div", "row");
    for (const level of ["1", "2", "3", "4"]) levels.append(this._chip("levels", level, () => say(`level.${level}`), levelSign(level)));
    const states = make("div", "row");
    for (const state of STATES) states.append(this._chip("states", state, () => say(`alarm_state.${state}`)));
    states.append(this._switch("mine", "desk.mine"), this._switch("free", "desk.free"));
    this._text = make("input", "input");
    this._text.type = "search";
    this._text.id = "desk-text";
    this._text.value = this.wish.text;
    this._text.placeholder = say("desk.search");
    this._text.setAttribute("aria-label", say("desk.search"));
    this._text.addEventListener("input", () => this._set("text", this._text.value.trim()));
    const selects = make("div", "row");
    this._selects = {};
    for (const name of ["area", "type", "kind"]) selects.append(this._select(name));
    selects.append(this._fixed("hours", ["", ...HOURS], "desk.any_time", (hours) => say(`desk_hours.h${hours}`)),
      this._fixed("sort", SORTS, "", (sort) => say(`desk_sort.${sort}`)), this._switch("group", "desk.grouped"), this._reset());
    this._root.append(levels, states, this._text, selects);
  }

  /** Counts of the alarms that are there. */
  paint(alarms, about) {
    const found = counts(alarms, this.wish, about);
    for (const { name, value, node } of this._counted) {
      const n = value === null ? found[name] : found[name][value] || 0;
      put(node, number(n));
    }
    const names = new Map(alarms.map((alarm) => [alarm.area, named({ zh: alarm.area_name, en: alarm.area_name_en })]));
    this._fill("area", found.area, (area) => names.get(area) || area);
    this._fill("type", found.type, (type) => type && named(facts.catalogue.business_types?.[type]) || type || DASH);
    this._fill("kind", found.kind, (kind) => (["licence", "unit"].includes(kind) ? say(`desk_kind.${kind}`) : deviceWords({ kind })));
  }

  _set(name, value) {
    this.wish = { ...this.wish, [name]: value };
    this._onWish(this.wish);
  }

  _chip(name, value, words, shape) {
    const chip = make("button", "chip");
    chip.dataset[name] = value;
    if (shape) chip.append(make("i", `shape ${shape}`));
    const count = make("span", "num");
    chip.append(make("span", "", words()), count);
    this._counted.push({ name, value, node: count });
    chip.setAttribute("aria-pressed", this.wish[name].includes(value));
    chip.addEventListener("click", () => {
      const chosen = this.wish[name].includes(value) ? this.wish[name].filter((one) => one !== value) : [...this.wish[name], value].sort();
      chip.setAttribute("aria-pressed", chosen.includes(value));
      this._set(name, chosen);
    });
    return chip;
  }

  _switch(name, words) {
    const chip = make("button", "chip");
    chip.dataset.switch = name;
    chip.append(make("span", "", say(words)));
    if (name !== "group") {
      const count = make("span", "num");
      chip.append(count);
      this._counted.push({ name, value: null, node: count });
    }
    chip.setAttribute("aria-pressed", this.wish[name]);
    chip.addEventListener("click", () => {
      chip.setAttribute("aria-pressed", !this.wish[name]);
      this._set(name, !this.wish[name]);
    });
    return chip;
  }

  _select(name) {
    const select = make("select", "select");
    select.setAttribute("aria-label", say(`desk_any.${name}`));
    select.append(option("", say(`desk_any.${name}`)));
    if (this.wish[name]) select.append(option(this.wish[name], this.wish[name]));
    select.value = this.wish[name];
    select.addEventListener("change", () => this._set(name, select.value));
    this._selects[name] = select;
    return select;
  }

  /** Only when it differs, and not while somebody chooses: an open list must not change under the pointer. */
  _fill(name, found, words) {
    const select = this._selects[name];
    if (document.activeElement === select) return;
    const values = [...new Set([...Object.keys(found), this.wish[name]])].filter(Boolean).sort((a, b) => (found[b] || 0) - (found[a] || 0));
    const options = values.map((value) => [value, `${words(value)} ${number(found[value] || 0)}`]);
    const now = JSON.stringify(options);
    if (select.told === now) return;
    select.told = now;
    select.replaceChildren(option("", say(`desk_any.${name}`)), ...options.map(([value, text]) => option(value, text)));
    select.value = this.wish[name];
  }

  _fixed(name, values, any, words) {
    const select = make("select", "select");
    select.setAttribute("aria-label", say(name === "sort" ? "desk.sort" : "desk.any_time"));
    select.append(...values.map((value) => option(value, value ? words(value) : say(any))));
    select.value = this.wish[name];
    select.addEventListener("change", () => this._set(name, select.value));
    return select;
  }

  _reset() {
    const button = make("button", "button quiet small", say("desk.reset"));
    button.addEventListener("click", () => this._onWish(null));
    return button;
  }
}

function option(value, text) {
  const node = make("option", "", text);
  node.value = value;
  return node;
}

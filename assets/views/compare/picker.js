// Find a unit, or a device by its id or its unit, and add it to what is compared.

import { shape } from "../../parts/code.js";
import { get } from "../../visit.js";
import { make, named, say } from "../../words.js";

export class Picker {
  constructor(what, add) {
    this._what = what;
    this._add = add;
    this.node = make("div", "compare-picker");
    this._box = make("input", "input");
    this._box.type = "search";
    this._box.autocomplete = "off";
    this._list = make("ul", "menu compare-found");
    this._list.hidden = true;
    this.node.append(this._box, this._list);
    this._box.addEventListener("input", () => {
      clearTimeout(this._soon);
      this._soon = setTimeout(() => this._ask(this._box.value.trim()), 150);
    });
    this._box.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this._list.hidden = true;
      if (event.key === "Enter") this._list.querySelector("button")?.click();
      if (event.key === "ArrowDown") this._list.querySelector("button")?.focus();
    });
    this.node.addEventListener("focusout", (event) => !this.node.contains(event.relatedTarget) && (this._list.hidden = true));
    this.translate();
  }

  translate() {
    this._box.placeholder = say("compare.search");
    this._box.setAttribute("aria-label", say("compare.search"));
  }

  async _ask(query) {
    this._query = query;
    if (!query) return void (this._list.hidden = true);
    const q = encodeURIComponent(query);
    try {
      const found = await (this._what === "units" ? get(`/city/search.json?q=${q}`).then(unitRows) : get(`/data/devices.json?q=${q}`).then(deviceRows));
      if (this._query === query) this._show(found.slice(0, 10), say("compare.none_found", { query }));
    } catch {
      this._show([], say("page.search_failed"));
    }
  }

  _show(rows, none) {
    this._list.replaceChildren(...rows.map(({ id, mark, name, detail }) => {
      const item = make("li");
      const button = make("button", "row");
      button.append(...(mark ? [mark] : []), make("b", "", name), make("span", "muted small", detail));
      button.addEventListener("click", () => {
        this._list.hidden = true;
        this._box.value = "";
        this._add(id);
      });
      item.append(button);
      return item;
    }));
    if (!rows.length) this._list.append(make("li", "empty", none));
    this._list.hidden = false;
  }
}

function unitRows(found) {
  return found.map((unit) => ({ id: unit.id, mark: shape(unit.colour), name: named({ zh: unit.name, en: unit.name_en }), detail: `${named(unit.street)} · ${unit.id}` }));
}

function deviceRows({ rows }) {
  return rows.map((device) => ({ id: device.id, name: device.name || device.id, detail: [named(device.unit_name ? { zh: device.unit_name, en: device.unit_name_en } : null), device.id].filter(Boolean).join(" · ") }));
}

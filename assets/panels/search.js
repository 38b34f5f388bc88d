// Find a unit by its name, its id or one of its devices. Arrow keys choose, Enter opens, Escape closes.

import { shapeOf } from "../city-map.js";
import { make, named, say } from "../words.js";

export class Search {
  constructor(onChoose) {
    this._onChoose = onChoose;
    const place = document.getElementById("search");
    this._box = make("input");
    this._box.id = "search-box";
    this._box.type = "search";
    this._box.autocomplete = "off";
    this._box.spellcheck = false;
    this._box.setAttribute("role", "combobox");
    this._box.setAttribute("aria-controls", "search-results");
    this._list = make("ul");
    this._list.id = "search-results";
    this._list.hidden = true;
    place.replaceChildren(this._box, this._list);
    this.retranslate();
    this._box.addEventListener("input", () => this._soon());
    this._box.addEventListener("keydown", (event) => this._key(event));
    this._box.addEventListener("blur", () => setTimeout(() => this._show([]), 200));
  }

  retranslate() {
    this._box.placeholder = say("page.search");
    this._box.title = say("page.search_hint");
    this._box.setAttribute("aria-label", say("page.search"));
  }

  _soon() {
    clearTimeout(this._timer);
    this._timer = setTimeout(() => this._ask(this._box.value.trim()), 120);
  }

  async _ask(query) {
    this._query = query;
    if (!query) return this._show([]);
    try {
      const answer = await fetch(`/city/search.json?q=${encodeURIComponent(query)}`);
      if (!answer.ok) throw new Error(answer.status);
      const found = await answer.json();
      if (this._query === query) this._show(found, say("page.search_none", { query }));
    } catch {
      this._show([], say("page.search_failed"));
    }
  }

  _show(found, otherwise) {
    this._found = found;
    this._at = found.length ? 0 : -1;
    this._list.replaceChildren(...found.map((unit, i) => this._row(unit, i)));
    if (!found.length && otherwise) this._list.append(make("li", "none", otherwise));
    this._list.hidden = !this._list.childElementCount;
    this._mark();
  }

  _row(unit, i) {
    const row = make("li");
    row.append(make("i", `shape ${shapeOf(unit.colour)} ${unit.colour}`), make("b", "", named({ zh: unit.name, en: unit.name_en })),
      make("span", "", [unit.device || unit.id, named(unit.street)].filter(Boolean).join(" · ")));
    row.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      this._take(i);
    });
    return row;
  }

  _key(event) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const n = this._found?.length || 0;
      if (n) this._at = (this._at + (event.key === "ArrowDown" ? 1 : n - 1)) % n;
      this._mark();
    } else if (event.key === "Enter" && this._at >= 0) this._take(this._at);
    else if (event.key === "Escape") {
      event.stopPropagation();
      this._box.value = "";
      this._show([]);
      this._box.blur();
    }
  }

  _mark() {
    [...this._list.children].forEach((row, i) => row.classList.toggle("is-marked", i === this._at));
  }

  _take(i) {
    const unit = this._found[i];
    this._box.value = "";
    this._show([]);
    this._box.blur();
    this._onChoose(unit.id);
  }
}

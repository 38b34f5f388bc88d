// Find a unit, a device or an area by its name in either language or its id. Arrow keys choose, Enter opens, Escape closes.
// Before anything is typed the things seen lately are offered.

import { codeSign } from "../signs.js";
import { make, named, say } from "../words.js";

const RECENT = "sunshine-recent";
const MOST_RECENT = 6;

export class Search {
  /** `onUnit(unit, found)`, `onArea(area)`; without the latter an area's page is opened. */
  constructor(onUnit, onArea = (id) => follow(`/areas/${encodeURIComponent(id)}`)) {
    Object.assign(this, { _onUnit: onUnit, _onArea: onArea, _found: [], _at: -1 });
    const place = document.getElementById("search");
    this._box = make("input");
    Object.assign(this._box, { id: "search-box", type: "search", autocomplete: "off", spellcheck: false });
    for (const [name, value] of [["role", "combobox"], ["aria-controls", "search-results"], ["aria-autocomplete", "list"]])
      this._box.setAttribute(name, value);
    this._list = make("ul");
    this._list.id = "search-results";
    this._list.setAttribute("role", "listbox");
    place.replaceChildren(this._box, this._list);
    this._show([]);
    this.retranslate();
    this._box.addEventListener("input", () => this._soon());
    this._box.addEventListener("focus", () => !this._box.value && this._recent());
    this._box.addEventListener("keydown", (event) => this._key(event));
    this._box.addEventListener("blur", () => setTimeout(() => document.activeElement !== this._box && this._show([]), 200));
  }

  retranslate() {
    this._box.placeholder = say("page.search");
    this._box.title = say("page.search_hint");
    this._box.setAttribute("aria-label", say("page.search"));
    this._list.setAttribute("aria-label", say("page.search"));
  }

  _soon() {
    clearTimeout(this._timer);
    this._timer = setTimeout(() => this._ask(this._box.value.trim()), 120);
  }

  async _ask(query) {
    this._query = query;
    if (!query) return this._recent();
    try {
      const answer = await fetch(`/city/search.json?q=${encodeURIComponent(query)}`);
      if (!answer.ok) throw new Error(answer.status);
      const found = await answer.json();
      if (this._query === query) this._show(found, say("page.search_none", { query }));
    } catch {
      if (this._query === query) this._show([], say("page.search_failed"));
    }
  }

  _recent() {
    const found = remembered();
    this._show(found, "", say("search.recent"));
    this._at = -1;
    this._mark();
  }

  _show(found, otherwise = "", title = "") {
    this._found = found;
    this._at = found.length ? 0 : -1;
    this._list.replaceChildren(...(title && found.length ? [line("title", title)] : []), ...found.map((one, i) => this._row(one, i)));
    if (!found.length && otherwise) this._list.append(line("none", otherwise));
    this._list.hidden = !this._list.childElementCount;
    this._box.setAttribute("aria-expanded", String(!this._list.hidden));
    this._mark();
  }

  _row(found, i) {
    const row = make("li");
    row.id = `search-${i}`;
    row.setAttribute("role", "option");
    const unit = found.kind === "unit" || found.kind === "device";
    const sign = make("i", unit ? `shape ${codeSign(found.colour)}` : "place");
    const more = [say(`search_kind.${found.kind}`), found.device || found.id, named(found.street || found.within)];
    row.append(sign, make("b", "", named({ zh: found.name, en: found.name_en })), make("span", "", more.filter(Boolean).join(" · ")));
    row.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      this._take(i);
    });
    return row;
  }

  _key(event) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const n = this._found.length;
      if (n) this._at = (this._at + (event.key === "ArrowDown" ? 1 : n - Math.sign(this._at + 1))) % n;
      this._mark();
    } else if (event.key === "Enter" && this._at >= 0) this._take(this._at);
    else if (event.key === "Escape") {
      event.stopPropagation();
      this._leave();
    }
  }

  _mark() {
    [...this._list.querySelectorAll("[role=option]")].forEach((row, i) => {
      row.classList.toggle("is-marked", i === this._at);
      row.setAttribute("aria-selected", String(i === this._at));
    });
    if (this._at >= 0) this._box.setAttribute("aria-activedescendant", `search-${this._at}`);
    else this._box.removeAttribute("aria-activedescendant");
  }

  _leave() {
    clearTimeout(this._timer);
    this._query = null;
    this._box.value = "";
    this._show([]);
    this._box.blur();
  }

  _take(i) {
    const found = this._found[i];
    this._leave();
    remember(found);
    if (found.kind === "unit" || found.kind === "device") this._onUnit(found.id, found);
    else this._onArea(found.id);
  }
}

function line(look, text) {
  const node = make("li", look, text);
  node.setAttribute("role", "presentation");
  return node;
}

/** As if a link had been clicked: a page that opens its links in place does so. */
function follow(path) {
  const link = make("a");
  link.href = path;
  document.body.append(link);
  link.click();
  link.remove();
}

function remembered() {
  try {
    return JSON.parse(localStorage.getItem(RECENT)) || [];
  } catch {
    return []; // a kiosk may forbid storage
  }
}

function remember(found) {
  const others = remembered().filter(({ id, device }) => id !== found.id || device !== found.device);
  try {
    localStorage.setItem(RECENT, JSON.stringify([found, ...others].slice(0, MOST_RECENT)));
  } catch {
    // then nothing is offered the next time
  }
}

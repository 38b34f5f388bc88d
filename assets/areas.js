// Areas and their boundaries: which lack one, a file seen on the map before it is kept, and the way back.

import { CityMap } from "./city-map.js";
import { desk } from "./desk.js";
import { Live } from "./live.js";
import { attempt, whenDrawn } from "./page.js";
import { Failure, get, may, post } from "./visit.js";
import { loadNames } from "./names.js";
import { make, named, number, onLanguage, say } from "./words.js";

const PATH = "/data/boundaries";
const SHOWN = 12; // mistakes that are listed at once

class AreasPage {
  constructor(root, map) {
    Object.assign(this, { _root: root, _map: map, _filter: "", _lacking: false, _said: [] });
    this.load();
  }

  async load() {
    try {
      this._known = await get(`${PATH}.json`);
      this._failed = null;
    } catch (failure) {
      this._failed = failure;
    }
    this.draw();
  }

  draw() {
    if (this._failed) return this._root.replaceChildren(make("p", "sentence", say("areas.failed")), this._button("areas.retry", () => this.load()));
    this._list = make("div", "list");
    this._root.replaceChildren(make("h1", "", say("areas.title")), this._upload(), this._tools(), this._list, this._strangers());
    this._rows();
  }

  // --- a file

  _upload() {
    const box = make("section", "upload");
    box.append(make("h2", "", say("areas.upload_title")), make("p", "hint", say("areas.upload_hint")));
    const deeds = make("div", "deeds");
    if (may("registry")) {
      const label = make("label", "file", say("areas.choose_file"));
      const file = make("input");
      Object.assign(file, { type: "file", accept: ".geojson,.json,application/geo+json" });
      file.addEventListener("change", () => file.files[0] && this._read(file.files[0]));
      label.append(file);
      deeds.append(label);
    }
    const out = make("a", "", say("areas.export"));
    Object.assign(out, { href: `${PATH}.geojson`, download: "boundaries.geojson" });
    deeds.append(out);
    const said = make("div", "said");
    said.setAttribute("role", "status");
    said.append(...this._said.map((line) => make("p", "", typeof line === "function" ? line() : line)));
    if (this._plan) {
      const n = this._plan.collection.features.length;
      if (n) said.append(this._button("areas.save", () => this._save(this._file), { n: number(n) }));
      said.append(this._button("areas.drop", () => this._drop()));
    } else if (this._former) said.append(this._button("areas.undo", () => this._save(this._former)));
    box.append(deeds, said);
    return box;
  }

  async _read(file) {
    try {
      this._file = JSON.parse(await file.text());
    } catch {
      return this._tell([() => say("areas.unreadable")]);
    }
    await this._ask(this._file, "no", (plan) => {
      this._plan = plan;
      this._preview(plan.collection.features);
      const counts = { n: number(plan.collection.features.length), same: number(plan.unchanged) };
      this._tell([() => say("areas.preview", counts), ...plan.hints]);
    });
  }

  _save(collection) {
    return this._ask(collection, "yes", async (done) => {
      this._plan = null;
      this._former = done.former.features.length ? done.former : null;
      const counts = { n: number(done.collection.features.length), same: number(done.unchanged) };
      this._tell([() => say("areas.saved", counts), ...done.hints]);
      this._preview([]);
      await Promise.all([this.load(), this._map.redraw()]);
    });
  }

  async _ask(collection, save, then) {
    try {
      await then(await post(`${PATH}?save=${save}`, collection));
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      this._plan = null;
      this._preview([]);
      this._tell(refusal(failure));
    }
  }

  _drop() {
    this._plan = null;
    this._preview([]);
    this._tell([]);
  }

  _tell(lines) {
    this._said = lines;
    this.draw();
  }

  /** The new outlines over the present ones. */
  _preview(features) {
    this._layer?.remove();
    const drawn = features.filter((feature) => feature.geometry);
    if (!drawn.length) return;
    const style = { color: getComputedStyle(document.documentElement).getPropertyValue("--orange"), weight: 2, fillOpacity: 0.1 };
    this._layer = window.L.geoJSON(drawn, { style, interactive: false }).addTo(this._map.map);
    this._map.map.fitBounds(this._layer.getBounds(), { padding: [20, 20] });
  }

  // --- the list

  _tools() {
    const box = make("div", "tools");
    const filter = make("input");
    Object.assign(filter, { type: "search", value: this._filter, placeholder: say("areas.filter"), ariaLabel: say("areas.filter") });
    filter.addEventListener("input", () => ((this._filter = filter.value.trim().toLowerCase()), this._rows()));
    const label = make("label");
    const lacking = make("input");
    Object.assign(lacking, { type: "checkbox", checked: this._lacking });
    lacking.addEventListener("change", () => ((this._lacking = lacking.checked), this._rows()));
    label.append(lacking, say("areas.only_lacking"));
    const areas = this._known?.areas || [];
    const counts = { n: number(areas.length), lacking: number(areas.filter((area) => !area.drawn).length) };
    box.append(filter, label, make("span", "count", say("areas.count", counts)));
    return box;
  }

  _rows() {
    const areas = this._known?.areas || [];
    const names = new Map(areas.map((area) => [area.id, nameOf(area)]));
    const rows = areas.filter((area) => (!this._lacking || !area.drawn)
      && [area.id, area.name, area.name_en].some((text) => text.toLowerCase().includes(this._filter)));
    if (!rows.length) return this._list.replaceChildren(make("p", "sentence", say("areas.none")));
    const table = make("table");
    table.append(row("th", [say("areas.name"), "ID", say("areas.kind"), say("areas.parent"), say("areas.units"), say("areas.boundary")]));
    for (const area of rows) {
      const line = row("td", ["", area.id, say(`search_kind.${area.kind}`), names.get(area.parent_id) || "–", number(area.units),
        say(area.drawn ? "areas.has" : "areas.lacks")]);
      const show = make("button", "link", nameOf(area));
      show.addEventListener("click", () => this._map.narrow(area.kind === "city" ? null : area.id));
      line.firstChild.append(show);
      line.lastChild.classList.toggle("is-lacking", !area.drawn);
      table.append(line);
    }
    this._list.replaceChildren(table);
  }

  _strangers() {
    const { nowhere, outside } = this._known || { nowhere: { count: 0, units: [] }, outside: { count: 0, units: [] } };
    const box = make("section");
    box.id = "nowhere";
    box.append(make("h2", "", say("areas.nowhere_title")));
    const none = !nowhere.count && !outside.count;
    box.append(make("p", "hint", none ? say("areas.nowhere_none")
      : say("areas.nowhere_count", { n: number(nowhere.count), out: number(outside.count) })));
    const list = make("ul");
    for (const [{ units }, why] of [[nowhere, "areas.no_place"], [outside, "areas.outside"]])
      for (const unit of units) {
        const item = make("li");
        const link = make("a", "", nameOf(unit));
        link.href = `/units/${encodeURIComponent(unit.id)}`;
        item.append(link, make("span", "", `${unit.id} · ${say(why)}`));
        list.append(item);
      }
    box.append(list);
    return box;
  }

  _button(key, then, values) {
    const button = make("button", "deed", say(key, values));
    button.type = "button";
    button.addEventListener("click", then);
    return button;
  }
}

function refusal({ status, body }) {
  if (!status) return [() => say("areas.no_answer")];
  const wrong = body.mistakes;
  if (!wrong) return [body.error || `HTTP ${status}`];
  const lines = wrong.slice(0, SHOWN).map((one) => `${one.feature} · ${one.field} ${one.value}: ${one.reason}`);
  return [() => say("areas.refused", { n: number(wrong.length) }), ...lines];
}

function row(tag, texts) {
  const line = make("tr");
  line.append(...texts.map((text) => make(tag, "", text)));
  return line;
}

function nameOf({ name, name_en }) {
  return named({ zh: name, en: name_en || name });
}

function begin() {
  const link = desk();
  const map = new CityMap({ onArea: (area) => map.narrow(area), address: false, core: false });
  const page = new AreasPage(document.getElementById("areas"), map);
  const live = new Live(link, "city", (changed, state) => attempt("paint map", () => map.frame(changed, state)));
  loadNames();
  onLanguage(() => {
    attempt("words of the page", () => page.draw());
    attempt("words on the map", () => map.translate());
  });
  window.sunshine = { link, city: live, map, page };
}

whenDrawn("areas", begin);

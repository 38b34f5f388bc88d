// The public page of a demonstration street: each unit's grade letter, name and index, live.

import { Link, Live } from "./live.js";
import { attempt, fetchUntilThere, paintLink, whenDrawn } from "./page.js";
import { codeSign } from "./signs.js";
import { show } from "./values.js";
import { clock, facts, make, named, now, number, onLanguage, put, say, toggleLanguage, translate } from "./words.js";

const LETTERS = { green: "A", blue: "B", yellow: "C", red: "D" };

function begin() {
  const link = new Link();
  const rows = new Map();
  let streets = [];
  let street = null;
  let live = null;
  window.sunshine = { link, street: () => live };

  document.getElementById("language")?.addEventListener("click", toggleLanguage);
  window.addEventListener("popstate", () => open(addressed()));
  onLanguage(() => {
    attempt("words of streets", drawStreets);
    attempt("words of units", () => rows.forEach(name));
    attempt("words of the title", retitle);
    second();
  });

  const addressed = () => new URL(window.location).searchParams.get("street");

  function drawStreets() {
    document.getElementById("streets").replaceChildren(...streets.map((one) => {
      const button = make("button", "", named({ zh: one.name, en: one.name_en }));
      button.setAttribute("aria-current", one.id === street);
      button.addEventListener("click", () => {
        const url = new URL(window.location);
        url.searchParams.set("street", one.id);
        history.pushState({}, "", url);
        open(one.id);
      });
      return button;
    }));
  }

  async function open(id) {
    const one = streets.find((known) => known.id === id) || streets[0];
    if (!one || one.id === street) return;
    street = one.id;
    live?.close();
    drawStreets();
    retitle();
    const units = await fetchUntilThere(`/streets/${encodeURIComponent(street)}/units.json`, "json");
    if (street !== one.id) return;
    const list = document.getElementById("units");
    rows.clear();
    list.replaceChildren(...units.map(draw));
    empty(units.length ? "" : "street.empty");
    live = new Live(link, `street:${street}`, (changed, state) => {
      for (const unit of changed.whole ? state.units.keys() : changed.units) fill(unit, state.units.get(unit));
      if (changed.whole) sort();
    });
  }

  function draw(unit) {
    const node = make("li");
    const letter = make("span", "letter ring none");
    const words = make("div", "words");
    words.append(make("b"), make("span"));
    const index = make("span", "index");
    node.append(letter, words, index);
    node.dataset.unit = unit.id;
    const row = { unit, node, letter, name: words.firstChild, type: words.lastChild, index, value: -1 };
    show(index, number(null));
    rows.set(unit.id, row);
    name(row);
    return node;
  }

  function name({ unit, name: node, type, letter }) {
    put(node, named({ zh: unit.name, en: unit.name_en }));
    put(type, named(facts.business_types[unit.business_type]));
    letter.title = say(`colour.${letter.dataset.colour || "none"}`);
  }

  function fill(id, facts_) {
    const row = rows.get(id);
    if (!row || !facts_) return;
    const colour = facts_.colour || "none";
    row.letter.className = `letter ${codeSign(colour)}`;
    row.letter.dataset.colour = colour;
    put(row.letter, LETTERS[colour] || "");
    show(row.index, number(facts_.index, 1));
    row.value = facts_.index ?? -1;
    row.letter.title = say(`colour.${colour}`);
  }

  /** The best first; only when the whole street comes, so that rows do not jump while someone reads. */
  function sort() {
    const list = document.getElementById("units");
    [...rows.values()].sort((a, b) => b.value - a.value).forEach((row) => list.append(row.node));
  }

  function retitle() {
    const one = streets.find((known) => known.id === street);
    if (!one) return;
    put(document.getElementById("street-name"), named({ zh: one.name, en: one.name_en }));
    put(document.getElementById("unit-count"), say("street.unit_count", { n: number(one.units) }));
  }

  function empty(key) {
    const node = document.getElementById("units-empty");
    node.hidden = !key;
    if (!key) return;
    node.dataset.text = key;
    put(node, say(key));
  }

  function second() {
    put(document.getElementById("clock"), clock(now(), false));
    attempt("paint link", () => paintLink(link.state()));
  }

  attempt("words", () => translate(document));
  second();
  setInterval(second, 1000);
  fetchUntilThere("/streets.json", "json").then((known) => {
    streets = known;
    if (!streets.length) return empty("street.none");
    attempt("streets", drawStreets);
    open(addressed());
  });
}

whenDrawn("street", begin);

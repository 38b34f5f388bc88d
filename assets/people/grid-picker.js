// A grid: areas as a tree, types of business, and single units found by name.

import { get } from "../visit.js";
import { make, named, say } from "../words.js";
import { typeWords } from "./who.js";

const both = (thing) => named({ zh: thing.name, en: thing.name_en });

export function gridPicker({ choices, areas, types, units }) {
  const picked = { areas: new Set(areas), types: new Set(types), units: new Map(units.map((unit) => [unit.id, unit])) };
  const node = make("fieldset", "field");
  node.append(make("legend", "", say("account.grid")));
  const parts = make("div", "grid cols-3 grid-parts");
  parts.append(areasPart(choices, picked.areas), typesPart(choices, picked.types), unitsPart(picked.units));
  node.append(parts);
  return { node, chosen: () => ({ areas: [...picked.areas], types: [...picked.types], units: [...picked.units.keys()] }) };
}

function check(words, { checked, disabled = false, onChange }) {
  const label = make("label", "check");
  const box = make("input");
  Object.assign(box, { type: "checkbox", checked, disabled });
  box.addEventListener("change", () => onChange(box.checked));
  label.append(box, make("span", "", words));
  return { label, box };
}

const put = (set, key) => (on) => (on ? set.add(key) : set.delete(key));

/** Banners with their streets. What the whole city or the banner holds already needs no tick of its own. */
function areasPart(choices, picked) {
  const node = part("people.areas");
  const boxes = [];
  const settle = () => boxes.forEach(({ area, box }) => {
    const held = area.id !== "*" && (picked.has("*") || picked.has(area.parent));
    box.disabled = held || area.mine === false;
    box.checked = held || picked.has(area.id);
  });
  const row = (area, words) => {
    const { label, box } = check(words, { checked: false, onChange: (on) => (put(picked, area.id)(on), settle()) });
    boxes.push({ area, box });
    return label;
  };
  if (choices.every_area) node.append(row({ id: "*" }, say("people.whole_city")));
  const tree = make("div", "tree");
  for (const banner of choices.areas.filter(({ kind }) => kind === "banner")) {
    const inside = choices.areas.filter(({ parent }) => parent === banner.id);
    const open = make("details");
    const head = make("summary");
    head.append(row(banner, both(banner)), make("span", "muted small num", String(inside.length)));
    open.open = inside.some(({ id }) => picked.has(id));
    open.append(head, ...inside.map((street) => row(street, both(street))));
    tree.append(open);
  }
  node.append(tree);
  settle();
  return node;
}

function typesPart(choices, picked) {
  const node = part("people.types");
  node.append(make("p", "hint", say("people.types_hint")));
  const list = make("div", "tree");
  list.append(...choices.types.map((key) => check(typeWords(key), { checked: picked.has(key), onChange: put(picked, key) }).label));
  node.append(list);
  return node;
}

function unitsPart(picked) {
  const node = part("people.units");
  const search = make("input", "input");
  Object.assign(search, { type: "search", placeholder: say("people.find_unit") });
  search.setAttribute("aria-label", say("people.find_unit"));
  const hits = make("div", "hits");
  hits.setAttribute("aria-live", "polite");
  const chosen = make("div", "row chosen");
  const paint = () => chosen.replaceChildren(...[...picked.values()].map((unit) => {
    const chip = make("button", "chip", `${both(unit)} ×`);
    chip.type = "button";
    chip.title = unit.id;
    chip.setAttribute("aria-label", say("people.take_away", { name: both(unit) }));
    chip.addEventListener("click", () => (picked.delete(unit.id), paint()));
    return chip;
  }));
  let timer = 0;
  search.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
  search.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const found = search.value.trim() ? await get(`/data/people/units?q=${encodeURIComponent(search.value)}`).catch(() => []) : [];
      hits.replaceChildren(...found.map((unit) => {
        const hit = make("button", "hit");
        hit.type = "button";
        hit.append(make("span", "clip", both(unit)), make("span", "muted num small", unit.id));
        hit.addEventListener("click", () => {
          picked.set(unit.id, unit);
          search.value = "";
          hits.replaceChildren();
          paint();
          search.focus();
        });
        return hit;
      }));
      if (search.value.trim() && !found.length) hits.replaceChildren(make("p", "hint", say("people.no_unit")));
    }, 250);
  });
  paint();
  node.append(search, hits, chosen);
  return node;
}

function part(title) {
  const node = make("div", "grid-part");
  node.append(make("h3", "", say(title)));
  return node;
}

// The units with the lowest index of a live scope; worked out anew at most each two seconds.

import { nameOf, typeOf } from "../../names.js";
import { card } from "../../parts/card.js";
import { shape } from "../../parts/code.js";
import { facts, make, named, number, put, say } from "../../words.js";

const MOST = 6;
const PAUSE = 2000;

export class WorstUnits {
  /** `all()`: the address of the list with all of them. */
  constructor(all) {
    this._card = card("drill.worst_units", { flush: true });
    this.node = this._card.node;
    this._all = all;
    this._list = make("ol", "list is-short");
    this._more = make("a", "button quiet small");
    this._card.tools.append(this._more);
    this._card.body.append(this._list);
    this._painted = -Infinity;
  }

  paint(state, filters, now = false) {
    if (!now && performance.now() - this._painted < PAUSE) return;
    this._painted = performance.now();
    this._more.href = this._all();
    put(this._more, say("drill.all"));
    const worst = [];
    for (const [id, unit] of state.units) {
      if (unit.index === null || (filters.colour && unit.colour !== filters.colour)) continue;
      if (worst.length === MOST && unit.index >= worst[MOST - 1][1].index) continue;
      if (filters.type && typeOf(id) !== filters.type) continue;
      worst.push([id, unit]);
      worst.sort((a, b) => a[1].index - b[1].index);
      worst.length = Math.min(worst.length, MOST);
    }
    this._list.replaceChildren(...worst.map(([id, unit]) => row(id, unit)));
    if (!worst.length) this._list.append(make("li", "empty", say(state.at ? "drill.no_units" : "page.loading")));
  }
}

function row(id, unit) {
  const line = make("li");
  const link = make("a");
  link.href = `/units/${encodeURIComponent(id)}`;
  const words = make("div", "words");
  const more = [say(`colour.${unit.colour}`), named(facts.catalogue.business_types[typeOf(id)])];
  if (unit.alarms) more.push(say("drill.open_alarms", { n: number(unit.alarms) }));
  words.append(make("b", "", nameOf(id)), make("span", "", more.filter(Boolean).join(" · ")));
  const side = make("div", "side");
  side.append(make("b", "index", number(unit.index, 1)));
  link.append(shape(unit.colour), words, side);
  line.append(link);
  return line;
}

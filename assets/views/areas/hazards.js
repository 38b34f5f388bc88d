// Open hazards of an area (SUP-04): alarms somebody must act on, rectifications that are not closed.

import { card } from "../../parts/card.js";
import { Source } from "../../parts/source.js";
import { empty, failed, skeleton } from "../../parts/states.js";
import { day, make, named, number, put, say } from "../../words.js";
import { query } from "./address.js";
import { line } from "./newest.js";

export class Hazards {
  constructor(area, filters) {
    this._alarms = card("drill.hazard_alarms", { flush: true });
    this._orders = card("drill.hazard_orders", { flush: true });
    this.node = make("div", "grid cols-2");
    this.node.append(this._alarms.node, this._orders.node);
    for (const one of [this._alarms, this._orders]) one.body.append(skeleton(6));
    this._source = new Source(() => `/data/areas/${encodeURIComponent(area)}/hazards${query(filters())}`, () => this._paint());
  }

  read() {
    this._source.read();
  }

  _paint() {
    const { data } = this._source;
    if (!data) {
      for (const one of [this._alarms, this._orders]) one.body.replaceChildren(failed(() => this._source.read()));
      return;
    }
    fill(this._alarms, data.alarms, line, "drill.no_alarms");
    fill(this._orders, data.rectifications, order, "drill.no_orders");
  }

  translate() {
    if (this._source.data) this._paint();
  }

  close() {
    this._source.close();
  }
}

function fill(part, rows, draw, none) {
  put(part.fact, rows.length ? number(rows.length) : "");
  if (!rows.length) return part.body.replaceChildren(empty(say(none)));
  const list = make("ol", "list");
  list.append(...rows.map(draw));
  part.body.replaceChildren(list);
}

function order(one) {
  const node = make("li");
  const link = make("a");
  link.href = `/units/${encodeURIComponent(one.unit)}`;
  const words = make("div", "words");
  words.append(make("b", "", named({ zh: one.unit_name, en: one.unit_name_en || one.unit_name })), make("span", "", say("drill.order", { id: one.id })));
  const side = make("div", "side");
  if (one.overdue) side.append(make("span", "chip is-orange", say("drill.past_due")));
  side.append(make("span", "", one.due_at ? say("drill.due", { day: day(Date.parse(one.due_at)) }) : say("drill.no_due")));
  link.append(make("i", `shape ${one.overdue ? "diamond orange" : "ring none"}`), words, side);
  node.append(link);
  return node;
}

// The row of figures above the city and each area. Live where frames have the figure, counted each minute where not.

import { change, levels, stacked } from "../../parts/code.js";
import { show } from "../../values.js";
import { DASH, make, number, percent, put, say } from "../../words.js";
import { leads } from "./leads.js";

const GOAL = 0.9; // devices online, DEV-03
const NAMES = ["units", "index", "colours", "alarms", "online_rate", "self_inspection", "rectification", "expiring"];

export class Figures {
  /** `asked()`: the filters of the page; each figure leads to the list behind it. */
  constructor(asked) {
    this._asked = asked;
    this.node = make("section", "figures");
    this._tiles = new Map(NAMES.map((name) => [name, tile(name, this.node)]));
    this.translate();
  }

  translate() {
    this.node.setAttribute("aria-label", say("drill.figures"));
    for (const [name, { label }] of this._tiles) put(label, say(`figure.${name}`));
    if (this._row) this.paint(this._row);
  }

  /** `row`: as /data/places has it, with what frames know better laid over it (`overlaid`). */
  paint(row) {
    this._row = row;
    const to = leads(row, this._asked());
    for (const [name, { node }] of this._tiles) node.href = to[name];
    const { colours = {}, inspected, units, before = {} } = row;
    this._set("units", number(units), say("quantity.units"));
    const day = before.day === undefined ? [] : [make("span", "muted", say("drill.since_yesterday")), change(row.index, before.day)];
    this._set("index", number(row.index, 1), "", day);
    this._set("colours", number(colours.red), say("quantity.units"), [stacked(colours)], colours.red ? "red" : "");
    this._set("alarms", number(row.open), say("quantity.alarms"), [levels(row.alarms)]);
    const rate = row.online_rate;
    const low = rate !== null && rate !== undefined && rate < GOAL;
    this._set("online_rate", percent(rate), say("quantity.percent"), [make("span", "", say("kpi.online_detail"))], low ? "bad" : "");
    const known = inspected !== null && inspected !== undefined && units;
    const done = known ? make("span", "num", `${number(inspected)} / ${number(units)}`) : make("span", "", "");
    this._set("self_inspection", known ? percent(inspected / units) : DASH, say("quantity.percent"), [done]);
    const overdue = make("span", row.overdue ? "bad" : "", say("drill.overdue_n", { n: number(row.overdue) }));
    this._set("rectification", percent(row.rectified), say("quantity.percent"), row.overdue === undefined ? [] : [overdue]);
    const expired = make("span", row.expired ? "bad" : "", say("drill.expired", { n: number(row.expired) }));
    this._set("expiring", number(row.expiring), say("figure.expiring_quantity"), row.expired === undefined ? [] : [expired]);
  }

  _set(name, text, quantity, detail = [], mood = "") {
    const tile = this._tiles.get(name);
    show(tile.figure, text);
    put(tile.quantity, text === DASH ? "" : quantity);
    tile.detail.replaceChildren(...detail);
    tile.node.dataset.mood = mood;
  }
}

function tile(name, into) {
  const node = make("a", "kpi");
  node.dataset.figure = name;
  const [label, value, detail] = [make("div", "label"), make("div", "value"), make("div", "detail")];
  const [figure, quantity] = [make("span", "figure", DASH), make("span", "quantity")];
  value.append(figure, quantity);
  node.append(label, value, detail);
  into.append(node);
  return { node, label, figure, quantity, detail };
}

/** A row of /data/places with the live strip of its scope laid over it. */
export function overlaid(row, kpi) {
  if (!kpi) return row;
  const alarms = kpi.alarms_open || {};
  return {
    ...row, units: kpi.units, index: kpi.index_mean, colours: kpi.units_by_colour, alarms, online_rate: kpi.online_rate,
    open: [1, 2, 3].reduce((sum, level) => sum + (alarms[level] || 0), 0),
    inspected: kpi.self_inspection_today?.done ?? null, rectified: kpi.rectification_rate,
  };
}

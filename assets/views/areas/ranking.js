// Banners or streets side by side, the worst first until somebody sorts otherwise.

import { card } from "../../parts/card.js";
import { change, levels, share, stacked } from "../../parts/code.js";
import { failed, skeleton } from "../../parts/states.js";
import { Table } from "../../parts/table.js";
import { make, named, number, say } from "../../words.js";
import { query } from "./address.js";

const GOAL = 0.9;
const MOST = 7; // streets at the side of the city
export const areaName = (area) => named({ zh: area.name, en: area.name_en || area.name });

export class Ranking {
  /** `above(row)`: the area a street lies in, to be named beside it. `kept`: { sort, down } of the address. */
  constructor({ label, above = null, kept = {}, onSort, filters }) {
    this._filters = filters;
    const title = (key) => () => say(`place.${key}`);
    const part = (whole, count) => (whole ? count / whole : null);
    const columns = [
      { key: "name", title: title("area"), name: true, value: (row) => areaName(row), cell: (row) => link(row) },
      above && { key: "above", title: title("banner"), nowrap: true, value: (row) => above(row)?.id, cell: (row) => (above(row) ? areaName(above(row)) : "") },
      { key: "index", title: title("index"), num: true, value: (row) => row.index, cell: (row) => make("b", "index", number(row.index, 1)) },
      { key: "day", title: title("day"), num: true, value: (row) => moved(row, "day"), cell: (row) => change(row.index, row.before?.day) },
      { key: "hour", title: title("hour"), num: true, value: (row) => moved(row, "hour"), cell: (row) => change(row.index, row.before?.hour) },
      { key: "units", title: title("units"), num: true, down: true, value: (row) => row.units, cell: (row) => number(row.units) },
      { key: "colours", title: title("colours"), down: true, value: (row) => part(row.units, row.colours.red + row.colours.yellow), hint: () => say("place.colours_hint"), cell: (row) => colours(row) },
      { key: "open", title: title("open"), down: true, value: (row) => severity(row), cell: (row) => levels(row.alarms) },
      { key: "online", title: title("online"), value: (row) => row.online_rate, cell: (row) => share(row.online_rate, GOAL) },
      { key: "inspected", title: title("inspected"), value: (row) => part(row.units, row.inspected), cell: (row) => share(part(row.units, row.inspected)) },
      { key: "expiring", title: title("expiring"), num: true, down: true, value: (row) => row.expiring, cell: (row) => this._expiring(row) },
      { key: "rectified", title: title("rectified"), num: true, value: (row) => row.rectified, cell: (row) => rectified(row) },
    ].filter(Boolean);
    this.table = new Table({
      columns, label: () => say(label), sort: kept.sort || "index", down: kept.down, onSort, none: () => say("drill.no_areas"),
    });
    this.node = this.table.node;
  }

  rows(rows) {
    this.table.rows(rows.filter((row) => row.units));
  }

  translate() {
    this.table.translate();
  }

  _expiring(row) {
    if (!row.expiring) return make("span", "missing", "0");
    const node = make("a", "", number(row.expiring));
    node.href = `/licences${query({ within: "month", area: row.id, type: this._filters().type })}`;
    return node;
  }
}

function link(row) {
  const node = make("a", "", areaName(row));
  node.href = `/areas/${encodeURIComponent(row.id)}`;
  if (!row.demonstration) return node;
  const both = make("span", "row");
  both.append(node, make("span", "chip", say("place.demonstration")));
  return both;
}

function colours(row) {
  const node = make("span", "colours");
  node.append(stacked(row.colours), make("span", row.colours.red ? "num is-worst" : "num muted", number(row.colours.red)));
  return node;
}

function rectified(row) {
  if (row.rectified === null) return make("span", "missing", "–");
  const node = make("span", "", `${number(row.closed)} / ${number(row.ordered)}`);
  if (row.overdue) node.classList.add("bad");
  return node;
}

function moved(row, since) {
  const before = row.before?.[since];
  return row.index === null || before === undefined ? null : row.index - before;
}

/** One alarm of level 1 outweighs any number of the lower levels. */
function severity(row) {
  return (row.alarms[1] || 0) * 1e6 + (row.alarms[2] || 0) * 1e3 + (row.alarms[3] || 0);
}

/** A short ranking for the side: the worst few by index. */
export class Worst {
  constructor(title, { more }) {
    this.card = card(title, { flush: true });
    this.node = this.card.node;
    this._list = make("ol", "list is-short");
    this._more = make("a", "button quiet small");
    this._more.href = more();
    this._address = more;
    this.card.tools.append(this._more);
    this.card.body.append(skeleton(MOST));
  }

  /** Nothing is known; `again` asks anew. */
  failed(again) {
    this.card.body.replaceChildren(failed(again));
  }

  paint(rows, side) {
    if (!this._list.isConnected) this.card.body.replaceChildren(this._list);
    this._more.href = this._address();
    this._more.textContent = say("drill.all");
    const ranked = rows.filter((row) => row.index !== null && row.units).sort((a, b) => a.index - b.index).slice(0, MOST);
    this._list.replaceChildren(...ranked.map((row, i) => {
      const line = make("li");
      const link = make("a");
      link.href = `/areas/${encodeURIComponent(row.id)}`;
      const words = make("div", "words");
      words.append(make("b", "", areaName(row)), make("span", "", side(row)));
      const end = make("div", "side");
      end.append(levels(row.alarms), make("b", "index", number(row.index, 1)));
      link.append(make("span", "rank", String(i + 1)), words, end);
      line.append(link);
      return line;
    }));
    if (!ranked.length) this._list.append(make("li", "empty", say("drill.no_areas")));
  }
}

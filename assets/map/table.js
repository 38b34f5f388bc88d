// What the map shows, as a table for those who do not see it: numbers by area.

import { make, number, put, say } from "../words.js";
import { nameOf } from "./areas.js";

const COLUMNS = ["units", "index", "red", "yellow", "alarms"];

export class AreaTable {
  constructor(node) {
    this._node = node;
  }

  /** Rows for these areas; `of(area)` tells their figures. */
  draw(areas, of) {
    const key = areas.map((area) => nameOf(area)).join();
    if (key !== this._key) this._build(areas);
    this._key = key;
    areas.forEach((area, i) => {
      const figures = of(area.id);
      const values = figures ? [number(figures.units), number(figures.index, 1), number(figures.codes.red), number(figures.codes.yellow),
        number(figures.alarms)] : COLUMNS.map(() => number(null));
      values.forEach((value, column) => put(this._rows[i][column], value));
    });
  }

  _build(areas) {
    const table = make("table");
    table.append(make("caption", "", say("map.table")));
    const head = make("tr");
    head.append(...["area", ...COLUMNS].map((column) => {
      const cell = make("th", "", say(`map_column.${column}`));
      cell.scope = "col";
      return cell;
    }));
    table.append(head);
    this._rows = areas.map((area) => {
      const row = make("tr");
      const name = make("th", "", nameOf(area));
      name.scope = "row";
      const cells = COLUMNS.map(() => make("td"));
      row.append(name, ...cells);
      table.append(row);
      return cells;
    });
    this._node.replaceChildren(table);
  }
}

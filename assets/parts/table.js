// A table that sorts by its headings. Columns: { key, title(), cell(row), value(row), num, name, nowrap, down (first), sort: false, hint() }.
// It sorts the rows it has, unless they are `sorted` by somebody else (the server); `onSort(key, down)` is told either way.

import { make } from "../words.js";
import { empty } from "./states.js";

export class Table {
  constructor({ columns, label, sort = null, down = false, onSort = null, sorted = false, none = () => "", dense = false }) {
    Object.assign(this, { _columns: columns, _label: label, sort, down, _onSort: onSort, _given: sorted, _none: none, _rows: [] });
    this.node = make("div", "table-wrap");
    this.node.tabIndex = 0; // a keyboard scrolls it sideways
    this.node.setAttribute("role", "region");
    this._table = make("table", dense ? "table is-dense" : "table");
    this._body = make("tbody");
    this.node.append(this._table);
    this.translate();
  }

  rows(rows) {
    this._rows = rows;
    this._draw();
  }

  translate() {
    for (const node of [this.node, this._table]) node.setAttribute("aria-label", this._label());
    const head = make("tr");
    for (const column of this._columns) head.append(this._heading(column));
    const top = make("thead");
    top.append(head);
    this._table.replaceChildren(top, this._body);
    this._draw();
  }

  _heading(column) {
    const cell = make("th", column.num ? "num" : "");
    cell.scope = "col";
    if (column.hint) cell.title = column.hint();
    if (column.sort === false) {
      cell.textContent = column.title();
      return cell;
    }
    const button = make("button", "sort", column.title());
    button.dataset.sort = column.key;
    button.addEventListener("click", () => this._by(column));
    cell.append(button);
    if (column.key === this.sort) cell.setAttribute("aria-sort", this.down ? "descending" : "ascending");
    return cell;
  }

  _by(column) {
    this.down = this.sort === column.key ? !this.down : Boolean(column.down);
    this.sort = column.key;
    this._onSort?.(this.sort, this.down);
    this.translate();
    this._table.querySelector(`[data-sort="${column.key}"]`)?.focus();
  }

  _sorted() {
    const column = this._columns.find(({ key }) => key === this.sort);
    if (this._given || !column?.value) return this._rows;
    const sign = this.down ? -1 : 1;
    const known = (value) => value !== null && value !== undefined;
    return [...this._rows].sort((a, b) => {
      const [x, y] = [column.value(a), column.value(b)];
      if (!known(x) || !known(y)) return known(y) - known(x); // what is not known comes last, whichever way
      return sign * (typeof x === "string" ? x.localeCompare(y, document.documentElement.lang) : x - y);
    });
  }

  _draw() {
    const rows = this._sorted().map((row) => {
      const line = make("tr");
      for (const column of this._columns) {
        const cell = make("td", [column.num && "num", column.name && "name", column.nowrap && "nowrap"].filter(Boolean).join(" "));
        const inside = column.cell(row);
        if (inside instanceof Node) cell.append(inside);
        else cell.textContent = inside;
        line.append(cell);
      }
      return line;
    });
    this._body.replaceChildren(...rows);
    this.node.querySelector(".empty")?.remove();
    if (!rows.length) this.node.append(empty(this._none()));
  }
}

// The figures of every area, counted from the live units: mean index, units by code, open alarms and the worst of them.
// A change of one unit changes its street and all that the street lies in; nothing is counted anew.

import { CODES } from "./data.js";

const INFORMATION = 4; // a level that tells and does not warn

export class Figures {
  constructor(tree, data) {
    this._tree = tree;
    this._streetOf = new Map(data.ids.map((id, row) => [id, data.streets[data.street[row]]]));
    this._test = null;
    this._forget();
  }

  /** Only units that `test(id)` lets through count from now on; null: all. The next frame has to be a whole one. */
  only(test) {
    this._test = test;
    this._forget();
  }

  _forget() {
    this._known = new Map();
    this._sums = new Map();
    this._worst = new Map();
  }

  streetOf(unit) {
    return this._streetOf.get(unit);
  }

  frame(changed, state) {
    for (const id of changed.whole ? state.units.keys() : changed.units) this._unit(id, this._counts(id) ? state.units.get(id) : undefined);
    if (changed.whole || changed.alarms) this._alarms(state.alarms);
  }

  _counts(id) {
    return !this._test || this._test(id);
  }

  /** { units, index, codes, alarms, level } of an area; level null: nothing open. */
  of(area) {
    const sum = this._sums.get(area);
    const open = this._worst.get(area);
    if (!sum) return null;
    const index = sum.judged ? sum.index / sum.judged : null;
    return { units: sum.units, index, codes: sum.codes, alarms: open?.count || 0, level: open?.level ?? null };
  }

  _unit(id, now) {
    const was = this._known.get(id);
    const chain = this._tree.chain(this._streetOf.get(id));
    for (const area of chain) {
      let sum = this._sums.get(area);
      if (!sum) this._sums.set(area, (sum = { units: 0, judged: 0, index: 0, codes: Object.fromEntries(CODES.map((code) => [code, 0])) }));
      if (was) add(sum, was, -1);
      if (now) add(sum, now, 1);
    }
    if (now) this._known.set(id, now);
    else this._known.delete(id);
  }

  _alarms(alarms) {
    this._worst = new Map();
    for (const { unit, level } of alarms.values()) {
      if (level >= INFORMATION || !this._counts(unit)) continue;
      for (const area of this._tree.chain(this._streetOf.get(unit))) {
        const open = this._worst.get(area);
        if (!open) this._worst.set(area, { count: 1, level });
        else {
          open.count += 1;
          open.level = Math.min(open.level, level);
        }
      }
    }
  }
}

function add(sum, unit, sign) {
  sum.units += sign;
  sum.codes[unit.colour in sum.codes ? unit.colour : "none"] += sign;
  if (unit.index === null || unit.index === undefined) return;
  sum.judged += sign;
  sum.index += sign * unit.index;
}

// What the map shows beside the areas: layers and codes. Both are in the address (`?layers=units,heat&codes=red,yellow`), so
// that what is seen can be sent to a colleague.

import { CODES } from "./data.js";

export const LAYERS = ["units", "alarms", "cameras", "streets", "lists", "heat", "mobile", "targets"];
export const FIRST = ["units", "alarms"];

export class Shown {
  /** `layers`: on at the beginning; the address outranks them. `kept`: changes go into the address. */
  constructor(layers = FIRST, kept = true) {
    this._first = layers;
    this._kept = kept;
    this.read();
  }

  read() {
    const query = kept(this._kept);
    const asked = (name, all) => query.has(name) ? new Set(all.filter((one) => query.get(name).split(",").includes(one))) : null;
    this.layers = asked("layers", LAYERS) || new Set(this._first);
    this.codes = asked("codes", CODES) || new Set(CODES);
  }

  toggle(kind, name, on) {
    const set = this[kind];
    if (on === set.has(name)) return false;
    if (on) set.add(name);
    else set.delete(name);
    this.write();
    return true;
  }

  write() {
    if (!this._kept) return;
    const url = new URL(window.location);
    keep(url, "layers", this.layers, LAYERS, this._first);
    keep(url, "codes", this.codes, CODES, CODES);
    history.replaceState(history.state, "", url);
  }
}

function kept(yes) {
  return yes ? new URL(window.location).searchParams : new URLSearchParams();
}

/** Only what differs from the first state is worth a place in the address. */
function keep(url, name, set, all, first) {
  const same = set.size === first.length && first.every((one) => set.has(one));
  if (same) url.searchParams.delete(name);
  else url.searchParams.set(name, all.filter((one) => set.has(one)).join(","));
}

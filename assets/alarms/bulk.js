// The bar above the list while alarms are selected: how many, and what can be done with all of them.

import { make, number, say } from "../words.js";
import { canAct, canSilence } from "./deeds.js";

export class Bulk {
  /** `on`: do(deed) with the alarms selected, all(yes) to select everything or nothing. */
  constructor(on) {
    this._on = on;
    this._count = 0;
    this.node = make("div", "desk-bulk row");
    this.node.hidden = true;
  }

  paint(count) {
    if (this._count === count) return;
    this._count = count;
    this._draw();
  }

  translate() {
    this._draw();
  }

  _draw() {
    this.node.hidden = this._count === 0;
    const acts = canAct() ? [this._deed("acknowledge", "button small main"), this._deed("assign")] : [];
    if (canSilence()) acts.push(this._deed("silence"));
    if (canAct()) acts.push(this._deed("comment"));
    this.node.replaceChildren(make("b", "num", say("desk.selected", { n: number(this._count) })), ...acts,
      button("desk.select_all", "button small quiet", () => this._on.all(true)), button("desk.select_none", "button small quiet", () => this._on.all(false)));
  }

  _deed(deed, className = "button small") {
    return button(`desk.${deed}`, className, () => this._on.do(deed));
  }
}

function button(key, className, run) {
  const node = make("button", className, say(key));
  node.addEventListener("click", run);
  return node;
}

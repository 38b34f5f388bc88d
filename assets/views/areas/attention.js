// What is to be looked at next: numbers that each lead to their list.

import { card } from "../../parts/card.js";
import { make, number, say } from "../../words.js";
import { addressed, query } from "./address.js";

export class Attention {
  constructor() {
    this._card = card("drill.attention", { flush: true });
    this.node = this._card.node;
    this._list = make("ul", "list is-short is-plain");
    this._card.body.append(this._list);
  }

  /** `row`: the area's figures; `base`: the address of the page that has the units as a table. */
  paint(row, { area, type }, base) {
    const units = (changes) => (base ? `${base}${query({ tab: "units", type, ...changes })}` : addressed({ tab: "units", ...changes }));
    const away = row.devices - (row.online ?? row.devices);
    const rows = [
      ["licences", row.expiring, `/licences${query({ within: "month", area, type })}`, say("drill.expired", { n: number(row.expired) })],
      ["offline", away, `/devices${query({ area, type, state: "offline" })}`, say("drill.of_devices", { n: number(row.devices) })],
      ["unchecked", row.units - row.inspected, units({ attention: "unchecked" }), say("drill.of_units", { n: number(row.units) })],
      ["overdue", row.overdue, `/areas/${encodeURIComponent(row.id)}?tab=hazards`, say("drill.open_orders", { n: number(row.ordered - row.closed) })],
    ];
    this._list.replaceChildren(...rows.map(([key, n, href, more]) => {
      const line = make("li");
      const link = make("a");
      link.href = href;
      link.dataset.attention = key;
      const words = make("div", "words");
      words.append(make("b", "", say(`drill.${key}`)), make("span", "", more));
      const side = make("div", "side");
      side.append(make("b", n ? "index" : "index missing", number(n)));
      link.append(words, side);
      line.append(link);
      return line;
    }));
  }
}

// What is to be looked at next: numbers that each lead to their list, and the refrigerator that failed most this week.

import { deviceName } from "../../devices.js";
import { card } from "../../parts/card.js";
import { failed, skeleton } from "../../parts/states.js";
import { make, named, number, say } from "../../words.js";
import { leads } from "./leads.js";

export class Attention {
  constructor() {
    this._card = card("drill.attention", { flush: true });
    this.node = this._card.node;
    this._list = make("ul", "list is-short is-plain");
    this._card.body.append(skeleton(5));
  }

  /** Nothing is known; `again` asks anew. */
  failed(again) {
    this._card.body.replaceChildren(failed(again));
  }

  /** `row`: the area's figures; `failures`: the ranking of its refrigerators, undefined until it is known. */
  paint(row, asked, failures) {
    if (!this._list.isConnected) this._card.body.replaceChildren(this._list);
    const to = leads(row, asked);
    const away = row.devices - (row.online ?? row.devices);
    this._list.replaceChildren(
      line("licences", to.expiring, row.expiring, say("drill.expired", { n: number(row.expired) })),
      line("failures", to.failures, failures?.rows[0]?.failures ?? (failures ? 0 : null), most(failures)),
      line("offline", to.offline, away, say("drill.of_devices", { n: number(row.devices) })),
      line("unchecked", to.self_inspection, row.units - row.inspected, say("drill.of_units", { n: number(row.units) })),
      line("overdue", to.rectification, row.overdue, say("drill.open_orders", { n: number(row.ordered - row.closed) })),
    );
  }
}

function most(failures) {
  if (!failures) return say("page.loading");
  const [first] = failures.rows;
  if (!first) return say("drill.no_failures");
  const unit = named({ zh: first.unit_name, en: first.unit_name_en });
  return [unit, deviceName({ ...first, id: first.device_id })].join(" · ");
}

function line(key, href, n, more) {
  const node = make("li");
  const link = make("a");
  link.href = href;
  link.dataset.attention = key;
  const words = make("div", "words");
  words.append(make("b", "", say(`drill.${key}`)), make("span", "", more));
  const side = make("div", "side");
  side.append(make("b", n ? "index" : "index missing", number(n)));
  link.append(words, side);
  node.append(link);
  return node;
}

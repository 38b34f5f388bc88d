// Open alarms, newest or worst first, a few of them; the rest is at the alarm desk.

import { nameOf, typeOf } from "../../names.js";
import { sentence } from "../../panels/alarms.js";
import { card } from "../../parts/card.js";
import { levelShape } from "../../parts/code.js";
import { showAge } from "../../values.js";
import { make, named, number, put, say } from "../../words.js";

const MOST = 6;

export class Newest {
  constructor() {
    this._card = card("drill.newest", { flush: true });
    this.node = this._card.node;
    this._list = make("ol", "list is-short");
    this._more = make("a", "button quiet small");
    this._more.href = "/alarms";
    this._card.tools.append(this._more);
    this._card.body.append(this._list);
  }

  /** `state` of the scope that is watched; `filters` of the page narrow it further. */
  paint(state, { type, colour }) {
    const open = [...state.alarms.values()].filter((alarm) => alarm.level < 4 && alarm.state !== "cleared"
      && (!type || typeOf(alarm.unit) === type) && (!colour || state.units.get(alarm.unit)?.colour === colour));
    open.sort((a, b) => (a.raised_at < b.raised_at ? 1 : -1));
    put(this._card.fact, open.length ? say("alarms.open", { n: number(open.length) }) : "");
    put(this._more, say("drill.all"));
    this._list.replaceChildren(...open.slice(0, MOST).map(line));
    if (!open.length) this._list.append(make("li", "empty", say(state.at ? "alarms.empty" : "page.loading")));
  }
}

export function line(alarm) {
  const node = make("li");
  const link = make("a");
  link.href = `/alarms/${encodeURIComponent(alarm.id)}`;
  const words = make("div", "words");
  words.append(make("b", "", named({ zh: alarm.unit_name, en: alarm.unit_name_en }) || nameOf(alarm.unit)), make("span", "", sentence(alarm)));
  words.lastChild.title = sentence(alarm);
  const side = make("div", "side");
  const age = make("span");
  showAge(age, Date.parse(alarm.raised_at));
  side.append(age);
  link.append(levelShape(alarm.level), words, side);
  node.append(link);
  return node;
}

// What the map says in words: a message in its middle, units without coordinates, the time of its facts, where one looks.

import { may } from "../visit.js";
import { clock, put, say } from "../words.js";
import { nameOf } from "./areas.js";

const node = (id) => document.getElementById(id);

export class Notes {
  /** In the middle of the map; "": nothing. */
  message(key) {
    const place = node("map-message");
    place.hidden = !key;
    if (!key) return void delete place.dataset.text;
    place.dataset.text = key;
    put(place, say(key));
  }

  /** So many units have no coordinates. Who may look after them is led to their list. */
  nowhere(n) {
    this._nowhere = n;
    const place = node("map-nowhere");
    place.hidden = !n;
    if (!may("registry")) place.removeAttribute("href");
    put(place, say("map.nowhere", { n }));
  }

  time(at) {
    if (at) put(node("map-time"), say("map.updated", { time: clock(Date.parse(at)) }));
  }

  /** The area that is looked at; null: the whole. */
  place(area) {
    this._area = area;
    put(node("map-place"), nameOf(area));
  }

  translate() {
    this.nowhere(this._nowhere);
    this.place(this._area);
  }
}

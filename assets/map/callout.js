// The one call-out: of the unit or area under the pointer, else of the chosen unit. It flips to the side that has room.

import { nameOf as unitName } from "../names.js";
import { codeSign } from "../signs.js";
import { make, number, say } from "../words.js";
import { nameOf } from "./areas.js";

export class Callout {
  constructor(map, node) {
    this._map = map;
    this._node = node;
  }

  hide() {
    this._node.hidden = true;
  }

  /** A unit at a point of the map's container. `state`: what the live frames say of it. */
  unit(id, point, code, state, street) {
    const facts = [say(`colour.${code}`)];
    if (state && state.index !== null) facts.push(say("map.index", { index: number(state.index, 1) }));
    if (state?.alarms) facts.push(say("map.open_alarms", { n: number(state.alarms) }));
    if (street) facts.push(street);
    this._show([make("i", `shape ${codeSign(code)}`), make("b", "", unitName(id)), make("span", "", facts.join(" · "))], point);
  }

  area(area, figures, point) {
    const codes = ["red", "yellow", "blue", "green", "none"].filter((code) => figures?.codes[code]).map((code) => {
      const part = make("span", "part");
      part.append(make("i", `shape ${codeSign(code)}`), number(figures.codes[code]));
      return part;
    });
    const facts = figures ? say("map.area_facts", {
      index: number(figures.index, 1), units: number(figures.units), alarms: number(figures.alarms),
    }) : say("map.area_empty");
    this._show([make("b", "", nameOf(area)), make("span", "", facts), ...codes], point);
  }

  _show(nodes, { x, y }) {
    const node = this._node;
    node.replaceChildren(...nodes);
    node.hidden = false;
    const room = this._map.getSize();
    node.style.left = `${x}px`;
    node.style.top = `${y}px`;
    node.dataset.side = `${y < room.y * 0.2 ? "below" : "above"} ${x > room.x * 0.55 ? "left" : "right"}`;
  }
}

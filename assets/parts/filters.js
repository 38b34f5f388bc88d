// The two filters of everything about units: type of business and colour.

import { facts, make, named, say } from "../words.js";
import { COLOURS, shape } from "./code.js";

/** `choose(name, value)`: "type" or "colour", null for all. */
export class Filters {
  constructor({ type, colour, choose }) {
    Object.assign(this, { _choose: choose, type, colour });
    this.node = make("div", "filters");
    this.translate();
  }

  set(type, colour) {
    Object.assign(this, { type, colour });
    this.translate();
  }

  translate() {
    const types = make("select", "select");
    types.name = "type";
    types.setAttribute("aria-label", say("drill.type"));
    types.append(new Option(say("drill.all_types"), ""));
    for (const [key, names] of Object.entries(facts.catalogue.business_types)) types.append(new Option(named(names), key));
    types.value = this.type || "";
    types.addEventListener("change", () => this._choose("type", types.value || null));
    const colours = make("div", "segmented");
    colours.setAttribute("role", "group");
    colours.setAttribute("aria-label", say("drill.colour"));
    colours.append(this._colour(null), ...COLOURS.map((colour) => this._colour(colour)));
    this.node.replaceChildren(types, colours);
  }

  _colour(colour) {
    const button = make("button", colour ? "code" : "");
    if (colour) button.append(shape(colour));
    button.append(make("span", "", colour ? say(`colour.${colour}`) : say("drill.all_colours")));
    button.setAttribute("aria-pressed", String((this.colour || null) === colour));
    button.addEventListener("click", () => this._choose("colour", colour === this.colour ? null : colour));
    return button;
  }
}

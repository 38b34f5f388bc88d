// The layers of the map and their legend: a button that opens a list of switches. What is on is explained; numbers say how much.

import { codeSign } from "../signs.js";
import { make, number, put, say } from "../words.js";
import { CODES } from "./data.js";
import { LAYERS } from "./state.js";

/** Signs in the legend of a layer: class of the sign, key of its words. The units' own legend are the codes. */
const SIGNS = {
  alarms: [["shape octagon red", "map.sign_alarm"]],
  cameras: [["sign is-faulty", "map.sign_camera_faulty"], ["sign is-off", "map.sign_camera_off"]],
  streets: [["sign is-street", "map.sign_street"]],
  lists: [["sign is-gold", "map.sign_red_list"], ["sign is-grey", "map.sign_black_list"]],
  heat: [["sign is-heat", "map.sign_heat"]],
  mobile: [["sign is-mobile", "map.sign_mobile"], ["sign is-mobile is-old", "map.sign_mobile_old"]],
  targets: [["sign is-licence", "map.sign_licence"], ["sign is-missed", "map.sign_missed"]],
};

export class Control {
  /** `of(layer)`: { count, note, failed } as far as it is known; `change(kind, name, on)`;
   * `moved()`: it takes another part of the map now. */
  constructor(node, shown, { of, codes, change, moved }) {
    Object.assign(this, { _node: node, _shown: shown, _of: of, _codes: codes, _change: change, _moved: moved, _open: false });
    this._button = make("button", "open");
    this._button.type = "button";
    this._button.addEventListener("click", () => this._toggle());
    this._body = make("div", "body");
    this._body.id = "map-layers-body";
    this._button.setAttribute("aria-controls", this._body.id);
    this._on = make("div", "on");
    node.replaceChildren(this._button, this._on, this._body);
    node.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this._open) return;
      event.stopPropagation();
      this._toggle();
      this._button.focus();
    });
    this.draw();
  }

  _toggle() {
    this._open = !this._open;
    this.draw();
    this._moved();
  }

  /** All of it, as after a change or in another language. */
  draw() {
    this._node.classList.toggle("is-open", this._open);
    this._button.setAttribute("aria-expanded", String(this._open));
    put(this._button, say("map.layers"));
    this._body.hidden = !this._open;
    this._body.replaceChildren(...LAYERS.map((layer) => this._layer(layer)));
    this._chips();
    this.paint();
  }

  _layer(layer) {
    const on = this._shown.layers.has(layer);
    const row = make("div", "layer");
    const label = make("label");
    const box = make("input");
    Object.assign(box, { type: "checkbox", checked: on, name: layer });
    box.addEventListener("change", () => this._change("layers", layer, box.checked));
    const count = make("span", "count");
    count.dataset.count = layer;
    label.append(box, make("b", "", say(`layer.${layer}`)), count);
    row.append(label);
    if (on) row.append(layer === "units" ? this._codeRows() : signs(layer));
    return row;
  }

  _codeRows() {
    const list = make("div", "codes");
    for (const code of [...CODES].reverse()) {
      const button = make("button", "code");
      button.type = "button";
      button.setAttribute("aria-pressed", String(this._shown.codes.has(code)));
      const count = make("span", "count");
      count.dataset.code = code;
      button.append(make("i", `shape ${codeSign(code)}`), make("span", "", say(`colour.${code}`)), count);
      button.addEventListener("click", () => this._change("codes", code, !this._shown.codes.has(code)));
      list.append(button);
    }
    return list;
  }

  /** While the list is closed, what is shown beyond the ordinary keeps its legend. */
  _chips() {
    const layers = LAYERS.filter((layer) => SIGNS[layer] && layer !== "alarms" && this._shown.layers.has(layer));
    this._on.hidden = this._open;
    this._on.replaceChildren(...layers.map(signs));
    const hidden = this._shown.layers.has("units") ? CODES.filter((code) => !this._shown.codes.has(code)) : CODES;
    if (!hidden.length) return;
    this._on.append(make("p", "note", hidden.length === CODES.length ? say("map.units_hidden")
      : say("map.codes_hidden", { codes: hidden.map((code) => say(`colour.${code}`)).join(say("map.and")) })));
  }

  /** Numbers only. */
  paint() {
    for (const node of this._node.querySelectorAll("[data-count]")) {
      const { count, failed } = this._of(node.dataset.count);
      put(node, failed ? say("map.layer_failed") : count === undefined ? "" : number(count));
    }
    for (const node of this._node.querySelectorAll("[data-code]")) put(node, number(this._codes()?.[node.dataset.code] ?? null));
    for (const node of this._node.querySelectorAll("[data-note]")) put(node, this._of(node.dataset.note).note || "");
  }
}

function signs(layer) {
  const list = make("ul", "signs");
  list.dataset.layer = layer;
  for (const [look, words] of SIGNS[layer]) {
    const row = make("li");
    row.append(make("i", look), make("span", "", say(words)));
    list.append(row);
  }
  const note = make("li", "note");
  note.dataset.note = layer;
  list.append(note);
  return list;
}

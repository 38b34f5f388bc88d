// Up to four units or devices side by side. The address holds who is compared, so it can be sent to somebody.

import { skeleton, failed, empty } from "../parts/states.js";
import { Tabs } from "../parts/tabs.js";
import { get } from "../visit.js";
import { make, number, put, say } from "../words.js";
import { MOST, choose, chosen, comparePath } from "./compare/choice.js";
import { DevicesCompared } from "./compare/devices.js";
import { Picker } from "./compare/picker.js";
import { UnitsCompared } from "./compare/units.js";

export const route = "/compare";

export function open(context) {
  return new Compare(context);
}

class Compare {
  constructor({ root, query, crumbs, retitle, go, keep, live }) {
    this._go = go;
    this._retitle = retitle;
    this.what = query.has("devices") && !query.has("units") ? "devices" : "units";
    const asked = query.has(this.what) ? query.get(this.what).split(",").filter(Boolean) : chosen(this.what);
    const distinct = [...new Set(asked)];
    this.ids = distinct.slice(0, MOST);
    this._tooMany = distinct.length > MOST;
    if (query.has(this.what)) choose(this.what, this.ids);
    crumbs([{ text: () => say("nav.city"), href: "/" }, { text: () => say("compare.title") }]);
    live("city", () => {}); // the header says whether the city is live
    this._title = make("h1");
    const head = make("header", "page-head");
    this._picker = new Picker(this.what, (id) => this._add(id));
    this._note = make("p", "bad");
    this._note.setAttribute("role", "status");
    head.append(this._title, this._picker.node, this._note);
    this._body = make("div");
    this._tabs = new Tabs({
      tabs: ["units", "devices"].map((key) => ({ key, title: () => say(`compare.${key}`) })), chosen: this.what,
      label: () => say("compare.title"), panel: this._body, onChoose: (what) => go(comparePath(what)),
    });
    root.append(head, this._tabs.node, this._body);
    const remove = (id) => this._show(this.ids.filter((other) => other !== id));
    const Shown = this.what === "units" ? UnitsCompared : DevicesCompared;
    this._shown = new Shown({ remove, keep, query });
    this.translate();
    this.ask();
  }

  async ask() {
    if (!this.ids.length) return this._body.replaceChildren(empty(say("compare.empty")));
    this._body.replaceChildren(skeleton(8));
    try {
      const found = await get(`/data/compare/${this.what}?${this.what}=${this.ids.map(encodeURIComponent).join(",")}`);
      if (this._closed) return;
      this._found = found;
      this._draw();
    } catch {
      if (!this._closed) this._body.replaceChildren(failed(() => this.ask()));
    }
  }

  _draw() {
    const missing = this.ids.filter((id) => !this._found.some((one) => one.id === id));
    this._note.hidden = !this._tooMany && !missing.length;
    put(this._note, [this._tooMany ? say("compare.too_many", { n: number(MOST) }) : "",
      missing.length ? say("compare.not_found", { ids: missing.join(say("index.and")) }) : ""].filter(Boolean).join(" "));
    if (!this._found.length) return this._body.replaceChildren(empty(say("compare.empty")));
    this._body.replaceChildren(this._shown.draw(this._found));
  }

  _add(id) {
    if (this.ids.includes(id)) return;
    if (this.ids.length >= MOST) {
      this._note.hidden = false;
      put(this._note, say("compare.full", { n: number(MOST) }));
      return;
    }
    this._show([...this.ids, id]);
  }

  _show(ids) {
    choose(this.what, ids);
    this._go(comparePath(this.what, ids));
  }

  translate() {
    this._retitle(say("compare.title"));
    put(this._title, say("compare.title"));
    this._picker.translate();
    this._tabs.translate();
    if (this._found) this._draw();
    else if (!this.ids.length) this._body.replaceChildren(empty(say("compare.empty")));
  }

  close() {
    this._closed = true;
    this._shown.close?.();
  }
}

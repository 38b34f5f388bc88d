// Which stretch of time is looked at: the last hours up to now, or from one moment to another. It stands in the address.

import { field, fromField } from "../../charts/zone.js";
import { make, now, say } from "../../words.js";

const HOUR = 3600000;
export const RANGES = { "1h": HOUR, "6h": 6 * HOUR, "24h": 24 * HOUR, "7d": 168 * HOUR, "30d": 720 * HOUR, "1y": 8760 * HOUR };
const SHORTEST = 60000;
const LONGEST = 1100 * 24 * HOUR;

export class Range {
  /** `onChange()` is called whenever another stretch is chosen. */
  constructor({ query, keep }, onChange) {
    this._keep = keep;
    this._onChange = onChange;
    this._watchers = [];
    this.name = RANGES[query.get("range")] ? query.get("range") : "24h";
    const [from, to] = [fromField(query.get("from")), fromField(query.get("to"))];
    this.fixed = from !== null && to !== null && to > from ? [from, Math.min(to, from + LONGEST)] : null;
    this.node = make("div", "device-range");
    this.translate();
  }

  watch(watcher) {
    this._watchers.push(watcher);
  }

  get isLive() {
    return !this.fixed;
  }

  /** [since, until] in milliseconds. */
  get stretch() {
    if (this.fixed) return this.fixed;
    const until = now();
    return [until - RANGES[this.name], until];
  }

  choose(name) {
    this.name = name;
    this.fixed = null;
    this._changed();
  }

  /** From one moment to another; a stretch that reaches now stays fixed, so that nothing moves under the reader. */
  fix(since, until) {
    const span = Math.min(Math.max(until - since, SHORTEST), LONGEST);
    const end = Math.min(until, now() + 60000);
    this.fixed = [end - span, end];
    this._changed();
  }

  zoom(factor) {
    const [since, until] = this.stretch;
    const middle = (since + until) / 2;
    const half = ((until - since) / 2) * factor;
    this.fix(middle - half, middle + half);
  }

  move(share) {
    const [since, until] = this.stretch;
    const step = (until - since) * share;
    this.fix(since + step, until + step);
  }

  key(event) {
    const deeds = { "+": () => this.zoom(0.5), "=": () => this.zoom(0.5), "-": () => this.zoom(2), ArrowLeft: () => this.move(-0.5),
      ArrowRight: () => this.move(0.5), Home: () => this.choose(this.name), 0: () => this.choose(this.name) };
    const deed = deeds[event.key];
    if (!deed || event.ctrlKey || event.metaKey || event.altKey || /INPUT|SELECT|TEXTAREA/.test(event.target.tagName)) return;
    event.preventDefault();
    deed();
  }

  _changed() {
    this._keep("range", this.fixed ? null : this.name);
    this._keep("from", this.fixed ? field(this.fixed[0]) : null);
    this._keep("to", this.fixed ? field(this.fixed[1]) : null);
    this._paint();
    this._onChange();
    this._watchers.forEach((watcher) => watcher());
  }

  translate() {
    const group = make("div", "segmented");
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", say("device.range"));
    this._buttons = Object.keys(RANGES).map((name) => {
      const button = make("button", "", say(`device.range_${name}`));
      button.addEventListener("click", () => this.choose(name));
      group.append(button);
      return [name, button];
    });
    const tools = make("div", "row device-zoom");
    const tool = (text, key, deed) => {
      const button = make("button", "button icon", text);
      button.title = say(key);
      button.setAttribute("aria-label", say(key));
      button.addEventListener("click", deed);
      tools.append(button);
    };
    tool("‹", "device.earlier", () => this.move(-0.5));
    tool("›", "device.later", () => this.move(0.5));
    tool("−", "device.zoom_out", () => this.zoom(2));
    tool("+", "device.zoom_in", () => this.zoom(0.5));
    this._from = this._field("device.from");
    this._to = this._field("device.to");
    this.node.replaceChildren(group, tools, this._from.label, this._to.label);
    this._paint();
  }

  _field(key) {
    const label = make("label", "device-moment");
    const input = make("input", "input");
    input.type = "datetime-local";
    input.addEventListener("change", () => {
      const [since, until] = [fromField(this._from.input.value), fromField(this._to.input.value)];
      if (since !== null && until !== null && until > since) this.fix(since, until);
    });
    label.append(make("span", "", say(key)), input);
    return { label, input };
  }

  _paint() {
    for (const [name, button] of this._buttons) button.setAttribute("aria-pressed", this.isLive && name === this.name);
    const [since, until] = this.stretch;
    this._from.input.value = field(since);
    this._to.input.value = field(until);
  }
}

// A panel of the page that asks for what it shows: a skeleton, then the answer, or a sentence and a way to try again.

import { get } from "../../visit.js";
import { make, put, say } from "../../words.js";

let count = 0;

export class Part {
  /** `paint(found, body, part)` draws the answer, and draws it again when the language changes. */
  constructor(title, className, paint) {
    this.title = title;
    this.node = make("section", `card ${className}`);
    const head = make("header", "card-head");
    this.heading = make("h2", "", say(title));
    this.heading.id = `part-${(count += 1)}`;
    this.node.setAttribute("aria-labelledby", this.heading.id);
    this.note = make("span", "fact");
    this.tools = make("div", "tools");
    head.append(this.heading, this.note, this.tools);
    this.body = make("div", "card-body");
    this.node.append(head, this.body);
    this._paint = paint;
    this.found = undefined;
    this._skeleton();
  }

  /** Ask for `path`; what stood there before stays until the answer comes. */
  async ask(path) {
    this.path = path;
    try {
      const found = await get(path);
      if (this.path !== path || this.closed) return;
      this.show(found);
    } catch (failure) {
      if (this.path !== path || this.closed) return;
      this._sorry(failure);
    }
  }

  show(found) {
    this.found = found;
    this.paint();
  }

  paint() {
    put(this.heading, say(this.title));
    if (this.found === undefined) return;
    this.body.replaceChildren();
    this._paint(this.found, this.body, this);
  }

  /** In place of the answer, or above what was known before. */
  _sorry(failure) {
    const box = make("p", "failed");
    box.setAttribute("role", "alert");
    const again = make("button", "button", say("page.retry"));
    again.addEventListener("click", () => this.ask(this.path));
    box.append(make("span", "", say(failure.status === 0 ? "unit.unreachable" : "page.failed")), again);
    this.body.querySelector(".failed")?.remove();
    if (this.found === undefined) this.body.replaceChildren(box);
    else this.body.prepend(box);
    clearTimeout(this._again);
    this._again = setTimeout(() => !this.closed && this.ask(this.path), 5000);
  }

  _skeleton() {
    const bones = make("div", "skeleton");
    bones.setAttribute("aria-hidden", "true");
    for (let i = 0; i < 4; i += 1) bones.append(make("i"));
    this.body.replaceChildren(bones);
  }

  close() {
    this.closed = true;
    clearTimeout(this._again);
  }
}

/** One calm sentence where there is nothing. */
export function nothing(key, values) {
  return make("p", "empty", say(key, values));
}

/** A link of ours; the router opens it in place. */
export function link(href, text, className = "") {
  const node = make("a", className, text);
  node.href = href;
  return node;
}

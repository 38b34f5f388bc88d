// A panel of the page that asks for what it shows: a skeleton, then the answer, or a sentence and a way to try again.

import { card } from "../../parts/card.js";
import { empty, failed, skeleton } from "../../parts/states.js";
import { get } from "../../visit.js";
import { make, say } from "../../words.js";

const AGAIN = 5000;

export class Part {
  /** `paint(found, body, part)` draws the answer, and draws it again when the language changes. */
  constructor(title, className, paint) {
    const { node, body, fact, tools } = card(title);
    node.classList.add(className);
    Object.assign(this, { node, body, note: fact, tools, draw: paint, found: undefined });
    body.append(skeleton());
  }

  /** Ask for `path`; what stood there before stays until the answer comes. */
  async ask(path) {
    this.path = path;
    try {
      const found = await get(path);
      if (this.path === path && !this.closed) this.show(found);
    } catch (failure) {
      if (this.path === path && !this.closed) this._sorry(failure);
    }
  }

  show(found) {
    this.found = found;
    this.paint();
  }

  paint() {
    if (this.found === undefined) return;
    this.body.replaceChildren();
    this.draw(this.found, this.body, this);
  }

  /** In place of the answer, or above what was known before; it is asked for again by itself. */
  _sorry(failure) {
    const box = failed(() => this.ask(this.path), say(failure.status === 0 ? "unit.unreachable" : "page.failed"));
    this.body.querySelector(".failed")?.remove();
    if (this.found === undefined) this.body.replaceChildren(box);
    else this.body.prepend(box);
    clearTimeout(this._again);
    this._again = setTimeout(() => !this.closed && this.ask(this.path), AGAIN);
  }

  close() {
    this.closed = true;
    clearTimeout(this._again);
  }
}

/** One calm sentence where there is nothing. */
export function nothing(key, values) {
  return empty(say(key, values));
}

/** A link of ours; the router opens it in place. */
export function link(href, text, className = "") {
  const node = make("a", className, text);
  node.href = href;
  return node;
}

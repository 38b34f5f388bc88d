// A card: title, a quiet fact, tools, a body. Its title is said again when the language changes.

import { make, say } from "../words.js";

let number = 0;

/** `title` is a key of the texts. Answers { node, body, fact, tools, title }. */
export function card(title, { flush = false } = {}) {
  const node = make("section", "card");
  const head = make("header", "card-head");
  const heading = make("h2", "", say(title));
  heading.dataset.text = title;
  heading.id = `card-${++number}`;
  node.setAttribute("aria-labelledby", heading.id);
  const [fact, tools, body] = [make("span", "fact"), make("div", "tools"), make("div", flush ? "card-body flush" : "card-body")];
  head.append(heading, fact, tools);
  node.append(head, body);
  return { node, body, fact, tools, title: heading };
}

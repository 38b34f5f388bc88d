// How many there are, which of them are seen, and the way to the others.

import { make, number, say } from "../words.js";

/** `go(offset)` opens another page. */
export function pager({ total, offset, size, go }) {
  const node = make("nav", "pager");
  node.setAttribute("aria-label", say("page.pages"));
  const last = Math.min(offset + size, total);
  const words = total ? say("page.shown", { from: number(offset + 1), to: number(last), n: number(total) }) : say("page.none");
  const count = make("span", "count", words);
  count.setAttribute("role", "status");
  node.append(count);
  if (total <= size) return node;
  const step = (text, to, allowed) => {
    const button = make("button", "button small", text);
    button.disabled = !allowed;
    button.addEventListener("click", () => go(to));
    return button;
  };
  node.append(step(say("page.previous"), Math.max(0, offset - size), offset > 0), step(say("page.next"), offset + size, last < total));
  return node;
}

// A short word about what was just done; read aloud, gone after a while.

import { make } from "../words.js";

const STAYS = 6000;

export function toast(words, { bad = false, undo = null, undoWords = "" } = {}) {
  let box = document.querySelector(".toasts");
  if (!box) {
    box = make("div", "toasts");
    box.setAttribute("role", "status");
    document.body.append(box);
  }
  const node = make("div", bad ? "toast is-bad" : "toast");
  node.append(make("span", "", words));
  if (undo) {
    const button = make("button", "button quiet", undoWords);
    button.addEventListener("click", () => (undo(), node.remove()));
    node.append(button);
  }
  box.append(node);
  setTimeout(() => node.remove(), bad ? 2 * STAYS : STAYS);
  return node;
}

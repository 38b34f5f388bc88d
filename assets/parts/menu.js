// A menu below a button: arrow keys go through it, Escape and a click elsewhere close it.

import { make } from "../words.js";

/** `items()`: [{ text, act } | { text, href, download } | { node } (to read) | null (a line)], asked for at each opening. */
export function menu(button, items) {
  button.setAttribute("aria-haspopup", "menu");
  button.setAttribute("aria-expanded", "false");
  let node = null;

  function close(focus = false) {
    node?.remove();
    node = null;
    button.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", outside);
    if (focus) button.focus();
  }
  const outside = (event) => !node?.contains(event.target) && !button.contains(event.target) && close();

  function open() {
    node = make("div", "menu");
    node.setAttribute("role", "menu");
    node.append(...items().map((item) => (item ? entry(item, close) : make("hr"))));
    document.body.append(node);
    const box = button.getBoundingClientRect();
    const left = Math.min(box.left, window.innerWidth - node.offsetWidth - 8);
    node.style.left = `${Math.max(8, left) + window.scrollX}px`;
    node.style.top = `${box.bottom + 4 + window.scrollY}px`;
    button.setAttribute("aria-expanded", "true");
    document.addEventListener("pointerdown", outside);
    node.addEventListener("keydown", keys);
    node.querySelector("[role=menuitem]")?.focus();
  }

  function keys(event) {
    const all = [...node.querySelectorAll("[role=menuitem]")];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape" || event.key === "Tab") close(true);
    else if (step) all[(all.indexOf(document.activeElement) + step + all.length) % all.length].focus();
    else return;
    event.preventDefault();
  }

  button.addEventListener("click", () => (node ? close() : open()));
  return { close };
}

function entry({ text, act, href, download, node: given }, close) {
  if (given) {
    given.setAttribute("role", "presentation");
    return given;
  }
  const node = make(href ? "a" : "button", "", text);
  node.setAttribute("role", "menuitem");
  if (href) node.href = href;
  if (download) node.setAttribute("download", "");
  node.addEventListener("click", () => {
    close(!href);
    act?.();
  });
  return node;
}

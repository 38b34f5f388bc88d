// The desk by keyboard. Nothing here acts while somebody types.

import { make, say } from "../words.js";

const KEYS = [
  ["j / k", "move"], ["Enter", "open"], ["a", "acknowledge"], ["g", "assign"], ["s", "silence"], ["c", "comment"],
  ["x", "select"], ["Shift + X", "range"], ["*", "all"], [".", "fresh"], ["/", "search"], ["i", "group"], ["m", "mute"], ["?", "help"], ["Esc", "close"],
];

/** `on`: a function for each word of KEYS (move gets +1 or -1). */
export function listen(on) {
  const known = {
    j: () => on.move(1), ArrowDown: () => on.move(1), k: () => on.move(-1), ArrowUp: () => on.move(-1), Enter: on.open, a: on.acknowledge,
    g: on.assign, s: on.silence, c: on.comment, x: on.select, X: on.range, "*": on.all, ".": on.fresh, "/": on.search, i: on.group,
    m: on.mute, "?": help, Escape: on.close,
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const at = event.target;
    if (document.querySelector("dialog[open]")) return;
    if (at.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable], .ag-root")) {
      if (event.key === "Escape") at.blur();
      return;
    }
    if (event.key === "Enter" && at.closest?.("button, a, summary")) return; // it means what has the focus
    if (event.key.startsWith("Arrow") && !at.closest?.(".alarm-rows")) return; // the page scrolls as ever
    const run = known[event.key];
    if (run && run() !== false) event.preventDefault();
  });
}

export function help() {
  const dialog = make("dialog", "dialog");
  const head = make("header");
  const close = make("button", "button icon quiet", "✕");
  close.setAttribute("aria-label", say("desk.close"));
  close.addEventListener("click", () => dialog.close());
  head.append(make("h2", "", say("desk.keys")), close);
  const list = make("dl", "facts keys");
  for (const [key, name] of KEYS) {
    const row = make("div");
    const dt = make("dt");
    dt.append(make("kbd", "", key));
    row.append(dt, make("dd", "", say(`desk_key.${name}`)));
    list.append(row);
  }
  const body = make("div", "dialog-body");
  body.append(list);
  dialog.append(head, body);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

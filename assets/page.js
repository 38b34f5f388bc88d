// What every page does: wait until Dash has drawn it, say how fresh its data is, answer when asked again.

import { setLost } from "./values.js";
import { put, say, span } from "./words.js";

/** Dash draws the page once; begin when it has. */
export function whenDrawn(id, then) {
  const look = () => {
    if (!document.getElementById(id)) return false;
    then();
    return true;
  };
  if (look()) return;
  const watcher = new MutationObserver(() => look() && watcher.disconnect());
  watcher.observe(document.body, { childList: true, subtree: true });
}

/** What the header says about the link; the whole page looks old when the link is. */
export function paintLink({ name, quiet }) {
  const node = document.getElementById("link");
  if (node.className !== `is-${name}`) node.className = `is-${name}`;
  const text = node.querySelector("span");
  delete text.dataset.text;
  put(text, say(`link.${name}`, { age: span(quiet) }));
  document.body.classList.toggle("is-stale", name === "stale" || name === "lost");
  document.body.classList.toggle("is-lost", name === "lost");
  setLost(name === "lost");
}

/** The answer, however often it must be asked for: a wall starts before the database does. */
export async function fetchUntilThere(path, kind, onFailure) {
  for (let pause = 500; ; pause = Math.min(pause * 2, 10000)) {
    try {
      const answer = await fetch(path);
      if (answer.ok) return await answer[kind]();
    } catch {
      // the server is away: ask again
    }
    onFailure?.();
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

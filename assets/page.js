// What every page does: wait until Dash has drawn it, say how fresh its data is, follow its server to a new build, and
// keep one broken part from stopping the others.

import { setLost } from "./values.js";
import { facts, put, say, span } from "./words.js";

/** Dash draws the page once; begin when it has. */
export function whenDrawn(id, then) {
  const look = () => {
    if (!document.getElementById(id)) return false;
    watcher?.disconnect(); // first: whatever goes wrong in it, it is done once
    then();
    return true;
  };
  let watcher = null;
  if (look()) return;
  watcher = new MutationObserver(look);
  watcher.observe(document.body, { childList: true, subtree: true });
}

/** A part of an address as it was meant; a stray % that somebody typed stays. */
export function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

const complained = new Map();
const COMPLAIN_AGAIN = 60000;

/** Run one part of the page; if it cannot, the others go on, and the console hears of it once a minute. */
export function attempt(part, run) {
  try {
    return run();
  } catch (error) {
    const at = performance.now();
    if (at - (complained.get(part) ?? -Infinity) >= COMPLAIN_AGAIN) {
      complained.set(part, at);
      console.error(part, error);
    }
    return undefined;
  }
}

/** After its server was replaced by another build the page loads itself anew, once for each build. */
export async function followBuild() {
  try {
    const { build } = await (await fetch("/build")).json();
    const mark = `build:${build}`;
    if (!build || build === facts.build || window.name === mark) return;
    window.name = mark; // stays with the tab, also where a kiosk forbids storage
    setTimeout(() => window.location.reload(), 1000 + Math.random() * 4000); // not all walls in the same moment
  } catch {
    // asked again when the link comes back the next time
  }
}

/** What the header says about the link; the whole page looks old when the link is. */
export function paintLink({ name, quiet }) {
  const node = document.getElementById("link");
  if (!node) return;
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

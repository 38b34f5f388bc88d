// What a person has put aside to compare: up to four units or four devices, for as long as the browser's session.

import { make, number, say } from "../../words.js";

export const MOST = 4;
const KEY = "sunshine-compare";

function read() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY) || "{}");
    return { units: [].concat(kept.units || []), devices: [].concat(kept.devices || []) };
  } catch {
    return { units: [], devices: [] };
  }
}

export function chosen(what) {
  return read()[what];
}

export function choose(what, ids) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ ...read(), [what]: ids.slice(0, MOST) }));
  } catch {
    // without storage the address alone keeps them
  }
}

/** Where the chosen are compared. */
export function comparePath(what, ids = chosen(what)) {
  return `/compare?${what}=${ids.map(encodeURIComponent).join(",")}`;
}

/** Makes buttons `add to compare` for things of one kind, `units` or `devices`. */
export function compareButton(what) {
  return (id) => {
    const box = make("span", "compare-choice row");
    const button = make("button", "button");
    const to = make("a", "button quiet");
    const said = make("span", "muted small");
    said.setAttribute("role", "status");
    box.append(button, to, said);
    const paint = () => {
      const ids = chosen(what);
      const is = ids.includes(id);
      button.textContent = say(is ? "compare.remove" : "compare.add");
      button.setAttribute("aria-pressed", String(is));
      to.hidden = !ids.length;
      to.href = comparePath(what, ids);
      to.textContent = say("compare.go", { n: number(ids.length) });
      said.textContent = "";
    };
    button.addEventListener("click", () => {
      const ids = chosen(what);
      if (ids.includes(id)) choose(what, ids.filter((other) => other !== id));
      else if (ids.length >= MOST) return void (said.textContent = say("compare.full", { n: number(MOST) }));
      else choose(what, [...ids, id]);
      paint();
    });
    paint();
    return box;
  };
}

// The four-colour code and the levels of alarms, drawn: always shape, word and colour together.

import { codeSign, levelSign } from "../signs.js";
import { DASH, make, number, percent, say } from "../words.js";

export const COLOURS = ["red", "yellow", "blue", "green", "none"];

export function shape(colour) {
  const node = make("i", `shape ${codeSign(colour)}`);
  node.setAttribute("aria-hidden", "true");
  return node;
}

export function code(colour) {
  const node = make("span", "code");
  node.append(shape(colour), make("span", "", say(`colour.${colour || "none"}`)));
  return node;
}

/** Open alarms by level, the worst first: a shape and a number each. A dash when there are none. */
export function levels(counts) {
  const node = make("span", "row levels");
  for (const [level, n] of Object.entries(counts || {})) {
    if (!n || Number(level) > 3) continue;
    const pair = make("span", "level");
    pair.title = say(`level.${level}`);
    pair.append(make("i", `shape ${levelSign(level)}`), make("b", "num", number(n)), make("span", "sr", say(`level.${level}`)));
    node.append(pair);
  }
  if (!node.childElementCount) node.append(make("span", "missing", "0"));
  return node;
}

export function levelShape(level) {
  const node = make("i", `shape ${levelSign(level)}`);
  node.title = say(`level.${level}`);
  return node;
}

/** How many units have which code, as a bar; the numbers are its words. */
export function stacked(colours) {
  const node = make("span", "stacked");
  node.setAttribute("role", "img");
  const words = [];
  for (const colour of COLOURS) {
    const n = colours?.[colour] || 0;
    if (!n) continue;
    const part = make("i", colour);
    part.style.flex = `${n} 0 0`;
    node.append(part);
    words.push(`${say(`colour.${colour}`)} ${number(n)}`);
  }
  node.setAttribute("aria-label", words.join(" · ") || DASH);
  node.title = words.join(" · ");
  return node;
}

/** A change: arrow and amount, good green and bad orange; nothing when it is not known. */
export function change(now, before) {
  if (now === null || now === undefined || before === null || before === undefined) return make("span", "missing", DASH);
  const by = Math.round((now - before) * 10) / 10;
  if (!by) return make("span", "muted", "0.0");
  return make("span", by > 0 ? "good" : "bad", `${by > 0 ? "↑" : "↓"} ${number(Math.abs(by), 1)}`);
}

/** A share as number and bar; orange below its goal. */
export function share(rate, goal = 0) {
  const node = make("span", "share");
  const known = rate !== null && rate !== undefined;
  node.append(make("b", known && rate < goal ? "num bad" : "num", known ? `${percent(rate)}%` : DASH));
  const track = make("span", "track");
  const bar = make("i", known && rate < goal ? "is-bad" : "");
  bar.style.width = `${(rate || 0) * 100}%`;
  track.append(bar);
  node.append(track);
  return node;
}

// Small pieces that the wall's panels are built of.

import { named, make, number, percent, put, rem, say } from "../words.js";

export const DIMENSIONS = ["disclosure", "self_inspection", "smart_kitchen", "fire", "public"];
export const GOAL = 0.9; // devices online, DEV-03

/** How many whole rows of so many rem the node has room for. */
export function room(node, height, least = 1) {
  return Math.max(least, Math.floor((node.clientHeight + 1) / (height * rem())));
}

/** Few rows stand further apart, so that a list ends where its panel does: rem for each of `n`. */
export function stretch(body, n, least, most) {
  const padding = Number.parseFloat(getComputedStyle(body).paddingBottom);
  const high = Math.min(most, Math.max(least, (body.clientHeight - padding) / Math.max(1, n) / rem()));
  body.style.setProperty("--row", `${high}rem`);
  return high;
}

/** Put the rows in, only when they say something else than those there: an untouched list costs nothing. */
export function fill(body, ...nodes) {
  const box = document.createElement("div");
  box.append(...nodes.filter(Boolean));
  if (body.innerHTML !== box.innerHTML) body.replaceChildren(...box.childNodes);
}

export function sentenceIn(body, key, values) {
  fill(body, make("p", "empty", say(key, values)));
}

export function shape(classes, words) {
  const node = make("i", `shape ${classes}`);
  if (words) node.title = words;
  return node;
}

/** A track with a filled part; `mark` draws the goal on it. */
export function bar(share, className = "data", mark = null) {
  const track = make("span", "bar");
  const part = make("i", className);
  part.style.width = `${Math.max(0, Math.min(1, share ?? 0)) * 100}%`;
  track.append(part);
  if (mark === null) return track;
  const frame = make("span", "marked");
  const line = make("s");
  line.style.left = `${mark * 100}%`;
  frame.append(track, line);
  return frame;
}

/** `↑0.4` in green or orange; nothing when it is not known or nothing changed. */
export function change(difference, decimals, goodUp = true, unit = "") {
  const rounded = Number.isFinite(difference) ? Number(difference.toFixed(decimals)) : 0;
  if (!rounded) return null;
  const good = rounded > 0 === goodUp;
  return make("span", `change ${good ? "is-good" : "is-bad"}`, `${rounded > 0 ? "↑" : "↓"}${number(Math.abs(rounded), decimals)}${unit}`);
}

export function nameOfPart({ name, name_en }) {
  return named({ zh: name, en: name_en || name });
}

/** A bar of online devices against the goal: orange below it. */
export function onlineRow(name, { devices, online, rate }) {
  const row = make("li", "online-row");
  const below = rate !== null && rate < GOAL;
  row.append(make("span", "name", name), bar(rate, below ? "orange" : "data", GOAL),
    make("b", below ? "is-bad" : "", rate === null ? percent(null) : `${percent(rate)}%`),
    make("span", "count", online === null ? `${number(null)} / ${number(devices)}` : `${number(online)} / ${number(devices)}`));
  return row;
}

export function fact(id, text) {
  put(document.getElementById(`${id}-fact`), text);
}

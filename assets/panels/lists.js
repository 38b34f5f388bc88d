// The red and the black list, as proposed from the index until somebody has reviewed them.

import { nameOf } from "../names.js";
import { fact, fill, room, sentenceIn, shape, stretch } from "../scenes/rows.js";
import { codeSign } from "../signs.js";
import { make, number, rem, say } from "../words.js";

const ROW = 2; // rem
const CLOSE = 1.6; // rows below one another, where two columns would cut every name
const PAIR = 40; // from this width on two lists stand side by side

export function lists(body, { lists: known, area }) {
  if (!known) return sentenceIn(body, "scene.waiting");
  fact("lists", say("scene.proposed"));
  const tall = body.clientHeight > body.clientWidth * 0.9;
  const beside = !tall && body.clientWidth >= PAIR * rem();
  const most = beside ? Math.max(1, room(body, ROW, 2) - 1) : Math.max(1, Math.floor(room(body, tall ? ROW : CLOSE, 2) / 2) - (tall ? 1 : 0));
  if (!tall && !beside) stretch(body, 2 * most, CLOSE, ROW);
  const mine = (rows) => rows.filter((row) => !area || row.banner === area);
  const frame = make("div", `list-pair${tall ? " is-tall" : beside ? "" : " is-close"}`);
  frame.append(list("red", mine(known.red).slice(0, most), tall), list("black", mine(known.black).slice(0, most), tall));
  fill(body, frame);
}

function list(name, rows, tall) {
  const box = make("div", `list is-${name}`);
  const list = make("ol");
  rows.forEach((row, i) => {
    const node = make("li");
    const index = make("b", "", number(row.index, 1));
    node.append(make("em", "", number(i + 1)), make("span", "", nameOf(row.unit)));
    if (name === "black" && tall) node.append(shape(codeSign(row.colour), say(`colour.${row.colour}`)));
    node.append(index);
    node.dataset.unit = row.unit;
    list.append(node);
  });
  if (!rows.length) list.append(make("li", "empty", say("scene.nobody_listed")));
  box.append(make("h3", "", say(`scene.${name}_list`)), list);
  return box;
}

// The red and the black list, as proposed from the index until somebody has reviewed them.

import { nameOf } from "../names.js";
import { fact, fill, room, sentenceIn, shape } from "../scenes/rows.js";
import { shapeOf } from "../city-map.js";
import { make, number, say } from "../words.js";

const ROW = 2; // rem

export function lists(body, { lists: known, area }) {
  if (!known) return sentenceIn(body, "scene.waiting");
  fact("lists", say("scene.proposed"));
  const tall = body.clientHeight > body.clientWidth * 0.9;
  const all = room(body, ROW, 2);
  const most = tall ? Math.max(1, Math.floor(all / 2) - 1) : Math.max(1, all - 1);
  const mine = (rows) => rows.filter((row) => !area || row.banner === area);
  const frame = make("div", `list-pair${tall ? " is-tall" : ""}`);
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
    if (name === "black" && tall) node.append(shape(`${shapeOf(row.colour)} ${row.colour}`, say(`colour.${row.colour}`)));
    node.append(index);
    node.dataset.unit = row.unit;
    list.append(node);
  });
  if (!rows.length) list.append(make("li", "empty", say("scene.nobody_listed")));
  box.append(make("h3", "", say(`scene.${name}_list`)), list);
  return box;
}

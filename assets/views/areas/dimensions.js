// The five dimensions of SUN-17 as bars, each with its definition, the numbers behind, and the mark of the area above.

import { DASH, make, number, percent, say } from "../../words.js";
import { areaName } from "./ranking.js";

export function dimensions({ area, above, days }) {
  const list = make("ul", "dimensions");
  for (const [key, { rate, part, whole }] of Object.entries(area.dimensions)) {
    const item = make("li");
    const head = make("div", "spread");
    const known = rate !== null;
    const name = make("h3", "", say(`dimension.${key}`));
    const value = make("span", known ? "index" : "index missing", known ? `${percent(rate)}%` : DASH);
    head.append(name, value);
    const track = make("div", "track");
    const bar = make("i");
    bar.style.width = `${(rate || 0) * 100}%`;
    track.append(bar);
    const lane = make("div", "lane");
    lane.append(track);
    const words = [say(`dimension.${key}_how`, { part: number(part), whole: number(whole), days })];
    const other = above?.dimensions[key].rate;
    if (other !== null && other !== undefined) {
      const mark = make("i", "mark");
      mark.style.left = `${other * 100}%`;
      lane.append(mark);
      const there = say("dimension.compare", { name: areaName(above), rate: `${percent(other)}%` });
      mark.title = there;
      words.push(there);
    }
    item.append(head, lane, make("p", "muted small", words.join(" · ")));
    list.append(item);
  }
  return list;
}

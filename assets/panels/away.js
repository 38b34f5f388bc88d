// What is not there: devices and cameras that are offline longest, and the place where pictures will be.

import { deviceWords } from "../devices.js";
import { bar, fact, fill, GOAL, room, sentenceIn } from "../scenes/rows.js";
import { make, named, now, number, percent, rem, say, span } from "../words.js";

const TILE = 4.1; // rem, with the gap below it

export function offline(body, { offline: away }) {
  if (!away) return sentenceIn(body, "scene.waiting");
  if (!away.devices.length) return sentenceIn(body, "scene.none_offline");
  fill(body, ...away.devices.slice(0, room(body, 4)).map(awayRow));
}

/** Honest about what is there: how many cameras send, and which do not, since when. */
export function cameras(body, { state, offline: away, standing }) {
  const { cameras: all, cameras_online: here } = state.kpi || {};
  if (!state.kpi) return sentenceIn(body, "scene.waiting");
  if (!all) return sentenceIn(body, "scene.no_cameras");
  const rate = here === null ? null : here / all;
  fact("cameras", say("scene.pictures_later"));
  const sum = make("div", "camera-sum");
  const figure = make("div", "camera-figure");
  figure.append(make("b", "", number(here)), make("span", "", say("scene.cameras_of", { n: number(all) })),
    make("em", rate !== null && rate < GOAL ? "is-bad" : "", rate === null ? "" : `${percent(rate)}%`));
  const worst = (standing?.parts || []).filter((part) => part.cameras.rate !== null).sort((a, b) => a.cameras.rate - b.cameras.rate);
  sum.append(figure, bar(rate, rate !== null && rate < GOAL ? "orange" : "data", GOAL));
  if (worst.length > 1) sum.append(make("p", "", say("scene.lowest_cameras", {
    area: named({ zh: worst[0].name, en: worst[0].name_en || worst[0].name }), rate: `${percent(worst[0].cameras.rate)}%` })));
  const tiles = make("ul", "camera-tiles");
  const rows = away?.cameras || [];
  const columns = Math.max(1, Math.floor((body.clientWidth / rem() - 13.5 + 0.5) / 15.5)); // as the grid of tiles has them
  tiles.append(...rows.slice(0, columns * room(body, TILE)).map(cameraTile));
  if (away && !rows.length) tiles.append(make("li", "empty", say("scene.all_cameras")));
  fill(body, sum, tiles);
}

function awayRow(row) {
  const node = make("li", "away");
  node.append(make("b", "", unitOf(row)), make("span", "since", sinceOf(row)),
    make("span", "what", [deviceWords({ kind: row.kind }), areaOf(row)].join(" · ")), make("span", "id", row.id));
  return node;
}

function cameraTile(row) {
  const node = make("li", "camera-tile");
  node.append(make("b", "", unitOf(row)), make("span", "", [sinceOf(row), areaOf(row)].join(" · ")));
  return node;
}

const unitOf = (row) => named({ zh: row.unit_name, en: row.unit_name_en || row.unit_name });
const areaOf = (row) => named({ zh: row.area, en: row.area_en || row.area });

function sinceOf({ since }) {
  return since ? say("sensors.offline_for", { age: span(now() - Date.parse(since)) }) : say("sensors.offline");
}

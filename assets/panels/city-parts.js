// Panels about parts of the city: their ranking, their five dimensions, types of business, who is online.

import { change, DIMENSIONS, fact, fill, nameOfPart, onlineRow, room, sentenceIn, shape, stretch } from "../scenes/rows.js";
import { levelSign } from "../signs.js";
import { facts, make, named, number, percent, rem, say } from "../words.js";
import { deviceWords } from "../devices.js";

/** Banners, or streets of one: the worst first. Live figures come with the frames, the change from the trend. */
export function ranking(body, { state, before }) {
  const parts = [...(state.kpi?.areas || [])].filter((part) => part.units > 0);
  if (!parts.length) return sentenceIn(body, state.kpi ? "scene.no_areas" : "scene.waiting");
  parts.sort((a, b) => (a.index ?? 101) - (b.index ?? 101) || b.open_alarms - a.open_alarms);
  const high = Math.min(3.4, Math.max(1.2, (body.clientHeight / (parts.length + 1) / rem()) * 0.97));
  const shown = parts.slice(0, Math.max(1, room(body, high) - 1));
  body.style.setProperty("--row", `${high}rem`);
  fact("ranking", shown.length < parts.length ? say("scene.worst_of", { n: number(shown.length), all: number(parts.length) }) : say("scene.worst_first"));
  const head = make("li", "rank head");
  for (const key of ["area", "index", "change", "alarms", "online"]) head.append(make("span", `is-${key}`, say(`scene.head_${key}`)));
  fill(body, head, ...shown.map((part, i) => {
    const row = make("li", "rank");
    const alarms = make("span", "alarms");
    if (part.open_alarms && part.worst) alarms.append(shape(levelSign(part.worst), say(`level.${part.worst}`)));
    alarms.append(make("b", "", number(part.open_alarms)));
    const online = make("span", "online", part.online_rate === null ? percent(null) : `${percent(part.online_rate)}%`);
    if (part.online_rate !== null && part.online_rate < 0.9) online.classList.add("is-bad");
    const moved = make("span", "moved");
    const was = before?.[part.id];
    moved.append(change(part.index - (was ?? NaN), 1) || make("span", "none", was === undefined ? "–" : "0.0"));
    const name = make("span", "area");
    name.append(make("em", "", number(i + 1)), nameOfPart(part));
    const index = make("b", "index", number(part.index, 1));
    if (part.index !== null && part.index < 85) index.prepend(shape(part.index >= 70 ? "square blue" : part.index >= 60 ? "triangle yellow" : "octagon red"));
    row.append(name, index, moved, alarms, online);
    return row;
  }));
}

/** Five dimensions of each part: a number each, the weakest of a row marked. */
export function matrix(body, { standing }) {
  const parts = [...(standing?.parts || [])].sort((a, b) => (a.index ?? 101) - (b.index ?? 101));
  if (!parts.length) return sentenceIn(body, standing ? "scene.no_areas" : "scene.waiting");
  const table = make("table", "matrix");
  const head = table.createTHead().insertRow();
  for (const key of ["scene.head_area", "scene.head_index", ...DIMENSIONS.map((name) => `index.${name}`)]) {
    const cell = make("th", "", say(key));
    cell.scope = "col";
    head.append(cell);
  }
  const rows = table.createTBody();
  for (const part of parts.slice(0, Math.max(1, room(body, stretch(body, parts.length + 1, 2, 3)) - 1))) {
    const row = rows.insertRow();
    row.append(make("th", "", nameOfPart(part)), make("td", "", number(part.index, 1)));
    for (const name of DIMENSIONS) {
      const value = part.dimensions[name];
      const cell = make("td", "", number(value, 1));
      const code = value === undefined || value >= 85 ? "" : value >= 70 ? "square blue" : value >= 60 ? "triangle yellow" : "octagon red";
      if (code) cell.prepend(shape(code));
      row.append(cell);
    }
  }
  fill(body, table);
}

/** How the codes are spread over types of business. */
export function types(body, { standing }) {
  const rows = [...(standing?.types || [])].sort((a, b) => (a.index ?? 101) - (b.index ?? 101));
  if (!rows.length) return sentenceIn(body, standing ? "scene.no_areas" : "scene.waiting");
  fill(body, ...rows.slice(0, room(body, 2.3)).map((row) => {
    const node = make("li", "type-row");
    const band = make("span", "band");
    for (const code of ["red", "yellow", "blue", "green"]) {
      const part = make("i", code);
      part.style.flexGrow = row[code];
      if (row[code]) band.append(part);
    }
    node.append(make("span", "name", named(facts.catalogue.business_types[row.type]) || row.type), band,
      make("b", "", number(row.index, 1)), make("span", "count", say("scene.units", { n: number(row.units) })));
    return node;
  }));
}

export function online(body, { standing }) {
  const parts = [...(standing?.parts || [])].sort((a, b) => (a.all.rate ?? 2) - (b.all.rate ?? 2));
  if (!parts.length) return sentenceIn(body, standing ? "scene.no_areas" : "scene.waiting");
  fact("online", say("kpi.online_detail"));
  fill(body, ...parts.slice(0, room(body, stretch(body, parts.length, 3, 4))).map((part) => onlineRow(nameOfPart(part), part.all)));
}

export function kinds(body, { standing }) {
  const rows = [...(standing?.kinds || [])].sort((a, b) => (a.rate ?? 2) - (b.rate ?? 2) || b.devices - a.devices);
  if (!rows.length) return sentenceIn(body, standing ? "scene.no_devices" : "scene.waiting");
  fact("kinds", say("kpi.online_detail"));
  fill(body, ...rows.slice(0, room(body, stretch(body, rows.length, 3, 4))).map((row) => onlineRow(deviceWords(row), row)));
}

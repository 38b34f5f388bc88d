// The unit among others: its place in its street and type, and who stands nearest, on a small map.

import { shape } from "../../parts/code.js";
import { facts, make, named, number, say } from "../../words.js";
import { link, nothing } from "./part.js";

export function paintAround(found, body, part, file) {
  const list = make("ul", "u-places");
  const placed = found.total !== null && found.total !== undefined;
  const rank = ({ place, of }) => (placed && of > 1 ? say("unit.place_of", { place: number(place), of: number(of) }) : "–");
  const row = (label, value, detail) => {
    const item = make("li");
    item.append(make("span", "muted", label), make("b", "num", value), make("span", "muted num", detail));
    list.append(item);
  };
  row(say("unit.in_street", { name: named(file.street) }), rank(found.street), say("unit.mean", { n: number(found.street.mean, 1) }));
  const type = named(facts.catalogue.business_types[file.business_type] || { zh: file.business_type });
  row(say("unit.in_type", { name: type }), rank(found.type), say("unit.mean", { n: number(found.type.mean, 1) }));
  body.append(list);
  if (!found.nearest.length) return body.append(nothing(file.latitude === null ? "unit.no_place" : "unit.no_neighbours"));
  body.append(make("h3", "", say("unit.nearest")));
  const near = make("ul", "list u-near");
  for (const unit of found.nearest) {
    const item = make("li");
    const line = link(`/units/${encodeURIComponent(unit.id)}`, "");
    const words = make("span", "words");
    const kind = named(facts.catalogue.business_types[unit.business_type] || { zh: unit.business_type });
    words.append(make("b", "", named({ zh: unit.name, en: unit.name_en })), make("span", "", `${kind} · ${distance(unit.metres)}`));
    const open = unit.open_alarms ? say("unit.open_alarms", { n: number(unit.open_alarms) }) : "";
    line.append(shape(unit.colour), words, make("span", "side num", [number(unit.total, 1), open].filter(Boolean).join(" · ")));
    item.append(line);
    near.append(item);
  }
  body.append(near);
}

function distance(metres) {
  return metres < 1000 ? `${number(metres)} m` : `${number(metres / 1000, 1)} km`;
}

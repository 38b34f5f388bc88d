// What is counted of an area: people and certificates, patrols and self-inspections, the public, devices by kind.

import { share } from "../../parts/code.js";
import { empty } from "../../parts/states.js";
import { facts, make, named, number, say } from "../../words.js";
import { query } from "./address.js";

const GOAL = 0.9;

function group(title, rows) {
  const node = make("div", "regional");
  const list = make("dl", "facts");
  for (const [term, value, bad] of rows) {
    const pair = make("div");
    const dd = make("dd", bad ? "bad" : "");
    if (value instanceof Node) dd.append(value);
    else dd.textContent = value;
    pair.append(make("dt", "", term), dd);
    list.append(pair);
  }
  node.append(make("h3", "", title), list);
  return node;
}

/** Three columns of numbers. `found`: the answer of /data/areas/:id/statistics. */
export function regional({ area, days }) {
  const n = area.numbers;
  const row = (key, bad = false) => [say(`regional.${key}`), number(n[key]), bad && n[key] > 0];
  const expiring = make("a", "", number(n.healthy_soon));
  expiring.href = `/licences${query({ what: "people", within: "30", area: area.id })}`;
  const people = [row("staff"), row("principals"), row("directors"), row("officers"), row("practitioners"), row("healthy"),
    [say("regional.healthy_soon"), expiring], row("unhealthy", true), row("no_certificate", true)];
  const supervision = [row("inspections"), row("failed", true), [say("regional.unit_days", { days }), number(n.unit_days)], row("findings"),
    [say("regional.rectifications"), `${number(area.closed)} / ${number(area.ordered)}`, area.overdue > 0]];
  const stars = n.stars === null ? "" : ` · ${say("regional.stars", { n: number(n.stars, 1) })}`;
  const rest = [row("complaints"), row("complaints_upheld", true), [say("regional.ratings"), `${number(n.ratings)}${stars}`]];
  const node = make("div", "grid cols-2 regional-groups");
  const second = make("div", "stack-v");
  second.append(group(say("regional.supervision"), supervision), group(say("regional.public"), rest));
  node.append(group(say("regional.people"), people), second);
  return node;
}

/** Devices of each kind and how many of them are online, against 90 %. */
export function kinds(rows, area) {
  if (!rows.length) return empty(say("drill.no_devices"));
  const list = make("ul", "kinds");
  for (const { kind, devices, online } of rows) {
    const item = make("li");
    const link = make("a", "clip", named(facts.catalogue.kinds[kind]) || kind);
    link.href = `/devices${query({ kind, area })}`;
    item.append(link, share(online === null ? null : online / devices, GOAL), make("span", "num muted", `${online === null ? "–" : number(online)} / ${number(devices)}`));
    list.append(item);
  }
  return list;
}

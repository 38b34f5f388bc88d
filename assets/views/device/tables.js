// The three tables of the page of all devices.

import { stamp } from "../../charts/zone.js";
import { deviceName, kindOf, metricOf, sayable, valueText } from "../../devices.js";
import { pager } from "../../parts/pager.js";
import { empty } from "../../parts/states.js";
import { Table } from "../../parts/table.js";
import { DASH, age, facts, make, named, now, number, percent, say, span } from "../../words.js";

const GOAL = 0.9;
const MAIN = ["temperature", "lel", "smoke", "displacement", "irradiance", "rinse_temperature", "body_temperature", "speed", "cpu_load"];

export const KINDS = {
  groups: ["refrigerator", "sensor", "camera", "terminal", "gateway", "screen"],
  kinds: () => Object.entries(facts.catalogue.kinds),
};

export function listTable(answer, wanted, { change, areas }) {
  if (!answer.rows.length) return [empty(say("device.list_empty"))];
  const place = names(areas);
  const columns = [
    { key: "name", head: "device.device", cell: deviceCell },
    { key: "kind", head: "device.kind", cell: (row) => named(kindOf(row)) || row.kind },
    { key: "unit", head: "device.unit", cell: unitCell },
    { key: "area", head: "device.area", cell: (row) => place(row.street) },
    { key: "state", head: "device.state", cell: stateCell },
    { key: "", head: "device.value", num: true, cell: (row) => mainValue(row) },
    { key: "seen", head: "device.seen", num: true, down: true, cell: (row) => (row.seen_at ? age(now() - Date.parse(row.seen_at)) : DASH) },
  ];
  const pages = pager({ total: answer.count, offset: answer.page * answer.size, size: answer.size, go: (offset) => change({ page: offset / answer.size }) });
  const onSort = (sort, down) => change({ sort, down });
  return [grid(columns, answer.rows, { sort: wanted.sort || "state", down: wanted.down, onSort }), pages];
}

export function ratesTable(answer, wanted, { change, areas }) {
  if (!answer.rows.length) return [empty(say("device.list_empty"))];
  const place = names(areas);
  const words = {
    area: (row) => place(row.key), street: (row) => place(row.key), type: (row) => named(facts.catalogue.business_types[row.key]) || row.key,
    kind: (row) => named(kindOf({ kind: row.key })) || row.key, unit: (row) => named({ zh: row.name, en: row.name_en || row.name }),
  }[wanted.by];
  const narrower = { area: "area", street: "area", type: "type", kind: "kind", unit: "unit" }[wanted.by];
  const columns = [
    { key: "name", head: `device.by_${wanted.by}`, of: words, cell: (row) => {
      const link = make("button", "link", words(row));
      link.addEventListener("click", () => change({ tab: "list", [narrower]: row.key }));
      return link;
    } },
    { key: "rate", head: "device.rate_now", num: true, of: (row) => row.rate, cell: rateCell },
    { key: "devices", down: true, head: "device.all", num: true, of: (row) => row.devices, cell: (row) => number(row.devices) },
    { key: "online", down: true, head: "device.online", num: true, of: (row) => row.online, cell: (row) => number(row.online) },
    { key: "offline", down: true, head: "device.offline", num: true, of: (row) => row.offline, cell: (row) => number(row.offline) },
    { key: "never", down: true, head: "device.never", num: true, of: (row) => row.never, cell: (row) => number(row.never) },
  ];
  const sorted = columns.find((column) => column.key === wanted.sort);
  const rows = sorted ? [...answer.rows].sort((a, b) => compare(sorted.of(a), sorted.of(b)) * (wanted.down ? -1 : 1)) : answer.rows;
  const note = make("p", "device-note", say("device.rate_meaning"));
  return [note, grid(columns, rows, { sort: wanted.sort || "rate", down: wanted.down, onSort: (sort, down) => change({ sort, down }) })];
}

export function failuresTable(answer, wanted, { areas }) {
  const note = make("p", "device-note", say("device.failure_meaning"));
  if (!answer.rows.length) return [note, empty(say("device.failures_empty"))];
  const place = names(areas);
  const long = (seconds) => (seconds > 0 ? span(seconds * 1000) : DASH);
  const most = answer.rows[0].failures;
  const columns = [
    { head: "device.rank", num: true, cell: (row) => number(answer.rows.indexOf(row) + 1) },
    { head: "device.device", cell: (row) => deviceCell({ ...row, id: row.device_id }) },
    { head: "device.kind", cell: (row) => named(kindOf(row)) || row.kind },
    { head: "device.unit", cell: unitCell },
    { head: "device.area", cell: (row) => place(row.street) },
    { head: "device.failures", num: true, cell: (row) => {
      const node = make("span", "device-count");
      const track = make("span", "track");
      const bar = make("i");
      bar.style.width = `${(row.failures / most) * 100}%`;
      track.append(bar);
      node.append(make("b", "", number(row.failures)), track);
      return node;
    } },
    { head: "device.silences", num: true, cell: (row) => number(row.silences) },
    { head: "device.beyond_time", num: true, cell: (row) => long(row.seconds) },
    { head: "device.longest", num: true, cell: (row) => long(row.longest) },
    { head: "device.offline_time", num: true, cell: (row) => long(row.offline) },
    { head: "device.last_failure", num: true, cell: (row) => stamp(Date.parse(row.last), false) },
    { head: "device.open_now", cell: (row) => (row.open ? chip(say("device.still_open"), "is-orange") : "") },
  ];
  const count = make("div", "pager");
  count.append(make("span", "count", say("device.failures_count", { n: number(answer.failures), devices: number(answer.devices) })));
  return [note, grid(columns, answer.rows, {}), count];
}

// --- cells

function deviceCell(row) {
  const node = make("span", "device-cell");
  const link = make("a", "", deviceName(row));
  link.href = `/devices/${encodeURIComponent(row.id)}`;
  node.append(link, make("span", "muted small", [row.id, sayable(row.room)].filter(Boolean).join(" · ")));
  return node;
}

function unitCell(row) {
  const link = make("a", "", named({ zh: row.unit_name, en: row.unit_name_en || row.unit_name }));
  link.href = `/units/${encodeURIComponent(row.unit)}`;
  return link;
}

function stateCell(row) {
  if (row.online === null) return chip(say("device.never"), "");
  const node = chip(say(row.online ? "device.online" : "device.offline"), row.online ? "is-green" : "is-orange offline");
  if (!row.online && row.changed_at) node.append(` ${span(now() - Date.parse(row.changed_at))}`);
  return node;
}

function rateCell(row) {
  const node = make("span", "device-rate");
  const track = make("span", "track");
  const bar = make("i", row.rate < GOAL ? "is-bad" : "");
  bar.style.width = `${row.rate * 100}%`;
  track.append(bar);
  node.append(track, make("b", row.rate < GOAL ? "is-bad" : "", `${percent(row.rate)} %`));
  return node;
}

function mainValue(row) {
  const name = MAIN.find((one) => one in row.readings) || Object.keys(row.readings)[0];
  if (!name) return DASH;
  const metric = metricOf({ ...row, unit: row.unit }, name);
  return `${valueText(metric, row.readings[name].value)} ${metric.unit}`.trim();
}

function chip(words, mood) {
  return make("span", `chip ${mood}`.trim(), words);
}

function names(areas) {
  const known = new Map(areas.map((area) => [area.id, area]));
  return (id) => (known.has(id) ? named({ zh: known.get(id).name, en: known.get(id).name_en || known.get(id).name }) : id);
}

function compare(a, b) {
  return typeof a === "string" ? a.localeCompare(b, "zh-CN") : a - b;
}

// --- the table itself

function grid(columns, rows, { sort = null, down = false, onSort = null }) {
  const table = new Table({
    label: () => say("nav.devices"), sort, down, onSort, sorted: true, dense: true,
    columns: columns.map((column) => ({ ...column, title: () => say(column.head), sort: onSort && column.key ? undefined : false })),
  });
  table.rows(rows);
  return table.node;
}

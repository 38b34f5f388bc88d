// The three tables of the page of all devices.

import { stamp } from "../../charts/zone.js";
import { kindOf, metricOf, valueText } from "../../devices.js";
import { DASH, age, facts, make, named, now, number, percent, say, span } from "../../words.js";

const GOAL = 0.9;
const MAIN = ["temperature", "lel", "smoke", "displacement", "irradiance", "rinse_temperature", "body_temperature", "speed", "cpu_load"];

export const KINDS = {
  groups: ["refrigerator", "sensor", "camera", "terminal", "gateway", "screen"],
  kinds: () => Object.entries(facts.catalogue.kinds),
};

export function listTable(answer, wanted, { change, areas }) {
  if (!answer.rows.length) return [make("p", "empty", say("device.list_empty"))];
  const place = names(areas);
  const columns = [
    { key: "name", head: "device.device", cell: deviceCell },
    { key: "kind", head: "device.kind", cell: (row) => named(kindOf(row)) || row.kind },
    { key: "unit", head: "device.unit", cell: unitCell },
    { key: "area", head: "device.area", cell: (row) => place(row.street) },
    { key: "state", head: "device.state", cell: stateCell },
    { key: "", head: "device.value", num: true, cell: (row) => mainValue(row) },
    { key: "seen", head: "device.seen", num: true, cell: (row) => (row.seen_at ? age(now() - Date.parse(row.seen_at)) : DASH) },
  ];
  const sort = (key) => change({ sort: key, down: wanted.sort === key ? !wanted.down : key === "seen" });
  return [grid(columns, answer.rows, { sort: wanted.sort, down: wanted.down, onSort: sort }), pager(answer, wanted, change)];
}

export function ratesTable(answer, wanted, { change, areas }) {
  if (!answer.rows.length) return [make("p", "empty", say("device.list_empty"))];
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
    { key: "devices", head: "device.all", num: true, of: (row) => row.devices, cell: (row) => number(row.devices) },
    { key: "online", head: "device.online", num: true, of: (row) => row.online, cell: (row) => number(row.online) },
    { key: "offline", head: "device.offline", num: true, of: (row) => row.offline, cell: (row) => number(row.offline) },
    { key: "never", head: "device.never", num: true, of: (row) => row.never, cell: (row) => number(row.never) },
  ];
  const sorted = columns.find((column) => column.key === wanted.sort);
  const rows = sorted ? [...answer.rows].sort((a, b) => compare(sorted.of(a), sorted.of(b)) * (wanted.down ? -1 : 1)) : answer.rows;
  const sort = (key) => change({ sort: key, down: wanted.sort === key ? !wanted.down : !["name", "rate"].includes(key) });
  const note = make("p", "device-note", say("device.rate_meaning"));
  return [note, grid(columns, rows, { sort: wanted.sort || "rate", down: wanted.down, onSort: sort })];
}

export function failuresTable(answer, wanted, { areas }) {
  const note = make("p", "device-note", say("device.failure_meaning"));
  if (!answer.rows.length) return [note, make("p", "empty", say("device.failures_empty"))];
  const place = names(areas);
  const long = (seconds) => (seconds > 0 ? span(seconds * 1000) : DASH);
  const most = answer.rows[0].failures;
  const columns = [
    { head: "device.rank", num: true, cell: (row, i) => number(i + 1) },
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
  const link = make("a", "", row.name || named(kindOf(row)) || row.id);
  link.href = `/devices/${encodeURIComponent(row.id)}`;
  node.append(link, make("span", "muted small", [row.id, row.room].filter(Boolean).join(" · ")));
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

function grid(columns, rows, { sort, down, onSort }) {
  const wrap = make("div", "table-wrap");
  wrap.tabIndex = 0;
  const node = make("table", "table is-dense");
  const top = node.createTHead().insertRow();
  for (const column of columns) {
    const head = make("th", column.num ? "num" : "");
    head.scope = "col";
    if (onSort && column.key) {
      const button = make("button", "sort", say(column.head));
      button.addEventListener("click", () => onSort(column.key));
      head.append(button);
      if (column.key === sort) head.setAttribute("aria-sort", down ? "descending" : "ascending");
    } else head.textContent = say(column.head);
    top.append(head);
  }
  const body = node.createTBody();
  rows.forEach((row, i) => {
    const line = body.insertRow();
    for (const column of columns) {
      const cell = make("td", column.num ? "num" : "");
      cell.append(column.cell(row, i));
      line.append(cell);
    }
  });
  wrap.append(node);
  return wrap;
}

function pager(answer, wanted, change) {
  const bar = make("div", "pager");
  const first = answer.page * answer.size + 1;
  bar.append(make("span", "count", say("device.list_count", { from: number(first), to: number(first + answer.rows.length - 1), n: number(answer.count) })));
  const step = (key, page, may) => {
    const button = make("button", "button", say(key));
    button.disabled = !may;
    button.addEventListener("click", () => change({ page }));
    bar.append(button);
  };
  step("device.page_before", wanted.page - 1, wanted.page > 0);
  step("device.page_next", wanted.page + 1, (answer.page + 1) * answer.size < answer.count);
  return bar;
}

// One device: who it is, its curves, its rows, its history.

import { deviceName, loadLimits } from "../devices.js";
import { failed, isMissing, nowhere, skeleton } from "../parts/states.js";
import { get } from "../visit.js";
import { make, named, say } from "../words.js";
import { Charts } from "./device/charts.js";
import { head, paintState } from "./device/head.js";
import { historyCards } from "./device/history.js";
import { Range } from "./device/range.js";
import { Rows } from "./device/rows.js";

export const route = "/devices/:id";
const AGAIN = 60000; // what is not told live (alarms of before, rates) is asked for anew so often

export function open(context) {
  const { root, params, crumbs, go, live } = context;
  const page = make("div", "device-page");
  const parts = { closed: false };
  root.append(page);
  page.append(skeleton(16));
  crumbs([{ text: () => say("nav.city"), href: "/" }, { text: () => say("nav.devices"), href: "/devices" }, { text: params.id }]);
  load();

  async function load() {
    try {
      parts.device = await get(path(params.id));
      await loadLimits();
    } catch (error) {
      if (!parts.closed) page.replaceChildren(isMissing(error) ? nowhere() : failed(load));
      return;
    }
    if (!parts.closed) build();
  }

  function build() {
    const { device } = parts;
    page.replaceChildren();
    parts.head = make("div");
    parts.side = make("div", "stack-v");
    parts.range = new Range(context, (from) => parts.charts?.ask(from));
    parts.charts = new Charts(device, parts.range, (alarm) => go(`/alarms/${encodeURIComponent(alarm)}`));
    parts.rows = new Rows(device, parts.range, context);
    const main = make("div", "stack-v");
    const measures = parts.charts.rows.length > 0; // a camera has no readings to list
    main.append(parts.charts.node, ...(measures ? [parts.rows.node] : []));
    const grid = make("div", "grid device-grid");
    grid.append(main, parts.side);
    page.append(parts.head, grid);
    paint();
    parts.live = live(`unit:${device.unit}`, hear);
    parts.charts.ask();
    if (measures) parts.rows.ask();
    parts.timer = setInterval(refresh, AGAIN);
  }

  function paint() {
    const { device } = parts;
    head(parts.head, device);
    parts.side.replaceChildren(...historyCards(device));
    const place = (area) => ({ text: () => named(area), href: `/areas/${encodeURIComponent(area.id)}` });
    const unit = () => named({ zh: device.unit_name, en: device.unit_name_en || device.unit_name });
    crumbs([{ text: () => say("nav.city"), href: "/" }, place(device.banner), place(device.street),
      { text: unit, href: `/units/${encodeURIComponent(device.unit)}` }, { text: () => deviceName(device) }]);
    context.retitle(`${deviceName(device)} · ${unit()}`);
  }

  /** Frames of the unit: this device's values at once, and a word when an alarm came or went. */
  function hear(changed, state) {
    const { device } = parts;
    const mine = state.devices.get(device.id);
    if (mine) {
      device.online = mine.online ?? device.online;
      if (mine.seen_at && !(Date.parse(device.seen_at) > Date.parse(mine.seen_at))) device.seen_at = mine.seen_at;
    }
    for (const key of changed.readings) {
      const reading = state.readings.get(key);
      if (reading?.device !== device.id) continue;
      device.readings[reading.metric] = { value: reading.value, at: reading.at };
      parts.charts.hear(reading);
      if (!device.seen_at || Date.parse(reading.at) > Date.parse(device.seen_at)) device.seen_at = reading.at;
    }
    paintState(parts.head, device);
    if (changed.alarms && !changed.whole) refreshSoon();
  }

  function refreshSoon() {
    clearTimeout(parts.soon);
    parts.soon = setTimeout(refresh, 1500);
  }

  async function refresh() {
    if (document.hidden || parts.closed) return;
    try {
      const device = await get(path(params.id));
      if (parts.closed) return;
      const { seen_at } = parts.device; // a frame may know more than is written down
      Object.assign(parts.device, device);
      if (Date.parse(seen_at) > Date.parse(device.seen_at)) parts.device.seen_at = seen_at;
      paint();
      if (parts.range.isLive) parts.charts.ask();
    } catch {
      // the header says that the server is away; what is shown stays and ages
    }
  }

  return {
    translate: () => {
      if (!parts.charts) return;
      paint();
      parts.range.translate();
      parts.charts.translate();
      parts.rows.translate();
    },
    tick: () => parts.charts && paintState(parts.head, parts.device),
    close: () => {
      parts.closed = true;
      clearInterval(parts.timer);
      clearTimeout(parts.soon);
      parts.charts?.close();
    },
    charts: () => parts.charts,
  };
}

const path = (id) => `/data/devices/${encodeURIComponent(id)}.json`;

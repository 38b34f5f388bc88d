// All devices: the list, how many are online, and which fail most.

import { facts, make, named, number, percent, say, spoken } from "../words.js";
import { failed, skeleton } from "../parts/states.js";
import { get, may } from "../visit.js";
import { KINDS, failuresTable, listTable, ratesTable } from "./device/tables.js";

export const route = "/devices";
const TABS = ["list", "rates", "failures"];
const BY = ["area", "street", "type", "kind", "unit"];
const PERIODS = ["1d", "7d", "30d"];
const STATES = ["", "online", "offline", "never", "fault"];
const GOAL = 0.9; // DEV-03
const AGAIN = 30000;

export function open({ root, query, keep, crumbs, go, live }) {
  crumbs([{ text: () => say("nav.city"), href: "/" }, { text: () => say("nav.devices") }]);
  const asked = (name, allowed, otherwise) => (allowed.includes(query.get(name)) ? query.get(name) : otherwise);
  const now = {
    tab: asked("tab", TABS, "list"), by: asked("by", BY, "area"), period: asked("period", PERIODS, "7d"), state: asked("state", STATES, ""),
    kind: query.get("kind") || "", area: query.get("area") || "", type: query.get("type") || "", unit: query.get("unit") || "", q: query.get("q") || "",
    sort: query.get("sort") || "", down: query.has("down"), page: Math.max(0, Number(query.get("page")) || 0),
  };
  const page = make("div", "devices-page");
  root.append(page);
  const body = make("div", "card devices-body");
  const figures = make("div", "figures");
  let closed = false;
  let answer = null;
  let areas = [];
  let round = 0;
  let typing = null;

  function change(values) {
    Object.assign(now, "page" in values || "by" in values ? values : { page: 0, ...values });
    for (const name of ["tab", "by", "period", "state", "kind", "area", "type", "unit", "q", "sort", "page"])
      keep(name, { tab: "list", by: "area", period: "7d" }[name] === now[name] ? null : now[name] || null);
    keep("down", now.down ? "1" : null);
    frame();
    ask();
  }

  function narrowed() {
    const query = new URLSearchParams();
    for (const name of ["kind", "area", "type", "unit", "q", "state"]) if (now[name]) query.set(name, now[name]);
    return query;
  }

  function path() {
    const query = narrowed();
    if (now.tab === "rates") return `/data/devices/rates.json?by=${now.by}&${query}`;
    if (now.tab === "failures") return `/data/devices/failures.json?period=${now.period}&${query}`;
    query.set("page", now.page);
    if (now.sort) query.set("sort", now.sort);
    if (now.down) query.set("down", "1");
    return `/data/devices.json?${query}`;
  }

  async function ask(quiet = false) {
    const mine = (round += 1);
    if (!quiet) body.setAttribute("aria-busy", "true");
    try {
      const [rows, rates] = await Promise.all([get(path()), get(`/data/devices/rates.json?by=area&${narrowed()}`)]);
      if (closed || mine !== round) return;
      answer = { tab: now.tab, rows, total: rates.total };
      paint();
    } catch {
      if (closed || mine !== round || quiet) return;
      body.removeAttribute("aria-busy");
      body.replaceChildren(failed(() => ask()));
    }
  }

  function paint() {
    body.removeAttribute("aria-busy");
    paintFigures();
    if (answer.tab !== now.tab) return;
    const draw = { list: listTable, rates: ratesTable, failures: failuresTable }[now.tab];
    body.replaceChildren(...draw(answer.rows, now, { change, areas, go, exportPath }));
  }

  function exportPath(form) {
    const query = narrowed();
    query.set("form", form);
    query.set("lang", spoken());
    return `/data/devices/export?${query}`;
  }

  function paintFigures() {
    const { devices, online, offline, never, fault } = answer.total;
    const rate = devices ? online / devices : null;
    const rows = [
      ["device.all", number(devices), ""], ["device.rate_now", percent(rate), "%"], ["device.online", number(online), "", "online"],
      ["device.offline", number(offline), "", "offline"], ["device.never", number(never), "", "never"], ["device.fault", number(fault), "", "fault"],
    ];
    figures.replaceChildren(...rows.map(([key, text, quantity, state]) => {
      const node = make(state ? "button" : "div", "kpi");
      const value = make("div", "value");
      value.append(make("span", "figure", text), make("span", "quantity", rate === null ? "" : quantity));
      node.append(make("div", "label", say(key)), value, make("div", "detail", key === "device.rate_now" ? say("device.goal") : ""));
      if (key === "device.rate_now" && rate !== null && rate < GOAL) node.dataset.mood = "bad";
      if (state) {
        node.setAttribute("aria-pressed", now.state === state && now.tab === "list");
        node.addEventListener("click", () => change({ tab: "list", state: now.state === state && now.tab === "list" ? "" : state }));
      }
      return node;
    }));
  }

  // --- the frame: title, tabs, filters

  const head = make("div", "page-head");
  const tabs = make("div", "tabs");
  tabs.setAttribute("role", "tablist");
  const filters = make("div", "filters");
  page.append(head, figures, tabs, filters, body);
  body.append(skeleton(12));

  function frame() {
    head.replaceChildren(make("h1", "", say("nav.devices")));
    tabs.replaceChildren(...TABS.map((name) => {
      const button = make("button", "", say(`device.tab_${name}`));
      button.setAttribute("role", "tab");
      button.setAttribute("aria-selected", name === now.tab);
      button.addEventListener("click", () => change({ tab: name, sort: "", down: false }));
      return button;
    }));
    const focused = document.activeElement?.dataset?.filter;
    const parts = [text(), select("kind", kindChoices()), select("area", areaChoices()), select("type", typeChoices())];
    if (now.tab === "list") parts.push(select("state", STATES.map((name) => [name, name ? say(`device.${name}`) : say("device.any_state")])));
    if (now.tab === "rates") parts.push(segments("by", BY));
    if (now.tab === "failures") parts.push(segments("period", PERIODS));
    if (now.unit) {
      const chip = make("button", "chip", `${say("device.unit")} ${now.unit} ×`);
      chip.addEventListener("click", () => change({ unit: "" }));
      parts.push(chip);
    }
    if (now.tab === "list" && may("export")) {
      for (const form of ["csv", "xlsx"]) {
        const link = make("a", "button", say(`device.export_${form}`));
        link.href = exportPath(form);
        link.setAttribute("download", "");
        parts.push(link);
      }
    }
    filters.replaceChildren(...parts);
    if (focused) {
      const box = filters.querySelector(`[data-filter="${focused}"]`);
      box?.focus();
      if (focused === "q") box.setSelectionRange(box.value.length, box.value.length);
    }
  }

  function text() {
    const box = make("input", "input");
    box.type = "search";
    box.dataset.filter = "q";
    box.placeholder = say("device.find");
    box.setAttribute("aria-label", say("device.find"));
    box.value = now.q;
    box.addEventListener("input", () => {
      clearTimeout(typing);
      typing = setTimeout(() => change({ q: box.value.trim() }), 250);
    });
    return box;
  }

  function select(name, choices) {
    const node = make("select", "select");
    node.dataset.filter = name;
    node.setAttribute("aria-label", say(`device.${name}`));
    for (const [value, words] of choices) {
      const option = make("option", "", words);
      option.value = value;
      option.selected = value === now[name];
      node.append(option);
    }
    node.addEventListener("change", () => change({ [name]: node.value }));
    return node;
  }

  function segments(name, values) {
    const node = make("div", "segmented");
    node.setAttribute("role", "group");
    for (const value of values) {
      const button = make("button", "", say(`device.${name}_${value}`));
      button.setAttribute("aria-pressed", now[name] === value);
      button.addEventListener("click", () => change({ [name]: value }));
      node.append(button);
    }
    return node;
  }

  const kindChoices = () => [["", say("device.any_kind")], ...KINDS.groups.map((name) => [name, say(`device.group_${name}`)]),
    ...KINDS.kinds().map(([key, kind]) => [key, named(kind)])];
  const typeChoices = () => [["", say("device.any_type")], ...Object.entries(facts.catalogue.business_types).map(([key, type]) => [key, named(type)])];
  const areaChoices = () => [["", say("device.any_area")], ...areas.filter((area) => area.kind === "banner").flatMap((banner) => [
    [banner.id, areaName(banner)], ...areas.filter((area) => area.parent_id === banner.id).map((street) => [street.id, `\u2003${areaName(street)}`])])];

  get("/city/areas.json").then((found) => {
    areas = found;
    if (closed) return;
    frame();
    if (answer) paint();
  }).catch(() => {}); // the filter of areas stays short; the list itself says what fails
  live("city", () => {});
  frame();
  ask();
  const timer = setInterval(() => document.hidden || ask(true), AGAIN);
  return {
    translate: () => {
      frame();
      if (answer) paint();
    },
    close: () => {
      closed = true;
      clearInterval(timer);
      clearTimeout(typing);
    },
  };
}

export function areaName(area) {
  return named({ zh: area.name, en: area.name_en || area.name });
}

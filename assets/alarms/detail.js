// One alarm beside the list (or one incident in its place): what, where, since when, who has it, who did what.

import { deviceWords, metricOf } from "../devices.js";
import { sentence } from "../panels/alarms.js";
import { levelSign } from "../signs.js";
import { spark } from "../values.js";
import { get } from "../visit.js";
import { DASH, make, named, now, number, put, say, span, token } from "../words.js";
import * as deeds from "./deeds.js";
import { assign, comment, silence } from "./questions.js";
import { fromRow, ownerOf, stateOf } from "./model.js";
import { moment, timeline } from "./story.js";

export class Detail {
  /** `on`: close(), go(path). */
  constructor(root, on) {
    this._root = root;
    this._on = on;
    this.shown = null; // {kind, id}
    this._file = null;
  }

  async open(kind, id) {
    const same = this.shown?.kind === kind && this.shown.id === id;
    this.shown = { kind, id };
    this._root.hidden = false;
    if (!same) {
      this._file = null;
      this._root.replaceChildren(skeleton());
    }
    try {
      const file = await get(kind === "alarm" ? `/data/alarms/one/${encodeURIComponent(id)}` : `/data/incidents/${encodeURIComponent(id)}`);
      if (this.shown?.id !== id) return;
      this._file = file;
      this._paint();
    } catch (failure) {
      if (this.shown?.id === id && !this._file) this._root.replaceChildren(this._failed(failure));
    }
  }

  close() {
    this.shown = null;
    this._file = null;
    this._root.hidden = true;
    this._root.replaceChildren();
  }

  translate() {
    if (this._file) this._paint();
  }

  /** The live rows say that something about it changed: ask anew, at most once a second. */
  refresh() {
    if (!this.shown || this._asked) return;
    this._asked = true;
    setTimeout(() => {
      this._asked = false;
      if (this.shown) this.open(this.shown.kind, this.shown.id);
    }, 700);
  }

  _paint() {
    const keep = this._root.scrollTop;
    this._root.replaceChildren(...(this.shown.kind === "alarm" ? this._alarm(fromRow(this._file)) : this._incident(this._file)));
    this._root.scrollTop = keep;
  }

  /** Once a second: what goes on lasts longer. */
  tick() {
    if (this._lasting) put(this._lasting.title, this._lasting.words()), put(this._lasting.span, span(now() - this._lasting.since));
  }

  _head(level, title, sub) {
    const head = make("header", "detail-head");
    const close = make("button", "button icon quiet", "✕");
    close.setAttribute("aria-label", say("desk.close"));
    close.addEventListener("click", () => this._on.close());
    const words = make("div", "words");
    const heading = make("h2", "", title);
    heading.id = "detail-title";
    words.append(heading, sub);
    head.append(make("i", `shape ${levelSign(level)}`), words, close);
    return head;
  }

  _alarm(alarm) {
    const state = stateOf(alarm, now());
    const end = alarm.cleared_at ? Date.parse(alarm.cleared_at) : now();
    const unit = make("a", "", named({ zh: alarm.unit_name, en: alarm.unit_name_en }) || alarm.unit);
    unit.href = `/units/${encodeURIComponent(alarm.unit)}`;
    const sub = make("p", "muted");
    sub.append(unit, make("span", "", ` · ${say(`level.${alarm.level}`)}`));
    const chip = make("span", `chip ${state === "open" ? "is-orange" : ""}`, say(`alarm_state.${state}`));
    const buttons = this._deeds([alarm], state);
    const lasts = make("span", "", span(end - Date.parse(alarm.since)));
    const facts = table([
      ["desk.state", chip], ["desk.owner", ownerOf(alarm)?.name], ["desk.since", moment(Date.parse(alarm.since))],
      ["desk.lasts", lasts], ["desk.limit", alarm.limit],
      ["desk.device", alarm.device && link(`/devices/${encodeURIComponent(alarm.device)}`, `${deviceWords({ kind: alarm.device_kind })} ${alarm.device}`)],
      ["desk.incident", link(`/incidents/${encodeURIComponent(alarm.incident)}`, say("desk.alarms_n", { n: number(alarm.incident_alarms) }))],
      ["desk.acknowledged", alarm.acknowledged_at && say("desk.who_when", { who: alarm.acknowledged_name || alarm.acknowledged_by, at: moment(Date.parse(alarm.acknowledged_at)) })],
      ["desk.silenced", state === "silenced" && say("desk.silenced_words", { who: alarm.silenced_by, at: moment(Date.parse(alarm.silenced_until)), why: alarm.silence_reason })],
      ["desk.silent", alarm.silent_since && state !== "cleared" && say("desk.silent_since", { at: moment(Date.parse(alarm.silent_since)) })],
      ["desk.rule", alarm.rule], ["desk.id", alarm.id],
    ].filter(([key, value]) => value || key === "desk.owner"));
    const head = this._head(alarm.level, sentence(alarm, end), sub);
    const parts = [head, buttons, facts];
    this._lasting = state === "cleared" ? null : { title: head.querySelector("h2"), words: () => sentence(alarm), span: lasts, since: Date.parse(alarm.since) };
    if (alarm.device && alarm.metric) parts.push(this._line(alarm));
    parts.push(section("desk.story", timeline(alarm.story, alarm)));
    parts.push(section("desk.neighbours", this._others(alarm.neighbours.map(fromRow), "desk.no_neighbours")));
    return parts;
  }

  _incident(incident) {
    this._lasting = null;
    const alarms = incident.alarms.map(fromRow);
    const open = alarms.filter((alarm) => alarm.state !== "cleared");
    const units = new Set(alarms.map((alarm) => alarm.unit)).size;
    const sub = make("p", "muted", `${say(`level.${incident.level}`)} · ${say(`desk_cause.${incident.cause === "unit_power" ? "unit_power" : "device"}`)}`);
    const end = incident.closed_at ? Date.parse(incident.closed_at) : now();
    const facts = table([
      ["desk.state", make("span", "chip", say(incident.closed_at ? "alarm_state.cleared" : "desk.incident_open", { n: number(open.length) }))],
      ["desk.since", moment(Date.parse(incident.opened_at))], ["desk.lasts", span(end - Date.parse(incident.opened_at))],
      ["desk.of_units", number(units)], ["desk.id", incident.id],
    ]);
    const names = new Map(alarms.map((alarm) => [alarm.id, { ...alarm, title: sentence(alarm, end) }]));
    const main = alarms.find((alarm) => alarm.id === incident.id) || alarms[0];
    return [
      this._head(incident.level, main ? sentence(main, end) : incident.id, sub), this._deeds(open, open.length ? "open" : "cleared"), facts,
      section("desk.members", this._others(alarms, "desk.no_neighbours")), section("desk.story", timeline(incident.story, main, names)),
    ];
  }

  _deeds(alarms, state) {
    const row = make("div", "row detail-deeds");
    const add = (key, run, className = "button") => {
      const button = make("button", className, say(key));
      button.addEventListener("click", () => run(alarms).then(() => this.refresh()));
      row.append(button);
    };
    if (deeds.canAct() && state !== "cleared") {
      if (alarms.some((alarm) => alarm.state === "open")) add("desk.acknowledge", (all) => deeds.acknowledge(all.filter((one) => one.state === "open")), "button main");
      add("desk.assign", assign);
    }
    if (deeds.canSilence() && state !== "cleared") {
      if (state === "silenced") add("desk.unsilence", deeds.unsilence);
      else add("desk.silence", silence);
    }
    if (deeds.canAct() && alarms.length) add("desk.comment", comment);
    return row;
  }

  /** The last values of its metric, with the limit; drawn when they come. */
  _line(alarm) {
    const canvas = make("canvas", "detail-line");
    const key = `${alarm.device}|${alarm.metric}`;
    const metric = metricOf({ kind: alarm.device_kind, unit: alarm.unit }, alarm.metric);
    const box = section("desk.values", canvas);
    const words = make("p", "small muted");
    box.append(words);
    box.hidden = true;
    get(`/city/history.json?k=${encodeURIComponent(key)}`).then((found) => {
      const points = (found[key] || []).map(([at, value]) => [typeof at === "number" ? at : Date.parse(at), value]);
      if (points.length < 2) return;
      box.hidden = false;
      const values = points.map(([, value]) => value);
      const text = (value) => `${number(value, metric.decimals)} ${metric.unit}`.trim();
      words.textContent = say("desk.values_words", { metric: named(metric), from: moment(points[0][0]), low: text(Math.min(...values)),
        high: text(Math.max(...values)), last: text(values[values.length - 1]), limit: alarm.limit || DASH });
      spark(canvas, points, { low: metric.low, high: metric.high, beyond: alarm.state !== "cleared", colours: { data: token("--data"), beyond: token("--orange") } });
    }).catch(() => {});
    return box;
  }

  _others(alarms, empty) {
    if (!alarms.length) return make("p", "muted", say(empty));
    const list = make("ul", "list");
    for (const alarm of alarms.slice(0, 200)) {
      const row = make("li");
      const node = link(`/alarms/${encodeURIComponent(alarm.id)}`, "");
      const words = make("span", "words");
      words.append(make("b", "", sentence(alarm, alarm.cleared_at ? Date.parse(alarm.cleared_at) : now())),
        make("span", "", [named({ zh: alarm.unit_name, en: alarm.unit_name_en }), ownerOf(alarm)?.name].filter(Boolean).join(" · ")));
      node.append(make("i", `shape ${levelSign(alarm.level)}`), words, make("span", "side", say(`alarm_state.${stateOf(alarm, now())}`)));
      row.append(node);
      list.append(row);
    }
    return list;
  }

  _failed(failure) {
    const box = make("div", "failed");
    box.append(make("span", "", say(failure.status === 404 ? "desk.no_such" : "desk.unreachable")));
    const again = make("button", "button", say(failure.status === 404 ? "desk.close" : "desk.again"));
    again.addEventListener("click", () => (failure.status === 404 ? this._on.close() : this.open(this.shown.kind, this.shown.id)));
    box.append(again);
    return box;
  }
}

function link(path, text) {
  const node = make("a", "", text);
  node.href = path;
  return node;
}

function section(title, ...parts) {
  const box = make("section", "detail-part");
  box.append(make("h3", "", say(title)), ...parts);
  return box;
}

function table(rows) {
  const list = make("dl", "facts");
  for (const [key, value] of rows) {
    const row = make("div");
    const dd = make("dd");
    dd.append(value || DASH);
    row.append(make("dt", "", say(key)), dd);
    list.append(row);
  }
  return list;
}

export function skeleton() {
  const box = make("div", "skeleton");
  for (let i = 0; i < 7; i += 1) box.append(make("i"));
  return box;
}

// The timeline of all facts of a unit: by groups, by day, page by page; each can be opened to what was told.

import { get } from "../../visit.js";
import { clock, day, make, number, put, say } from "../../words.js";
import { link, nothing } from "./part.js";
import { factMark, factPath, factSentence } from "./sentences.js";

const GROUPS = ["alarms", "index", "checks", "public", "devices", "registry"];

export class Timeline {
  /** `keep(name, value)` writes the filter into the address; `query` is what it began with. */
  constructor(part, unit, words, { query, keep }) {
    this._part = part;
    this._unit = unit;
    this._words = words;
    this._keep = keep;
    this._groups = (query.get("facts") || "").split(",").filter((group) => GROUPS.includes(group));
    this._day = query.get("day") || "";
    this._fact = query.get("fact") || "";
    this._open = new Set(this._fact ? [this._fact] : []); // facts that are unfolded; the panel may be painted anew
    part.draw = (found, body) => this._draw(found, body);
    this.ask();
  }

  ask() {
    const query = new URLSearchParams();
    if (this._groups.length) query.set("groups", this._groups.join(","));
    if (this._day) query.set("day", this._day);
    if (this._fact) query.set("fact", this._fact);
    return this._part.ask(`/data/units/${encodeURIComponent(this._unit)}/facts?${query}`).then(() => this._toFact());
  }

  /** Show this fact, wherever in time it is. */
  open(fact) {
    this._set({ fact, groups: [], day: "" });
  }

  _set({ groups = this._groups, day: date = this._day, fact = "" }) {
    [this._groups, this._day, this._fact] = [groups, date, fact];
    this._open = new Set(fact ? [fact] : []);
    this._keep("facts", groups.join(","));
    this._keep("day", date);
    this._keep("fact", fact);
    this.ask();
  }

  _toFact() {
    const row = this._part.body.querySelector(".u-fact.is-chosen");
    if (!row) return;
    row.scrollIntoView({ block: "center" });
    row.querySelector("summary").focus({ preventScroll: true });
  }

  _draw(found, body) {
    put(this._part.note, say("unit.facts_of", { n: number(found.counts[""]) }));
    body.append(this._bar(found));
    if (!found.facts.length) return body.append(nothing("unit.no_facts"));
    const list = make("ol", "u-facts");
    let before = "";
    for (const fact of found.facts) {
      const date = day(Date.parse(fact.at));
      if (date !== before) list.append(make("li", "u-day", date));
      before = date;
      list.append(this._row(fact));
    }
    body.append(list);
    if (found.more) body.append(this._earlier(found));
  }

  _bar(found) {
    const bar = make("div", "filters");
    const all = this._chip("unit.all", found.counts[""], !this._groups.length, () => this._set({ groups: [] }));
    bar.append(all);
    for (const group of GROUPS) {
      const on = this._groups.includes(group);
      const groups = on ? this._groups.filter((other) => other !== group) : [...this._groups, group];
      bar.append(this._chip(`unit.group_${group}`, found.counts[group], on, () => this._set({ groups })));
    }
    const field = make("label", "row");
    const input = make("input", "input");
    input.type = "date";
    input.value = this._day;
    input.addEventListener("change", () => this._set({ day: input.value }));
    field.append(make("span", "muted", say("unit.until_day")), input);
    bar.append(field);
    if (this._day || this._fact) {
      const newest = make("button", "button small", say("unit.newest"));
      newest.addEventListener("click", () => this._set({ day: "" }));
      bar.append(newest);
    }
    return bar;
  }

  _chip(key, n, on, choose) {
    const button = make("button", "chip", `${say(key)} ${number(n)}`);
    button.setAttribute("aria-pressed", String(on));
    button.addEventListener("click", choose);
    return button;
  }

  _row(fact) {
    const row = make("li", "u-fact");
    row.dataset.factId = fact.id;
    row.dataset.kind = fact.kind;
    const time = make("time", "num muted", clock(Date.parse(fact.at)));
    time.dateTime = fact.at;
    const details = make("details");
    details.append(make("summary", "", factSentence(fact, this._words)), this._told(fact));
    row.classList.toggle("is-chosen", fact.id === this._fact);
    details.open = this._open.has(fact.id);
    details.addEventListener("toggle", () => this._open[details.open ? "add" : "delete"](fact.id));
    row.append(time, factMark(fact), details);
    return row;
  }

  /** Time true, time recorded, and the fact as it was told. */
  _told(fact) {
    const box = make("div", "u-told");
    const moment = (told) => `${day(Date.parse(told))} ${clock(Date.parse(told))}`;
    box.append(make("p", "muted", say("unit.fact_times", { at: moment(fact.at), recorded: fact.recorded_at ? moment(fact.recorded_at) : "–" })));
    const path = factPath(fact);
    if (path) box.append(link(path, say(fact.body.alarm ? "unit.to_alarm" : "unit.to_device")));
    box.append(make("pre", "", JSON.stringify(fact.body, null, 1)));
    return box;
  }

  _earlier(found) {
    const button = make("button", "button", say("unit.earlier"));
    button.addEventListener("click", async () => {
      button.disabled = true;
      const last = found.facts[found.facts.length - 1];
      const query = new URLSearchParams({ groups: this._groups.join(","), at: last.at, after: last.id });
      try {
        const older = await get(`/data/units/${encodeURIComponent(this._unit)}/facts?${query}`);
        found.facts.push(...older.facts);
        found.more = older.more;
        this._part.paint();
      } catch {
        button.disabled = false;
      }
    });
    return button;
  }
}

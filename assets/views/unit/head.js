// The head of a unit's page: who it is, which code it has and since when, and the one sentence that says why.

import { isWorking } from "../../devices.js";
import { shape } from "../../parts/code.js";
import { show, showAge } from "../../values.js";
import { facts, make, minuteOfDay, named, number, say } from "../../words.js";
import { link } from "./part.js";
import { why } from "./why.js";

export class Head {
  constructor(compare) {
    this.node = make("header", "card u-head");
    this._compare = compare;
  }

  /** `file`: the unit's file with the newest index; `alarms`: the open ones, as frames tell them. */
  paint(file, alarms) {
    const said = why(file.index, file.reasons, alarms);
    const top = make("div", "u-head-top");
    top.append(this._who(file), this._code(file));
    this.node.replaceChildren(...[top, whyLine(said, file)].filter(Boolean));
    this.node.dataset.colour = file.index?.colour || "none";
  }

  _who(file) {
    const who = make("div", "u-who");
    const title = make("h1", "", named({ zh: file.name, en: file.name_en }));
    const other = named({ zh: file.name_en, en: file.name });
    who.append(title);
    if (other && other !== title.textContent) who.append(make("p", "u-other-name", other));
    const type = named(facts.catalogue.business_types[file.business_type] || { zh: file.business_type });
    const chips = make("p", "u-chips");
    chips.append(make("span", "chip", type), opening(file), copied(file.id, say("unit.id")));
    if (file.social_credit_code) chips.append(copied(file.social_credit_code, say("unit.credit_code")));
    who.append(chips, details(file), this._deeds(file));
    return who;
  }

  _deeds(file) {
    const row = make("p", "u-deeds");
    row.append(this._compare(file.id));
    if (file.latitude === null || file.longitude === null) row.append(make("span", "muted", say("unit.no_place")));
    else row.append(link(`/?at=${encodeURIComponent(file.id)}`, say("unit.on_map"), "button"));
    return row;
  }

  _code(file) {
    const index = file.index || {};
    const colour = index.colour || "none";
    const box = make("div", "u-code");
    box.dataset.colour = colour;
    const value = make("span", "value");
    show(value, number(index.total, 1));
    value.dataset.live = "index.total";
    const figures = make("p", "u-total");
    figures.append(shape(colour), value);
    const words = make("p", "u-grade", `${say(`colour.${colour}`)} · ${say(`grade.${index.grade || "none"}`)}`);
    box.append(make("span", "label", say("index.title")), figures, words, moved(file), coverage(index));
    return box;
  }
}

function opening(file) {
  const { opens_at: opens, closes_at: closes } = file;
  if (file.status !== "active") return make("span", "chip is-closed", say("unit.closed_down"));
  if (!opens || !closes) return make("span", "chip", say("unit.hours_unknown"));
  const minutes = (time) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
  const is = isWorking({ opens: minutes(opens), closes: minutes(closes) }, minuteOfDay());
  return make("span", `chip ${is ? "is-open" : "is-shut"}`, `${say(is ? "unit.open" : "unit.shut")} ${opens}–${closes}`);
}

function details(file) {
  const list = make("dl", "facts u-details");
  const row = (label, node) => {
    const pair = make("div");
    pair.append(make("dt", "", say(label)), node);
    list.append(pair);
  };
  const place = make("dd");
  const areas = [file.banner, file.street].filter((area) => area?.id);
  areas.forEach((area, i) => place.append(...(i ? [" › "] : []), link(`/areas/${encodeURIComponent(area.id)}`, named(area))));
  row("unit.place", place);
  row("unit.address", make("dd", "", file.address || "–"));
  row("unit.legal_person", make("dd", "", file.legal_person || "–"));
  const phone = make("dd", file.people_shown ? "num" : "num is-masked", file.phone || "–");
  if (!file.people_shown && file.phone) phone.title = say("unit.masked");
  row("unit.phone", phone);
  return list;
}

/** `↘ 2.1 · 12 分钟前`. */
function moved({ moved: move, moved_at: at }) {
  const line = make("p", "u-moved");
  if (move) {
    const down = move.after < move.before;
    line.classList.add(down ? "is-down" : "is-up");
    line.append(make("b", "", `${down ? "↘" : "↗"} ${number(Math.abs(move.after - move.before), 1)}`));
  }
  const when = make("span", "age");
  if (at) showAge(when, Date.parse(at));
  line.append(when);
  return line;
}

function coverage({ coverage: share }) {
  const line = make("p", "u-coverage", share === undefined ? "" : say("index.coverage", { n: number(share * 100) }));
  line.title = say("unit.coverage_hint");
  return line;
}

function whyLine(said, file) {
  if (!said || file.status !== "active") return file.status === "active" ? null : make("p", "u-why is-none", closedSentence(file));
  const line = make("p", `u-why is-${said.tone}`);
  line.setAttribute("role", "status");
  line.append(make("b", "", said.lead), make("span", "", said.text));
  if (said.href) line.append(link(said.href, say("unit.to_alarm"), "u-why-link"));
  return line;
}

function closedSentence(file) {
  return say("unit.closed_since", { date: file.closed_at ? file.closed_at.slice(0, 10) : "–" });
}

/** Something to copy: an id, a code. */
export function copied(text, label) {
  const button = make("button", "u-copy num", text);
  button.title = `${label} · ${say("unit.copy")}`;
  button.setAttribute("aria-label", button.title + " " + text);
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      return; // without https the browser has no clipboard; the text can still be marked
    }
    button.classList.add("is-done");
    setTimeout(() => button.classList.remove("is-done"), 1500);
  });
  return button;
}

// Licences with their ends, and the people of the unit: who passed today's morning check, whose certificate ends.

import { clock, make, number, say } from "../../words.js";
import { nothing } from "./part.js";

const WANTED = ["business_license", "food_license"];
const SOON = 60; // days, as the first warning before an expiry

/** `{ tone, text }` of days left: null is without an end. */
export function expiry(days, expires) {
  if (expires === null || expires === undefined) return { tone: "good", shape: "circle green", text: say("unit.no_end") };
  if (days < 0) return { tone: "bad", shape: "octagon red", text: say("unit.expired", { n: number(-days) }) };
  if (days <= 30) return { tone: "soon", shape: "diamond orange", text: days === 0 ? say("unit.expires_today") : say("unit.days_left", { n: number(days) }) };
  if (days <= SOON) return { tone: "soon", shape: "triangle yellow", text: say("unit.days_left", { n: number(days) }) };
  return { tone: "good", shape: "circle green", text: say("unit.days_left", { n: number(days) }) };
}

export function expiryMark(days, expires) {
  const { tone, shape, text } = expiry(days, expires);
  const mark = make("span", `u-expiry is-${tone}`);
  mark.append(make("i", `shape ${shape}`), make("span", "", text));
  return mark;
}

export function paintLicences({ licences }, body) {
  const list = make("ul", "u-licences");
  for (const licence of licences) {
    const row = make("li");
    row.append(make("b", "", say(`licence.${licence.kind}`)), expiryMark(licence.days, licence.expires_on),
      make("span", "num muted", licence.number),
      make("span", "muted", say("unit.issued_expires", { issued: licence.issued_on || "–", expires: licence.expires_on || say("unit.no_end") })));
    list.append(row);
  }
  for (const kind of WANTED.filter((wanted) => !licences.some((licence) => licence.kind === wanted))) {
    const row = make("li", "is-missing");
    const mark = make("span", "u-expiry is-bad");
    mark.append(make("i", "shape octagon red"), make("span", "", say("unit.missing")));
    row.append(make("b", "", say(`licence.${kind}`)), mark);
    list.append(row);
  }
  body.append(list);
}

export function paintPeople({ people, people_shown: shown }, body, part) {
  const passed = people.filter((person) => person.passed).length;
  part.note.textContent = people.length ? say("unit.checked_of", { n: number(passed), of: number(people.length) }) : "";
  if (!people.length) return body.append(nothing("unit.no_people"));
  const table = make("table", "table is-dense u-people");
  const head = make("tr");
  for (const key of ["unit.person", "unit.role", "unit.morning_check", "unit.certificate"]) head.append(cell("th", say(key)));
  const top = make("thead");
  top.append(head);
  const rows = make("tbody");
  rows.append(...people.map(personRow));
  table.append(top, rows);
  table.setAttribute("aria-label", say("unit.people"));
  const wrap = make("div", "table-wrap");
  wrap.append(table);
  body.append(wrap);
  if (!shown) body.append(make("p", "muted small", say("unit.masked")));
}

function personRow(person) {
  const row = make("tr");
  const check = make("td");
  if (person.checked_at === null) check.append(make("span", "muted", say("unit.not_checked")));
  else {
    const mark = make("span", `u-expiry is-${person.passed ? "good" : "bad"}`);
    const words = `${say(person.passed ? "unit.check_passed" : "unit.check_failed")} ${clock(Date.parse(person.checked_at), false)}`;
    mark.append(make("i", `shape ${person.passed ? "circle green" : "octagon red"}`), make("span", "", words));
    check.append(mark);
  }
  const certificate = make("td");
  if (person.expires_on) {
    const mark = expiryMark(person.days, person.expires_on);
    mark.title = person.expires_on;
    certificate.append(mark);
  } else certificate.append(make("span", "u-expiry is-bad", say("unit.no_certificate")));
  row.append(cell("td", person.name), cell("td", say(`staff.${person.role}`)), check, certificate);
  return row;
}

function cell(tag, text) {
  const node = make(tag, "", text);
  if (tag === "th") node.scope = "col";
  return node;
}

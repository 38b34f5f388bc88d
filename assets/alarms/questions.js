// What must be asked before a deed: to whom, until when, why. A dialog stays, with what was written, until the deed is done.

import { get, viewer } from "../visit.js";
import { facts, make, now, number, say } from "../words.js";
import { act, toast } from "./deeds.js";

const MINUTE = 60000;
const DAY = 24 * 60 * MINUTE;

/**
 * A dialog with these fields. `doit(complain)` is called for each try and answers what was done, or null after it said why
 * not. Answers the same; null also when the person thought better of it.
 */
function ask(title, fields, button, doit) {
  return new Promise((resolve) => {
    const dialog = make("dialog", "dialog");
    const form = make("form");
    const head = make("header");
    head.append(make("h2", "", title));
    const failure = make("p", "failure");
    failure.setAttribute("role", "alert");
    const body = make("div", "dialog-body");
    body.append(...fields, failure);
    const foot = make("footer");
    const no = make("button", "button", say("desk.cancel"));
    no.type = "button";
    no.addEventListener("click", () => dialog.close());
    const yes = make("button", "button main", button);
    foot.append(no, yes);
    form.append(head, body, foot);
    dialog.append(form);
    dialog.setAttribute("aria-label", title);
    let result = null;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (yes.disabled) return;
      failure.textContent = "";
      yes.disabled = true;
      result = await doit((words) => (failure.textContent = words));
      yes.disabled = false;
      if (result) dialog.close();
    });
    form.addEventListener("keydown", (event) => {
      const { target } = event;
      if (event.key !== "Enter" || event.isComposing || (target.tagName === "TEXTAREA" ? !(event.ctrlKey || event.metaKey) : target.tagName !== "SELECT")) return;
      event.preventDefault();
      form.requestSubmit(yes);
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(result);
    });
    document.body.append(dialog);
    dialog.showModal();
    body.querySelector("textarea, select, input")?.focus();
  });
}

function field(words, input, hint) {
  const label = make("label", "field");
  label.append(make("span", "", words), input);
  if (hint) label.append(make("small", "hint", hint));
  return label;
}

export function comment(alarms) {
  const text = make("textarea");
  text.required = true;
  text.maxLength = 1000;
  return ask(say("desk.comment_title", { n: number(alarms.length) }), [field(say("desk.comment_text"), text)], say("desk.comment"),
    (complain) => act("comment", alarms, { text: text.value }, null, complain));
}

export async function assign(alarms) {
  let people;
  try {
    people = await get(`/data/alarms/people.json?${new URLSearchParams(alarms.slice(0, 200).map((alarm) => ["alarm", alarm.id]))}`);
  } catch {
    toast(say("desk.unreachable"), true);
    return null;
  }
  const choose = make("select");
  const mine = people.filter((one) => one.account === viewer.account);
  const others = people.filter((one) => one.account !== viewer.account);
  for (const one of [...mine, ...others]) {
    const node = make("option", "", one.account === viewer.account ? say("desk.to_me", { name: one.name }) : `${one.name} · ${one.account}`);
    node.value = one.account;
    choose.append(node);
  }
  const nobody = make("option", "", say("desk.to_nobody"));
  nobody.value = "";
  choose.append(nobody);
  const before = [...new Set(alarms.map((alarm) => alarm.assignee || ""))];
  const back = before.length === 1 ? ["assign", { to: before[0] }] : null;
  return ask(say("desk.assign_title", { n: number(alarms.length) }), [field(say("desk.assign_to"), choose)], say("desk.assign"),
    (complain) => act("assign", alarms, { to: choose.value }, back, complain));
}

export function silence(alarms) {
  const ends = { m30: 30 * MINUTE, h1: 60 * MINUTE, h4: 240 * MINUTE, morning: untilMorning() };
  const choose = make("select");
  for (const name of [...Object.keys(ends), "own"]) {
    const node = make("option", "", say(`desk_silence.${name}`));
    node.value = name;
    choose.append(node);
  }
  const own = make("input");
  own.type = "datetime-local";
  own.min = local(now());
  own.max = local(now() + 7 * DAY);
  own.value = local(now() + 8 * 60 * MINUTE);
  const ownField = field(say("desk.silence_own"), own, say("desk.silence_limit"));
  ownField.hidden = true;
  choose.addEventListener("change", () => {
    own.required = choose.value === "own";
    ownField.hidden = !own.required;
  });
  const reason = make("textarea");
  reason.required = true;
  reason.maxLength = 1000;
  const serious = alarms.filter((alarm) => alarm.level === 1).length;
  const notes = serious ? [make("p", "chip is-red warn", say("desk.silence_serious", { n: number(serious) }))] : [];
  const until = () => new Date(choose.value === "own" ? fromLocal(own.value) : now() + ends[choose.value]);
  return ask(say("desk.silence_title", { n: number(alarms.length) }),
    [...notes, field(say("desk.silence_end"), choose), ownField, field(say("desk.silence_reason"), reason, say("desk.silence_hint"))], say("desk.silence"),
    (complain) => act("silence", alarms, { until: until().toISOString(), text: reason.value }, ["unsilence", {}], complain));
}

/** Milliseconds until six o'clock tomorrow in the city. */
function untilMorning() {
  const midnight = fromLocal(`${local(now() + DAY).slice(0, 10)}T06:00`);
  return midnight - now();
}

/** The city's wall clock, as inputs for a time want it. */
function local(at) {
  const parts = new Intl.DateTimeFormat("sv-SE", { timeZone: facts.timezone, dateStyle: "short", timeStyle: "short" }).format(at);
  return parts.replace(" ", "T").slice(0, 16);
}

function fromLocal(text) {
  const asUtc = Date.parse(`${text}:00Z`);
  return asUtc - (Date.parse(`${local(asUtc)}:00Z`) - asUtc);
}

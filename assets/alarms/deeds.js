// What a person does with alarms: asked where something must be said, done, and the result told in words.

import { get, may, post, viewer } from "../visit.js";
import { facts, make, now, number, say } from "../words.js";

const MINUTE = 60000;
const DAY = 24 * 60 * MINUTE;

/** Does it to the alarms and tells what became of it. `back`: how to undo it, [deed, more]. */
export async function act(deed, alarms, more = {}, back = null) {
  if (!alarms.length) return null;
  try {
    const result = await post("/data/alarms/deeds", { deed, alarms: alarms.map((alarm) => alarm.id), ...more });
    tell(deed, result, back);
    return result;
  } catch (failure) {
    const code = failure.body?.code;
    toast(failure.status === 0 ? say("desk.unreachable") : say(code ? `desk_refused.${code}` : "desk.not_done", { n: 1 }), true);
    return null;
  }
}

function tell(deed, { done, refused }, back) {
  const sentences = [];
  if (done.length) sentences.push(say(`desk_done.${deed}`, { n: number(done.length) }));
  const kinds = new Map();
  for (const { code, by } of refused) {
    const key = `${code}|${by || ""}`;
    kinds.set(key, (kinds.get(key) || 0) + 1);
  }
  for (const [key, n] of kinds) {
    const [code, by] = key.split("|");
    sentences.push(say(`desk_refused.${code}`, { n: number(n), by }));
  }
  const undo = done.length && back ? () => act(back[0], done.map((id) => ({ id })), back[1]) : null;
  toast(sentences.join(" "), refused.length > 0, undo);
}

export function toast(words, bad = false, undo = null) {
  let place = document.querySelector(".toasts");
  if (!place) {
    place = make("div", "toasts");
    place.setAttribute("role", "status");
    place.setAttribute("aria-live", "polite");
    document.body.append(place);
  }
  const node = make("div", bad ? "toast is-bad" : "toast");
  node.append(make("span", "", words));
  if (undo) {
    const button = make("button", "button quiet", say("desk.undo"));
    button.addEventListener("click", () => {
      node.remove();
      undo();
    });
    node.append(button);
  }
  place.append(node);
  setTimeout(() => node.remove(), bad ? 12000 : 8000);
}

export const canAct = () => may("alarms");
export const canSilence = () => may("silence");

export function acknowledge(alarms) {
  return act("acknowledge", alarms);
}

export function unsilence(alarms) {
  return act("unsilence", alarms);
}

/** Asks for a text in a dialog; `extra` is put above it. Answers {text} or null. */
function ask(title, fields, doit) {
  return new Promise((resolve) => {
    const dialog = make("dialog", "dialog");
    const form = make("form");
    form.method = "dialog";
    const head = make("header");
    head.append(make("h2", "", title));
    const body = make("div", "dialog-body");
    body.append(...fields);
    const foot = make("footer");
    const no = make("button", "button", say("desk.cancel"));
    no.type = "button";
    no.addEventListener("click", () => dialog.close());
    const yes = make("button", "button main", doit);
    foot.append(no, yes);
    form.append(head, body, foot);
    dialog.append(form);
    dialog.setAttribute("aria-label", title);
    let said = false;
    form.addEventListener("submit", () => (said = true));
    form.addEventListener("keydown", (event) => (event.ctrlKey || event.metaKey) && event.key === "Enter" && form.requestSubmit(yes));
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(said);
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

export async function comment(alarms) {
  const text = make("textarea");
  text.required = true;
  text.maxLength = 1000;
  const said = await ask(say("desk.comment_title", { n: number(alarms.length) }), [field(say("desk.comment_text"), text)], say("desk.comment"));
  return said ? act("comment", alarms, { text: text.value }) : null;
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
  const said = await ask(say("desk.assign_title", { n: number(alarms.length) }), [field(say("desk.assign_to"), choose)], say("desk.assign"));
  if (!said) return null;
  const before = [...new Set(alarms.map((alarm) => alarm.assignee || ""))];
  return act("assign", alarms, { to: choose.value }, before.length === 1 ? ["assign", { to: before[0] }] : null);
}

export async function silence(alarms) {
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
  choose.addEventListener("change", () => (ownField.hidden = choose.value !== "own"));
  const reason = make("textarea");
  reason.required = true;
  reason.maxLength = 1000;
  const serious = alarms.filter((alarm) => alarm.level === 1).length;
  const notes = serious ? [make("p", "chip is-red warn", say("desk.silence_serious", { n: number(serious) }))] : [];
  const said = await ask(say("desk.silence_title", { n: number(alarms.length) }),
    [...notes, field(say("desk.silence_end"), choose), ownField, field(say("desk.silence_reason"), reason, say("desk.silence_hint"))], say("desk.silence"));
  if (!said) return null;
  const until = choose.value === "own" ? fromLocal(own.value) : now() + ends[choose.value];
  return act("silence", alarms, { until: new Date(until).toISOString(), text: reason.value }, ["unsilence", {}]);
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

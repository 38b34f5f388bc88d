// What a person does with alarms: sent to the server, and the result told in words. What must be asked first: questions.js.

import { may, post } from "../visit.js";
import { make, number, say } from "../words.js";

const MOST = 1000; // alarms in one deed, as the server allows

/**
 * Does it to the alarms and tells what became of it; null when nothing was done. `back`: how to undo it, [deed, more].
 * `complain` gets the sentence of a failure; without it it is shown like a result.
 */
export async function act(deed, alarms, more = {}, back = null, complain = (words) => toast(words, true)) {
  if (!alarms.length) return null;
  const result = { done: [], refused: [] };
  try {
    for (let from = 0; from < alarms.length; from += MOST) {
      const part = await send(deed, alarms.slice(from, from + MOST), more);
      result.done.push(...part.done);
      result.refused.push(...part.refused);
    }
  } catch (failure) {
    const { code, by } = failure.body || {};
    const words = failure.status === 0 ? say("desk.unreachable") : say(code ? `desk_refused.${code}` : "desk.not_done", { n: number(alarms.length), by });
    if (!result.done.length) return complain(words), null;
    toast(words, true); // part of it is done, and stays so
  }
  tell(deed, result, back);
  return result;
}

function send(deed, alarms, more) {
  return post("/data/alarms/deeds", { deed, alarms: alarms.map((alarm) => alarm.id), ...more });
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

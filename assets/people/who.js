// People in words: their grid, their roles, and what a refusal says.

import { facts, knows, make, named, say } from "../words.js";

const both = (thing) => named({ zh: thing.name, en: thing.name_en });

/** What somebody sees, in words: `东胜区 · 学校食堂`. `areas`: [{ id, name, name_en }], "*" for the whole city. */
export function gridWords({ areas = [], types = [], units = [] }) {
  const parts = [];
  if (areas.length) {
    const places = areas.some(({ id }) => id === "*") ? say("people.whole_city") : list(areas.map((area) => both(area) || area.id));
    parts.push(types.length ? `${places} · ${list(types.map(typeWords))}` : places);
  }
  if (units.length) parts.push(units.length === 1 && units[0].name ? both(units[0]) : say("people.single_units", { n: units.length }));
  return parts.join(say("people.and")) || say("people.no_grid");
}

export function typeWords(key) {
  return named(facts.catalogue?.business_types?.[key]) || key;
}

export function roleWords(key, roles) {
  const role = roles.find((one) => one.key === key || one.id === key);
  return role ? both(role) : key;
}

function list(words) {
  const shown = words.slice(0, 3).join(say("people.comma"));
  return words.length > 3 ? say("people.and_more", { shown, n: words.length - 3 }) : shown;
}

/** Why the server refused, in the language of the page. */
export function why(error) {
  const { code, values } = error.body || {};
  if (code && knows(`refused.${code}`)) return say(`refused.${code}`, values || {});
  if (error.status === 0 || error.status >= 500) return say("people.unreachable");
  if (error.status === 403) return say("people.not_allowed");
  return error.message || say("page.failed");
}

/** Runs it; a refusal becomes a sentence of the page's language. */
export async function inWords(run) {
  try {
    return await run();
  } catch (error) {
    throw new Error(why(error));
  }
}

const SHAPES = { active: "circle green", never: "ring none", must_change: "triangle yellow", locked: "diamond orange",
  no_password: "ring none", disabled: "ring none" };

/** The state of an account: shape and word. */
export function stateNode(state) {
  const node = make("span", "code");
  const shape = make("i", `shape ${SHAPES[state] || "ring none"}`);
  shape.setAttribute("aria-hidden", "true");
  node.append(shape, make("span", state === "disabled" ? "muted" : "", say(`account_state.${state}`)));
  return node;
}

/** A labelled input of a form. */
export function field(text, { value = "", type = "text", hint = "", ...more } = {}) {
  const label = make("label", "field");
  const input = make(type === "textarea" ? "textarea" : "input");
  if (type !== "textarea") input.type = type;
  Object.assign(input, { value }, more);
  label.append(make("span", "", text), input);
  if (hint) label.append(make("span", "hint", hint));
  return { label, input };
}

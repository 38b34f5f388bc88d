// How the index came to be what it is: its line, and each step with what moved and the facts behind it.

import { indexLine } from "../../charts/index-line.js";
import { shape } from "../../parts/code.js";
import { get } from "../../visit.js";
import { clock, day, make, number, say } from "../../words.js";
import { link, nothing } from "./part.js";
import { factSentence } from "./sentences.js";

const SPANS = ["24h", "7d", "30d"];
const SHOWN = 4; // indicators and facts of one step

export function spanButtons(part, chosen, choose) {
  part.tools.replaceChildren();
  part.tools.className = "tools segmented";
  part.tools.setAttribute("role", "group");
  for (const span of SPANS) {
    const button = make("button", "", say(`unit.span_${span}`));
    button.setAttribute("aria-pressed", String(span === chosen));
    button.addEventListener("click", () => choose(span));
    part.tools.append(button);
  }
}

export function paintLine(found, body) {
  const known = found.line.filter((point) => point.total !== null);
  if (!known.length) return body.append(nothing("index.none_yet"));
  const totals = known.map((point) => point.total);
  const words = say("unit.line_words", {
    low: number(Math.min(...totals), 1), high: number(Math.max(...totals), 1), last: number(totals[totals.length - 1], 1),
  });
  body.append(indexLine(found, words, (colour) => say(`colour.${colour}`)), make("p", "muted small", words));
}

/** The steps, newest first; `more()` asks for older ones. */
export function paintSteps(found, body, { unit, words }) {
  if (!found.steps.length) return body.append(nothing("unit.no_moves"));
  const list = make("ol", "u-steps");
  for (const step of found.steps) list.append(stepRow(step, found.facts, words));
  body.append(list);
  if (!found.more) return;
  const button = make("button", "button", say("unit.earlier"));
  button.addEventListener("click", async () => {
    button.disabled = true;
    const last = found.steps[found.steps.length - 1].at;
    try {
      const older = await get(`/data/units/${encodeURIComponent(unit)}/moves?before=${encodeURIComponent(last)}`);
      found.steps.push(...older.steps);
      Object.assign(found.facts, older.facts);
      found.more = older.more;
      body.replaceChildren();
      paintSteps(found, body, { unit, words });
    } catch {
      button.disabled = false;
    }
  });
  body.append(button);
}

function stepRow(step, facts, words) {
  const row = make("li", "u-step");
  const colour = step.colour || "none";
  const before = step.previous ?? step.total_before;
  const when = make("time", "u-when", `${day(Date.parse(step.at))} ${clock(Date.parse(step.at), false)}`);
  when.dateTime = step.at;
  const title = make("p", "u-step-title");
  title.append(shape(colour), moveWords(before, step.total));
  if (step.colour_before && step.colour_before !== colour)
    title.append(make("span", "u-code-change", `${say(`colour.${step.colour_before}`)} → ${say(`colour.${colour}`)}`));
  row.append(when, title);
  const causes = causesOf(step);
  if (causes.length) {
    const list = make("ul", "u-causes");
    for (const { indicator, before: was, after } of causes.slice(0, SHOWN)) {
      const gain = after - (was ?? 0);
      const item = make("li", gain < 0 ? "is-down" : "is-up");
      item.append(make("span", "", say(`indicator.${indicator}`)),
        make("b", "num", was === null ? say("unit.first_known") : `${gain < 0 ? "−" : "+"}${number(Math.abs(gain), 1)}`));
      list.append(item);
    }
    row.append(list);
  }
  row.append(behind(step, facts, words));
  return row;
}

function moveWords(before, after) {
  const down = before !== null && before !== undefined && after !== null && after < before;
  const text = before === null || before === undefined ? number(after, 1) : `${number(before, 1)} ${down ? "↘" : "↗"} ${number(after, 1)}`;
  return make("b", `num ${before == null || before === after ? "" : down ? "is-down" : "is-up"}`, text);
}

/** Indicators that went the way the total went come first. */
function causesOf({ moved, previous, total }) {
  const down = previous !== null && total !== null && total < previous;
  const gains = (moved || []).map((move) => ({ ...move, gain: move.after - (move.before ?? 0) })).filter((move) => Math.abs(move.gain) >= 0.05);
  return gains.sort((a, b) => (down ? a.gain - b.gain : b.gain - a.gain));
}

/** The facts that moved it, as links to where they stand in the timeline; readings lead to their device. */
function behind(step, facts, words) {
  const ids = [...new Set([...(step.because || []), ...(step.moved || []).flatMap((move) => move.facts || [])])];
  const list = make("ul", "u-behind");
  for (const id of ids.slice(0, SHOWN)) {
    const fact = facts[id];
    const reading = /^reading:(.+):([^:]+):(\d+)$/.exec(id);
    if (!fact && !reading) continue;
    const item = make("li");
    if (fact) {
      const to = link(`?fact=${encodeURIComponent(id)}`, factSentence(fact, words));
      to.dataset.fact = id;
      item.append(to);
    } else {
      const [, device, metric, at] = reading;
      const text = say("unit.reading_behind", { device: words.device(device), metric: words.metric(device, metric), time: clock(Number(at), false) });
      item.append(link(`/devices/${encodeURIComponent(device)}?metric=${encodeURIComponent(metric)}`, text));
    }
    list.append(item);
  }
  if (ids.length > SHOWN) list.append(make("li", "muted", say("unit.more_facts", { n: number(ids.length - SHOWN) })));
  return list;
}

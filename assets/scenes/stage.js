// What each scene shows and where its panels' facts come from. Panels stay in the page: a scene only shows and hides them,
// so nothing is made or thrown away however long a wall runs.

import { attempt } from "../page.js";
import { cameras, offline } from "../panels/away.js";
import { kinds, matrix, online, ranking, types } from "../panels/city-parts.js";
import { done, event, longest, neighbours, people, worstOf } from "../panels/incidents.js";
import { lists } from "../panels/lists.js";
import { line, load, trend } from "../panels/trend.js";
import { now } from "../words.js";

export const SCENES = {
  overview: ["map-panel", "index", "lists", "sensors", "event", "alarms", "cameras", "trend", "ranking"],
  map: ["map-panel", "ranking", "alarms"],
  alarms: ["load", "longest", "people", "ranking", "alarms"],
  devices: ["online", "kinds", "offline", "cameras", "sensors"],
  index: ["index", "trend", "matrix", "types", "lists"],
  area: ["map-panel", "ranking", "lists", "event", "trend", "sensors", "alarms"],
  street: ["map-panel", "index", "event", "trend", "sensors", "alarms"],
  incident: ["unit", "sensors", "map-panel", "event", "alarms", "line", "neighbours", "done"],
  unit: ["unit", "sensors", "map-panel", "alarms", "line", "neighbours", "done"],
};
const MINUTE = 60;
const DAY = 86400000;
const PAINTERS = { cameras, offline, kinds, matrix, online, ranking, types, done, event, longest, neighbours, people, lists, line,
  load, trend };

export class Stage {
  /** `view()` answers the live state shown now and what it is about: `{state, area, unit}`. */
  constructor(board, view) {
    this._board = board;
    this._view = view;
    this.scene = null;
  }

  /** Show `name`, such as `overview`, `area:dongsheng` or `incident:U000522`, with the panels of `kind`. */
  show(name, kind = name.split(":")[0]) {
    this.scene = name;
    this._kind = kind;
    const columns = document.getElementById("columns");
    columns.dataset.scene = kind;
    const wanted = new Set(SCENES[kind]);
    for (const node of columns.children) if (node.id !== "first-level") node.hidden = !wanted.has(node.id);
    this.paint();
  }

  visible() {
    return SCENES[this._kind] || [];
  }

  /** Draw every panel of the scene. What a panel needs from the server is asked for by being wanted here. */
  paint() {
    const facts = this._facts();
    for (const id of this.visible()) {
      const body = document.getElementById(`${id}-body`);
      if (!body || !PAINTERS[id]) continue;
      if (!body.clientHeight) continue; // a calmer density leaves it out
      attempt(`paint ${id}`, () => PAINTERS[id](body, facts));
    }
  }

  _facts() {
    const shown = new Set(this.visible());
    const has = (...ids) => ids.some((id) => shown.has(id));
    const { state, area, unit } = this._view();
    const want = (path, seconds) => this._board.want(path, seconds).data;
    const alarm = has("event", "line") ? worstOf(state.alarms) : null;
    const all = { state, area, unit, alarm };
    all.standing = has("matrix", "types", "online", "kinds", "cameras") ? want(this.standingPath(area), MINUTE) : null;
    all.offline = has("offline", "cameras") ? want("/city/offline.json", MINUTE) : null;
    all.lists = has("lists") ? want("/city/lists.json", 5 * MINUTE) : null;
    all.duty = has("event", "longest", "people", "load") ? want("/city/duty.json", MINUTE / 3) : null;
    all.before = has("ranking") ? beforeOf(want("/city/change.json", 5 * MINUTE)) : null;
    all.days = this.scene === "index" ? 7 : 1;
    if (has("trend")) all.trend = want(this.trendPath(area, all.days), 5 * MINUTE);
    if (unit) {
      const id = encodeURIComponent(unit);
      all.done = want(`/city/done/${id}.json`, MINUTE / 3);
      all.near = want(`/data/units/${id}/neighbours`, 10 * MINUTE)?.nearest;
    }
    if (alarm?.device && alarm.metric)
      all.history = want(`/city/history.json?k=${encodeURIComponent(`${alarm.device}|${alarm.metric}`)}`, MINUTE);
    return all;
  }

  standingPath(area) {
    return `/city/standing.json${area ? `?area=${encodeURIComponent(area)}` : ""}`;
  }

  /** The path keeps its moment for ten minutes, so that the same line is asked for once. */
  trendPath(area, days) {
    const since = new Date(Math.floor(now() / 600000) * 600000 - days * DAY).toISOString();
    return `/city/trend.json?from=${since}${area ? `&area=${encodeURIComponent(area)}` : ""}`;
  }
}

function beforeOf(change) {
  return change ? Object.fromEntries(change.map((row) => [row.id, row.index])) : null;
}

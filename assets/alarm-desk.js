// The alarm desk: what is open, live; beside it the one somebody looks at; what has closed; how much it all asks.

import { acknowledge, canAct, canSilence } from "./alarms/deeds.js";
import { Bulk } from "./alarms/bulk.js";
import { Closed } from "./alarms/closed.js";
import { Detail, skeleton } from "./alarms/detail.js";
import { Filters } from "./alarms/filters.js";
import { listen, help } from "./alarms/keys.js";
import { List } from "./alarms/list.js";
import { Load } from "./alarms/load.js";
import { addressOf, chosen, lines, stateOf, wishes } from "./alarms/model.js";
import { assign, comment, silence } from "./alarms/questions.js";
import { volume } from "./alarms/volume.js";
import { desk } from "./desk.js";
import { loadLimits } from "./devices.js";
import { Live } from "./live.js";
import { loadNames, onNames } from "./names.js";
import { attempt, decoded, whenDrawn } from "./page.js";
import { viewer } from "./visit.js";
import { make, now, number, onLanguage, put, retitle, say } from "./words.js";

const PAUSE = 250; // milliseconds between two orderings, however fast alarms come
const TABS = ["open", "closed", "load"];

class Desk {
  constructor(root, place) {
    this._root = root;
    this._known = new Set();
    this._unfolded = new Set();
    this._came = false;
    this.wish = wishes(new URL(window.location).searchParams);
    this._build(place);
    this.link = desk({ tick: () => this._tick() });
    loadLimits().then(() => this._order());
    loadNames();
    onNames(() => this._order());
    this.live = new Live(this.link, "city", (changed) => this._heard(changed));
    listen({
      move: (step) => (this._tab === "open" ? this.list.move(step) : false), open: () => this._open(this.list.cursor),
      acknowledge: () => this._do("acknowledge"), assign: () => this._do("assign"), silence: () => this._do("silence"),
      comment: () => this._do("comment"), select: () => this.list.cursor && this.list.toggle(this.list.cursor),
      range: () => this.list.cursor && this.list.toggle(this.list.cursor, true), all: () => this.list.selectAll(true), fresh: () => this._fresh(),
      search: () => this._filters.focus(), group: () => this._wish({ ...this.wish, group: !this.wish.group }),
      mute: () => this.volume.sound.mute(!this.volume.sound.isMuted), close: () => this._escape(),
    });
    window.addEventListener("popstate", () => this._route());
    document.addEventListener("click", (event) => this._link(event));
    onLanguage(() => this._translate());
    this._route();
  }

  _build(place) {
    const head = make("div", "page-head");
    this._title = make("h1");
    this._sub = make("span", "sub");
    this._sub.setAttribute("aria-live", "polite");
    const actions = make("div", "actions");
    this.volume = volume(actions);
    this._help = make("button", "button icon", "?");
    this._help.addEventListener("click", help);
    actions.append(this._help);
    head.append(this._title, this._sub, actions);
    this._tabs = make("div", "tabs");
    this._tabs.setAttribute("role", "tablist");
    for (const tab of TABS) {
      const button = make("button");
      button.dataset.tab = tab;
      button.setAttribute("role", "tab");
      button.addEventListener("click", () => this._go("/alarms", { tab: tab === "open" ? "" : tab }));
      this._tabs.append(button);
    }
    const [filters, body, main, closed, load] = ["desk-filters", "desk-body", "desk-main", "desk-closed", "desk-load"].map((name) => make("div", name));
    this._panes = { open: main, closed, load };
    this._bulk = new Bulk({ do: (deed) => this._do(deed), all: (yes) => this.list.selectAll(yes) });
    const list = make("div", "card desk-list");
    const aside = make("aside", "card desk-detail");
    aside.hidden = true;
    aside.setAttribute("aria-labelledby", "detail-title");
    this._loading = skeleton();
    list.append(this._bulk.node, this._loading);
    main.append(filters, list);
    closed.append(make("div"), place);
    place.hidden = true;
    body.append(main, closed, load, aside);
    this._root.append(head, this._tabs, body);
    this.list = new List(list, { open: (key) => this._open(key), select: () => this._bulk.paint(this.list.selected.size), fold: (id) => this._fold(id), settle: () => this._settle(), fresh: () => this._fresh() });
    this.detail = new Detail(aside, { close: () => this._close() });
    this._filters = new Filters(filters, this.wish, (wish) => this._wish(wish));
    const { searchParams } = new URL(window.location);
    this._closed = new Closed(closed.firstChild, place, searchParams, { open: (id) => this._go(`/alarms/${encodeURIComponent(id)}`), keep: (name, value) => this._keep({ [name]: value }) });
    this._load = new Load(load);
    this._words();
  }

  // --- addresses

  _route() {
    const { pathname, searchParams } = new URL(window.location);
    const tab = TABS.includes(searchParams.get("tab")) ? searchParams.get("tab") : "open";
    if (tab !== this._tab) {
      this._tab = tab;
      for (const [name, pane] of Object.entries(this._panes)) pane.hidden = name !== tab;
      if (tab === "closed") this._closed.load();
      if (tab === "load") this._load.load();
    }
    for (const button of this._tabs.children) button.setAttribute("aria-selected", button.dataset.tab === tab);
    const asked = /^\/(alarms|incidents)\/(.+)$/.exec(pathname);
    this._root.classList.toggle("has-detail", Boolean(asked));
    if (!asked) {
      this.list.opened = null;
      this.detail.close();
      retitle(null);
    } else {
      const [kind, id] = [asked[1] === "alarms" ? "alarm" : "incident", decoded(asked[2])];
      this.list.opened = kind === "alarm" ? id : `i:${id}`;
      this.detail.open(kind, id);
    }
    this._order();
  }

  _go(path, more = {}) {
    const url = new URL(path, window.location);
    new URL(window.location).searchParams.forEach((value, name) => url.searchParams.set(name, value));
    set(url, more);
    history.pushState({}, "", url);
    this._route();
  }

  _keep(values) {
    const url = new URL(window.location);
    set(url, values);
    history.replaceState(history.state, "", url);
  }

  _link(event) {
    const link = event.target.closest?.("#alarm-desk a[href]");
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const { pathname } = new URL(link.href);
    if (link.hasAttribute("download") || !/^\/(alarms|incidents)\//.test(pathname)) return;
    event.preventDefault();
    this._go(pathname);
  }

  _wish(wish) {
    this.wish = wish || wishes(new URLSearchParams());
    this._filters.wish = this.wish;
    this._keep(addressOf(this.wish));
    if (!wish) this._filters.translate();
    else if (wish.group !== this._grouped) this._filters.translate();
    this._grouped = this.wish.group;
    this.list.top();
    this._order(true);
  }

  // --- what comes

  _heard(changed) {
    if (!changed.alarms && !changed.whole) return;
    this._came = true;
    if (changed.whole) this._loading.remove();
    this.volume.sound.hear([...this.live.state.alarms.values()].filter((alarm) => alarm.level < 4 && stateOf(alarm, now()) !== "silenced"));
    const { shown } = this.detail;
    if (shown) {
      const mark = JSON.stringify([...this.live.state.alarms.values()].filter((alarm) => alarm.id === shown.id || alarm.incident === shown.id));
      if (this._mark !== undefined && this._mark !== mark) this.detail.refresh();
      this._mark = mark;
    } else this._mark = undefined;
    this._soon();
  }

  _soon() {
    if (this._waits) return;
    this._waits = setTimeout(() => {
      this._waits = null;
      attempt("paint the list", () => this._order());
    }, PAUSE);
  }

  /** Bring the list up to date; `settle`: also its order, though somebody reads. */
  _order(settle = false) {
    if (!this._came) return;
    const all = this.live.state.alarms;
    const about = { at: now(), me: viewer.account };
    const wanted = chosen([...all.values()], this.wish, about);
    const found = lines(wanted, this.wish, this._unfolded);
    const fresh = this._known.size ? found.filter((line) => !this._known.has(line.key)).map((line) => line.key) : [];
    if (settle || !this._ordered || !this.list.isRead) {
      this._ordered = true;
      this.list.show(found, settle ? [] : fresh);
      this._known = new Set(found.map((line) => line.key));
      this._empty(0, 0, all, wanted);
    } else {
      this.list.refresh(all);
      const urgent = found.filter((line) => fresh.includes(line.key) && (line.alarm?.level ?? line.members[0].level) === 1).length;
      this._empty(fresh.length, urgent, all, wanted);
    }
    const keys = new Set(this.list.keys);
    for (const key of this.list.selected) if (!keys.has(key)) this.list.selected.delete(key);
    this._filters.paint([...all.values()], about);
    this._bulk.paint(this.list.selected.size);
    this._head([...all.values()], about);
  }

  _empty(waiting, urgent, all, wanted) {
    this.list.say(waiting, urgent, say(all.size && !wanted.length ? "desk.none_so" : "desk.none"));
  }

  _head(all, about) {
    const demanding = all.filter((alarm) => alarm.level < 4 && stateOf(alarm, about.at) !== "silenced");
    const open = demanding.filter((alarm) => alarm.state === "open").length;
    const rate = demanding.filter((alarm) => about.at - Date.parse(alarm.raised_at) < 600000).length;
    put(this._sub, say("desk.sum", { open: number(open), taken: number(demanding.length - open), rate: number(rate) }));
  }

  /** The reader is at the top again, or asks for what is new. */
  _settle() {
    if (!this.list.selected.size) this._order(true);
  }

  _fresh() {
    this.list.top();
    this._order(true);
  }

  _fold(id) {
    if (!this._unfolded.delete(id)) this._unfolded.add(id);
    this._order(true);
  }

  // --- what a person does

  _open(key) {
    const line = key && this.list.line(key);
    if (!line) return false;
    this._go(line.alarm ? `/alarms/${encodeURIComponent(line.alarm.id)}` : `/incidents/${encodeURIComponent(line.incident)}`);
    return true;
  }

  _close() {
    this._go("/alarms");
    if (this.list.cursor) this.list.point(this.list.cursor);
  }

  _escape() {
    if (this.list.selected.size) this.list.selectAll(false);
    else if (this.detail.shown) this._close();
    else return false;
    return true;
  }

  /** The alarms a deed is for: those selected, else the one under the cursor, else the one that is open. */
  _hand() {
    const keys = this.list.selected.size ? [...this.list.selected] : [this.list.cursor].filter(Boolean);
    const found = new Map(keys.flatMap((key) => this.list.alarmsOf(key)).map((alarm) => [alarm.id, alarm]));
    const shown = this.live.state.alarms.get(this.detail.shown?.id);
    if (!found.size && shown) found.set(shown.id, shown);
    return [...found.values()];
  }

  async _do(deed) {
    const alarms = this._hand();
    if (!alarms.length || !(deed === "silence" ? canSilence() : canAct())) return;
    const result = await { acknowledge, assign, silence, comment }[deed](alarms);
    if (result) {
      this.list.selectAll(false);
      this.detail.refresh();
    }
  }

  // --- words and time

  _words() {
    put(this._title, say("desk.title"));
    this._help.setAttribute("aria-label", say("desk.keys"));
    this._help.title = say("desk.keys");
    for (const button of this._tabs.children) put(button, say(`desk_tab.${button.dataset.tab}`));
    this.volume.paint();
  }

  _translate() {
    this._words();
    for (const part of [this._filters, this._closed, this._load, this.detail]) attempt("words", () => part.translate());
    this._bulk.translate();
    this._order(true);
  }

  _tick() {
    this.volume.sound.tick();
    this.list.tick();
    this.detail.tick();
    this._ticks = (this._ticks || 0) + 1;
    if (this._ticks % 10 === 0 || this.list.isWaitedFor) this._order();
    if (this._tab === "load" && this._ticks % 60 === 0) this._load.load();
  }
}

function set(url, values) {
  for (const [name, value] of Object.entries(values))
    if (value) url.searchParams.set(name, value);
    else url.searchParams.delete(name);
}

whenDrawn("alarm-desk", () => {
  const page = new Desk(document.getElementById("alarm-desk"), document.getElementById("closed-place"));
  window.sunshine = { desk: page, link: page.link };
});

// One scope of the city, live: a snapshot, then numbered differences. A gap means: ask for the whole again.
// Everything known is kept in `state`; painters read it in the next animation frame and see what changed.

import { attempt, followBuild } from "./page.js";
import { serverSaid } from "./words.js";

const QUIET_AFTER = 3000; // without any sign the values on the page count as old
const LOST_AFTER = 30000; // after that they are not shown at all

export function emptyState() {
  return { units: new Map(), devices: new Map(), readings: new Map(), alarms: new Map(), kpi: null, card: null, at: null,
    known: false }; // the server has told; before that nothing can be said to be well
}

function nothingChanged() {
  return { whole: false, units: new Set(), devices: new Set(), readings: new Set(), alarms: false, kpi: false, card: false,
    rules: false };
}

/** The one socket of a page. It never gives up, and it knows when it last heard that the city is up to date. */
export class Link {
  /** `signIn` is called when the server wants to know first who looks. */
  constructor(signIn) {
    this.heard = performance.now();
    this.everHeard = false;
    this.scopes = new Map();
    this.socket = window.io("/live", {
      transports: ["websocket"],
      reconnection: true, reconnectionAttempts: Infinity, reconnectionDelay: 500, reconnectionDelayMax: 3000,
    });
    this.socket.on("connect", () => {
      this.scopes.forEach((live) => live.ask());
      followBuild();
    });
    // The server let us go, or does not let us in: the library does not try again by itself then.
    this.socket.on("disconnect", (reason) => reason === "io server disconnect" && this.socket.connect());
    this.socket.on("connect_error", (error) => {
      if (this.socket.active) return; // not reached: tried again
      if (signIn && error.data?.later === false) signIn().then((back) => back && this.socket.connect());
      else setTimeout(() => this.socket.connect(), 1000 + Math.random() * 2000);
    });
    this.socket.on("snapshot", (snapshot) => this._give(snapshot, "snapshot"));
    this.socket.on("frame", (frame) => this._give(frame, "frame"));
    this.socket.on("link", ({ fresh }) => fresh && this._sign());
    this.socket.on("error", ({ scope }) => this.scopes.get(scope)?.refused());
  }

  /** A frame each second at least: without one for three seconds what the page shows is old. */
  state() {
    const quiet = performance.now() - this.heard;
    if (!this.everHeard && quiet < LOST_AFTER) return { name: "waiting", quiet };
    if (quiet < QUIET_AFTER) return { name: "live", quiet };
    return { name: quiet < LOST_AFTER ? "stale" : "lost", quiet };
  }

  _give(message, kind) {
    this._sign();
    this.scopes.get(message.scope)?.[kind](message);
  }

  _sign() {
    this.heard = performance.now();
    this.everHeard = true;
  }
}

export class Live {
  /** `paint(changed, state)` is called at most once per animation frame. */
  constructor(link, scope, paint) {
    this.link = link;
    this.scope = scope;
    this.state = emptyState();
    this.seq = null;
    this.frames = 0;
    this.costs = []; // milliseconds of script per painted frame, for the bench and the tests
    this._paint = paint;
    this._changed = nothingChanged();
    this._asked = false;
    link.scopes.set(scope, this);
    this.ask();
  }

  /** Ask for the whole; differences are of no use until it comes. */
  ask() {
    this.seq = null;
    if (this.link.socket.connected) this.link.socket.emit("watch", { scope: this.scope });
  }

  refused() {
    // The thing may be registered later, or the server may still be loading: ask again now and then.
    setTimeout(() => this._paint && this.ask(), 5000);
  }

  close() {
    this._paint = null;
    if (this.link.scopes.get(this.scope) === this) this.link.scopes.delete(this.scope);
    if (this.link.socket.connected) this.link.socket.emit("unwatch", { scope: this.scope });
  }

  snapshot(snapshot) {
    const before = this.state;
    this.state = emptyState();
    this.state.known = true;
    this.seq = snapshot.seq;
    this._changed.whole = true;
    this._before = before.readings; // lines of values go on where they were
    this._take(snapshot);
    this._before = null;
  }

  frame(frame) {
    if (this.seq === null || frame.seq <= this.seq) return;
    if (frame.seq !== this.seq + 1) return this.ask(); // something was missed
    this.seq = frame.seq;
    if (frame.seq % 10 === 0) this.link.socket.emit("ack", { scope: this.scope, seq: frame.seq });
    this._take(frame);
  }

  _take(frame) {
    const began = performance.now();
    const { state, _changed: changed } = this;
    if (frame.at) {
      state.at = frame.at;
      serverSaid(frame.at);
    }
    for (const [id, index, colour, alarms] of frame.units || []) {
      if (colour === null) state.units.delete(id); // it left the registry
      else state.units.set(id, { index, colour, alarms });
      changed.units.add(id);
    }
    for (const row of frame.devices || []) this._device(row);
    for (const [device, metric, value, at] of frame.readings || []) this._reading(device, metric, value, at);
    if (frame.alarms) frame.alarms.forEach((alarm) => this._alarm(alarm));
    if (frame.unit) {
      state.card = frame.unit;
      changed.card = true;
    }
    if (frame.rules) changed.rules = true;
    if (frame.kpi) {
      state.kpi = { ...state.kpi, ...frame.kpi };
      changed.kpi = true;
    }
    this.frames += 1;
    this._cost = (this._cost || 0) + performance.now() - began;
    this._ask();
  }

  _device(row) {
    const [id, unit, kind, name, room, online, seen_at, interval] = row;
    if (unit === null) {
      this.state.devices.delete(id);
      for (const key of this.state.readings.keys()) if (key.startsWith(`${id}|`)) this.state.readings.delete(key);
    } else this.state.devices.set(id, { id, unit, kind, name, room, online, seen_at, interval });
    this._changed.devices.add(id);
  }

  _reading(device, metric, value, at) {
    const key = `${device}|${metric}`;
    const known = this.state.readings.get(key) || this._before?.get(key);
    const time = Date.parse(at);
    if (known && known.time > time) return;
    const history = known ? known.history : [];
    if (value !== null && (!history.length || history[history.length - 1][0] !== time)) history.push([time, value]);
    if (history.length > 60) history.shift();
    this.state.readings.set(key, { key, device, metric, value, at, time, history });
    this._changed.readings.add(key);
  }

  _alarm(alarm) {
    if (alarm.state === "cleared") this.state.alarms.delete(alarm.id);
    else this.state.alarms.set(alarm.id, alarm);
    this._changed.alarms = true;
  }

  _ask() {
    if (this._asked) return;
    this._asked = true;
    // A hidden tab gets no animation frames; a timer keeps it from piling up work.
    const run = () => this._run();
    if (document.hidden) setTimeout(run, 250);
    else requestAnimationFrame(run);
  }

  _run() {
    this._asked = false;
    if (!this._paint) return;
    const began = performance.now();
    const changed = this._changed;
    this._changed = nothingChanged();
    attempt(`paint ${this.scope}`, () => this._paint(changed, this.state));
    this.costs.push((this._cost || 0) + performance.now() - began);
    this._cost = 0;
    if (this.costs.length > 500) this.costs.shift();
  }
}

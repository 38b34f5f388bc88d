// Answers the panels need besides the live frames: each asked for again in its own time while somebody shows it.

import { get } from "../visit.js";

const AGAIN = 10000; // after a question that failed

export class Board {
  constructor(changed) {
    this._changed = changed;
    this._sources = new Map();
  }

  /** What is known at a path, asked for when it is older than `seconds`. `{data, at, failed}`; data null before. */
  want(path, seconds) {
    let source = this._sources.get(path);
    if (!source) this._sources.set(path, (source = { data: null, at: -Infinity, failed: false, busy: false }));
    source.seconds = seconds;
    source.wanted = performance.now();
    if (!source.busy && performance.now() >= source.at + (source.failed ? AGAIN : seconds * 1000)) this._ask(path, source);
    return source;
  }

  /** What nobody has wanted for an hour is let go: a wall stays open for weeks. */
  tidy() {
    for (const [path, source] of this._sources) if (performance.now() - source.wanted > 3600000) this._sources.delete(path);
  }

  async _ask(path, source) {
    source.busy = true;
    try {
      source.data = await get(path);
      source.failed = false;
    } catch {
      source.failed = true;
    }
    source.at = performance.now();
    source.busy = false;
    this._changed(path);
  }

  /** The server is back, or another day has begun: all of it is old. */
  renew() {
    for (const source of this._sources.values()) source.at = -Infinity;
  }
}

// Something read from the server for a part of the page: read at once, again each minute, and when asked for.
// What was read stays while a later reading fails; the part then says how old it is.

import { get } from "../visit.js";

const EVERY = 60000;

export class Source {
  /** `paint({ data, error, at })` after each reading. `path()` may change; a late answer to an old one is dropped. */
  constructor(path, paint, every = EVERY) {
    Object.assign(this, { _path: path, _paint: paint, data: null, error: null, at: null, _number: 0 });
    this._timer = every ? setInterval(() => !document.hidden && this.read(), every) : null;
    this.read();
  }

  async read() {
    const number = ++this._number;
    const path = this._path();
    try {
      const data = await get(path);
      if (number !== this._number || this._closed) return;
      Object.assign(this, { data, error: null, at: Date.now() });
    } catch (error) {
      if (number !== this._number || this._closed) return;
      this.error = error;
    }
    this._paint(this);
  }

  close() {
    this._closed = true;
    clearInterval(this._timer);
  }
}

// Which scene a screen shows now. No clock, page or address in here: everything is told.

export const IDLE = 120000; // scenes rotate when nobody has touched the wall for so long
export const STEP = 30000;

/** What the address asks for: `?scene=` pins one, `?scenes=` and `?seconds=` choose a rotation, `?screen=2/3` an offset. */
export function asked(parameters, known) {
  const valid = (name) => known.includes(name.split(":")[0]);
  const scenes = (parameters.get("scenes") || "").split(",").map((name) => name.trim()).filter(valid);
  const scene = parameters.get("scene") || "";
  const screen = Number.parseInt(parameters.get("screen") || "1", 10);
  const seconds = Number(parameters.get("seconds"));
  return {
    scenes: scenes.length ? scenes : null,
    pinned: valid(scene) ? scene : null,
    offset: screen > 0 ? screen - 1 : 0,
    step: seconds >= 5 && seconds <= 3600 ? seconds * 1000 : STEP,
    alone: Boolean(scenes.length || parameters.has("screen")), // set up as a screen of a wall: nobody stands at it
  };
}

export class Rotation {
  /** Screens with the same settings and clocks show different scenes at every moment, each further by its offset. */
  constructor({ scenes, step = STEP, offset = 0, pinned = null, alone = false }, now) {
    this.scenes = scenes;
    this.step = step;
    this.offset = offset;
    this.pinned = pinned;
    this._held = { scene: scenes[offset % scenes.length], until: alone ? now : now + IDLE };
    this._incidents = [];
    this._first = 0;
  }

  /** Somebody is here: what is shown stays. */
  touch(now) {
    this._held = { scene: this.scene(now), until: now + IDLE };
  }

  show(scene, now) {
    if (this.pinned) this.pinned = scene;
    this._left = this._incidents[0]; // who looks elsewhere has seen it
    this._held = { scene, until: now + IDLE };
  }

  move(by, now) {
    const at = Math.max(0, this.scenes.indexOf(this.scene(now)));
    this.show(this.scenes[(at + by + this.scenes.length) % this.scenes.length], now);
  }

  pin(on, now) {
    const scene = this.scene(now);
    this.pinned = on ? scene : null;
    this._held = { scene: this.scenes.includes(scene) ? scene : this.scenes[0], until: now + IDLE };
  }

  /** Open, not acknowledged alarms of the first level that came while we looked, the newest first. */
  follow(units, now) {
    if (units[0] !== this._incidents[0]) this._first = now;
    this._incidents = units;
    if (!units.includes(this._left)) this._left = null;
  }

  incident(now) {
    if (this.pinned || !this._incidents.length || this._left === this._incidents[0]) return null;
    return this._incidents[Math.floor((now - this._first) / STEP) % this._incidents.length];
  }

  scene(now) {
    if (this.pinned) return this.pinned;
    const incident = this.incident(now);
    if (incident) return `incident:${incident}`;
    if (this._held && now < this._held.until) return this._held.scene;
    return this.scenes[(Math.floor(now / this.step) + this.offset) % this.scenes.length];
  }

  /** How much of this scene's time is over, 0 to 1; null while nothing moves on by itself. */
  progress(now) {
    if (this.pinned || this.scenes.length < 2 || this._incidents.length) return null;
    if (this._held && now < this._held.until) return null;
    return (now % this.step) / this.step;
  }
}

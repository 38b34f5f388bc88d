// What alarms sound like: made by the browser itself, calm, another one for each level.
// Level 1 comes again until somebody took charge; level 2 sounds once, level 3 only for those who want it.

const KEY = "sunshine-sound";
const AGAIN = 8000; // between two sounds of level 1
export const MUTED_FOR = 15 * 60 * 1000; // level 1 comes back by itself after a muting
// Of each level: tones as [hertz, begin in seconds, length].
const TONES = {
  1: [[784, 0, 0.22], [587, 0.24, 0.3], [784, 0.66, 0.22], [587, 0.9, 0.4]],
  2: [[523, 0, 0.2], [659, 0.18, 0.45]],
  3: [[392, 0, 0.25]],
};

export class Sound {
  /** `onChange` is called when what a page should show has changed. */
  constructor(onChange = () => {}) {
    this._onChange = onChange;
    this._heard = null;
    this._last = -Infinity;
    this.played = []; // levels, for the tests
    this._kept = { volume: 0.6, mutedAt: null, low: false, ...read() };
    const wake = () => this.enable();
    for (const kind of ["pointerdown", "keydown"]) window.addEventListener(kind, wake, { once: true, capture: true });
    this._begin();
  }

  get volume() {
    return this._kept.volume;
  }

  /** Whether the less serious level sounds too. */
  get low() {
    return this._kept.low;
  }

  get mutedUntil() {
    return this._kept.mutedAt === null ? null : this._kept.mutedAt + MUTED_FOR;
  }

  get isMuted() {
    return this._kept.mutedAt !== null;
  }

  /** A browser makes no sound before somebody touched the page. */
  get isBlocked() {
    return !this._audio || this._audio.state !== "running";
  }

  set(name, value) {
    this._kept[name] = value;
    try {
      localStorage.setItem(KEY, JSON.stringify(this._kept));
    } catch {
      // it then lasts as long as the page
    }
    this._onChange();
  }

  mute(yes) {
    this.set("mutedAt", yes ? Date.now() : null);
    if (!yes) this.enable();
  }

  enable() {
    this._begin();
    this._audio?.resume().then(() => this._onChange(), () => {});
  }

  /** The alarms that demand somebody now. What was there at first has been heard by others. */
  hear(alarms) {
    const now = new Set(alarms.map((alarm) => `${alarm.id}|${alarm.level}`));
    if (this._heard) {
      const fresh = alarms.filter((alarm) => !this._heard.has(`${alarm.id}|${alarm.level}`) && alarm.state === "open");
      const level = Math.min(...fresh.map((alarm) => alarm.level));
      if (level === 1) this._last = -Infinity;
      else if (level === 2 || (level === 3 && this._kept.low)) this.play(level);
    }
    this._heard = now;
    this._urgent = alarms.some((alarm) => alarm.level === 1 && alarm.state === "open");
    this.tick();
  }

  /** Each second: level 1 again, and the end of a muting. */
  tick() {
    if (this.isMuted && (this.mutedUntil <= Date.now() || this._kept.mutedAt > Date.now())) this.mute(false);
    if (this._urgent && performance.now() - this._last >= AGAIN) {
      this._last = performance.now();
      this.play(1);
    }
  }

  play(level) {
    if (this.isMuted || this.isBlocked) return;
    this.played.push(level);
    if (this.played.length > 100) this.played.shift();
    for (const [hertz, from, length] of TONES[level] || TONES[3]) this._tone(hertz, this._audio.currentTime + from, length);
  }

  _tone(hertz, from, length) {
    const [tone, gain] = [this._audio.createOscillator(), this._audio.createGain()];
    tone.type = "sine";
    tone.frequency.value = hertz;
    gain.gain.setValueAtTime(0, from);
    gain.gain.linearRampToValueAtTime(this._kept.volume * 0.5, from + 0.02);
    gain.gain.exponentialRampToValueAtTime(0.0005, from + length);
    tone.connect(gain).connect(this._audio.destination);
    tone.start(from);
    tone.stop(from + length + 0.02);
  }

  _begin() {
    if (this._audio || !window.AudioContext) return;
    this._audio = new AudioContext();
    this._audio.addEventListener("statechange", () => this._onChange());
  }
}

function read() {
  try {
    return JSON.parse(localStorage.getItem(KEY) || "{}");
  } catch {
    return {};
  }
}

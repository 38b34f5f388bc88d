// The wall is silent until a person allows its one sound: a new alarm of the first level, until somebody has it.

import { Sound } from "../sound.js";
import { put, say } from "../words.js";

const KEY = "sunshine-wall-sound";

export class SoundButton {
  constructor(button) {
    this._button = button;
    this._allowed = kept();
    this._sound = new Sound(() => this.paint());
    button.addEventListener("click", () => this._toggle());
    this.paint();
  }

  _toggle() {
    const on = this._allowed && !this._sound.isBlocked;
    this._allowed = !on;
    try {
      localStorage.setItem(KEY, this._allowed ? "yes" : "no");
    } catch {
      // the choice then lasts as long as the page
    }
    if (this._allowed) this._sound.mute(false);
    this.paint();
  }

  hear(alarms) {
    this._sound.hear(this._allowed ? [...alarms.values()].filter((alarm) => alarm.level === 1) : []);
  }

  tick() {
    if (this._allowed) this._sound.tick();
  }

  paint() {
    if (!this._sound) return; // the sound says so while it is made
    const on = this._allowed && !this._sound.isBlocked && !this._sound.isMuted;
    this._button.setAttribute("aria-pressed", on ? "true" : "false");
    this._button.dataset.text = on ? "scene.sound_on" : "scene.sound_off";
    put(this._button, say(this._button.dataset.text));
  }
}

function kept() {
  try {
    return localStorage.getItem(KEY) === "yes";
  } catch {
    return false;
  }
}

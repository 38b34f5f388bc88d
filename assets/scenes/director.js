// Joins the rotation with the page: address, keys, mouse, the bar of scenes, its name and the line of its time.

import { put, now, say } from "../words.js";
import { asked, Rotation } from "./rotation.js";
import { SCENES } from "./stage.js";

const USUAL = ["overview", "map", "alarms", "devices", "index"];
const BAR = 6000; // the bar goes when the mouse rests

export class Director {
  /** `show(scene)` is called when another scene begins; `words(scene)` names one; `mayMove()`: the link is alive. */
  constructor({ show, words, mayMove }) {
    Object.assign(this, { _show: show, _words: words, _mayMove: mayMove, _shown: null, _known: null, _announced: null });
    const wish = asked(new URL(window.location).searchParams, Object.keys(SCENES));
    this.rotation = new Rotation({ ...wish, scenes: wish.scenes || USUAL }, now());
    this._bar = document.getElementById("scenes");
    this._listen();
  }

  _listen() {
    this._bar?.addEventListener("click", ({ target }) => {
      const button = target.closest("button");
      if (button?.dataset.scene) this.show(button.dataset.scene);
      else if (button?.id === "scene-pin") this.pin(!this.rotation.pinned);
    });
    const touched = () => {
      if (!this.rotation.pinned) this.rotation.touch(now());
      document.body.classList.add("is-touched");
      clearTimeout(this._hiding);
      this._hiding = setTimeout(() => document.body.classList.remove("is-touched"), BAR);
    };
    let last = null; // a page that draws itself moves nothing, but some browsers say so
    window.addEventListener("mousemove", ({ screenX, screenY }) => {
      if (last && (last[0] !== screenX || last[1] !== screenY)) touched();
      last = [screenX, screenY];
    });
    for (const name of ["pointerdown", "wheel"]) window.addEventListener(name, touched, { passive: true });
    window.addEventListener("keydown", (event) => {
      touched();
      if (/^(input|textarea|select)$/i.test(event.target.tagName) || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target.closest?.(".leaflet-container") && event.key.startsWith("Arrow")) return; // the map moves
      if (event.key === "p" || event.key === "P") this.pin(!this.rotation.pinned);
      else if (event.key === "ArrowRight") this.move(1);
      else if (event.key === "ArrowLeft") this.move(-1);
    });
  }

  show(scene) {
    this.rotation.show(scene, now());
    this.tick();
    this._write();
  }

  move(by) {
    this.rotation.move(by, now());
    this.tick();
    this._write();
  }

  pin(on) {
    this.rotation.pin(on, now());
    this.tick();
    this._write();
  }

  /** The address says what is pinned, so that a screen that is switched on again shows it. */
  _write() {
    const url = new URL(window.location);
    if (this.rotation.pinned) url.searchParams.set("scene", this.rotation.pinned);
    else url.searchParams.delete("scene");
    if (url.href !== window.location.href) history.replaceState(history.state, "", url);
  }

  /** Which alarms are new is known against those that were open when the page first heard of the city. */
  alarms(alarms, whole) {
    const first = [...alarms.values()].filter((alarm) => alarm.level === 1 && alarm.state === "open");
    if (!this._known || (whole && !this._known.size)) {
      const before = now() - 600000; // what was raised while the page loaded itself anew is still news
      this._known ||= new Set(first.filter((alarm) => Date.parse(alarm.raised_at) < before).map((alarm) => alarm.id));
    }
    const open = new Set(first.map((alarm) => alarm.id));
    for (const id of this._known) if (!open.has(id)) this._known.delete(id); // else it would grow for ever
    const fresh = first.filter((alarm) => !this._known.has(alarm.id)).sort((a, b) => (a.raised_at < b.raised_at ? 1 : -1));
    this.rotation.follow([...new Set(fresh.map((alarm) => alarm.unit))], now());
    this._announced = this.rotation.pinned && fresh.length ? fresh[0] : null;
    this.tick();
    return this._announced;
  }

  tick() {
    const at = now();
    if (this._mayMove() || !this._shown) {
      const scene = this.rotation.scene(at);
      if (scene !== this._shown) {
        this._shown = scene;
        this._show(scene);
      }
    }
    this.paint(at);
  }

  paint(at = now()) {
    put(document.getElementById("scene-name"), this._words(this._shown));
    const progress = this.rotation.progress(at);
    const line = document.querySelector("#scene-progress i");
    if (line) line.style.width = progress === null ? "0" : `${progress * 100}%`;
    const frame = document.getElementById("scene");
    if (frame) frame.dataset.state = this.rotation.pinned ? "pinned" : this.rotation.incident(at) ? "incident" : progress === null ? "held" : "moving";
    const kind = this._shown?.split(":")[0];
    for (const button of this._bar?.querySelectorAll("button") || []) {
      if (button.dataset.scene) button.setAttribute("aria-current", button.dataset.scene === kind ? "true" : "false");
      else {
        button.setAttribute("aria-pressed", this.rotation.pinned ? "true" : "false");
        const text = button.querySelector("span");
        text.dataset.text = this.rotation.pinned ? "scene.unpin" : "scene.pin";
        put(text, say(text.dataset.text));
      }
    }
  }
}

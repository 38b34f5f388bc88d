// The button that says whether the desk sounds, with its volume behind it.

import { clock, make, put, say } from "../words.js";
import { Sound } from "../sound.js";

export function volume(root) {
  const main = make("button", "button sound");
  const menu = make("div", "menu sound-menu");
  menu.hidden = true;
  const more = make("button", "button icon", "▾");
  more.setAttribute("aria-haspopup", "true");
  const sound = new Sound(() => paint());
  const slider = make("input");
  slider.type = "range";
  Object.assign(slider, { min: 0, max: 1, step: 0.05, value: sound.volume });
  slider.addEventListener("change", () => {
    sound.set("volume", Number(slider.value));
    sound.play(2);
  });
  const low = make("input");
  low.type = "checkbox";
  low.checked = sound.low;
  low.addEventListener("change", () => sound.set("low", low.checked));
  const [label, check] = [make("label", "field"), make("label", "check")];
  const [labelWords, checkWords, note] = [make("span"), make("span"), make("p", "small muted")];
  label.append(labelWords, slider);
  check.append(low, checkWords);
  const tries = make("div", "row");
  const buttons = [1, 2, 3].map((level) => {
    const button = make("button", "button small");
    button.addEventListener("click", () => sound.play(level));
    return [level, button];
  });
  tries.append(...buttons.map(([, button]) => button));
  menu.append(label, check, tries, note);
  main.addEventListener("click", () => (sound.isBlocked ? sound.enable() : sound.mute(!sound.isMuted)));
  more.addEventListener("click", () => {
    menu.hidden = !menu.hidden;
    more.setAttribute("aria-expanded", !menu.hidden);
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest(".sound-box")) menu.hidden = true;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menu.hidden = true;
    more.focus();
  });
  const box = make("span", "sound-box");
  box.append(main, more, menu);
  root.append(box);

  function paint() {
    const state = sound.isMuted ? "muted" : sound.isBlocked ? "blocked" : "on";
    main.dataset.state = state;
    put(main, sound.isMuted ? say("desk_sound.muted", { at: clock(sound.mutedUntil, false) }) : say(`desk_sound.${state}`));
    more.setAttribute("aria-label", say("desk.sound_more"));
    put(labelWords, say("desk.sound_volume"));
    put(checkWords, say("desk.sound_low"));
    put(note, say("desk.sound_note"));
    buttons.forEach(([level, button]) => put(button, say("desk.sound_try", { level: say(`level.${level}`) })));
  }
  paint();
  return { sound, paint };
}

// The pages of people outside the desk: a door with its own switches of language and theme.

import { make, onLanguage, say, toggleLanguage, translate } from "../words.js";

/** `paint(root)` draws what stands in the door, again in the other language. */
export function door(paint) {
  const root = document.getElementById("door-main");
  const frame = document.getElementById("door");
  const top = make("header");
  const language = make("button", "button", say("other_language"));
  language.id = "language";
  language.dataset.text = "other_language";
  language.addEventListener("click", toggleLanguage);
  const theme = make("button", "button icon");
  theme.id = "theme";
  theme.dataset.title = "page.switch_theme";
  theme.addEventListener("click", () => {
    const html = document.documentElement;
    html.dataset.theme = html.dataset.theme === "light" ? "dark" : "light";
    try {
      localStorage.setItem("sunshine-theme", html.dataset.theme);
    } catch {
      // the choice then lasts as long as the page
    }
  });
  top.append(language, theme);
  frame.prepend(top);
  paint(root);
  translate(document);
  onLanguage(() => paint(root));
}

/** The house's name above what stands in the door. */
export function sign() {
  const node = make("div", "sign");
  node.append(make("span", "emblem"), make("h1", "", say("page.title")));
  return node;
}

/** A password with the means to see it, and a word when capitals are locked. */
export function passwordField(id, text, autocomplete) {
  const label = make("div", "field");
  const words = make("label", "", text);
  words.htmlFor = id;
  const row = make("div", "password");
  const input = make("input");
  Object.assign(input, { id, name: id, type: "password", required: true, autocomplete });
  input.setAttribute("aria-describedby", `${id}-caps`);
  const show = make("button", "button quiet", say("password.show"));
  show.type = "button";
  show.setAttribute("aria-pressed", "false");
  show.addEventListener("click", () => {
    const seen = input.type === "password";
    input.type = seen ? "text" : "password";
    show.textContent = say(seen ? "password.hide" : "password.show");
    show.setAttribute("aria-pressed", String(seen));
    input.focus();
  });
  const caps = make("span", "hint caps");
  caps.id = `${id}-caps`;
  caps.setAttribute("role", "status");
  const look = (event) => (caps.textContent = event.getModifierState?.("CapsLock") ? say("password.caps") : "");
  for (const kind of ["keydown", "keyup", "pointerdown"]) input.addEventListener(kind, look);
  row.append(input, show);
  label.append(words, row, caps);
  return { label, input };
}

/** Where the person wanted to go: a path of ours, or home. */
export function next() {
  const { origin, searchParams } = new URL(window.location);
  try {
    // As the browser will read it: it drops tabs and line breaks, takes a backslash for a slash.
    const asked = new URL(searchParams.get("next") || "/", origin);
    return asked.origin === origin ? asked.pathname + asked.search + asked.hash : "/";
  } catch {
    return "/";
  }
}

// What the pages at a desk share: who is signed in, the link, the language, the theme, the clock, the search.

import { Link } from "./live.js";
import { attempt, paintLink } from "./page.js";
import { Search } from "./panels/search.js";
import { paintPerson } from "./people/person.js";
import { watchSession } from "./people/session.js";
import { tickAges } from "./values.js";
import { signedIn, toSignIn } from "./visit.js";
import { clock, now, onLanguage, put, toggleLanguage, translate } from "./words.js";

/** Prepares the frame; answers with the page's link. `choose(unit)` is called by the search. `tick` runs each second. */
export function desk({ choose, tick } = {}) {
  if (!signedIn()) toSignIn();
  const link = new Link(toSignIn);
  const search = attempt("search", () => new Search((id) => (choose ? choose(id) : window.location.assign(`/units/${id}`))));
  paintPerson();
  watchSession();
  markPlace();
  document.getElementById("language")?.addEventListener("click", toggleLanguage);
  document.getElementById("theme")?.addEventListener("click", toggleTheme);
  document.getElementById("fold")?.addEventListener("click", () => fold());
  window.addEventListener("keydown", (event) => event.key === "Escape" && fold(false));
  onLanguage(() => {
    attempt("words of the search", () => search?.retranslate());
    paintPerson();
  });
  const second = () => {
    put(document.getElementById("clock"), clock(now()));
    attempt("paint link", () => paintLink(link.state()));
    attempt("paint ages", tickAges);
    attempt("tick", () => tick?.());
  };
  attempt("words", () => translate(document));
  second();
  setInterval(second, 1000);
  return link;
}

/** The place one is at is marked in the navigation; `/units/…` belongs to the city, `/incidents/…` to the alarms. */
export function markPlace() {
  const here = window.location.pathname.replace(/^\/incidents\//, "/alarms/");
  for (const link of document.querySelectorAll("#places a")) {
    const path = new URL(link.href).pathname;
    const mine = path === "/" ? !["/alarms", "/devices", "/licences", "/account", "/admin"].some((other) => here.startsWith(other)) : here.startsWith(path);
    if (mine) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

/** On a narrow screen the places, the search and the person fold into the header. */
export function fold(open) {
  const header = document.getElementById("header");
  const unfolded = header.classList.toggle("is-unfolded", open);
  document.getElementById("fold")?.setAttribute("aria-expanded", String(unfolded));
}

function toggleTheme() {
  const root = document.documentElement;
  root.dataset.theme = root.dataset.theme === "light" ? "dark" : "light";
  try {
    localStorage.setItem("sunshine-theme", root.dataset.theme);
  } catch {
    // the choice then lasts as long as the page
  }
  window.dispatchEvent(new CustomEvent("sunshine-theme"));
}

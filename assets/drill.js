// The drill-down: an address names a view and the thing it shows; the views are in views/.

import { desk, fold, markPlace } from "./desk.js";
import { Live } from "./live.js";
import { attempt, decoded, whenDrawn } from "./page.js";
import { nowhere } from "./parts/states.js";
import { Scrolling } from "./parts/scrolling.js";
import * as area from "./views/area.js";
import * as city from "./views/city.js";
import * as compare from "./views/compare.js";
import * as device from "./views/device.js";
import * as devices from "./views/devices.js";
import * as licences from "./views/licences.js";
import * as unit from "./views/unit.js";
import { make, onLanguage, retitle, say } from "./words.js";

const VIEWS = [city, area, unit, device, devices, licences, compare];

/** The view of a path and what the path names; null where there is none. */
function find(path) {
  for (const view of VIEWS) {
    const names = [];
    const pattern = view.route.replace(/:(\w+)/g, (_, name) => (names.push(name), "([^/]+)"));
    const found = new RegExp(`^${pattern}/?$`).exec(path);
    if (found) return { view, params: Object.fromEntries(names.map((name, i) => [name, decoded(found[i + 1])])) };
  }
  return null;
}

function begin() {
  const root = document.getElementById("view");
  const scrolling = new Scrolling();
  let current = null;
  let trail = [];
  const link = desk({ choose: (id) => go(`/units/${encodeURIComponent(id)}`), tick: () => current?.view?.tick?.() });

  /** Shows what the address says. `arrived`: by a step of the person, not by loading the page. */
  function open(arrived) {
    const url = new URL(window.location);
    const unit = url.pathname === "/" && url.searchParams.get("unit");
    if (unit) {
      history.replaceState(history.state, "", `/units/${encodeURIComponent(unit)}`); // links of old led here
      return open(arrived);
    }
    // A view that knows how to follow its own query keeps what it has drawn.
    if (current?.path === url.pathname && current.view?.requery)
      return attempt("requery", () => current.view.requery(url.searchParams));
    attempt("close view", () => current?.view?.close?.());
    current?.lives.forEach((live) => live.close());
    root.replaceChildren();
    retitle(null);
    crumbs([]);
    markPlace();
    fold(false);
    const lives = [];
    const context = {
      root, go, crumbs, retitle, keep, query: url.searchParams,
      live: (scope, paint) => {
        const live = new Live(link, scope, paint);
        lives.push(live);
        return live;
      },
      nowhere: (words) => lost(context, words),
    };
    current = { path: url.pathname, lives, view: null };
    const found = find(url.pathname);
    if (!found) return context.nowhere();
    const view = attempt(`open ${url.pathname}`, () => found.view.open({ ...context, params: found.params }));
    current.view ||= view || null;
    if (arrived) focusTitle();
  }

  /** There is nothing to see at this address; the link's state in the header goes on being true. */
  function lost({ live }, words) {
    const draw = () => {
      const said = words?.() || say("page.not_here");
      root.replaceChildren(nowhere(said));
      retitle(said);
      crumbs([{ text: () => say("nav.city"), href: "/" }, { text: said }]);
    };
    draw();
    live("city", () => {});
    current.view = { translate: draw };
  }

  /** Whoever hears the page instead of seeing it learns where they are. */
  function focusTitle() {
    const look = () => {
      const title = root.querySelector("h1");
      if (!title) return false;
      title.tabIndex = -1;
      title.focus({ preventScroll: true });
      return true;
    };
    if (look()) return;
    const watcher = new MutationObserver(() => look() && watcher.disconnect());
    watcher.observe(root, { childList: true, subtree: true });
    setTimeout(() => watcher.disconnect(), 5000);
  }

  function go(path) {
    if (path === window.location.pathname + window.location.search) return;
    const here = window.location.pathname;
    scrolling.leave();
    history.pushState({}, "", path);
    open(true);
    if (window.location.pathname !== here) window.scrollTo(0, 0);
  }

  /** A part of the state that is no step of its own (a sort, a tab): in the address, but not in the history. */
  function keep(name, value) {
    const here = new URL(window.location);
    if (value === null || value === undefined || value === "") here.searchParams.delete(name);
    else here.searchParams.set(name, value);
    history.replaceState(history.state, "", here);
  }

  /** Where one is: `[{ text, href }]` from the city down; the last one is here. Texts may be functions (words). */
  function crumbs(steps) {
    trail = steps;
    const nodes = steps.map((step, i) => {
      const words = typeof step.text === "function" ? step.text() : step.text;
      const last = i === steps.length - 1;
      const inside = make(last || !step.href ? "span" : "a", "", words);
      if (last) inside.setAttribute("aria-current", "page");
      else if (step.href) inside.href = step.href;
      return inside;
    });
    document.getElementById("crumbs")?.replaceChildren(...nodes);
  }

  // A link to a page of ours opens in place; with a modifier, or to another page, the browser does as ever.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const url = new URL(link.href);
    if (url.origin !== window.location.origin || url.hash || link.target || link.hasAttribute("download") || !find(url.pathname)) return;
    event.preventDefault();
    go(url.pathname + url.search);
  });
  window.addEventListener("popstate", (event) => {
    open(true);
    scrolling.restore(event.state?.scroll || 0);
  });
  onLanguage(() => {
    crumbs(trail);
    attempt("words of the view", () => current?.view?.translate?.());
  });
  window.sunshine = { link, go, view: () => current.view, lives: () => current.lives };
  open(false);
  scrolling.restore(history.state?.scroll || 0);
}

whenDrawn("view", begin);

// The drill-down: an address names a view and the thing it shows; the views are in views/.

import { desk, markPlace } from "./desk.js";
import { Live } from "./live.js";
import { attempt, whenDrawn } from "./page.js";
import * as area from "./views/area.js";
import * as city from "./views/city.js";
import * as compare from "./views/compare.js";
import * as device from "./views/device.js";
import * as devices from "./views/devices.js";
import * as licences from "./views/licences.js";
import * as unit from "./views/unit.js";
import { make, onLanguage, retitle, say } from "./words.js";

const VIEWS = [city, area, unit, device, devices, licences, compare];

function begin() {
  const root = document.getElementById("view");
  let current = null;
  const link = desk({ choose: (id) => go(`/units/${encodeURIComponent(id)}`), tick: () => current?.tick?.() });

  function find(path) {
    for (const view of VIEWS) {
      const names = [];
      const pattern = view.route.replace(/:(\w+)/g, (_, name) => (names.push(name), "([^/]+)"));
      const found = new RegExp(`^${pattern}/?$`).exec(path);
      if (found) return { view, params: Object.fromEntries(names.map((name, i) => [name, decodeURIComponent(found[i + 1])])) };
    }
    return null;
  }

  function open() {
    attempt("close view", () => current?.close?.());
    current?.lives.forEach((live) => live.close());
    const url = new URL(window.location);
    const { view, params } = find(url.pathname) || { view: city, params: {} };
    root.replaceChildren();
    retitle(null);
    crumbs([]);
    markPlace();
    const lives = [];
    const context = {
      root, params, query: url.searchParams, go, crumbs, retitle,
      live: (scope, paint) => {
        const live = new Live(link, scope, paint);
        lives.push(live);
        return live;
      },
      // A part of the state that is no step of its own (a sort, a tab): in the address, but not in the history.
      keep: (name, value) => {
        const here = new URL(window.location);
        if (value === null || value === undefined || value === "") here.searchParams.delete(name);
        else here.searchParams.set(name, value);
        history.replaceState(history.state, "", here);
      },
    };
    current = { ...(attempt(`open ${url.pathname}`, () => view.open(context)) || {}), lives };
    window.scrollTo(0, 0);
  }

  function go(path) {
    if (path === window.location.pathname + window.location.search) return;
    history.pushState({}, "", path);
    open();
  }

  let trail = [];

  /** Where one is: `[{ text, href }]` from the city down; the last one is here. Texts may be functions (words). */
  function crumbs(steps) {
    trail = steps;
    const nodes = steps.map((step, i) => {
      const words = typeof step.text === "function" ? step.text() : step.text;
      const last = i === steps.length - 1;
      const node = make(last || !step.href ? "span" : "a", "", words);
      if (last) node.setAttribute("aria-current", "page");
      else if (step.href) node.href = step.href;
      return node;
    });
    document.getElementById("crumbs")?.replaceChildren(...nodes);
  }

  // A link to a page of ours opens in place; with a modifier, or to another page, the browser does as ever.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const url = new URL(link.href);
    if (url.origin !== window.location.origin || link.target || link.hasAttribute("download") || !find(url.pathname)) return;
    event.preventDefault();
    go(url.pathname + url.search);
  });
  window.addEventListener("popstate", open);
  onLanguage(() => {
    crumbs(trail);
    attempt("words of the view", () => current?.translate?.());
  });
  window.sunshine = { link, go, view: () => current };
  open();
}

whenDrawn("view", begin);

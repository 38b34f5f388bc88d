// The command center's page: joins the live city, the panels, the map, the address line and the clock.

import { CityMap } from "./city-map.js";
import { loadLimits } from "./devices.js";
import { Link, Live } from "./live.js";
import { loadNames, onNames } from "./names.js";
import { attempt, paintLink, whenDrawn } from "./page.js";
import { Alarms } from "./panels/alarms.js";
import { paintIndex, paintKpis } from "./panels/kpis.js";
import { Search } from "./panels/search.js";
import { Sensors } from "./panels/sensors.js";
import { UnitPanel } from "./panels/unit.js";
import { tickAges } from "./values.js";
import { toSignIn } from "./visit.js";
import { clock, day, now, onLanguage, put, say, toggleLanguage, translate } from "./words.js";

function begin() {
  // A part that cannot be made, as with a server older than these scripts, is missing and no more than that.
  const search = attempt("search", () => new Search((id) => go(id)));
  const sensors = attempt("sensors", () => new Sensors());
  const alarms = attempt("alarms", () => new Alarms((id) => go(id)));
  const unitPanel = attempt("unit", () => new UnitPanel());
  const map = attempt("map", () => new CityMap((id) => go(id)));
  let chosen = null;
  let unitLive = null;
  if (sensors) sensors.onChoose = (id) => id && go(id);

  const link = new Link(toSignIn);
  const city = new Live(link, "city", (changed, state) => {
    attempt("paint map", () => map?.frame(changed, state));
    if (changed.whole || changed.kpi) paintFigures();
    if (changed.rules) relimit();
    if (!chosen) paintLists(changed, state);
  });
  window.sunshine = { link, city, map, unit: () => unitLive };

  const relimit = () => loadLimits().then(() => attempt("limits", () => sensors?.relimit()));

  function paintFigures() {
    attempt("paint figures", () => paintKpis(city.state.kpi, city.state.at));
    attempt("paint index", () => paintIndex(city.state.kpi));
  }

  function paintLists(changed, state) {
    if (changed.whole || changed.readings.size || changed.devices.size)
      attempt("paint sensors", () => sensors?.paint(changed, state));
    if (changed.whole || changed.alarms) attempt("paint alarms", () => alarms?.paint(state, changed.whole));
  }

  // --- one unit: its address is ?unit=, so it can be sent to a colleague and the browser's back button works

  function go(id) {
    if (id === chosen) return;
    const url = new URL(window.location);
    if (id) url.searchParams.set("unit", id);
    else url.searchParams.delete("unit");
    history.pushState({}, "", url);
    open(id);
  }

  function open(id) {
    if (id === chosen) return;
    chosen = id;
    for (const list of [sensors, alarms]) if (list) list.unit = id;
    unitLive?.close();
    unitLive = null;
    unitPanel?.open(id);
    map?.ready.then(() => chosen === id && (id ? map.choose(id) : (map.choose(null), map.home(true))));
    retitle();
    if (id) {
      unitLive = new Live(link, `unit:${id}`, (changed, state) => {
        paintLists(changed, state);
        if (changed.card) attempt("paint unit", () => unitPanel?.frame(state));
      });
      paintLists({ whole: true, readings: new Set(), devices: new Set() }, unitLive.state);
    } else paintLists({ whole: true, readings: new Set(), devices: new Set() }, city.state);
  }

  function retitle() {
    const titles = { sensors: chosen ? "unit.devices" : "sensors.title", alarms: chosen ? "alarms.unit_title" : "alarms.title" };
    for (const [id, key] of Object.entries(titles)) {
      const title = document.querySelector(`#${id} h2`);
      if (title) title.dataset.text = key;
      put(title, say(key));
    }
  }

  const addressed = () => new URL(window.location).searchParams.get("unit");
  window.addEventListener("popstate", () => open(addressed()));
  window.addEventListener("keydown", (event) => event.key === "Escape" && chosen && go(null));
  document.getElementById("unit-close")?.addEventListener("click", () => go(null));

  // --- language, link, clock

  document.getElementById("language")?.addEventListener("click", toggleLanguage);
  onNames(() => {
    attempt("names of alarms", () => alarms?.retranslate());
    attempt("names of sensors", () => sensors?.relimit());
    attempt("names on the map", () => map?.renamed());
  });
  onLanguage(() => {
    paintFigures();
    attempt("words of alarms", () => alarms?.paint((unitLive || city).state, true));
    attempt("words of sensors", () => sensors?.setMode(sensors.mode));
    attempt("words of the unit", () => unitPanel?.retranslate());
    attempt("words of the search", () => search?.retranslate());
    attempt("words on the map", () => map?.translate());
    second();
  });

  function second() {
    put(document.getElementById("clock"), clock(now()));
    put(document.getElementById("date"), day(now()));
    attempt("paint link", () => paintLink(link.state()));
    if (city.state.kpi) attempt("paint figures", () => paintKpis(city.state.kpi, city.state.at));
    attempt("paint ages", tickAges);
    attempt("paint sensors", () => sensors?.tick());
    if (link.state().name === "live") attempt("paint alarms", () => alarms?.tick()); // what lasts is known only while facts arrive
  }

  attempt("words", () => translate(document));
  open(addressed());
  loadNames();
  relimit();
  second();
  setInterval(second, 1000);
  const tiles = document.getElementById("tiles");
  if (tiles) new ResizeObserver(() => {
    attempt("paint index", () => paintIndex(city.state.kpi));
    attempt("paint sensors", () => sensors?.setMode(sensors.mode));
  }).observe(tiles);
}

whenDrawn("wall", begin);

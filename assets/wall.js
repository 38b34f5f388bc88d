// The command center's page: joins the live city, the panels, the map, the address line and the clock.

import { CityMap } from "./city-map.js";
import { loadLimits } from "./devices.js";
import { Link, Live } from "./live.js";
import { loadNames, onNames } from "./names.js";
import { paintLink, whenDrawn } from "./page.js";
import { Alarms } from "./panels/alarms.js";
import { paintIndex, paintKpis } from "./panels/kpis.js";
import { Search } from "./panels/search.js";
import { Sensors } from "./panels/sensors.js";
import { UnitPanel } from "./panels/unit.js";
import { tickAges } from "./values.js";
import { clock, day, now, onLanguage, put, say, toggleLanguage, translate } from "./words.js";

function begin() {
  const search = new Search((id) => go(id));
  const sensors = new Sensors();
  const alarms = new Alarms((id) => go(id));
  const unitPanel = new UnitPanel();
  const map = new CityMap((id) => go(id));
  let chosen = null;
  let unitLive = null;
  sensors.onChoose = (id) => id && go(id);

  const link = new Link();
  const city = new Live(link, "city", (changed, state) => {
    map.frame(changed, state);
    if (changed.whole || changed.kpi) {
      paintKpis(state.kpi, state.at);
      paintIndex(state.kpi);
    }
    if (changed.rules) relimit();
    if (!chosen) paintLists(changed, state);
  });
  window.sunshine = { link, city, map, unit: () => unitLive };

  const relimit = () => loadLimits().then(() => sensors.relimit());

  function paintLists(changed, state) {
    if (changed.whole || changed.readings.size || changed.devices.size) sensors.paint(changed, state);
    if (changed.whole || changed.alarms) alarms.paint(state, changed.whole);
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
    sensors.unit = alarms.unit = id;
    unitLive?.close();
    unitLive = null;
    unitPanel.open(id);
    map.ready.then(() => chosen === id && (id ? map.choose(id) : (map.choose(null), map.home(true))));
    retitle();
    if (id) {
      unitLive = new Live(link, `unit:${id}`, (changed, state) => {
        paintLists(changed, state);
        if (changed.card) unitPanel.frame(state);
      });
      paintLists({ whole: true, readings: new Set(), devices: new Set() }, unitLive.state);
    } else paintLists({ whole: true, readings: new Set(), devices: new Set() }, city.state);
  }

  function retitle() {
    const titles = { sensors: chosen ? "unit.devices" : "sensors.title", alarms: chosen ? "alarms.unit_title" : "alarms.title" };
    for (const [id, key] of Object.entries(titles)) {
      const title = document.querySelector(`#${id} h2`);
      title.dataset.text = key;
      put(title, say(key));
    }
  }

  const addressed = () => new URL(window.location).searchParams.get("unit");
  window.addEventListener("popstate", () => open(addressed()));
  window.addEventListener("keydown", (event) => event.key === "Escape" && chosen && go(null));
  document.getElementById("unit-close").addEventListener("click", () => go(null));

  // --- language, link, clock

  document.getElementById("language").addEventListener("click", toggleLanguage);
  onNames(() => (alarms.retranslate(), sensors.relimit(), map.renamed()));
  onLanguage(() => {
    paintKpis(city.state.kpi, city.state.at);
    paintIndex(city.state.kpi);
    alarms.retranslate();
    alarms.paint((unitLive || city).state, true);
    sensors.setMode(sensors.mode);
    unitPanel.retranslate();
    search.retranslate();
    map.translate();
    second();
  });

  function second() {
    put(document.getElementById("clock"), clock(now()));
    put(document.getElementById("date"), day(now()));
    paintLink(link.state());
    if (city.state.kpi) paintKpis(city.state.kpi, city.state.at);
    tickAges();
    sensors.tick();
    if (link.state().name === "live") alarms.tick(); // what lasts is known only while facts arrive
  }

  translate(document);
  open(addressed());
  loadNames();
  relimit();
  second();
  setInterval(second, 1000);
  new ResizeObserver(() => {
    paintIndex(city.state.kpi);
    sensors.setMode(sensors.mode);
  }).observe(document.getElementById("tiles"));
}

whenDrawn("wall", begin);

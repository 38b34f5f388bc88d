// The command center's wall: joins the live city, the panels, the map, the scenes, the address and the clock.

import { CityMap } from "./city-map.js";
import { loadLimits } from "./devices.js";
import { Link, Live } from "./live.js";
import { loadNames, nameOf, onNames } from "./names.js";
import { attempt, paintLink, whenDrawn } from "./page.js";
import { watchSession } from "./people/session.js";
import { Alarms, sentence } from "./panels/alarms.js";
import { nameIn } from "./panels/incidents.js";
import { paintDimensions, paintIndex, paintKpis } from "./panels/kpis.js";
import { Search } from "./panels/search.js";
import { Sensors } from "./panels/sensors.js";
import { UnitPanel } from "./panels/unit.js";
import { Board } from "./scenes/board.js";
import { changes } from "./scenes/changes.js";
import { Director } from "./scenes/director.js";
import { SoundButton } from "./scenes/sound-button.js";
import { Stage } from "./scenes/stage.js";
import { tickAges } from "./values.js";
import { toSignIn, viewer } from "./visit.js";
import { clock, day, named, now, onLanguage, put, say, toggleLanguage, translate } from "./words.js";

const WHOLE = { whole: true, readings: new Set(), devices: new Set() };

function begin() {
  document.documentElement.dataset.density = new URL(window.location).searchParams.get("density") === "calm" ? "calm" : "usual";
  // A part that cannot be made, as with a server older than these scripts, is missing and no more than that.
  const search = attempt("search", () => new Search((id) => go(id), (id) => showArea(id)));
  const sensors = attempt("sensors", () => new Sensors());
  const alarms = attempt("alarms", () => new Alarms((id) => go(id)));
  const unitPanel = attempt("unit", () => new UnitPanel());
  const map = attempt("map", () => new CityMap({ onUnit: (id) => go(id), onArea: (id) => showArea(id) }));
  const sound = attempt("sound", () => new SoundButton(document.getElementById("sound")));
  let chosen = null; // the unit shown
  let area = null; // the banner or street shown
  let near = null; // the live scope of either; without one the city's is shown
  let parts = []; // names of areas
  if (sensors) sensors.onChoose = (id) => id && go(id);

  const link = new Link(toSignIn);
  const view = () => ({ state: (near || city).state, area, unit: chosen });
  const board = new Board((path) => path.startsWith("/city/") && soon());
  const stage = new Stage(board, () => ({ ...view(), state: chosen ? { ...near.state, units: city.state.units, kpi: city.state.kpi } : view().state }));
  const city = new Live(link, "city", (changed, state) => {
    attempt("paint map", () => map?.frame(changed, state));
    if (changed.rules) relimit();
    if (changed.whole || changed.alarms) follow(state, changed.whole);
    if (!near) paintLists(changed, state);
    if (changed.whole || changed.kpi) paintFigures();
  });
  const director = new Director({ show, words: nameOfScene, mayMove: () => link.state().name === "live" });
  window.sunshine = { link, city, map, board, stage, director, unit: () => (chosen ? near : null) };

  const relimit = () => loadLimits().then(() => attempt("limits", () => sensors?.relimit()));

  function paintFigures() {
    const { kpi, at } = area && near?.state.kpi ? near.state : city.state;
    const line = board.want(stage.trendPath(area, 1), 300).data;
    attempt("paint figures", () => paintKpis(kpi, at, changes(line?.points, kpi, now())));
    attempt("paint index", () => paintIndex(kpi));
    const standing = stage.visible().includes("index") ? board.want(stage.standingPath(area), 60).data : null;
    attempt("paint dimensions", () => paintDimensions(standing?.dimensions));
    soon();
  }

  function paintLists(changed, state) {
    if (changed.whole || changed.readings.size || changed.devices.size)
      attempt("paint sensors", () => sensors?.paint(changed, state));
    if (changed.whole || changed.alarms) {
      attempt("paint alarms", () => alarms?.paint(state, changed.whole));
      soon();
    }
  }

  /** The scene's own panels, at most twice a second. */
  let painting = null;
  function soon() {
    painting ||= setTimeout(() => {
      painting = null;
      stage.paint();
    }, 400);
  }

  // --- scenes

  function show(scene) {
    const [kind, id] = scene.split(":");
    if (["unit", "incident"].includes(kind)) open(id, null);
    else open(null, kind === "area" ? id : null);
    stage.show(scene, kind === "area" ? (isStreet(id) ? "street" : "area") : kind);
    attempt("paint sensors", () => sensors?.setMode(sensors.mode));
    attempt("paint alarms", () => alarms?.paint(view().state, true));
    paintFigures();
    retitle();
  }

  function nameOfScene(scene) {
    const [kind, id] = (scene || "overview").split(":");
    if (kind === "area") return nameOfArea(id);
    return kind === "unit" || kind === "incident" ? `${say(`scene.${kind}_name`)} · ${nameOf(id)}` : say(`scene.${kind}_name`);
  }

  function nameOfArea(id) {
    const part = parts.find((one) => one.id === id);
    return part ? named({ zh: part.name, en: part.name_en || part.name }) : id;
  }

  function showArea(id) {
    director.show(id ? `area:${id}` : "overview");
  }

  function follow(state, whole) {
    attempt("sound", () => sound?.hear(state.alarms));
    const elsewhere = director.alarms(state.alarms, whole);
    const strip = document.getElementById("first-level");
    if (!strip) return;
    strip.hidden = !elsewhere;
    if (elsewhere) put(strip.lastChild, `${nameIn(elsewhere)} · ${sentence(elsewhere)}`);
  }

  // --- one unit: its address is ?unit=, so it can be sent to a colleague and the browser's back button works

  function go(id) {
    if (id === addressed()) return;
    const url = new URL(window.location);
    if (id) url.searchParams.set("unit", id);
    else url.searchParams.delete("unit");
    history.pushState({}, "", url);
    director.show(id ? `unit:${id}` : "overview");
  }

  /** Who sees one area only is always there. */
  const own = viewer.whole === false && viewer.areas?.length === 1 && !viewer.units?.length ? viewer.areas[0] : null;

  function open(unit, wanted, anew = false) {
    const place = unit ? null : wanted || own;
    if (unit === chosen && place === area && !anew) return;
    const was = chosen;
    [chosen, area] = [unit, place];
    for (const list of [sensors, alarms]) if (list) list.unit = unit;
    near?.close();
    near = null;
    if (unit !== was) unitPanel?.open(unit);
    const moved = Boolean(map?.isReady); // what is asked for while the map is made it shows at once
    map?.ready.then(() => chosen === unit && area === place && attempt("move map", () => {
      map.map.invalidateSize({ animate: false }); // it may have been hidden until now
      map.choose(unit, moved);
      if (!unit || !map.units.latLng(unit)) map.narrow(place, false); // a unit without coordinates is nowhere
    }));
    if (unit || place)
      near = new Live(link, unit ? `unit:${unit}` : scopeOf(place), (changed, state) => {
        paintLists(changed, state);
        if (changed.kpi || changed.whole) paintFigures();
        if (changed.card) attempt("paint unit", () => unitPanel?.frame(state));
      });
    paintLists(WHOLE, view().state);
  }

  const isStreet = (place) => parts.find((one) => one.id === place)?.kind === "street";
  const scopeOf = (place) => `${isStreet(place) ? "street" : "area"}:${place}`;

  function retitle() {
    const titles = { sensors: chosen ? "unit.devices" : "sensors.title", alarms: chosen ? "alarms.unit_title" : "alarms.title",
      ranking: area ? "scene.streets" : "scene.ranking", trend: "scene.trend" };
    for (const [id, key] of Object.entries(titles)) {
      const title = document.querySelector(`#${id} h2`);
      if (title) title.dataset.text = key;
      put(title, say(key));
    }
    const mine = viewer.whole === false ? (viewer.areas || []).map(nameOfArea).join(say("index.and")) : "";
    const part = document.getElementById("part");
    if (part) part.hidden = !mine;
    put(part, mine);
    const scope = document.getElementById("index-scope");
    if (scope) delete scope.dataset.text;
    put(scope, area || mine ? say("scene.scope", { area: area ? nameOfArea(area) : mine }) : say("index.scope"));
    const more = document.getElementById("unit-page");
    if (more && chosen) more.href = `/units/${encodeURIComponent(chosen)}`;
  }

  const addressed = () => new URL(window.location).searchParams.get("unit");
  window.addEventListener("popstate", () => director.show(addressed() ? `unit:${addressed()}` : "overview"));
  window.addEventListener("keydown", (event) => event.key === "Escape" && chosen && go(null));
  document.getElementById("unit-close")?.addEventListener("click", () => go(null));

  // --- language, link, clock

  document.getElementById("language")?.addEventListener("click", toggleLanguage);
  onNames(() => {
    attempt("names of alarms", () => alarms?.retranslate());
    attempt("names of sensors", () => sensors?.relimit());
    attempt("names on the map", () => map?.renamed());
    soon();
  });
  onLanguage(() => {
    paintFigures();
    attempt("words of alarms", () => alarms?.paint(view().state, true));
    attempt("words of sensors", () => sensors?.setMode(sensors.mode));
    attempt("words of the unit", () => unitPanel?.retranslate());
    attempt("words of the search", () => search?.retranslate());
    attempt("words on the map", () => map?.translate());
    retitle();
    second();
  });

  let wasLive = false;
  let minute = 0;
  function second() {
    put(document.getElementById("clock"), clock(now()));
    put(document.getElementById("date"), day(now()));
    const { name } = link.state();
    attempt("paint link", () => paintLink(link.state()));
    if (name === "live" && !wasLive && minute) board.renew(); // it was away: what it told may be old
    wasLive = name === "live";
    attempt("scene", () => director.tick());
    if (city.state.kpi) attempt("paint figures", paintFigures);
    attempt("sound", () => sound?.tick());
    attempt("paint ages", tickAges);
    attempt("paint sensors", () => sensors?.tick());
    if (name === "live") attempt("paint alarms", () => alarms?.tick()); // what lasts is known only while facts arrive
    minute += 1;
    if (minute % 600 === 0) board.tidy();
  }

  attempt("words", () => translate(document));
  if (addressed()) director.show(`unit:${addressed()}`);
  director.tick();
  watchSession();
  loadNames();
  relimit();
  const areas = () => board.want("/city/areas.json", 3600).data;
  areas();
  const naming = setInterval(() => {
    if (!areas()) return;
    parts = areas();
    clearInterval(naming);
    if (area) { // only now it is known whether it is a street
      open(null, area, true);
      show(stage.scene);
    }
    retitle();
    director.paint();
  }, 300);
  second();
  setInterval(second, 1000);
  const resized = () => {
    attempt("paint index", () => paintIndex(near?.state.kpi || city.state.kpi));
    attempt("paint sensors", () => sensors?.setMode(sensors.mode));
    soon();
  };
  for (const id of ["tiles", "columns"]) {
    const node = document.getElementById(id);
    if (node) new ResizeObserver(resized).observe(node);
  }
}

whenDrawn("wall", begin);

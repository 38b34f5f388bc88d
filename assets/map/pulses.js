// Rings around the units with the newest alarms of the first level.

const MOST = 5; // more would only shout

export class Pulses {
  constructor(map, units) {
    this._map = map;
    this._units = units;
    this._rings = new Map();
    map.on("zoomend", () => requestAnimationFrame(() => this._follow()));
  }

  show(alarms) {
    const units = [...alarms.values()].filter((alarm) => alarm.level === 1)
      .sort((a, b) => (a.raised_at < b.raised_at ? 1 : -1)).slice(0, MOST).map((alarm) => alarm.unit);
    for (const [unit, ring] of this._rings)
      if (!units.includes(unit)) {
        ring.remove();
        this._rings.delete(unit);
      }
    for (const unit of units) {
      const at = !this._rings.has(unit) && this._units.shownAt(unit);
      if (!at) continue;
      const icon = window.L.divIcon({ className: "pulse", iconSize: [0, 0] });
      this._rings.set(unit, window.L.marker(at, { icon, interactive: false, keyboard: false }).addTo(this._map));
    }
  }

  /** Dots stand elsewhere at another zoom, and what marks them goes with them. */
  _follow() {
    for (const [unit, ring] of this._rings) ring.setLatLng(this._units.shownAt(unit) || ring.getLatLng());
  }
}

// All areas with their figures: read from the server, live figures of the frames laid over them.

import { overlaid } from "./figures.js";

export class Places {
  constructor() {
    this.rows = [];
    this.byId = new Map();
  }

  take(found) {
    this.rows = found.areas;
    this.asOf = found.as_of;
    this.byId = new Map(found.areas.map((area) => [area.id, area]));
  }

  get city() {
    return this.rows.find((area) => area.kind === "city");
  }

  /** What frames know better: the strip of the watched scope, and index, alarms and online rate of its parts. */
  live(id, kpi) {
    const row = this.byId.get(id);
    if (!row || !kpi) return;
    Object.assign(row, overlaid(row, kpi));
    for (const part of kpi.areas || []) {
      const known = this.byId.get(part.id);
      if (known) Object.assign(known, { index: part.index, units: part.units, online_rate: part.online_rate });
    }
  }

  /** Areas of a kind in an area; null: in the city. */
  within(kind, id) {
    const top = id && this.byId.get(id);
    return this.rows.filter((area) => area.kind === kind && (!top || area.path.startsWith(`${top.path}/`)));
  }

  above(row) {
    return this.byId.get(row.parent);
  }

  /** From the city down to the area. */
  trail(id) {
    const steps = [];
    for (let area = this.byId.get(id); area; area = this.byId.get(area.parent)) steps.unshift(area);
    return steps;
  }

  /** The name of the live scope that shows the area. */
  scope(id) {
    const area = id && this.byId.get(id);
    if (!area || area.kind === "city") return "city";
    return area.kind === "banner" ? `area:${area.id}` : `street:${area.id}`;
  }
}

// Where each dot stands at a zoom. Where dots would hide each other the harmless ones step aside by a few pixels, never further:
// a dense town is small and dense on the screen too. Green and blue get places by turns, so that a full town shows them in
// their true proportion. Yellow and red stand where they are.

export const FIXED = 3; // from this code on a dot is never moved
const ASIDE = 8; // px at 1920: the furthest a dot may stand from its true place
const BUCKET = 32;
const WIDE = 134217728;

/** Normalised Mercator coordinates of all units; NaN where a unit has none. */
export function mercator({ n, latitude, longitude }) {
  const [mx, my] = [new Float64Array(n), new Float64Array(n)];
  for (let i = 0; i < n; i++) {
    const degrees = latitude[i] / 1e5;
    if (degrees < -90) {
      mx[i] = my[i] = NaN; // no coordinates: counted, not drawn
      continue;
    }
    const sine = Math.sin((degrees * Math.PI) / 180);
    mx[i] = (longitude[i] / 1e5 + 180) / 360;
    my[i] = 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
  }
  return { mx, my };
}

/** World pixels { px, py } of the dots, and `over`: 1 for those that found no place of their own. */
export function place({ n, colour }, { mx, my }, zoom, { cell: size, cells }, k) {
  const cell = Math.max(1.5, Math.round(2 * size * k) / 2); // half pixels, or a dense field would shimmer
  const scale = 256 * 2 ** zoom;
  const [px, py, over] = [new Float64Array(n), new Float64Array(n), new Uint8Array(n)];
  const taken = new Set();
  const steps = new Map(); // how far the search around a place has come, so that a crowd costs n, not n squared
  const last = ((ASIDE * k) / cell / 0.62) ** 2;
  for (const moving of [false, true])
    for (let i = 0; i < n; i++) {
      const wide = cells[colour[i]];
      if (colour[i] < FIXED !== moving || Number.isNaN(mx[i])) continue;
      const x0 = Math.floor((mx[i] * scale) / cell);
      const y0 = Math.floor((my[i] * scale) / cell);
      const start = (x0 * WIDE + y0) * 8 + wide;
      let step = steps.get(start) || 0;
      let [x, y] = [x0, y0];
      let [moved, found] = [false, !moving];
      while (!found && step <= last) {
        // a sunflower around the true place
        const radius = 0.62 * Math.sqrt(step);
        x = x0 + Math.round(radius * Math.cos(step * 2.399963));
        y = y0 + Math.round(radius * Math.sin(step * 2.399963));
        step += 1;
        const aside = Math.hypot((x + wide / 2) * cell - mx[i] * scale, (y + wide / 2) * cell - my[i] * scale);
        found = aside <= ASIDE * k && free(taken, x, y, wide);
        moved = found && (x !== x0 || y !== y0);
      }
      over[i] = found ? 0 : 1;
      steps.set(start, step);
      if (!moved) [x, y] = [x0, y0];
      for (let dx = 0; dx < wide; dx++) for (let dy = 0; dy < wide; dy++) taken.add((x + dx) * WIDE + y + dy);
      px[i] = moved ? (x + wide / 2) * cell : mx[i] * scale;
      py[i] = moved ? (y + wide / 2) * cell : my[i] * scale;
    }
  return { px, py, over };
}

function free(taken, x, y, wide) {
  for (let dx = 0; dx < wide; dx++) for (let dy = 0; dy < wide; dy++) if (taken.has((x + dx) * WIDE + y + dy)) return false;
  return true;
}

/** Finds the dots near a point of the world. */
export class Buckets {
  constructor(px, py, k) {
    this._size = BUCKET * k;
    this._rows = new Map();
    for (let i = 0; i < px.length; i++) {
      if (!px[i]) continue; // no coordinates
      const key = Math.floor(px[i] / this._size) * WIDE + Math.floor(py[i] / this._size);
      const bucket = this._rows.get(key);
      if (bucket) bucket.push(i);
      else this._rows.set(key, [i]);
    }
  }

  near(x, y, reach) {
    const size = this._size;
    const found = [];
    for (let bx = Math.floor((x - reach) / size); bx <= Math.floor((x + reach) / size); bx++)
      for (let by = Math.floor((y - reach) / size); by <= Math.floor((y + reach) / size); by++) {
        const bucket = this._rows.get(bx * WIDE + by);
        if (bucket) for (const i of bucket) found.push(i);
      }
    return found;
  }
}

// By how much a figure differs from an hour ago or from yesterday, as far as that was written down.

const HOUR = 3600000;
const NEAR = 25 * 60000; // a moment this far from the wanted one still stands for it

/** For each figure of the strip `{by, since}`: `since` is "hour" or "day"; nothing for what is not known. */
export function changes(points, kpi, at) {
  if (!points?.length || !kpi) return {};
  const [hour, day] = [nearest(points, at - HOUR), nearest(points, at - 24 * HOUR)];
  const found = {};
  const note = (name, value, point, since, of) => {
    const was = point && of(point);
    if (Number.isFinite(value) && Number.isFinite(was)) found[name] = { by: value - was, since };
  };
  const open = kpi.alarms_open && ["1", "2", "3"].reduce((sum, level) => sum + (kpi.alarms_open[level] || 0), 0);
  note("online_rate", kpi.online_rate * 100, hour, "hour", (row) => row.online_rate === null ? NaN : row.online_rate * 100);
  note("alarms", open, hour, "hour", (row) => row.alarms ?? NaN);
  const base = day || hour;
  const since = day ? "day" : "hour";
  note("units", kpi.units, base, since, (row) => row.units ?? NaN);
  note("index", kpi.index_mean ?? NaN, base, since, (row) => row.index ?? NaN);
  note("red", kpi.units_by_colour?.red, base, since, (row) => row.red ?? NaN);
  note("rectification", (kpi.rectification_rate ?? NaN) * 100, base, since, (row) => (row.rectification_rate ?? NaN) * 100);
  const { done, due } = kpi.self_inspection_today || {};
  if (day?.units) note("self_inspection", (done / due) * 100, day, "day", (row) => ((row.inspected ?? NaN) / row.units) * 100);
  return found;
}

function nearest(points, wanted) {
  let best = null;
  for (const row of points) {
    const away = Math.abs(Date.parse(row.at) - wanted);
    if (away <= NEAR && (!best || away < best.away)) best = { row, away };
  }
  return best?.row || null;
}

// A faint net for the eye: each town is joined to its nearest neighbour until all hang together. Straight lines between the
// centres that the registry knows; they show where towns lie, not where asphalt runs.

/** Pairs of points [[lat, lng], [lat, lng]] that join all streets of each banner, and the banners among themselves. */
export function roadsBetween(areas) {
  const placed = areas.filter((area) => area.latitude !== null);
  const banners = placed.filter((area) => area.kind === "banner");
  const towns = (banner) => placed.filter((area) => area.kind === "street" && area.parent_id === banner.id);
  return [...tree(banners), ...banners.flatMap((banner) => tree([banner, ...towns(banner)]))];
}

/** The shortest tree through all points (Prim). */
function tree(points) {
  const [first, ...rest] = points.map((area) => [area.latitude, area.longitude]);
  if (!first) return [];
  const roads = [];
  const open = rest.map((at) => ({ at, from: first, length: distance(first, at) }));
  while (open.length) {
    const near = open.reduce((best, one, i) => (one.length < open[best].length ? i : best), 0);
    const [{ at, from }] = open.splice(near, 1);
    roads.push([from, at]);
    for (const one of open) {
      const length = distance(at, one.at);
      if (length < one.length) Object.assign(one, { from: at, length });
    }
  }
  return roads;
}

function distance([lat1, lng1], [lat2, lng2]) {
  return Math.hypot(lat1 - lat2, (lng1 - lng2) * Math.cos((lat1 * Math.PI) / 180));
}

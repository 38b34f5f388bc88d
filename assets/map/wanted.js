// Which areas carry their label: banners in the whole city, streets near by or in a chosen banner.

export const STREETS_FROM = 11;

/** A test of areas; `top`: the chosen one, null: none. */
export function wanted(areas, tree, top, zoom) {
  const near = zoom >= STREETS_FROM;
  const below = top && areas.some((area) => area.parent_id === top);
  return (area) => {
    if (top && below) return area.parent_id === top || (near && tree.chain(area.id).includes(top) && area.id !== top);
    if (top) return near && area.kind === "street" && area.parent_id === tree.get(top).parent_id;
    return area.kind === "banner" ? !near : near && area.kind === "street";
  };
}

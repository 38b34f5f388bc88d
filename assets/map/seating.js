// Seats for labels: each near to its place, on as few dots as can be, on none of the other labels; the most important first.

const TURNS = 12;
const AWAY = 1.5; // a seat outside of its own area weighs as much as this many heights further off

/** Gives each box { x, y, w, h, rounds, must, home } its `at` [x, y] (its middle), or null. `must`: it is seated wherever there
 * is room at all; `home(x, y)`: whether that is in its own area. `hidden(rect)`: what would be hidden there. */
export function seat(boxes, obstacles, room, hidden = () => 0) {
  const taken = [...obstacles];
  for (const box of boxes) {
    const best = bestSeat(box, taken, room, hidden);
    box.at = best ? best.at : box.must ? keepIn(box, box.x, box.y, room) : null;
    if (best) taken.push(best.rect);
  }
}

function bestSeat(box, taken, room, hidden) {
  let best = null;
  for (const [dx, dy] of offsets(box)) {
    const at = box.must ? keepIn(box, box.x + dx, box.y + dy, room) : [box.x + dx, box.y + dy];
    const [x, y] = at;
    const far = Math.hypot((x - box.x) / 1.5, y - box.y) / box.h;
    if (best && far >= best.cost) continue;
    const rect = [x - box.w / 2, y - box.h / 2, x + box.w / 2, y + box.h / 2];
    if (taken.some((other) => meet(rect, other))) continue;
    const cost = far + hidden(rect) + (box.home && !box.home(x, y) ? AWAY : 0);
    if (!best || cost < best.cost) best = { at, rect, cost };
  }
  return best;
}

function* offsets({ h, rounds }) {
  yield [0, 0];
  for (let round = 1; round <= rounds; round++)
    for (let turn = 0; turn < TURNS; turn++) {
      const angle = (turn * 2 * Math.PI) / TURNS - Math.PI / 2;
      yield [Math.cos(angle) * round * h * 0.7, Math.sin(angle) * round * h * 0.5];
    }
}

/** A place beyond the edge of the window is looked for at the edge, unless it is far away. */
function keepIn({ w, h }, x, y, room) {
  const near = x > -w && y > -h && x < room.x + w && y < room.y + h;
  if (!near) return [x, y];
  return [Math.min(Math.max(x, w / 2), room.x - w / 2), Math.min(Math.max(y, h / 2), room.y - h / 2)];
}

export function meet(a, b) {
  return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
}

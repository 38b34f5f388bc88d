// Seats for labels: each as near to its place as there is room, the most important first.

const TURNS = 8;
const ROUNDS = 14;

/** Gives each box { x, y, w, h, must } its `at` [x, y] (its middle), or null. `must`: it is seated wherever there is room at all. */
export function seat(boxes, obstacles, room) {
  const taken = [...obstacles];
  for (const box of boxes) {
    box.at = null;
    for (const [dx, dy] of offsets(box, box.must ? ROUNDS : 2)) {
      const [x, y] = box.must ? keepIn(box, box.x + dx, box.y + dy, room) : [box.x + dx, box.y + dy];
      const rect = [x - box.w / 2, y - box.h / 2, x + box.w / 2, y + box.h / 2];
      if (taken.some((other) => meet(rect, other))) continue;
      taken.push(rect);
      box.at = [x, y];
      break;
    }
    if (!box.at && box.must) box.at = keepIn(box, box.x, box.y, room);
  }
}

function* offsets({ h }, rounds) {
  yield [0, 0];
  for (let round = 1; round <= rounds; round++)
    for (let turn = 0; turn < TURNS; turn++) {
      const angle = (turn * 2 * Math.PI) / TURNS - Math.PI / 2;
      yield [Math.cos(angle) * round * h * 0.9, Math.sin(angle) * round * h * 0.6];
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

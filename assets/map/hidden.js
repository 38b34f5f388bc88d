// What a label would hide where it stands: dots, weighed by what they tell. Summed once, so that many seats can be tried.

import { CODES } from "./data.js";

const CELL = 5; // px
const WEIGHTS = { none: 0.02, green: 0.02, blue: 0.02, yellow: 1, red: 4 }; // in heights of a label that it had better move
const CROWD = 0.15; // what is hidden of one cell at most, apart from yellow and red

/** `hidden([left, top, right, bottom])` for the dots { x, y, code } in a window of this size. */
export function hiddenBy(dots, { x: width, y: height }) {
  const [wide, high] = [Math.ceil(width / CELL) + 1, Math.ceil(height / CELL) + 1];
  const [crowd, sums] = [new Float32Array(wide * high), new Float32Array(wide * high)];
  for (const { x, y, code } of dots) {
    if (x < 0 || y < 0 || x >= width || y >= height) continue;
    const cell = (Math.floor(y / CELL) + 1) * wide + Math.floor(x / CELL) + 1;
    const weight = WEIGHTS[CODES[code]];
    if (weight < CROWD) crowd[cell] = Math.min(CROWD, crowd[cell] + weight);
    else sums[cell] += weight;
  }
  for (let row = 1; row < high; row++)
    for (let column = 1; column < wide; column++) {
      const at = row * wide + column;
      sums[at] += crowd[at] + sums[at - 1] + sums[at - wide] - sums[at - wide - 1];
    }
  const clamp = (value, most) => Math.min(Math.max(Math.round(value / CELL), 0), most - 1);
  return ([left, top, right, bottom]) => {
    const [l, r] = [clamp(left - CELL, wide), clamp(right + CELL, wide)];
    const [t, b] = [clamp(top - CELL, high) * wide, clamp(bottom + CELL, high) * wide];
    return sums[b + r] - sums[b + l] - sums[t + r] + sums[t + l];
  };
}

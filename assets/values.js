// Values that know their time: shown while known, marked when old, a dash when lost.

import { age, DASH, now, put } from "./words.js";

let lost = false;

/** A live text. While the link is lost a dash stands in its place. */
export function show(node, text) {
  if (!node) return;
  node.liveText = text;
  node.classList.add("live");
  node.classList.toggle("missing", text === DASH);
  const was = node.textContent;
  if (put(node, lost ? DASH : text) && was !== "" && was !== DASH && !lost) brighten(node);
}

export function setLost(isLost) {
  if (isLost === lost) return;
  lost = isLost;
  document.querySelectorAll(".live").forEach((node) => put(node, lost ? DASH : node.liveText));
}

function brighten(node) {
  node.classList.remove("changed");
  requestAnimationFrame(() => node.classList.add("changed"));
}

/** The node says how old the fact is and is kept saying it. `at` in milliseconds, null for no fact. */
export function showAge(node, at) {
  if (at === null || Number.isNaN(at)) {
    delete node.dataset.at;
    put(node, "");
    return;
  }
  node.dataset.at = at;
  put(node, age(now() - at));
}

export function tickAges() {
  const at = now();
  document.querySelectorAll("[data-at]").forEach((node) => put(node, age(at - Number(node.dataset.at))));
}

const sizes = new WeakMap();
const sizing = new ResizeObserver((entries) => entries.forEach(({ target }) => sizes.delete(target)));

/** Asked of the layout only after it may have changed: asking in every frame would lay the page out each time. */
function sizeOf(canvas) {
  let size = sizes.get(canvas);
  if (!size) {
    size = { width: canvas.clientWidth, height: canvas.clientHeight };
    sizes.set(canvas, size);
    sizing.observe(canvas);
  }
  return size;
}

/** A line of the last values on a canvas: no axes, the limit dashed, orange while beyond it. */
export function spark(canvas, points, { low = null, high = null, beyond = false, colours }) {
  const ratio = window.devicePixelRatio || 1;
  const { width, height } = sizeOf(canvas);
  if (!width || !height) return;
  if (canvas.width !== Math.round(width * ratio)) canvas.width = Math.round(width * ratio);
  if (canvas.height !== Math.round(height * ratio)) canvas.height = Math.round(height * ratio);
  const ctx = canvas.getContext("2d");
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  ctx.clearRect(0, 0, width, height);
  if (points.length < 2) return;
  let least = Infinity;
  let most = -Infinity;
  for (const [, value] of points) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  const limit = beyond && high !== null && most > high ? high : beyond && low !== null && least < low ? low : null;
  if (limit !== null) {
    least = Math.min(least, limit);
    most = Math.max(most, limit);
  }
  const room = most - least || 1;
  const pad = 2;
  const first = points[0][0];
  const length = points[points.length - 1][0] - first || 1;
  const x = (time) => ((time - first) / length) * width;
  const y = (value) => height - pad - ((value - least) / room) * (height - 2 * pad);
  ctx.beginPath();
  points.forEach(([time, value], i) => ctx[i ? "lineTo" : "moveTo"](x(time), y(value)));
  ctx.lineWidth = 2 * (height / 32);
  ctx.lineJoin = "round";
  ctx.strokeStyle = beyond ? colours.beyond : colours.data;
  ctx.stroke();
  ctx.lineTo(width, height);
  ctx.lineTo(0, height);
  ctx.globalAlpha = 0.12;
  ctx.fillStyle = ctx.strokeStyle;
  ctx.fill();
  ctx.globalAlpha = 1;
  if (limit !== null) {
    ctx.beginPath();
    ctx.setLineDash([4, 3]);
    ctx.lineWidth = 1;
    ctx.strokeStyle = colours.beyond;
    ctx.moveTo(0, y(limit));
    ctx.lineTo(width, y(limit));
    ctx.stroke();
    ctx.setLineDash([]);
  }
}

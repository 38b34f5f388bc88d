// Each code's and each mark's shape, drawn once on a small canvas, to be stamped thousands of times.

import { shapeOf } from "../signs.js";
import { token } from "../words.js";

/** The shape of a unit's code. `dim`: it lies outside of what is looked at. */
export function codeSprite(code, radius, ratio, dim = false) {
  const r = radius * ratio;
  const halo = r > 2.5 * ratio ? 1.5 * ratio : 0; // the larger shapes stand off the crowd by an edge in the land's colour
  return paint(Math.ceil(r + halo + 1), (ctx) => {
    const colour = token(dim ? "--map-dim" : `--code-${code}`);
    outline(ctx, shapeOf(code), r);
    if (halo) {
      ctx.lineWidth = halo * 2;
      ctx.strokeStyle = token("--map-land");
      ctx.lineJoin = "round";
      ctx.stroke();
    }
    ctx.globalAlpha = halo ? 1 : 0.8;
    if (shapeOf(code) === "ring") {
      ctx.lineWidth = Math.max(ratio * 0.8, r / 3);
      ctx.strokeStyle = colour;
      ctx.stroke();
    } else {
      ctx.fillStyle = colour;
      ctx.fill();
    }
  });
}

/** What a layer draws around or beside a unit: { shape, colour (a token), hatched, beside } */
export function markSprite({ shape, colour, hatched, beside }, radius, ratio) {
  const r = radius * ratio;
  const shift = beside ? r * 0.9 : 0;
  return paint(Math.ceil(r + shift + 2 * ratio), (ctx) => {
    ctx.translate(shift, -shift);
    outline(ctx, shape, beside ? r * 0.7 : r);
    if (r > 4 * ratio) {
      ctx.lineWidth = ratio * 3;
      ctx.strokeStyle = token("--map-land");
      ctx.stroke();
    }
    if (hatched) hatch(ctx, r, ratio, token(colour));
    if (beside) {
      ctx.fillStyle = token(colour);
      ctx.fill();
      return;
    }
    outline(ctx, shape, r);
    ctx.lineWidth = Math.min(1.5, r / (3 * ratio)) * ratio;
    ctx.strokeStyle = token(colour);
    ctx.stroke();
  });
}

function hatch(ctx, r, ratio, colour) {
  ctx.save();
  ctx.clip();
  ctx.beginPath();
  for (let x = -2 * r; x < 2 * r; x += 3 * ratio) {
    ctx.moveTo(x, r);
    ctx.lineTo(x + 2 * r, -r);
  }
  ctx.lineWidth = ratio;
  ctx.strokeStyle = colour;
  ctx.stroke();
  ctx.restore();
}

function paint(half, draw) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = half * 2;
  const ctx = canvas.getContext("2d");
  ctx.translate(half, half);
  draw(ctx);
  return { canvas, half };
}

function outline(ctx, shape, r) {
  ctx.beginPath();
  if (shape === "circle" || shape === "ring") ctx.arc(0, 0, shape === "ring" ? r * 0.85 : r, 0, 2 * Math.PI);
  else if (shape === "square") ctx.rect(-r * 0.9, -r * 0.9, r * 1.8, r * 1.8);
  else if (shape === "triangle") polygon(ctx, [[0, -1.05], [1, 0.8], [-1, 0.8]], r);
  else if (shape === "diamond") polygon(ctx, [[0, -1.2], [1.2, 0], [0, 1.2], [-1.2, 0]], r);
  else polygon(ctx, Array.from({ length: 8 }, (_, i) => turn(Math.PI / 8 + (i * Math.PI) / 4)), r * 1.05);
  ctx.closePath();
}

function turn(angle) {
  return [Math.cos(angle), Math.sin(angle)];
}

function polygon(ctx, points, r) {
  points.forEach(([x, y], i) => ctx[i ? "lineTo" : "moveTo"](x * r, y * r));
}

// The signs of the four-colour code and of the levels of alarms, as classes of tokens.css: shape and colour together.

const CODES = { none: "ring", green: "circle", blue: "square", yellow: "triangle", red: "octagon" };
const LEVELS = { 1: "octagon red", 2: "diamond orange", 3: "triangle yellow", 4: "ring none" };

/** The shape alone, for what is drawn on a canvas. */
export function shapeOf(code) {
  return CODES[code] || CODES.none;
}

export function codeSign(code) {
  return `${shapeOf(code)} ${code || "none"}`;
}

export function levelSign(level) {
  return LEVELS[level] || LEVELS[4];
}

// How long the session lasts: the server is told when somebody is at the page, and the person before it ends.
// Live frames are no use: a page left open does not keep its person signed in. A wall is a screen and tells by itself.

import { dialog } from "../parts/dialog.js";
import { get, post, signedIn, toSignIn, viewer } from "../visit.js";
import { clock, make, say } from "../words.js";

const TELL = 60_000;
const WARN = 5 * 60_000;
const LOOK = 15_000;
const INPUTS = ["pointerdown", "keydown", "wheel", "touchstart"];

let told = performance.now(); // the page's own load was a use
let ends = heard(viewer);
let asking = null;

export function watchSession() {
  if (!signedIn()) return;
  if (viewer.roles.join() === "wall") {
    setInterval(use, 60 * TELL);
    return;
  }
  for (const input of INPUTS) window.addEventListener(input, used, { passive: true, capture: true });
  setInterval(look, LOOK);
  document.addEventListener("visibilitychange", () => !document.hidden && look());
}

function used() {
  if (performance.now() - told < TELL || asking) return;
  use();
}

async function use() {
  told = performance.now();
  try {
    ends = heard(await post("/session"));
  } catch {
    // told at the next use; when the session is over, the page has been left already
  }
}

/** Moments in this machine's own time, however wrong its clock is. */
function heard({ idle_at, expires_at, now }) {
  const ahead = Date.now() - Date.parse(now);
  const own = (at) => (at ? Date.parse(at) + ahead : Infinity);
  return { idle: own(idle_at), last: own(expires_at) };
}

/** Another page of this person may have been used meanwhile: the server knows. */
async function look() {
  if (Math.min(ends.idle, ends.last) - Date.now() > WARN || asking) return;
  try {
    ends = heard(await get("/session"));
  } catch {
    return; // a session that is over leads to the sign-in page; a server that is away is asked again
  }
  const left = Math.min(ends.idle, ends.last) - Date.now();
  if (left <= 0) over();
  else if (left <= WARN) ask(ends.idle < ends.last);
}

/** Whoever was typing may have signed in on the spot: the hour begins anew. */
async function over() {
  if (await toSignIn()) await use();
}

function ask(idle) {
  const at = clock(Math.min(ends.idle, ends.last), false);
  const body = [make("p", "", say(idle ? "session.idle" : "session.last", { at }))];
  const stay = idle ? { doing: say("session.stay"), act: use } : {};
  asking = dialog({ title: say("session.ends"), body, ...stay });
  const waiting = setInterval(async () => {
    if (Math.min(ends.idle, ends.last) > Date.now()) return;
    clearInterval(waiting);
    await get("/session").then((said) => (ends = heard(said)), () => {});
    if (Math.min(ends.idle, ends.last) <= Date.now()) {
      asking.close();
      over();
    }
  }, 1000);
  asking.addEventListener("close", () => {
    clearInterval(waiting);
    // The end of the shift is told once; the idle hour each time it comes.
    if (!idle) ends.last = Infinity;
    asking = null;
  });
}

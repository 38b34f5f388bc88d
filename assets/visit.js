// Questions and deeds of the person who is signed in, and what this person may do.

import { facts } from "./words.js";

export const viewer = facts.viewer || {};

export function may(permission) {
  return (viewer.permissions || []).includes(permission);
}

export function signedIn() {
  return Boolean(viewer.account);
}

let again = null; // the question for the password, while it stands

/** The session is over: sign in again, and come back to this very address. Whoever is typing does so on the spot: then
 * it resolves to true. */
export async function toSignIn() {
  if (signedIn() && typing()) {
    again ||= import("./people/again.js").then(({ signInAgain }) => signInAgain());
    const back = await again;
    again = null;
    if (back) return true;
  }
  window.location.assign(`/sign-in?next=${encodeURIComponent(window.location.pathname + window.location.search)}`);
  return false;
}

/** Is something here that would be lost: an open form, or a text that is not sent yet? */
function typing() {
  if (again || document.querySelector("dialog[open] :is(input, select, textarea)")) return true;
  return [...document.querySelectorAll("textarea")].some((text) => text.value.trim());
}

/** The password became too old, or was given anew, while the page was open. */
function toPassword() {
  window.location.assign(`/account/password?next=${encodeURIComponent(window.location.pathname + window.location.search)}`);
}

export class Failure extends Error {
  /** `status` 0: the server could not be reached. `body` is what it answered. */
  constructor(status, body) {
    super(body?.error || `HTTP ${status}`);
    this.status = status;
    this.body = body || {};
  }
}

async function call(path, options) {
  let answer;
  try {
    answer = await fetch(path, options);
  } catch {
    throw new Failure(0, null);
  }
  if (answer.status === 401 && signedIn() && path !== "/sign-in" && (await toSignIn())) {
    if (options.headers["X-CSRF-Token"]) options.headers["X-CSRF-Token"] = viewer.csrf;
    return call(path, options);
  }
  const body = await answer.json().catch(() => null);
  if (answer.status === 403 && body?.code === "password") toPassword();
  if (!answer.ok) throw new Failure(answer.status, body);
  return body;
}

/** The JSON at a path. Throws Failure. */
export function get(path, options = {}) {
  return call(path, { headers: { Accept: "application/json" }, ...options });
}

/** Does something; the answer as JSON. Throws Failure. */
export function post(path, body = {}, method = "POST") {
  return call(path, {
    method,
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRF-Token": viewer.csrf || "" },
    body: JSON.stringify(body),
  });
}

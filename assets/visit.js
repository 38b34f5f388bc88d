// Questions and deeds of the person who is signed in, and what this person may do.

import { facts } from "./words.js";

export const viewer = facts.viewer || {};

export function may(permission) {
  return (viewer.permissions || []).includes(permission);
}

export function signedIn() {
  return Boolean(viewer.account);
}

/** The session is over: sign in again, and come back to this very address. */
export function toSignIn() {
  window.location.assign(`/sign-in?next=${encodeURIComponent(window.location.pathname + window.location.search)}`);
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
  if (answer.status === 401 && signedIn()) toSignIn();
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

// What stands where data will stand, could not come, or does not exist.

import { Failure } from "../visit.js";
import { make, say } from "../words.js";

/** Grey lines in the size of what is being read. */
export function skeleton(lines = 4) {
  const node = make("div", "skeleton");
  for (let i = 0; i < lines; i++) node.append(make("i"));
  node.append(make("span", "sr", say("page.loading")));
  return node;
}

export function empty(words) {
  return make("p", "empty", words);
}

/** One sentence and the way to try again. */
export function failed(retry, words = say("page.failed")) {
  const node = make("div", "failed");
  node.setAttribute("role", "alert");
  node.append(make("span", "", words));
  if (retry) {
    const button = make("button", "button small", say("page.retry"));
    button.addEventListener("click", retry);
    node.append(button);
  }
  return node;
}

/** An address that shows nothing: the same words whether it does not exist or is not for this person. */
export function nowhere(words = say("page.not_here")) {
  const node = make("div", "nowhere");
  const title = make("h1", "", words);
  const home = make("a", "button", say("page.home"));
  home.href = "/";
  node.append(title, make("p", "", say("page.not_here_why")), home);
  return node;
}

export const isMissing = (error) => error instanceof Failure && [403, 404].includes(error.status);

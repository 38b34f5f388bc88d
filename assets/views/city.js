// The whole city: where it is well and where it is not.

import { say } from "../words.js";

export const route = "/";

export function open({ root, crumbs }) {
  crumbs([{ text: () => say("nav.city") }]);
  root.textContent = "";
  return {};
}

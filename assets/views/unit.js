import { say } from "../words.js";

export const route = "/units/:id";

export function open({ crumbs }) {
  crumbs([{ text: () => say("nav.city"), href: "/" }]);
  return {};
}

import { say } from "../words.js";

export const route = "/compare";

export function open({ crumbs }) {
  crumbs([{ text: () => say("nav.city"), href: "/" }]);
  return {};
}

import { say } from "../words.js";

export const route = "/licences";

export function open({ crumbs }) {
  crumbs([{ text: () => say("nav.city"), href: "/" }]);
  return {};
}

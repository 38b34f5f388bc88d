// Who is signed in, in the header: a menu with what they are, their account, the administration, and the way out.

import { menu } from "../parts/menu.js";
import { get, may, post, viewer } from "../visit.js";
import { make, say } from "../words.js";
import { gridWords, roleWords } from "./who.js";

const PLACES = [["registry", "/admin/areas", "nav.areas"], ["accounts", "/admin/accounts", "nav.accounts"], ["roles", "/admin/roles", "nav.roles"],
  ["audit", "/admin/audit", "nav.audit"]];

let about = null;

export function paintPerson() {
  const node = document.getElementById("person");
  if (!node) return;
  const button = make("button", "person-button");
  button.append(make("span", "name", viewer.name || ""));
  button.setAttribute("aria-label", say("people.menu", { name: viewer.name || "" }));
  menu(button, () => {
    const places = PLACES.filter(([permission]) => may(permission)).map(([, href, text]) => ({ href, text: say(text) }));
    return [{ node: card() }, null, { href: "/account", text: say("nav.account") }, ...places, null, { act: signOut, text: say("page.sign_out") }];
  });
  node.replaceChildren(button);
}

export async function signOut() {
  try {
    await post("/sign-out");
  } finally {
    window.location.assign("/sign-in");
  }
}

function card() {
  const node = make("div", "person-card");
  const [roles, grid] = [make("span", "", "…"), make("span", "", "")];
  node.append(make("b", "", viewer.name || ""), make("span", "num", viewer.account || ""), roles, grid);
  about ||= get("/data/people/me").catch(() => (about = null));
  about.then((me) => {
    if (!me) return roles.remove();
    roles.textContent = me.roles.map(({ id }) => roleWords(id, me.roles)).join(say("people.comma"));
    grid.textContent = gridWords({ ...me, areas: me.whole_city ? [{ id: "*" }] : me.areas });
  });
  return node;
}

// The pages of administrators: accounts, roles, the audit log. Tabs lead from one to the next; addresses name all.

import { desk } from "../desk.js";
import { Live } from "../live.js";
import { attempt, whenDrawn } from "../page.js";
import { nowhere } from "../parts/states.js";
import { may } from "../visit.js";
import { make, onLanguage, retitle, say } from "../words.js";
import { openAccounts } from "./accounts.js";
import { openAudit } from "./audit.js";
import { openRoles } from "./roles.js";

const PLACES = [
  { permission: "accounts", path: "/admin/accounts", text: "nav.accounts", open: openAccounts },
  { permission: "roles", path: "/admin/roles", text: "nav.roles", open: openRoles },
  { permission: "audit", path: "/admin/audit", text: "nav.audit", open: openAudit },
];

function begin() {
  const root = document.getElementById("people");
  new Live(desk(), "city", () => {});
  const mine = PLACES.filter(({ permission }) => may(permission));
  const here = window.location.pathname;
  const place = here === "/admin" ? mine[0] : PLACES.find(({ path }) => here.startsWith(path));
  if (!place || !mine.includes(place)) {
    root.replaceChildren(nowhere(say("people.not_allowed")));
    return;
  }
  const head = make("div", "page-head");
  const title = make("h1");
  const actions = make("div", "actions");
  head.append(title, actions);
  const tabs = make("nav", "tabs");
  const links = mine.map(({ path, text }) => {
    const link = make("a", "", say(text));
    link.href = path;
    link.dataset.text = text;
    if (path === place.path) link.setAttribute("aria-current", "page");
    return link;
  });
  tabs.append(...links);
  const part = make("div");
  root.replaceChildren(head, ...(mine.length > 1 ? [tabs] : []), part);
  const words = () => {
    title.textContent = say(place.text);
    retitle(say(place.text));
    tabs.setAttribute("aria-label", say("people.administration"));
  };
  words();
  const view = place.open({ root: part, actions });
  onLanguage(() => {
    words();
    attempt("words of the view", () => view.translate());
  });
}

whenDrawn("people", begin);

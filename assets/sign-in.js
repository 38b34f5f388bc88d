// Signing in.

import { whenDrawn } from "./page.js";
import { door, next, passwordField, sign } from "./people/frame.js";
import { field } from "./people/who.js";
import { Failure, post, signedIn } from "./visit.js";
import { clock, facts, knows, make, named, put, say } from "./words.js";

const kept = { name: "", password: "", said: told }; // while the language changes

/** Why one was sent here: what a provider elsewhere could not do. */
function told() {
  const reason = new URL(window.location).searchParams.get("said");
  return reason && knows(`sign_in.${reason}`) ? say(`sign_in.${reason}`) : "";
}

function paint(root) {
  const form = make("form", "card door-card");
  const name = field(say("sign_in.name"), { value: kept.name, id: "name", name: "name", required: true, autocomplete: "username", autocapitalize: "none", spellcheck: false });
  const password = passwordField("password", say("sign_in.password"), "current-password");
  password.input.value = kept.password;
  name.input.addEventListener("input", () => (kept.name = name.input.value));
  password.input.addEventListener("input", () => (kept.password = password.input.value));
  const said = make("p", "said", kept.said());
  said.setAttribute("role", "alert");
  const button = make("button", "button main", say("sign_in.do"));
  form.append(sign(), name.label, password.label, said, button);
  if (facts.oidc) form.append(elsewhere());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    enter(name.input.value, password.input.value, { said, button, password: password.input });
  });
  const demo = facts.demo_accounts.length ? [demoCard((id) => enter(id, facts.demo_password, { said, button, password: password.input }))] : [];
  root.replaceChildren(form, ...demo);
  root.classList.toggle("has-demo", Boolean(demo.length));
  (name.input.value ? password.input : name.input).focus();
}

async function enter(name, password, { said, button, password: input }) {
  button.disabled = true;
  put(said, "");
  try {
    await post("/sign-in", { name, password });
    window.location.assign(next());
  } catch (error) {
    const known = error instanceof Failure && [401, 429].includes(error.status);
    const until = error.body?.until ? clock(Date.parse(error.body.until), error.status === 429) : "";
    kept.said = () => say(`sign_in.${known ? error.body.error : "failed"}`, { until });
    put(said, kept.said());
    button.disabled = false;
    input.select();
  }
}

function elsewhere() {
  const link = make("a", "button", say("sign_in.elsewhere", { name: facts.oidc }));
  link.href = `/oidc/start?next=${encodeURIComponent(next())}`;
  return link;
}

function demoCard(enterAs) {
  const node = make("section", "card demo");
  node.setAttribute("aria-label", say("sign_in.demo"));
  const head = make("header", "card-head");
  head.append(make("h2", "", say("sign_in.demo")), make("span", "fact", say("sign_in.demo_password", { password: facts.demo_password })));
  const list = make("ul", "list");
  for (const account of facts.demo_accounts) {
    const item = make("li");
    const button = make("button", "demo-account");
    const words = make("span", "words");
    words.append(make("b", "", `${named(account.role)} · ${account.name}`), make("span", "", say(`sign_in.demo_grid_${account.grid}`, { id: account.id })));
    button.append(words, make("span", "side num", account.id));
    button.addEventListener("click", () => enterAs(account.id));
    item.append(button);
    list.append(item);
  }
  node.append(head, list);
  return node;
}

whenDrawn("door-main", () => (signedIn() ? window.location.replace(next()) : door(paint)));

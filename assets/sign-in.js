// Signing in.

import { whenDrawn } from "./page.js";
import { Failure, post } from "./visit.js";
import { clock, facts, make, put, say, translate } from "./words.js";

function begin() {
  const root = document.getElementById("sign-in");
  const form = make("form", "sign-in");
  const title = make("h1", "", say("page.title"));
  const name = field("name", "sign_in.name", "username");
  const password = field("password", "sign_in.password", "current-password");
  const said = make("p", "said");
  said.setAttribute("role", "alert");
  const button = make("button", "main", say("sign_in.do"));
  form.append(title, name.label, password.label, said, button);
  root.append(form);
  for (const account of facts.demo_accounts || []) {
    const row = make("button", "demo", `${account.name} · ${account.id}`);
    row.type = "button";
    row.addEventListener("click", () => {
      name.input.value = account.id;
      password.input.value = facts.demo_password;
      form.requestSubmit();
    });
    root.append(row);
  }
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    try {
      await post("/sign-in", { name: name.input.value, password: password.input.value });
      const next = new URL(window.location).searchParams.get("next") || "/";
      window.location.assign(/^\/(?![/\\])/.test(next) ? next : "/");
    } catch (error) {
      const reason = error instanceof Failure && error.status === 401 ? error.body.error : "failed";
      put(said, say(`sign_in.${reason}`, { until: error.body?.until ? clock(Date.parse(error.body.until), false) : "" }));
      button.disabled = false;
      password.input.select();
    }
  });
  translate(document);
  name.input.focus();
}

function field(id, text, autocomplete) {
  const label = make("label", "", say(text));
  const input = make("input");
  Object.assign(input, { id, name: id, type: id === "password" ? "password" : "text", required: true, autocomplete });
  label.append(input);
  return { label, input };
}

whenDrawn("sign-in", begin);

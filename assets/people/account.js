// One's own account: who one is here, where one is signed in, tokens for programs.

import { desk } from "../desk.js";
import { Live } from "../live.js";
import { whenDrawn } from "../page.js";
import { card } from "../parts/card.js";
import { dialog } from "../parts/dialog.js";
import { failed, skeleton } from "../parts/states.js";
import { Table } from "../parts/table.js";
import { toast } from "../parts/toast.js";
import { get, post } from "../visit.js";
import { age, DASH, day, make, now, number, onLanguage, retitle, say } from "../words.js";
import { moment } from "./moments.js";
import { tellOnce } from "./once.js";
import { field, gridWords, inWords, roleWords } from "./who.js";

const root = () => document.getElementById("people");
let me = null;

async function read() {
  try {
    me = await get("/data/people/me");
    paint();
  } catch {
    root().replaceChildren(failed(read));
  }
}

function paint() {
  retitle(say("account.title"));
  const head = make("div", "page-head");
  head.append(make("h1", "", say("account.title")), make("span", "sub", `${me.name} · ${me.id}`));
  const grid = make("div", "grid main-side");
  const [left, right] = [make("div", "stack-v"), make("div", "stack-v")];
  left.append(sessionsCard(), tokensCard());
  right.append(aboutCard(), passwordCard());
  grid.append(left, right);
  root().replaceChildren(head, grid);
}

function aboutCard() {
  const part = card("account.about");
  const facts = make("dl", "facts");
  const permissions = me.permissions.map((one) => say(`permission.${one}`)).join(say("people.comma"));
  facts.append(
    fact("account.name", me.name), fact("account.id", me.id), fact("account.phone", me.phone || DASH),
    fact("account.roles", me.roles.map(({ id }) => roleWords(id, me.roles)).join(say("people.comma")) || DASH),
    fact("account.grid", gridWords({ ...me, areas: me.whole_city ? [{ id: "*" }] : me.areas })),
    fact("account.may", permissions || DASH), fact("account.signed_in_at", moment(me.signed_in_at)),
  );
  part.body.append(facts, make("p", "muted small", say("account.who_changes")));
  return part.node;
}

function fact(name, value) {
  const row = make("div");
  row.append(make("dt", "", say(name)), make("dd", "", value));
  return row;
}

function passwordCard() {
  const part = card("account.password");
  if (!me.has_password) {
    part.body.append(make("p", "muted", say("account.password_elsewhere")));
    return part.node;
  }
  const left = Math.ceil((Date.parse(me.password_until) - now()) / 86400000);
  const row = make("div", "spread");
  row.append(make("span", left <= 14 ? "bad" : "", say("account.password_until", { day: day(Date.parse(me.password_until)), n: number(left) })));
  const change = make("a", "button", say("password.title"));
  change.href = "/account/password";
  row.append(change);
  part.body.append(row);
  return part.node;
}

function sessionsCard() {
  const part = card("account.sessions", { flush: true });
  const rows = me.sessions.filter(({ kind }) => kind === "browser");
  part.fact.textContent = say("account.count", { n: number(rows.length) });
  const table = new Table({
    label: () => say("account.sessions"),
    columns: [
      { key: "agent", title: () => say("account.browser"), name: true, cell: (row) => browser(row), sort: false },
      { key: "address", title: () => say("account.address"), cell: (row) => row.address || DASH, sort: false },
      { key: "created_at", title: () => say("account.since"), cell: (row) => moment(row.created_at), sort: false },
      { key: "seen_at", title: () => say("account.used"), cell: (row) => age(now() - Date.parse(row.seen_at)), sort: false },
      { key: "end", title: () => "", cell: (row) => ender(row, "account.end"), sort: false },
    ],
  });
  table.rows(rows);
  part.body.append(table.node);
  return part.node;
}

function browser(row) {
  const node = make("span", "row");
  const words = make("span", "", agentWords(row.agent) || DASH);
  words.title = row.agent;
  node.append(words);
  if (row.id === me.session) node.append(make("span", "chip is-data", say("account.this_one")));
  return node;
}

/** `Chrome · Windows` of what a browser calls itself. */
function agentWords(agent) {
  const name = [["Edg/", "Edge"], ["MicroMessenger", "WeChat"], ["Firefox/", "Firefox"], ["Chrome/", "Chrome"], ["Safari/", "Safari"]].find(([mark]) => agent.includes(mark));
  const system = [["Android", "Android"], ["iPhone", "iOS"], ["iPad", "iOS"], ["Windows", "Windows"], ["Mac OS", "macOS"], ["Linux", "Linux"]].find(([mark]) => agent.includes(mark));
  return [name?.[1], system?.[1]].filter(Boolean).join(" · ") || agent.slice(0, 40);
}

function ender(row, text) {
  const button = make("button", "button small", say(text));
  if (row.id === me.session) return make("span");
  button.addEventListener("click", () => dialog({
    title: say(text), body: [make("p", "", say(row.kind === "token" ? "account.revoke_sure" : "account.end_sure", { name: row.name || agentWords(row.agent) }))],
    doing: say(text), danger: true,
    act: () => inWords(async () => {
      await post(`/data/people/sessions/${row.id}`, {}, "DELETE");
      toast(say("account.ended"));
      read();
    }),
  }));
  return button;
}

function tokensCard() {
  const part = card("account.tokens", { flush: true });
  const rows = me.sessions.filter(({ kind }) => kind === "token");
  part.fact.textContent = say("account.count", { n: number(rows.length) });
  const add = make("button", "button small", say("account.new_token"));
  add.addEventListener("click", newToken);
  part.tools.append(add);
  const table = new Table({
    label: () => say("account.tokens"), none: () => say("account.no_tokens"),
    columns: [
      { key: "name", title: () => say("account.token_name"), name: true, cell: (row) => row.name, sort: false },
      { key: "created_at", title: () => say("account.since"), cell: (row) => moment(row.created_at), sort: false },
      { key: "expires_at", title: () => say("account.until"), cell: (row) => moment(row.expires_at), sort: false },
      { key: "end", title: () => "", cell: (row) => ender(row, "account.revoke"), sort: false },
    ],
  });
  table.rows(rows);
  part.body.append(table.node);
  return part.node;
}

function newToken() {
  const name = field(say("account.token_name"), { required: true, maxLength: 60, hint: say("account.token_hint") });
  const days = field(say("account.token_days"), { type: "number", value: "90", min: 1, max: 365, required: true });
  dialog({
    title: say("account.new_token"), body: [name.label, days.label], doing: say("account.create"),
    act: () => inWords(async () => {
      const { token } = await post("/data/people/tokens", { name: name.input.value, days: Number(days.input.value) });
      tellOnce(say("account.new_token"), say("account.token_once"), token);
      read();
    }),
  });
}

whenDrawn("people", () => {
  new Live(desk(), "city", () => {});
  root().replaceChildren(skeleton(8));
  onLanguage(() => me && paint());
  read();
});

// The accounts: found by words, role, area and state; one of them opens in a dialog that its address names.

import { decoded } from "../page.js";
import { dialog } from "../parts/dialog.js";
import { menu } from "../parts/menu.js";
import { pager } from "../parts/pager.js";
import { failed, skeleton } from "../parts/states.js";
import { Table } from "../parts/table.js";
import { toast } from "../parts/toast.js";
import { get, post, viewer } from "../visit.js";
import { age, DASH, make, named, now, number, say } from "../words.js";
import { accountForm } from "./account-form.js";
import { keep, query } from "./address.js";
import { tellOnce } from "./once.js";
import { gridWords, inWords, roleWords, stateNode } from "./who.js";

const SIZE = 50;
const STATES = ["active", "never", "must_change", "locked", "no_password", "disabled"];
const ROOT = "/data/people/accounts";

export function openAccounts({ root, actions }) {
  const asked = query();
  const wanted = Object.fromEntries(["q", "role", "area", "state", "offset"].map((name) => [name, asked.get(name) || ""]));
  const filters = make("div", "filters account-filters");
  const count = make("span", "muted num");
  const box = make("div", "card");
  const below = make("div");
  const add = make("button", "button main");
  add.addEventListener("click", () => edit(null));
  actions.append(add);
  root.replaceChildren(filters, box);
  box.append(skeleton(8));
  let [choices, found, timer] = [null, null, 0];
  const table = new Table({ columns: columns(), label: () => say("nav.accounts"), none: () => say("people.no_accounts"), sorted: true });

  function columns() {
    return [
      { key: "name", title: () => say("account.name"), name: true, sort: false, cell: (row) => nameCell(row) },
      { key: "state", title: () => say("people.state"), sort: false, cell: (row) => stateNode(row.state) },
      { key: "roles", title: () => say("account.roles"), sort: false, cell: (row) => row.roles.map((key) => roleWords(key, choices.roles)).join(say("people.comma")) || DASH },
      { key: "grid", title: () => say("account.grid"), sort: false, cell: (row) => clipped(gridWords({ ...row, units: row.units.map((id) => ({ id })) })) },
      { key: "phone", title: () => say("account.phone"), sort: false, cell: (row) => row.phone || DASH },
      { key: "signed_in_at", title: () => say("account.signed_in_at"), sort: false, cell: (row) => (row.signed_in_at ? age(now() - Date.parse(row.signed_in_at)) : DASH) },
      { key: "deeds", title: () => "", sort: false, cell: (row) => deeds(row) },
    ];
  }

  function nameCell(row) {
    const node = make("span");
    const button = make("button", "link strong", row.name);
    button.addEventListener("click", () => edit(row.id));
    node.append(button, make("span", "muted id", row.id));
    return node;
  }

  function deeds(row) {
    const button = make("button", "button small", say("people.more"));
    button.setAttribute("aria-label", say("people.more_of", { name: row.name }));
    if (row.id === viewer.account) return make("span", "chip", say("people.you"));
    const what = [["reset", row.has_password || !row.signs_in_elsewhere], ["unlock", row.state === "locked"], ["lock", !["locked", "disabled"].includes(row.state)],
      ["disable", row.state !== "disabled"], ["enable", row.state === "disabled"]].filter(([, fits]) => fits).map(([name]) => name);
    menu(button, () => [{ text: say("people.edit"), act: () => edit(row.id) }, null, ...what.map((name) => ({ text: say(`people.${name}`), act: () => sure(row, name) }))]);
    return button;
  }

  function sure(row, what) {
    dialog({
      title: `${say(`people.${what}`)} · ${row.name}`, body: [make("p", "", say(`people.${what}_means`))], doing: say(`people.${what}`),
      danger: ["disable", "lock", "reset"].includes(what),
      act: () => inWords(async () => {
        const done = await post(`${ROOT}/${encodeURIComponent(row.id)}/${what}`);
        if (done.password) tellPassword(row.id, done.password);
        else toast(say("people.done"));
        read();
      }),
    });
  }

  function tellPassword(id, password) {
    tellOnce(say("people.one_time"), say("people.one_time_means", { id }), password);
  }

  async function edit(id) {
    let account = null;
    if (id) {
      try {
        account = await get(`${ROOT}/${encodeURIComponent(id)}`);
      } catch {
        toast(say("people.no_such_account"), { bad: true });
        return;
      }
    }
    accountForm({ account, choices, done: (told) => {
      if (told.password) tellPassword(told.id, told.password);
      else toast(say("people.done"));
      read();
    } });
  }

  async function read() {
    keep(wanted);
    const search = new URLSearchParams(Object.entries(wanted).filter(([, value]) => value));
    try {
      choices ||= await get("/data/people/choices");
      found = await get(`${ROOT}?${search}`);
    } catch {
      box.replaceChildren(failed(read));
      return;
    }
    if (!filters.childElementCount) paintFilters();
    paint();
  }

  function paint() {
    add.textContent = say("people.new_account");
    table.rows(found.accounts);
    below.replaceChildren(pager({ total: found.total, offset: Number(wanted.offset) || 0, size: SIZE, go: (offset) => choose("offset", offset) }));
    if (box.firstChild !== table.node) box.replaceChildren(table.node, below);
    count.textContent = say("people.count", { n: number(found.total) });
  }

  function choose(name, value) {
    wanted[name] = value;
    if (name !== "offset") wanted.offset = "";
    read();
  }

  function paintFilters() {
    const search = make("input", "input");
    Object.assign(search, { type: "search", value: wanted.q, placeholder: say("people.search_accounts") });
    search.setAttribute("aria-label", say("people.search_accounts"));
    search.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => choose("q", search.value), 250);
    });
    const banners = choices.areas.filter(({ kind }) => kind === "banner");
    filters.replaceChildren(
      search,
      select("role", "people.all_roles", choices.roles.map((role) => [role.key, roleWords(role.key, choices.roles)])),
      select("area", "people.all_areas", [["*", say("people.whole_city")], ...banners.map((area) => [area.id, named({ zh: area.name, en: area.name_en })])]),
      select("state", "people.all_states", STATES.map((state) => [state, say(`account_state.${state}`)])),
      count,
    );
  }

  function select(name, all, options) {
    const node = make("select", "select");
    node.setAttribute("aria-label", say(all));
    node.append(new Option(say(all), ""), ...options.map(([value, words]) => new Option(words, value)));
    node.value = wanted[name];
    node.addEventListener("change", () => choose(name, node.value));
    return node;
  }

  add.textContent = say("people.new_account");
  read().then(() => {
    const id = decoded(window.location.pathname.replace(/^\/admin(\/accounts)?\/?/, ""));
    if (id) edit(id);
  });
  return { translate: () => {
    if (!found) return;
    paintFilters();
    table.translate();
    paint();
  } };
}

function clipped(words) {
  const node = make("span", "clip grid-words", words);
  node.title = words;
  return node;
}

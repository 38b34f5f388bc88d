// Roles as a matrix: what each may do, and who holds it. A change holds at once.

import { dialog } from "../parts/dialog.js";
import { empty, failed, skeleton } from "../parts/states.js";
import { toast } from "../parts/toast.js";
import { get, post, viewer } from "../visit.js";
import { make, number, say } from "../words.js";
import { field, inWords, roleWords } from "./who.js";

const ROOT = "/data/people/roles";

export function openRoles({ root, actions }) {
  const box = make("div", "card");
  const add = make("button", "button main");
  add.addEventListener("click", () => edit(null));
  actions.append(add);
  root.replaceChildren(box);
  box.append(skeleton(8));
  let [roles, choices] = [null, null];

  async function read() {
    try {
      [roles, choices] = await Promise.all([get(ROOT), get("/data/people/choices")]);
      paint();
    } catch {
      box.replaceChildren(failed(read));
    }
  }

  function paint() {
    add.textContent = say("people.new_role");
    const wrap = make("div", "table-wrap");
    const table = make("table", "table matrix");
    const body = make("tbody");
    body.append(...roles.map(line));
    table.append(headings(), body);
    wrap.append(table);
    wrap.tabIndex = 0;
    wrap.setAttribute("role", "region");
    wrap.setAttribute("aria-label", say("nav.roles"));
    box.replaceChildren(wrap, make("p", "muted small note", say("people.special_hint")));
    if (!roles.length) box.replaceChildren(empty(say("page.none")));
  }

  function headings() {
    const row = make("tr");
    row.append(heading(say("people.role")), ...choices.permissions.map((one) => heading(say(`permission.${one.key}`) + (one.special ? " *" : ""), "mark")), heading(say("people.holders"), "num"), heading(""));
    const head = make("thead");
    head.append(row);
    return head;
  }

  function heading(words, className = "") {
    const cell = make("th", className, words);
    cell.scope = "col";
    return cell;
  }

  function line(role) {
    const row = make("tr");
    const name = make("th", "name");
    name.scope = "row";
    name.append(make("b", "", roleWords(role.key, roles)), make("span", "muted id", role.key));
    const marks = choices.permissions.map(({ key }) => {
      const cell = make("td", "mark");
      const has = role.permissions.includes(key);
      cell.append(make("span", has ? "yes" : "missing", has ? "✓" : "–"), make("span", "sr", say(has ? "people.yes" : "people.no")));
      return cell;
    });
    const holders = make("td", "num");
    const link = make("a", "", number(role.holders));
    link.href = `/admin/accounts?role=${role.key}`;
    link.title = (role.first || []).join(say("people.comma"));
    holders.append(role.holders ? link : make("span", "missing", "0"));
    const deeds = make("td", "nowrap");
    const change = make("button", "button small", say("people.edit"));
    change.setAttribute("aria-label", `${say("people.edit")} · ${roleWords(role.key, roles)}`);
    change.addEventListener("click", () => edit(role));
    deeds.append(change);
    if (!role.holders && !role.own) deeds.append(remover(role));
    row.append(name, ...marks, holders, deeds);
    return row;
  }

  function remover(role) {
    const button = make("button", "button small", say("people.delete"));
    button.addEventListener("click", () => dialog({
      title: `${say("people.delete")} · ${roleWords(role.key, roles)}`, body: [make("p", "", say("people.delete_means"))], doing: say("people.delete"), danger: true,
      act: () => inWords(async () => {
        await post(`${ROOT}/${role.key}`, {}, "DELETE");
        toast(say("people.done"));
        read();
      }),
    }));
    return button;
  }

  function edit(role) {
    const key = field(say("people.role_key"), { value: role?.key || "", disabled: Boolean(role), required: true, pattern: "[a-z][a-z0-9_]{1,39}", hint: role ? "" : say("refused.role_key") });
    const zh = field(say("people.name_zh"), { value: role?.name || "", required: true, maxLength: 60 });
    const en = field(say("people.name_en"), { value: role?.name_en || "", required: true, maxLength: 60 });
    const why = field(say("people.why"), { maxLength: 200, hint: say("people.why_hint") });
    const names = make("div", "form-grid");
    names.append(key.label, zh.label, en.label);
    const list = make("fieldset", "field");
    list.append(make("legend", "", say("account.may")));
    const own = viewer.roles.includes(role?.key);
    const boxes = choices.permissions.map((one) => {
      const label = make("label", "check");
      const box = make("input");
      Object.assign(box, { type: "checkbox", value: one.key, checked: Boolean(role?.permissions.includes(one.key)), disabled: own });
      label.append(box, make("span", "", say(`permission.${one.key}`) + (one.special ? " *" : "")));
      list.append(label);
      return box;
    });
    dialog({
      title: role ? `${say("people.edit")} · ${roleWords(role.key, roles)}` : say("people.new_role"),
      body: [names, list, ...(own ? [make("p", "note", say("refused.role_own"))] : []), why.label], doing: say("people.save"),
      act: () => inWords(async () => {
        const told = { name: zh.input.value, name_en: en.input.value, permissions: boxes.filter((box) => box.checked).map((box) => box.value), why: why.input.value };
        await post(`${ROOT}/${key.input.value}`, told, "PUT");
        toast(say("people.done"));
        read();
      }),
    });
  }

  add.textContent = say("people.new_role");
  read();
  return { translate: () => roles && paint() };
}

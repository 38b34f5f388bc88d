// One account: who it is, its roles, and its grid.

import { dialog } from "../parts/dialog.js";
import { post, viewer } from "../visit.js";
import { make, say } from "../words.js";
import { gridPicker } from "./grid-picker.js";
import { field, inWords, roleWords } from "./who.js";

/** `account`: null for a new one. `done(told)` when it is saved; a new one is told with its one-time password. */
export function accountForm({ account, choices, done }) {
  const self = account?.id === viewer.account;
  const id = field(say("account.id"), { value: account?.id || "", required: true, disabled: Boolean(account), autocomplete: "off", hint: account ? "" : say("people.id_hint") });
  const name = field(say("account.name"), { value: account?.name || "", required: true, maxLength: 60 });
  const phone = field(say("account.phone"), { value: account?.phone || "", maxLength: 40, inputMode: "tel" });
  const remark = field(say("people.remark"), { value: account?.remark || "", maxLength: 200 });
  const who = make("div", "form-grid");
  who.append(id.label, name.label, phone.label, remark.label);
  const roles = rolesPart(choices, account?.roles || []);
  const grid = gridPicker({ choices, areas: (account?.areas || []).map(({ id: area }) => area), types: account?.types || [], units: account?.unit_names || [] });
  const why = field(say("people.why"), { maxLength: 200, hint: say("people.why_hint") });
  const body = [who, roles.node, grid.node, why.label];
  if (self) body.unshift(make("p", "note", say("refused.self")));
  dialog({
    title: account ? `${say("people.edit")} · ${account.name}` : say("people.new_account"), wide: true, body,
    doing: say("people.save"),
    act: self ? null : () => inWords(async () => {
      const told = { name: name.input.value, phone: phone.input.value, remark: remark.input.value, why: why.input.value, roles: roles.chosen(), ...grid.chosen() };
      const path = "/data/people/accounts";
      done(account ? await post(`${path}/${encodeURIComponent(account.id)}`, told, "PUT") : await post(path, { ...told, id: id.input.value }));
    }),
  });
}

function rolesPart(choices, held) {
  const node = make("fieldset", "field");
  node.append(make("legend", "", say("account.roles")));
  const boxes = choices.roles.map((role) => {
    const label = make("label", "check role");
    const box = make("input");
    Object.assign(box, { type: "checkbox", checked: held.includes(role.key), disabled: !role.mine });
    const words = make("span", "words");
    words.append(make("b", "", roleWords(role.key, choices.roles)), make("span", "muted small", role.permissions.map((key) => say(`permission.${key}`)).join(say("people.comma")) || say("people.looks_only")));
    label.append(box, words);
    return { key: role.key, box, label };
  });
  const list = make("div", "role-list");
  list.append(...boxes.map(({ label }) => label));
  node.append(list);
  return { node, chosen: () => boxes.filter(({ box }) => box.checked).map(({ key }) => key) };
}

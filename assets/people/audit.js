// The audit log: who did what, when, from where. Searched by all of that; a row opens to its details.

import { pager } from "../parts/pager.js";
import { failed, skeleton } from "../parts/states.js";
import { Table } from "../parts/table.js";
import { dialog } from "../parts/dialog.js";
import { get, may } from "../visit.js";
import { DASH, knows, make, number, say, spoken } from "../words.js";
import { keep, query } from "./address.js";
import { moment, momentNode } from "./moments.js";

const SIZE = 100;
const FIELDS = ["text", "account", "action", "address", "since", "until", "subject", "subject_id", "offset"];

export function openAudit({ root, actions }) {
  const asked = query();
  const wanted = Object.fromEntries(FIELDS.map((name) => [name, asked.get(name) || ""]));
  const filters = make("div", "filters account-filters");
  const box = make("div", "card");
  const below = make("div");
  const whole = make("p", "muted small note");
  whole.setAttribute("role", "status");
  root.replaceChildren(filters, box, whole);
  box.append(skeleton(10));
  let [found, timer] = [null, 0];
  const table = new Table({
    label: () => say("nav.audit"), none: () => say("audit.none"), sorted: true, dense: true,
    columns: [
      { key: "at", title: () => say("audit.at"), sort: false, cell: (row) => momentNode(row.at, true) },
      { key: "who", title: () => say("audit.account_name"), name: true, sort: false, cell: (row) => who(row) },
      { key: "action", title: () => say("audit.action"), sort: false, cell: (row) => actionWords(row.action) },
      { key: "subject", title: () => say("audit.subject"), sort: false, cell: (row) => subjectWords(row) },
      { key: "address", title: () => say("audit.address"), sort: false, cell: (row) => row.address || DASH },
      { key: "detail", title: () => say("audit.detail"), sort: false, cell: (row) => detail(row) },
    ],
  });

  function who(row) {
    const node = make("span", "", whoWords(row));
    if (row.account_id) node.append(make("span", "muted id", row.account_id));
    else node.className = "muted";
    return node;
  }

  function detail(row) {
    const button = make("button", "link clip detail", summary(row.detail) || say("audit.open"));
    button.addEventListener("click", () => open(row));
    return button;
  }

  function open(row) {
    const facts = make("dl", "facts");
    const add = (name, value) => {
      const line = make("div");
      line.append(make("dt", "", name), make("dd", "", value));
      facts.append(line);
    };
    add(say("audit.id"), number(row.id));
    add(say("audit.at"), moment(row.at, true));
    add(say("audit.account_name"), row.account_id ? `${row.account_name} · ${row.account_id}` : whoWords(row));
    add(say("audit.action"), actionWords(row.action));
    add(say("audit.subject"), subjectWords(row));
    add(say("audit.address"), row.address || DASH);
    add(say("audit.protocol"), row.protocol || DASH);
    const shown = make("pre", "detail-json", JSON.stringify(row.detail, null, 2));
    dialog({ title: `${actionWords(row.action)} · ${moment(row.at, true)}`, body: [facts, make("h3", "", say("audit.detail")), shown], wide: true });
  }

  const search = () => new URLSearchParams(Object.entries(wanted).filter(([, value]) => value));

  async function read() {
    keep(wanted);
    try {
      found = await get(`/data/people/audit?${search()}`);
    } catch {
      box.replaceChildren(failed(read));
      return;
    }
    if (!filters.childElementCount) paintFilters();
    paint();
  }

  function paint() {
    table.rows(found.rows);
    below.replaceChildren(pager({ total: found.total, offset: Number(wanted.offset) || 0, size: SIZE, go: (offset) => choose("offset", offset) }));
    if (box.firstChild !== table.node) box.replaceChildren(table.node, below);
  }

  function choose(name, value) {
    wanted[name] = value;
    if (name !== "offset") wanted.offset = "";
    read();
    paintActions();
  }

  function paintFilters() {
    const action = make("select", "select");
    action.setAttribute("aria-label", say("audit.action"));
    action.append(new Option(say("audit.all_actions"), ""), ...found.actions.map((one) => new Option(actionWords(one), one)));
    action.value = wanted.action;
    action.addEventListener("change", () => choose("action", action.value));
    const reset = make("button", "button quiet", say("audit.reset"));
    reset.addEventListener("click", () => {
      FIELDS.forEach((name) => (wanted[name] = ""));
      paintFilters();
      choose("offset", "");
    });
    filters.replaceChildren(asker("text", "search"), asker("account"), action, asker("address"), asker("since", "date"), asker("until", "date"), reset);
    paintActions();
  }

  function asker(name, type = "text") {
    const input = make("input", "input");
    Object.assign(input, { type, value: wanted[name], placeholder: say(`audit.find_${name}`), title: say(`audit.find_${name}`) });
    input.setAttribute("aria-label", say(`audit.find_${name}`));
    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => choose(name, input.value.trim()), 300);
    });
    return input;
  }

  function paintActions() {
    const files = may("export") ? ["csv", "xlsx"].map((kind) => {
      const link = make("a", "button", say("audit.export", { kind: kind.toUpperCase() }));
      link.href = `/data/people/audit.${kind}?${search()}&lang=${spoken()}`;
      link.setAttribute("download", "");
      return link;
    }) : [];
    const check = make("button", "button", say("audit.check"));
    check.addEventListener("click", checkChain);
    actions.replaceChildren(check, ...files);
  }

  async function checkChain() {
    whole.textContent = say("audit.checking");
    try {
      const said = await get("/data/people/audit/check");
      whole.textContent = said.broken
        ? say("audit.broken", { id: number(said.broken) })
        : say("audit.whole", { n: number(said.rows), since: moment(said.since), seal: said.head.slice(0, 16) });
      whole.classList.toggle("bad", Boolean(said.broken));
    } catch {
      whole.textContent = say("people.unreachable");
    }
  }

  read();
  return { translate: () => {
    if (!found) return;
    paintFilters();
    table.translate();
    paint();
  } };
}

/** Without an account: a program that speaks for the house, the command line, or nobody signed in. */
function whoWords(row) {
  if (row.account_id) return row.account_name;
  if (row.protocol === "command line") return row.detail?.user || say("audit.machine");
  return say(row.detail?.program ? "audit.program" : "audit.nobody");
}

const actionWords = (action) => (knows(`audit_action.${action}`) ? say(`audit_action.${action}`) : action);

function subjectWords({ subject, subject_id }) {
  const thing = knows(`audit_subject.${subject}`) ? say(`audit_subject.${subject}`) : subject;
  return [thing, subject_id].filter(Boolean).join(" · ") || DASH;
}

/** A detail in one line: what changed, or what was said. */
function summary(detail) {
  const { session, agent, changed, ...rest } = detail; // who reads the list knows who it was; the rest is one click away
  const parts = Object.entries(changed || {}).map(([name, pair]) => (Array.isArray(pair) ? `${name}: ${plain(pair[0])} → ${plain(pair[1])}` : `${name}: ${plain(pair)}`));
  const others = Object.entries(rest).filter(([, value]) => value !== "" && value !== null && !(Array.isArray(value) && !value.length));
  return [...parts, ...others.map(([name, value]) => `${name}: ${plain(value)}`)].join(" · ");
}

const plain = (value) => (Array.isArray(value) ? value.map(plain).join(", ") || "–" : value && typeof value === "object" ? JSON.stringify(value) : String(value ?? "–"));

// A new password: the old one, the new one twice, and the rules as they are being kept.

import { whenDrawn } from "../page.js";
import { post, signedIn, toSignIn, viewer } from "../visit.js";
import { facts, make, put, say } from "../words.js";
import { door, next, passwordField, sign } from "./frame.js";
import { signOut } from "./person.js";

const RULES = {
  length: (word) => [...word].length >= facts.shortest,
  upper: (word) => /[A-Z]/.test(word),
  lower: (word) => /[a-z]/.test(word),
  digit: (word) => /[0-9]/.test(word),
  special: (word) => /[^\p{L}\p{N}\s]/u.test(word),
  name: (word) => viewer.account.length < 3 || !word.toLowerCase().includes(viewer.account.toLowerCase()),
};

function paint(root) {
  const form = make("form", "card door-card");
  const old = passwordField("old", say("password.old"), "current-password");
  const word = passwordField("new", say("password.new"), "new-password");
  const again = passwordField("again", say("password.again"), "new-password");
  const said = make("p", "said");
  said.setAttribute("role", "alert");
  const rules = rulesList();
  const button = make("button", "button main", say("password.do"));
  const away = make("button", "button", say(viewer.must_change ? "page.sign_out" : "page.cancel"));
  away.type = "button";
  away.addEventListener("click", () => (viewer.must_change ? signOut() : window.location.assign("/account")));
  const why = make("p", "muted", say(viewer.must_change ? "password.must" : "password.why", { days: facts.valid_days }));
  const look = () => rules.judge(word.input.value, again.input.value);
  for (const input of [word.input, again.input]) input.addEventListener("input", look);
  form.append(sign(), make("h2", "", say("password.title")), why, old.label, word.label, again.label, rules.node, said, button, away);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!look()) return put(said, say("password.not_yet"));
    button.disabled = true;
    put(said, "");
    try {
      await post("/data/people/password", { old: old.input.value, new: word.input.value });
      window.location.assign(viewer.must_change ? next() : "/account");
    } catch (error) {
      button.disabled = false;
      if (error.body?.lacks) rules.lacks(error.body.lacks);
      put(said, say(error.body?.lacks?.includes("used") ? "password.used" : error.message === "old" ? "password.wrong" : error.body?.lacks ? "password.not_yet" : "sign_in.failed", { n: facts.remembered }));
    }
  });
  look();
  root.replaceChildren(form);
  old.input.focus();
}

function rulesList() {
  const node = make("ul", "rules");
  node.setAttribute("aria-label", say("password.rules"));
  const rows = {};
  for (const rule of [...Object.keys(RULES), "same"]) {
    rows[rule] = make("li");
    rows[rule].append(make("i", "shape ring none"), make("span", "", say(`password.rule_${rule}`, { n: facts.shortest })), make("span", "sr"));
    node.append(rows[rule]);
  }
  const show = (rule, kept) => {
    rows[rule].firstChild.className = kept ? "shape circle green" : "shape ring none";
    rows[rule].classList.toggle("is-kept", kept);
    rows[rule].lastChild.textContent = say(kept ? "password.kept" : "password.missing");
    return kept;
  };
  return {
    node,
    judge: (word, again) => {
      const kept = Object.entries(RULES).map(([rule, keeps]) => show(rule, Boolean(word) && keeps(word)));
      return [...kept, show("same", Boolean(word) && word === again)].every(Boolean);
    },
    lacks: (lacks) => lacks.forEach((rule) => rows[rule] && show(rule, false)),
  };
}

whenDrawn("door-main", () => (signedIn() ? door(paint) : toSignIn()));

// The session ended while something was being typed: its person signs in on the spot, and nothing typed is lost.

import { dialog } from "../parts/dialog.js";
import { post, viewer } from "../visit.js";
import { make, say } from "../words.js";
import { passwordField } from "./frame.js";

/** Resolves to true once the person is in again, to false when the question is closed. */
export function signInAgain() {
  return new Promise((resolve) => {
    let back = false;
    const password = passwordField("again-password", say("sign_in.password"), "current-password");
    const act = async () => {
      try {
        viewer.csrf = (await post("/sign-in", { name: viewer.account, password: password.input.value })).csrf;
        back = true;
      } catch (error) {
        password.input.select();
        throw new Error(say(error.status === 401 ? "session.again_refused" : "sign_in.failed"));
      }
    };
    const body = [make("p", "", say("session.again_why", { name: viewer.name || viewer.account })), password.label];
    const asking = dialog({ title: say("session.again"), body, doing: say("sign_in.do"), act });
    asking.addEventListener("close", () => resolve(back));
    password.input.focus();
  });
}

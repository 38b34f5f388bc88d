// Told once: one-time passwords and tokens.

import { dialog } from "../parts/dialog.js";
import { make, say } from "../words.js";

/** A secret that is shown this one time. */
export function tellOnce(title, words, secret) {
  const shown = make("code", "secret", secret);
  shown.tabIndex = 0;
  const copy = make("button", "button", say("people.copy"));
  copy.type = "button";
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(secret);
      copy.textContent = say("people.copied");
    } catch {
      window.getSelection().selectAllChildren(shown); // without https a browser keeps its clipboard
    }
  });
  const row = make("div", "row");
  row.append(shown, copy);
  dialog({ title, body: [make("p", "", words), row] });
}

// A question to the person. The browser's own <dialog>: the rest of the page waits, Escape closes, focus returns.

import { make, say } from "../words.js";

/** `body` nodes in a form; `act()` does it and may throw: the dialog stays and says why. Answers with the dialog. */
export function dialog({ title, body = [], doing = null, act = null, danger = false, wide = false }) {
  const node = make("dialog", wide ? "dialog is-wide" : "dialog");
  const form = make("form");
  form.method = "dialog";
  const head = make("header");
  const heading = make("h2", "", title);
  heading.id = `dialog-${Date.now()}`;
  node.setAttribute("aria-labelledby", heading.id);
  const close = make("button", "button icon quiet", "×");
  close.type = "button";
  close.setAttribute("aria-label", say("page.close"));
  head.append(heading, close);
  const inside = make("div", "dialog-body");
  const wrong = make("p", "failed");
  wrong.hidden = true;
  wrong.setAttribute("role", "alert");
  inside.append(...body, wrong);
  form.append(head, inside);
  if (act) {
    const foot = make("footer");
    const cancel = make("button", "button", say("page.cancel"));
    cancel.type = "button";
    cancel.addEventListener("click", () => node.close());
    const button = make("button", danger ? "button danger" : "button main", doing);
    foot.append(cancel, button);
    form.append(foot);
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      button.disabled = true;
      try {
        await act();
        node.close();
      } catch (error) {
        wrong.hidden = false;
        wrong.textContent = error.message || say("page.failed");
      }
      button.disabled = false;
    });
  }
  close.addEventListener("click", () => node.close());
  node.addEventListener("close", () => node.remove());
  node.append(form);
  document.body.append(node);
  node.showModal();
  return node;
}

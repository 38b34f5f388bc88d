// Tabs: one of several parts at a time. Arrow keys go from tab to tab, as the pattern of tabs wants it.

import { make } from "../words.js";

export class Tabs {
  /** `tabs`: [{ key, title() }]; `onChoose(key)`; `panel` is the part that a tab shows. */
  constructor({ tabs, chosen, onChoose, label, panel }) {
    Object.assign(this, { _tabs: tabs, chosen, _onChoose: onChoose, _label: label, _panel: panel });
    this.node = make("div", "tabs");
    this.node.setAttribute("role", "tablist");
    panel.setAttribute("role", "tabpanel");
    this.node.addEventListener("keydown", (event) => this._key(event));
    this.translate();
  }

  translate() {
    this.node.setAttribute("aria-label", this._label());
    this.node.replaceChildren(...this._tabs.map(({ key, title }) => {
      const button = make("button", "", title());
      const chosen = key === this.chosen;
      button.setAttribute("role", "tab");
      button.setAttribute("aria-selected", String(chosen));
      button.tabIndex = chosen ? 0 : -1;
      button.dataset.tab = key;
      button.addEventListener("click", () => this.choose(key));
      return button;
    }));
    this._panel.setAttribute("aria-label", this._tabs.find(({ key }) => key === this.chosen)?.title() || "");
  }

  choose(key) {
    if (key === this.chosen) return;
    this.chosen = key;
    this.translate();
    this.node.querySelector("[aria-selected=true]").focus();
    this._onChoose(key);
  }

  _key(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const at = this._tabs.findIndex(({ key }) => key === this.chosen);
    this.choose(this._tabs[(at + step + this._tabs.length) % this._tabs.length].key);
  }
}

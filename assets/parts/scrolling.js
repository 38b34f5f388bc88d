// Back and forward lead to where one was on the page, though what stands there is read anew and comes a moment later.

const PATIENCE = 3000; // so long a page may take to become as long as it was

export class Scrolling {
  constructor() {
    history.scrollRestoration = "manual";
    window.addEventListener("scroll", () => this._soon(), { passive: true });
    for (const sign of ["wheel", "touchstart", "keydown", "pointerdown"])
      window.addEventListener(sign, () => (this._wanted = null), { passive: true }); // the person scrolls: let them
  }

  _soon() {
    clearTimeout(this._timer);
    this._timer = setTimeout(() => this.leave(), 150);
  }

  /** Remember, in the entry of the history that is about to be left, where the page stands. */
  leave() {
    clearTimeout(this._timer);
    if (this._wanted === null) history.replaceState({ ...history.state, scroll: Math.round(window.scrollY) }, "");
  }

  restore(to) {
    this._wanted = to;
    const until = performance.now() + PATIENCE;
    const look = () => {
      if (this._wanted !== to) return;
      const room = document.documentElement.scrollHeight - window.innerHeight;
      window.scrollTo(0, Math.min(to, room));
      if (room >= to || performance.now() > until) this._wanted = null;
      else requestAnimationFrame(look);
    };
    look();
  }

  _wanted = null;
}

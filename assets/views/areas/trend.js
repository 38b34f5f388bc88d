// The index of an area over time, from what is written down every ten minutes.

import { lineChart } from "../../charts/line.js";
import { card } from "../../parts/card.js";
import { empty, failed, skeleton } from "../../parts/states.js";
import { get } from "../../visit.js";
import { clock, day, make, now, number, say, token } from "../../words.js";
import { query } from "./address.js";

const SPANS = { "24h": 86400000, "7d": 7 * 86400000, "30d": 30 * 86400000 };

export class Trend {
  /** `keep(name, value)`: the span is part of the address. */
  constructor(area, { span, keep }) {
    Object.assign(this, { _area: area, _keep: keep, span: SPANS[span] ? span : "24h" });
    this._card = card("drill.trend");
    this.node = this._card.node;
    this._choice = make("div", "segmented");
    this._choice.setAttribute("role", "group");
    this._card.tools.append(this._choice);
    this._card.body.append(skeleton(4));
    this._canvas = make("canvas", "trend");
    this._canvas.setAttribute("role", "img");
    this._sizes = new ResizeObserver(() => this._draw());
    this._sizes.observe(this._canvas);
    this._repaint = () => this._draw();
    window.addEventListener("sunshine-theme", this._repaint);
    this._buttons();
    this.read();
  }

  _buttons() {
    this._choice.replaceChildren(...Object.keys(SPANS).map((span) => {
      const button = make("button", "", say(`drill.trend_${span}`));
      button.setAttribute("aria-pressed", String(span === this.span));
      button.addEventListener("click", () => {
        this.span = span;
        this._keep("span", span === "24h" ? null : span);
        this._buttons();
        this.read();
      });
      return button;
    }));
  }

  async read() {
    const { span } = this;
    this._until = now();
    this._from = this._until - SPANS[span];
    try {
      const found = await get(`/city/trend.json${query({ area: this._area, from: new Date(this._from).toISOString() })}`);
      if (span !== this.span) return;
      this._points = found.points.map((point) => [Date.parse(point.at), point.index_mean]);
      this._show();
    } catch {
      if (span === this.span && !this._points) this._card.body.replaceChildren(failed(() => this.read()));
    }
  }

  _show() {
    const values = this._points.map(([, value]) => value).filter(Number.isFinite);
    if (values.length < 2) return this._card.body.replaceChildren(empty(say("drill.trend_empty")));
    this._card.body.replaceChildren(this._canvas);
    const time = (at) => `${day(at)} ${clock(at, false)}`;
    const [low, high] = [Math.min(...values), Math.max(...values)];
    this._canvas.setAttribute("aria-label", say("drill.trend_label", {
      from: time(this._points[0][0]), to: time(this._points.at(-1)[0]), low: number(low, 1), high: number(high, 1),
    }));
    this._draw();
  }

  _draw() {
    if (!this._points || !this._canvas.isConnected) return;
    const series = [{ points: this._points, colour: token("--data"), fill: true }];
    lineChart(this._canvas, { series, from: this._from, to: this._until, format: (value) => number(value, 1), span: 2, ceiling: 100 });
  }

  translate() {
    this._buttons();
    if (this._points) this._show();
  }

  close() {
    this._sizes.disconnect();
    window.removeEventListener("sunshine-theme", this._repaint);
  }
}

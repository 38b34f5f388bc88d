// Plotly is asked for when the first big chart is: pages without one stay light.

import { facts } from "../words.js";

let asked = null;

export function plotly() {
  asked ||= script("plotly-basic.min.js").then(() => window.Plotly);
  asked.catch(() => (asked = null)); // the server was away: the next chart asks again
  return asked;
}

function script(name) {
  return new Promise((resolve, reject) => {
    const node = document.createElement("script");
    node.src = `/assets/${facts.build}/vendor/plotly/${name}`;
    node.addEventListener("load", resolve);
    node.addEventListener("error", () => {
      node.remove();
      reject(new Error(`${name} did not come`));
    });
    document.head.append(node);
  });
}

// Before anything is drawn: the theme a person chose for the pages at a desk. Walls and public screens keep their own.
(function () {
  const asked = new URL(window.location).searchParams.get("theme");
  let chosen = null;
  try {
    chosen = localStorage.getItem("sunshine-theme");
  } catch {
    // a kiosk may forbid storage
  }
  const theme = ["light", "dark"].includes(asked) ? asked : chosen;
  const facts = JSON.parse(document.getElementById("page-facts").textContent);
  if (theme && facts.themes) document.documentElement.dataset.theme = theme;
})();

// Runs before any map is made, so that the scripts of a page can reach the map that dash-leaflet draws.
if (window.L) {
  window.L.Map.addInitHook(function () {
    window.sunshineMap ||= this; // the first one; others are made by the scripts themselves
    window.dispatchEvent(new CustomEvent("sunshine-map"));
  });
}

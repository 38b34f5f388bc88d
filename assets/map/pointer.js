// The pointer, a finger and the keyboard on the map. With the keys: arrows and + - move and zoom (Leaflet's own); Enter takes
// the most serious unit near the middle.

const FINGER = 10; // px: a finger hits less well than a mouse

export class Pointer {
  constructor(map, { choose, point, units }) {
    const finger = window.matchMedia("(pointer: coarse)").matches ? FINGER : 0;
    map.on("mousemove", ({ containerPoint, originalEvent }) => {
      if (originalEvent.target.closest?.(".area-name, .mobile-unit")) return; // they speak for themselves
      const id = units.at(containerPoint, finger);
      map.getContainer().style.cursor = id ? "pointer" : "";
      point(id, containerPoint);
    });
    map.on("mouseout movestart", () => point(null));
    map.on("click", ({ containerPoint }) => {
      const id = units.at(containerPoint, finger);
      if (id) choose(id);
    });
    map.getContainer().addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.target !== map.getContainer()) return;
      const id = units.at(map.getSize().divideBy(2), 40);
      if (id) choose(id);
    });
  }
}

// Drawing on the map: a line or a circle, by mouse, finger or pen. While a tool is chosen the map does not move.

const L = globalThis.L;
const STEP_PX = 5;
const MOST_POINTS = 150;
const TOUCH_PX = 6;

export class Drawing {
  constructor(map, { onDone, colour }) {
    this.map = map;
    this.onDone = onDone;
    this.colour = colour;
    this.kind = null;
    this.ground = map.getContainer();
    this.ground.addEventListener("pointerdown", (event) => this.#begin(event), true);
    this.ground.addEventListener("pointermove", (event) => this.#move(event), true);
    for (const name of ["pointerup", "pointercancel"]) this.ground.addEventListener(name, (event) => this.#end(event), true);
    this.ground.addEventListener("click", (event) => this.#swallow(event), true);
  }

  use(kind) {
    this.kind = kind;
    this.ground.classList.toggle("is-drawing", kind !== null);
    for (const handler of ["dragging", "doubleClickZoom", "boxZoom"]) this.map[handler][kind === null ? "enable" : "disable"]();
  }

  #isControl(event) {
    return event.target.closest(".leaflet-control") !== null;
  }

  #swallow(event) {
    if (this.kind !== null && !this.#isControl(event)) event.stopPropagation();
  }

  #begin(event) {
    if (this.kind === null || event.button > 0 || this.#isControl(event)) return;
    this.pointer = event.pointerId;
    this.points = [this.map.mouseEventToLatLng(event)];
    this.last = this.map.mouseEventToContainerPoint(event);
    const style = { color: this.colour(), weight: 3, dashArray: "4 6", interactive: false };
    this.shape = this.kind === "line" ? L.polyline(this.points, style) : L.circle(this.points[0], { ...style, radius: 1, fillOpacity: 0.12 });
    this.shape.addTo(this.map);
    this.ground.setPointerCapture(event.pointerId);
  }

  #move(event) {
    if (event.pointerId !== this.pointer) return;
    const here = this.map.mouseEventToContainerPoint(event);
    const at = this.map.mouseEventToLatLng(event);
    if (this.kind === "circle") this.shape.setRadius(this.map.distance(this.points[0], at));
    else if (here.distanceTo(this.last) >= STEP_PX) {
      this.points.push(at);
      this.last = here;
      this.shape.setLatLngs(this.points);
    }
  }

  #end(event) {
    if (event.pointerId !== this.pointer) return;
    this.pointer = null;
    const at = this.map.mouseEventToLatLng(event);
    const metresPerPx = this.#metresPerPx();
    this.shape.remove();
    if (event.type === "pointercancel") return;
    const radius = this.map.distance(this.points[0], at);
    if (this.kind === "circle") this.onDone({ line: [lonLat(this.points[0])], metres: Math.min(5000, Math.max(radius, TOUCH_PX * metresPerPx)) }, true);
    else this.onDone({ line: thinned([...this.points, at]).map(lonLat), metres: TOUCH_PX * metresPerPx }, false);
  }

  #metresPerPx() {
    const middle = this.map.getSize().divideBy(2);
    const [here, there] = [middle, middle.add([100, 0])].map((point) => this.map.containerPointToLatLng(point));
    return this.map.distance(here, there) / 100;
  }
}

function lonLat({ lng, lat }) {
  return [lng, lat];
}

function thinned(points) {
  const step = Math.ceil(points.length / MOST_POINTS);
  return points.filter((_point, number) => number % step === 0 || number === points.length - 1);
}

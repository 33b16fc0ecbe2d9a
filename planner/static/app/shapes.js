// Marker shapes by kind of site, drawn through the DOM: no markup from data, no inline style.

const NAMESPACE = "http://www.w3.org/2000/svg";

const PATHS = {
  town_hall: "M14 2 L26 11 V26 H2 V11 Z",
  pop: "M14 1 L27 14 L14 27 L1 14 Z",
  fire_station: "M14 2 L27 25 H1 Z",
  school: "M4 4 H24 V24 H4 Z",
};
const LOW = new Set(["town_hall", "fire_station"]); // their middle lies lower
const CIRCLE = "M14 4 A10 10 0 1 1 13.99 4 Z";

function element(name, attributes) {
  const made = document.createElementNS(NAMESPACE, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function picture(size, ...children) {
  const svg = element("svg", { viewBox: `0 0 ${size} ${size}`, "aria-hidden": "true" });
  svg.append(...children);
  return svg;
}

export function siteShape(kind) {
  return picture(
    28,
    element("path", { class: "shape", d: PATHS[kind] ?? CIRCLE }),
    element("text", { class: "digit", x: 14, y: LOW.has(kind) ? 22 : 18.5, "text-anchor": "middle" }),
    element("path", { class: "cross", d: "M10 11 L18 19 M18 11 L10 19" }),
    element("circle", { class: "alive", cx: 23, cy: 23, r: 4.5 }),
  );
}

export function cutMark() {
  return picture(
    24,
    element("circle", { cx: 12, cy: 12, r: 10.5 }),
    element("path", { d: "M8 8 L16 16 M16 8 L8 16" }),
  );
}

export function lampCross() {
  return picture(20, element("path", { d: "M4 4 L16 16 M16 4 L4 16" }));
}

export function allCorners() {
  return picture(20, element("path", { d: "M3 8V3H8M12 3H17V8M17 12V17H12M8 17H3V12" }));
}

export function northArrow() {
  return picture(20, element("path", { d: "M10 1 L16 19 L10 15 L4 19 Z" }));
}

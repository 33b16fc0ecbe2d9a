// The map: sites, lamps and trenches as vectors on a plain ground. Colours come from the style sheet.

import { allCorners, cutMark, lampCross, northArrow, siteShape } from "./shapes.js";

const L = globalThis.L;
const LABELS_FROM_ZOOM = 15;
const NEAR_FROM_ZOOM = 14.5;
const MOST_LABELS_EVERYWHERE = 40;
const TOUCH_PX = 10;
const EDGE_PX = 28;
const LABEL_PX = 130;
const LABEL_HEIGHT_PX = 18;
const LABEL_EDGE_PX = 8;
const LEGEND_FROM_PX = 900;
const MOST_MARKS = 60;
const CODES_FROM_ZOOM = 16;
const MOST_CODES = 200;
// Where a label may stand beside its marker: direction, across, down, shift in pixels.
const SIDES = [
  ["right", 1, 0, 0],
  ["left", -1, 0, 0],
  ["top", 0, -1, 0],
  ["bottom", 0, 1, 0],
  ["right", 1, 0, -13],
  ["right", 1, 0, 13],
  ["left", -1, 0, -13],
  ["left", -1, 0, 13],
];

const STYLES = {
  cut: { colour: "--red", weight: 7 },
  suspect: { colour: "--red", weight: 6, dashArray: "10 8" },
  weak: { colour: "--amber", weight: 4.5, dashArray: "16 4" },
  unknown: { colour: "--trench", weight: 2.5, dashArray: "2 6" },
  fine: { colour: "--trench", weight: 3 },
  empty: { colour: "--trench-empty", weight: 1.5 },
};
const LOUD = new Set(["cut", "suspect", "weak"]);

// Colours of the style sheet, asked for once: asking costs a layout, and a city has thousands of trenches.
const palette = new Map();

function colour(name) {
  if (!palette.has(name)) palette.set(name, getComputedStyle(document.documentElement).getPropertyValue(name).trim());
  return palette.get(name);
}

const Ground = () =>
  new (L.GridLayer.extend({
    createTile() {
      const tile = document.createElement("div");
      tile.className = "ground-tile";
      return tile;
    },
  }))({ tileSize: 128, pane: "tilePane" });

// Of all that lies within a finger's reach the nearest is meant, not the one that was drawn last.
const Nearest = L.Canvas.extend({
  _onClick(event) {
    const point = this._map.mouseEventToLayerPoint(event);
    const isPress = event.type === "click" || event.type === "preclick";
    let nearest = null;
    let least = Infinity;
    for (let order = this._drawFirst; order; order = order.next) {
      const { layer } = order;
      if (!layer.options.interactive || !layer._containsPoint(point)) continue;
      if (isPress && this._map._draggableMoved(layer)) continue;
      const far = distanceTo(layer, point);
      if (far <= least) [nearest, least] = [layer, far];
    }
    this._fireEvent(nearest ? [nearest] : false, event);
  },
});

// In pixels; a marker that is touched is nearer than any line below it.
function distanceTo(layer, point) {
  if (layer._radius !== undefined) return Math.max(0, layer._point.distanceTo(point) - layer._radius) - 1;
  return layer.closestLayerPoint(point)?.distance ?? Infinity;
}

export class CityMap {
  constructor(element, { onTrench, onSite, onCable }) {
    this.element = element;
    this.onCable = onCable;
    this.onTrench = onTrench;
    this.onSite = onSite;
    this.sections = new Map();
    this.nodes = new Map();
    this.states = { sections: {}, nodes: {}, stale: false };
    this.chosen = { trench: null, site: null };
    const isMoving = !matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.map = L.map(element, {
      zoomAnimation: isMoving,
      fadeAnimation: isMoving,
      markerZoomAnimation: isMoving,
      inertia: isMoving,
      renderer: new Nearest({ tolerance: TOUCH_PX, padding: 0.3 }),
      attributionControl: false,
      zoomControl: false,
      zoomSnap: 0.25,
      minZoom: 9,
      maxZoom: 20,
    });
    Ground().addTo(this.map);
    this.marks = L.layerGroup().addTo(this.map);
    this.supposed = L.layerGroup().addTo(this.map);
    this.marked = null;
    this.#furnish();
    this.map.on("zoomend", () => this.#stepBack());
    this.map.on("zoomend moveend", () => this.#labels());
    for (const box of document.querySelectorAll(".legend, .layers")) box.addEventListener("toggle", () => this.#labels());
    new ResizeObserver(() => this.map.invalidateSize({ animate: false })).observe(element);
    for (const medium of ["(prefers-color-scheme: dark)", "print"]) matchMedia(medium).addEventListener("change", () => this.#paintAll());
  }

  #furnish() {
    const texts = this.element.dataset;
    L.control.zoom({ zoomInTitle: texts.zoomIn, zoomOutTitle: texts.zoomOut }).addTo(this.map);
    this.#offerAll(texts.all);
    L.control.scale({ imperial: false, maxWidth: 160 }).addTo(this.map);
    const North = L.Control.extend({
      onAdd() {
        const box = L.DomUtil.create("div", "north");
        box.title = texts.north;
        box.append(northArrow());
        return box;
      },
    });
    new North({ position: "topright" }).addTo(this.map);
  }

  // A button below the zoom that brings the whole city back.
  #offerAll(label) {
    const All = L.Control.extend({
      onAdd: () => {
        const box = L.DomUtil.create("div", "leaflet-bar");
        const button = L.DomUtil.create("a", "see-all", box);
        Object.assign(button, { href: "#", role: "button", title: label, ariaLabel: label });
        button.append(allCorners());
        L.DomEvent.disableClickPropagation(box);
        L.DomEvent.on(button, "click", L.DomEvent.preventDefault).on(button, "click", () => this.seeAll());
        return box;
      },
    });
    new All({ position: "topleft" }).addTo(this.map);
  }

  seeAll() {
    this.map.fitBounds(this.whole, { ...this.#room(), maxZoom: 17, animate: false });
  }

  async load() {
    document.querySelector(".legend").open = this.element.clientWidth >= LEGEND_FROM_PX;
    const [sections, structures, sites] = await Promise.all(
      ["sections", "structures", "sites"].map(async (name) => {
        const answer = await fetch(`/api/v1/plant/${name}`);
        if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
        return (await answer.json()).features;
      }),
    );
    const box = boundsOf([...sections, ...structures, ...sites]);
    this.whole = box;
    if (box.isValid()) this.seeAll();
    else this.map.setView([0, 0], 9);
    for (const feature of sections) this.#addSection(feature);
    for (const feature of structures) this.#addStructure(feature);
    for (const feature of sites) this.#addSite(feature);
    this.siteCount = sites.length;
    this.#stepBack();
    this.#labels();
  }

  // Legend and layers stay readable and off the city where there is room; on a small screen the legend starts closed.
  #room() {
    const [legend, layers] = [".legend", ".layers"].map((name) => document.querySelector(name));
    const isWide = this.element.clientWidth >= LEGEND_FROM_PX;
    const left = legend.open ? legend.offsetWidth + EDGE_PX : EDGE_PX;
    const right = layers.open && isWide ? layers.offsetWidth + EDGE_PX : legend.open ? LABEL_PX : EDGE_PX;
    return { paddingTopLeft: [left, EDGE_PX], paddingBottomRight: [right, EDGE_PX] };
  }

  #addSection({ geometry, properties }) {
    const line = geometry.coordinates.map(([longitude, latitude]) => [latitude, longitude]);
    const layer = L.polyline(line, { lineCap: "round", bubblingMouseEvents: false });
    layer.on("click", () => {
      this.pressed = properties.code;
      this.onTrench(properties.code);
    });
    layer.on("mouseover", () => this.#explain(layer, text(properties.name || properties.code, `${properties.from} – ${properties.to}`)));
    layer.addTo(this.map);
    const state = properties.links ? "fine" : "empty";
    this.sections.set(properties.code, { layer, calm: state, shown: null });
    this.#paintSection(properties.code);
  }

  #addStructure({ geometry, properties }) {
    const [longitude, latitude] = geometry.coordinates;
    const isLamp = properties.kind === "lamp";
    const layer = L.circleMarker([latitude, longitude], { radius: isLamp ? 4 : 2.2, bubblingMouseEvents: false, interactive: isLamp || properties.state !== null });
    if (isLamp || properties.state !== null) {
      layer.on("click", () => this.onSite(properties.code));
      layer.on("mouseover", () => this.#explain(layer, text(properties.name || properties.code, properties.code)));
    }
    layer.addTo(this.map);
    const ring = properties.has_siren ? L.circleMarker([latitude, longitude], { radius: 8, interactive: false }).addTo(this.map) : null;
    this.nodes.set(properties.code, { layer, ring, isLamp, at: [latitude, longitude] });
    this.#paintNode(properties.code);
  }

  // A tooltip is made when somebody points at a thing, not for each of thousands.
  #explain(layer, content) {
    if (!layer.getTooltip()) layer.bindTooltip(content, { sticky: true }).openTooltip();
  }

  #addSite({ geometry, properties }) {
    const [longitude, latitude] = geometry.coordinates;
    const size = properties.is_hub ? 34 : properties.kind === "pop" ? 28 : 24;
    const icon = document.createElement("span");
    icon.append(siteShape(properties.shape));
    const layer = L.marker([latitude, longitude], {
      icon: L.divIcon({ html: icon, className: "site-marker", iconSize: [size, size] }),
      keyboard: false,
      bubblingMouseEvents: false,
    });
    layer.on("click", () => this.onSite(properties.code));
    layer.addTo(this.map);
    const rank = properties.is_hub ? 10 : properties.criticality;
    const name = properties.name || properties.code;
    this.nodes.set(properties.code, { layer, marker: true, size, rank, name, at: [latitude, longitude] });
    this.#paintNode(properties.code);
  }

  show(states) {
    const before = this.states;
    this.states = states;
    this.element.classList.toggle("is-stale", states.stale);
    for (const code of changed(before.sections, states.sections)) this.#paintSection(code);
    for (const code of changed(before.nodes, states.nodes)) this.#paintNode(code);
    this.#mark();
    this.#labels();
  }

  choose({ trench = null, site = null }) {
    const before = this.chosen;
    this.chosen = { trench, site };
    for (const code of [before.trench, trench]) if (code !== null) this.#paintSection(code);
    for (const code of [before.site, site]) if (code !== null) this.#paintNode(code);
    this.#halo();
    if (trench !== before.trench) this.#bringIn(trench);
  }

  // A trench chosen elsewhere comes into view. One that was pressed on the map is where its reader saw it: whoever has
  // moved the map since then is not pulled back.
  #bringIn(trench) {
    const box = this.sections.get(trench)?.layer.getBounds();
    if (box && trench !== this.pressed && !this.map.getBounds().contains(box)) this.map.panInsideBounds(box.pad(0.5), { animate: false });
    this.pressed = null;
  }

  #halo() {
    this.halo?.remove();
    this.halo = null;
    const found = this.sections.get(this.chosen.trench);
    if (!found) return;
    this.halo = L.polyline(found.layer.getLatLngs(), { color: colour("--halo"), weight: 14, opacity: 0.55, interactive: false }).addTo(this.map);
    this.halo.bringToBack();
  }

  colour(name) {
    return colour(name);
  }

  // Lay the map out as wide as paper, with what it shows now; and back again.
  forPaper(isPaper) {
    const shown = this.map.getBounds();
    document.body.classList.toggle("is-paper", isPaper);
    this.map.invalidateSize({ animate: false, pan: false });
    this.map.fitBounds(isPaper ? shown : this.before ?? shown, { animate: false });
    this.before = isPaper ? shown : null;
  }

  // Colour trenches by something else than their state; cuts stay red. Null goes back to states.
  paintBy(styleOf) {
    this.styleOf = styleOf;
    for (const code of this.sections.keys()) this.#paintSection(code);
  }

  // Write the grade of each site into its marker; null takes them all out.
  grade(grades) {
    this.element.classList.toggle("is-graded", grades !== null);
    for (const [code, node] of this.nodes) {
      const digit = node.marker && node.layer.getElement()?.querySelector(".digit");
      if (!digit) continue;
      const grade = grades?.get(code) ?? null;
      digit.textContent = grades && grade === null ? "–" : grade ?? "";
      node.layer.getElement().dataset.grade = grade ?? "";
    }
    this.grades = grades;
  }

  // Show or hide a kind of things.
  async reveal(kind, isShown) {
    if (kind === "cables") await this.#revealCables(isShown);
    else if (kind === "codes") this.hasCodes = isShown;
    else for (const layer of this.#layersOf(kind)) isShown ? layer.addTo(this.map) : layer.remove();
    if (kind === "sites" && isShown) {
      this.#paintAll();
      this.grade(this.grades ?? null);
    }
    this.#labels();
  }

  #layersOf(kind) {
    if (kind === "trenches") return [...this.sections.values()].map((found) => found.layer);
    const wanted = [...this.nodes.values()].filter((node) => Boolean(node.marker) === (kind === "sites"));
    return wanted.flatMap((node) => [node.layer, node.ring]).filter(Boolean);
  }

  async #revealCables(isShown) {
    if (!this.cables) {
      const answer = await fetch("/api/v1/plant/cables");
      if (!answer.ok) throw new Error(`cables: ${answer.status}`);
      this.cables = L.layerGroup();
      for (const { geometry, properties } of (await answer.json()).features) {
        if (!geometry) continue;
        const lines = geometry.coordinates.map((line) => line.map(([longitude, latitude]) => [latitude, longitude]));
        const layer = L.polyline(lines, { weight: 2, color: colour("--accent"), dashArray: properties.status === "in_service" ? null : "5 5", bubblingMouseEvents: false });
        layer.on("mouseover", () => this.#explain(layer, text(properties.name || properties.code, `${properties.from} – ${properties.to}`)));
        layer.on("click", () => this.onCable(properties.code));
        layer.addTo(this.cables);
      }
    }
    if (isShown) this.cables.addTo(this.map);
    else this.cables.remove();
  }

  // Trenches of a cable, or any others: a halo around each.
  trace(codes) {
    this.traced ??= L.layerGroup().addTo(this.map);
    this.traced.clearLayers();
    for (const code of codes) {
      const found = this.sections.get(code);
      if (found) L.polyline(found.layer.getLatLngs(), { color: colour("--halo"), weight: 12, opacity: 0.5, interactive: false }).addTo(this.traced).bringToBack();
    }
  }

  // Sites and lamps that a story is about: a halo around each.
  ring(codes) {
    this.ringed ??= L.layerGroup().addTo(this.map);
    this.ringed.clearLayers();
    for (const code of codes) {
      const found = this.nodes.get(code);
      if (found) L.circleMarker(found.at, { color: colour("--halo"), weight: 4, opacity: 0.8, fill: false, interactive: false, radius: found.marker ? found.size * 0.75 : 9 }).addTo(this.ringed);
    }
  }

  // Bring trenches, sites and lamps into view.
  lookAt(sections, nodes) {
    const box = L.latLngBounds([]);
    for (const code of sections) {
      const found = this.sections.get(code);
      if (found) box.extend(found.layer.getBounds());
    }
    for (const code of nodes) {
      const found = this.nodes.get(code);
      if (found) box.extend(found.at);
    }
    if (box.isValid()) this.map.fitBounds(box.pad(0.15), { ...this.#room(), maxZoom: CODES_FROM_ZOOM, animate: false });
  }

  // New trenches of a plan, with what each costs.
  propose(lines) {
    this.proposed ??= L.layerGroup().addTo(this.map);
    this.proposed.clearLayers();
    for (const { line, label } of lines) {
      const ends = line.map(([longitude, latitude]) => [latitude, longitude]);
      L.polyline(ends, { color: colour("--green"), weight: 5, dashArray: "12 8", interactive: false })
        .bindTooltip(text(label), { permanent: true, direction: "center", className: "cost-label" })
        .addTo(this.proposed);
    }
  }

  #codes() {
    this.codes ??= L.layerGroup().addTo(this.map);
    this.codes.clearLayers();
    if (!this.hasCodes || this.map.getZoom() < CODES_FROM_ZOOM) return;
    const seen = this.map.getBounds();
    let left = MOST_CODES;
    for (const [code, { layer }] of this.sections) {
      const at = layer.getCenter();
      if (!seen.contains(at)) continue;
      if (left-- === 0) break;
      L.tooltip({ permanent: true, direction: "center", className: "code-label", interactive: false }).setLatLng(at).setContent(text(code)).addTo(this.codes);
    }
  }

  // What a question would cut and take down: drawn over the states, in a colour of its own.
  suppose(marks) {
    this.marked = marks;
    this.supposed.clearLayers();
    this.element.classList.toggle("is-whatif", marks !== null);
    if (!marks) return;
    const cut = { color: colour("--whatif"), weight: 7, dashArray: "1 9", interactive: false };
    for (const code of marks.sections) {
      const found = this.sections.get(code);
      if (!found) continue;
      L.polyline(found.layer.getLatLngs(), cut).addTo(this.supposed);
      if (marks.sections.length <= MOST_MARKS) this.#icon(found.layer.getCenter(), cutMark(), "whatif-mark", 18, () => this.onTrench(code), this.supposed);
    }
    const ring = { color: colour("--whatif"), weight: 2.5, fill: false, interactive: false };
    for (const code of marks.lost) {
      const found = this.nodes.get(code);
      if (found) L.circleMarker(found.at, { ...ring, radius: found.marker ? found.size * 0.72 : 7 }).addTo(this.supposed);
    }
    for (const code of marks.nodes) {
      const found = this.nodes.get(code);
      if (found) this.#icon(found.at, cutMark(), "whatif-mark", 22, () => this.onSite(code), this.supposed);
    }
  }

  #paintAll() {
    palette.clear();
    this.suppose(this.marked);
    for (const code of this.sections.keys()) this.#paintSection(code);
    for (const code of this.nodes.keys()) this.#paintNode(code);
    this.#halo();
  }

  #paintSection(code) {
    const found = this.sections.get(code);
    if (!found) return;
    const state = this.states.sections[code] ?? found.calm;
    const isRed = state === "cut" || state === "suspect";
    const style = (!isRed && this.styleOf?.(code)) || STYLES[state] || STYLES.fine;
    found.layer.setStyle({ color: style.display ?? colour(style.colour), weight: style.weight, dashArray: style.dashArray ?? null, opacity: style.opacity ?? 1 });
    if (LOUD.has(state)) found.layer.bringToFront();
    found.shown = state;
  }

  #paintNode(code) {
    const found = this.nodes.get(code);
    if (!found) return;
    const state = this.states.nodes[code] ?? "fine";
    if (found.marker) {
      const element = found.layer.getElement();
      if (!element) return; // hidden for now
      element.className = element.className.replace(/ is-\w+/g, "");
      element.classList.add(`is-${state}`);
      element.classList.toggle("is-chosen", this.chosen.site === code);
      found.isLost = state === "lost";
      found.layer.getTooltip()?.getElement()?.classList.toggle("is-lost", found.isLost);
      return;
    }
    const isBad = state === "lost" || state === "silent";
    const fill = colour(!found.isLamp ? "--trench" : isBad ? "--red" : state === "weak" ? "--amber" : "--site");
    const chosen = this.chosen.site === code;
    found.layer.setStyle({
      fillColor: fill,
      fillOpacity: found.isLamp && state === "unknown" ? 0.25 : 1,
      color: chosen ? colour("--halo") : fill,
      weight: chosen ? 5 : 1,
      opacity: 1,
    });
    found.ring?.setStyle({ color: fill, weight: 1.4, fill: false, opacity: 0.9 });
    if (found.isLamp) found.layer.bringToFront();
  }

  #mark() {
    this.marks.clearLayers();
    for (const [code, state] of Object.entries(this.states.sections)) {
      const found = this.sections.get(code);
      if (state === "cut" && found) this.#icon(found.layer.getCenter(), cutMark(), "cut-mark", 20, () => this.onTrench(code));
    }
    for (const [code, state] of Object.entries(this.states.nodes)) {
      const found = this.nodes.get(code);
      if (state === "lost" && found?.isLamp) this.#icon(found.at, lampCross(), "lamp-cross", 20, () => this.onSite(code));
    }
  }

  #icon(at, drawing, className, size, onClick, layer = this.marks) {
    L.marker(at, { icon: L.divIcon({ html: drawing, className, iconSize: [size, size] }), keyboard: false, zIndexOffset: 1000 })
      .on("click", onClick)
      .addTo(layer);
  }

  // Seen from afar a large city is its trenches: markers shrink, so that they neither hide nor catch what lies below.
  #stepBack() {
    const isFar = this.siteCount > MOST_LABELS_EVERYWHERE && this.map.getZoom() < NEAR_FROM_ZOOM;
    if (isFar === this.isFar) return;
    this.isFar = isFar;
    this.element.classList.toggle("is-far", isFar);
    for (const { layer, ring, marker, isLamp } of this.nodes.values()) {
      if (marker) continue;
      layer.setRadius(isFar ? 1.2 : isLamp ? 4 : 2.2);
      layer.options.interactive = isLamp && !isFar;
      ring?.setRadius(isFar ? 1.2 : 8);
    }
  }

  // Labels keep out of each other's way: each takes the first free side of its marker, the lost choose first, then the weighty.
  #labels() {
    if (this.siteCount === undefined) return;
    this.#codes();
    const all = this.siteCount <= MOST_LABELS_EVERYWHERE || this.map.getZoom() >= LABELS_FROM_ZOOM;
    this.element.classList.toggle("shows-labels", all);
    const seen = this.map.getBounds().pad(0.1);
    const sites = [...this.nodes.values()].filter((node) => node.marker);
    const shown = sites.filter((site) => (all || site.isLost) && seen.contains(site.at));
    for (const site of sites) if (site.layer.getTooltip() && !shown.includes(site)) site.layer.unbindTooltip();
    const taken = shown.map((site) => boxAt(this.map.latLngToContainerPoint(site.at), site.size, site.size));
    for (const box of document.querySelectorAll(".legend, .layers, .toolbar > *")) taken.push(this.#boxOf(box));
    const rank = (site) => site.rank + (site.isLost ? 100 : 0);
    for (const site of shown.sort((one, other) => rank(other) - rank(one))) this.#label(site, taken);
  }

  #label(site, taken) {
    const [width, height] = [this.#widthOf(site), LABEL_HEIGHT_PX];
    const at = this.map.latLngToContainerPoint(site.at);
    const places = SIDES.map(([direction, x, y, shift]) => {
      const centre = { x: at.x + (x * (site.size + width)) / 2, y: at.y + (y * (site.size + height)) / 2 + shift };
      const offset = L.point((x * site.size) / 2, (y * site.size) / 2 + shift);
      return { direction, offset, box: boxAt(centre, width, height) };
    });
    const ground = this.map.getSize();
    const free = places.find(
      ({ box }) => box.left >= 0 && box.right <= ground.x && !taken.some((other) => overlap(box, other)),
    );
    if (!free && !site.isLost) {
      site.layer.unbindTooltip();
      return;
    }
    const place = free ?? places[0];
    taken.push(place.box);
    const tooltip = site.layer.getTooltip();
    const isThere = tooltip && tooltip.options.direction === place.direction && tooltip.options.offset.equals(place.offset);
    if (!isThere) {
      site.layer.unbindTooltip();
      site.layer.bindTooltip(text(site.name), { permanent: true, direction: place.direction, offset: place.offset, className: "site-label" });
    }
    site.layer.getTooltip().getElement()?.classList.toggle("is-lost", Boolean(site.isLost));
  }

  // Measured on paper, not on the page: a layout for each label takes seconds in a large city.
  #widthOf(site) {
    this.paper ??= document.createElement("canvas").getContext("2d");
    this.paper.font = `${site.isLost ? "700 " : ""}13px ${getComputedStyle(this.element).fontFamily}`;
    site.width = this.paper.measureText(site.name).width + LABEL_EDGE_PX;
    return site.width;
  }

  #boxOf(element) {
    const [inner, outer] = [element.getBoundingClientRect(), this.element.getBoundingClientRect()];
    return { left: inner.left - outer.left, right: inner.right - outer.left, top: inner.top - outer.top, bottom: inner.bottom - outer.top };
  }
}

function boxAt({ x, y }, width, height) {
  return { left: x - width / 2, right: x + width / 2, top: y - height / 2, bottom: y + height / 2 };
}

function overlap(one, other) {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}

function boundsOf(features) {
  const box = L.latLngBounds([]);
  for (const { geometry } of features) {
    const points = geometry.type === "Point" ? [geometry.coordinates] : geometry.coordinates;
    for (const [longitude, latitude] of points) box.extend([latitude, longitude]);
  }
  return box;
}

function changed(before, after) {
  const codes = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...codes].filter((code) => before[code] !== after[code]);
}

function text(first, second) {
  const box = document.createElement("span");
  box.append(first);
  if (second && second !== first) box.append(document.createElement("br"), second);
  return box;
}

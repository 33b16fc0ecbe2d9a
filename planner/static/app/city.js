// The city page: joins map, panel and live states.

import { Layers } from "./layers.js";
import { announce, watchStatus } from "./live.js";
import { CityMap } from "./map.js";
import { keepPlaceOnLanguageChange, showOffline } from "./page.js";
import { keepInOrder } from "./panel.js";
import { siteShape } from "./shapes.js";
import { WhatIf } from "./whatif.js";

const htmx = globalThis.htmx;

function inPath(code) {
  return String(code).split("/").map(encodeURIComponent).join("/");
}

function open(kind, code) {
  const url = `/?${kind}=${encodeURIComponent(code)}`;
  htmx.ajax("GET", `/parts/${kind}/${inPath(code)}`, { source: "#panel", target: "#panel", swap: "innerHTML", push: url });
}

// What happens while nobody looks at something else is shown by itself: an incident opens its story.
let known = new Map();

function tell(incidents, isFirst) {
  const fresh = incidents.filter(({ number, status }) => status === "open" && known.get(number) !== status);
  known = new Map(incidents.map(({ number, status }) => [number, status]));
  if (isFirst) return;
  announce("rainbow:incidents");
  const shown = document.querySelector("#panel > article");
  const isIdle = shown?.classList.contains("welcome");
  const own = fresh.find(({ sections }) => isIdle || sections.includes(shown?.dataset.trench));
  if (own) open("incident", own.number);
  if (fresh.length) document.getElementById("list-incidents").open = true;
}

function chosenInPanel() {
  const article = document.querySelector("#panel > article");
  return { trench: article?.dataset.trench ?? null, site: article?.dataset.site ?? null };
}

const element = document.getElementById("map");
const panel = document.getElementById("panel");
const press = (kind) => (code) => (whatIf.isOn ? whatIf.pick(code) : open(kind, code));
const map = new CityMap(element, { onTrench: press("trench"), onSite: press("site"), onCable: press("cable") });
const layers = new Layers(map, document.querySelector(".layers"));
const whatIf = new WhatIf(map, document.querySelector(".toolbar"));

element.cityMap = map; // where the browser's console and the tests find it

for (const key of document.querySelectorAll(".key-shape")) key.append(siteShape(key.dataset.shape));
keepPlaceOnLanguageChange();
keepInOrder(panel, { mayScroll: () => !whatIf.isOn });

document.body.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target === panel && event.detail.shouldSwap) whatIf.leave(panel);
});
document.body.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target.id === "panel") showPanel();
  else if (panel.contains(event.detail.target)) showPlan();
});

function showPlan() {
  map.propose(JSON.parse(panel.querySelector("[data-lines]")?.dataset.lines ?? "[]"));
}

function showPanel() {
  map.choose(chosenInPanel());
  const sections = JSON.parse(panel.querySelector("[data-sections]")?.dataset.sections ?? "[]");
  map.trace(sections);
  showIncident(sections);
  layers.fillSwatches(panel);
  showPlan();
  whatIf.read(panel);
}

// The map goes to an incident once, when its panel opens; after that it stays where its reader moves it.
let lookedAt = null;

function showIncident(sections) {
  const story = panel.querySelector("[data-incident]");
  const number = story?.dataset.incident ?? null;
  const nodes = story ? JSON.parse(story.dataset.nodes) : [];
  map.ring(nodes);
  if (number !== null && number !== lookedAt) map.lookAt(sections, nodes);
  lookedAt = number;
}

const served = element.dataset.revision; // what the lists and the panel already show

await map.load();
showPanel();
await layers.begin(new URLSearchParams(location.search));
element.dataset.ready = "true";

watchStatus({
  everyS: Number(element.dataset.refreshS),
  onStates: (states, first) => {
    map.show(states);
    if (!first || states.revision !== served) announce("rainbow:changed");
  },
  onIncidents: tell,
  onRead: () => announce("rainbow:read"),
  onOffline: showOffline,
});

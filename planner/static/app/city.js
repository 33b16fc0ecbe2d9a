// The city page: joins map, panel and live states.

import { Layers } from "./layers.js";
import { announce, watchStatus } from "./live.js";
import { CityMap } from "./map.js";
import { keepPlaceOnLanguageChange, showOffline } from "./page.js";
import { siteShape } from "./shapes.js";
import { WhatIf } from "./whatif.js";

const htmx = globalThis.htmx;

function inPath(code) {
  return code.split("/").map(encodeURIComponent).join("/");
}

function open(kind, code) {
  const url = `/?${kind}=${encodeURIComponent(code)}`;
  htmx.ajax("GET", `/parts/${kind}/${inPath(code)}`, { source: "#panel", target: "#panel", swap: "innerHTML", push: url });
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

document.body.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id === "panel") whatIf.leave(panel);
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
  map.trace(JSON.parse(panel.querySelector("[data-sections]")?.dataset.sections ?? "[]"));
  layers.fillSwatches(panel);
  showPlan();
  whatIf.read(panel);
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
  onRead: () => announce("rainbow:read"),
  onOffline: showOffline,
});

// The city page: joins map, panel and live states.

import { announce, watchStatus } from "./live.js";
import { CityMap } from "./map.js";
import { keepPlaceOnLanguageChange, showOffline } from "./page.js";
import { siteShape } from "./shapes.js";

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
const map = new CityMap(element, { onTrench: (code) => open("trench", code), onSite: (code) => open("site", code) });

element.cityMap = map; // where the browser's console and the tests find it

for (const key of document.querySelectorAll(".key-shape")) key.append(siteShape(key.dataset.shape));
keepPlaceOnLanguageChange();

document.body.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id === "panel") map.choose(chosenInPanel());
});

const served = element.dataset.revision; // what the lists and the panel already show

await map.load();
map.choose(chosenInPanel());
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

// The logical view: rings and uplinks, drawn by Cytoscape; states are fetched again and again.

import { keepPlaceOnLanguageChange, showOffline } from "./page.js";

const cytoscape = globalThis.cytoscape;
const SHAPES = { town_hall: "pentagon", pop: "diamond", fire_station: "triangle", school: "rectangle" };
const MOST_PULLED = 200;
const box = document.getElementById("graph");
const lamps = document.getElementById("with-lamps");

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function style() {
  const font = getComputedStyle(document.body).fontFamily;
  return [
    { selector: "node", style: { shape: "data(shape)", width: "data(size)", height: "data(size)", "background-color": colour("--site"), label: "data(name)", color: colour("--ink"), "font-size": 15, "font-family": font, "text-valign": "bottom", "text-margin-y": 3, "min-zoomed-font-size": 7 } },
    { selector: "node[state='lost'], node[state='silent']", style: { "background-color": colour("--red"), "border-width": 3, "border-color": colour("--ink") } },
    { selector: "node[state='weak']", style: { "border-width": 3, "border-color": colour("--amber") } },
    { selector: "edge", style: { width: 3, "line-color": colour("--accent"), "curve-style": "straight" } },
    { selector: "edge[?spur]", style: { width: 1.6, "line-style": "dashed", "line-color": colour("--trench") } },
    { selector: "edge[condition='weak']", style: { "line-color": colour("--amber") } },
    { selector: "edge[condition='down']", style: { width: 5, "line-color": colour("--red") } },
  ];
}

async function fetched() {
  const answer = await fetch("/api/v1/logical");
  if (!answer.ok) throw new Error(`logical: ${answer.status}`);
  return answer.json();
}

function elements({ nodes, links }) {
  const shown = nodes.filter((node) => node.site || lamps.checked);
  const codes = new Set(shown.map(({ code }) => code));
  const points = shown.map((node) => ({ data: { id: node.code, name: node.name, state: node.state, steps: node.steps ?? 99, shape: SHAPES[node.kind] ?? "ellipse", size: node.hub ? 34 : node.site ? 22 : 10 }, classes: node.hub ? "hub" : "" }));
  const lines = links.filter(({ near, far }) => codes.has(near) && codes.has(far)).map((link) => ({ data: { id: `${link.near} ${link.far}`, source: link.near, target: link.far, spur: link.spur, condition: link.condition } }));
  return [...points, ...lines];
}

// Hubs in the middle, then ring by ring by the number of links to them; a small network is then pulled straight.
function layout(graph) {
  const farthest = Math.max(...graph.nodes().map((node) => node.data("steps")).filter((steps) => steps < 99), 1);
  graph.layout({ name: "concentric", concentric: (node) => farthest + 1 - Math.min(node.data("steps"), farthest + 1), levelWidth: () => 1, minNodeSpacing: 18, avoidOverlap: true, animate: false, padding: 24 }).run();
  if (graph.nodes().length > MOST_PULLED) return;
  graph.layout({ name: "cose", animate: false, randomize: false, nodeRepulsion: () => 60000, idealEdgeLength: () => 70, nodeDimensionsIncludeLabels: true, numIter: 600, padding: 24 }).run();
}

function draw(graph, document) {
  graph.elements().remove();
  graph.add(elements(document));
  layout(graph);
}

function update(graph, { nodes, links }) {
  for (const { code, state } of nodes) graph.getElementById(code).data("state", state);
  for (const { near, far, condition } of links) graph.getElementById(`${near} ${far}`).data("condition", condition);
}

keepPlaceOnLanguageChange();
let known = await fetched();
const graph = cytoscape({ container: box, elements: [], style: style(), minZoom: 0.1, maxZoom: 4, autoungrabify: true, boxSelectionEnabled: false });
box.graph = graph;
draw(graph, known);
graph.on("tap", "node", (event) => location.assign(`/?site=${encodeURIComponent(event.target.id())}`));
lamps.addEventListener("change", () => draw(graph, known));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => graph.style(style()));
box.dataset.ready = "true";

setInterval(async () => {
  try {
    known = await fetched();
    update(graph, known);
    showOffline(false);
  } catch {
    showOffline(true);
  }
}, Number(box.dataset.refreshS) * 1000);

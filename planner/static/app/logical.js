// The logical view: rings and uplinks, drawn by Cytoscape; states are fetched again and again.

import { keepPlaceOnLanguageChange, showOffline } from "./page.js";

const cytoscape = globalThis.cytoscape;
const SHAPES = { town_hall: "pentagon", pop: "diamond", fire_station: "triangle", school: "rectangle" };
const MOST_STEPS = 12;
const NODE_PX = 26; // so much of the outermost round a node takes
const GAP = 0.7; // between two branches, as a part of that
const MARGIN_PX = 44;
const box = document.getElementById("graph");
const lamps = document.getElementById("with-lamps");

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function style() {
  const font = getComputedStyle(document.body).fontFamily;
  return [
    { selector: "node", style: { shape: "data(shape)", width: "data(size)", height: "data(size)", "background-color": colour("--site"), label: "data(name)", color: colour("--ink"), "font-size": 14, "font-family": font, "text-valign": "bottom", "text-margin-y": 4, "min-zoomed-font-size": 8, "text-background-color": colour("--paper"), "text-background-opacity": 0.85, "text-background-padding": 2 } },
    { selector: "node[!site]", style: { label: "" } },
    { selector: "node[!site].named", style: { label: "data(name)" } },
    { selector: "node[state='lost'], node[state='silent']", style: { "background-color": colour("--red"), "border-width": 3, "border-color": colour("--ink") } },
    { selector: "node[state='weak']", style: { "border-width": 3, "border-color": colour("--amber") } },
    { selector: "edge", style: { width: 3, "line-color": colour("--accent"), "curve-style": "straight" } },
    { selector: "edge[?spur]", style: { width: 1.6, "line-style": "dashed", "line-color": colour("--trench") } },
    { selector: "edge[?blocked]", style: { "mid-source-arrow-shape": "tee", "mid-target-arrow-shape": "tee", "mid-source-arrow-color": colour("--ink"), "mid-target-arrow-color": colour("--ink"), "arrow-scale": 1.4 } },
    { selector: "edge[condition='weak']", style: { "line-color": colour("--amber") } },
    { selector: "edge[condition='down']", style: { width: 5, "line-color": colour("--red") } },
    { selector: ".shown", style: { "underlay-color": colour("--halo"), "underlay-opacity": 0.5, "underlay-padding": 7 } },
  ];
}

async function fetched() {
  const answer = await fetch("/api/v1/logical");
  if (!answer.ok) throw new Error(`logical: ${answer.status}`);
  return answer.json();
}

function elements({ nodes, links, groups }) {
  const blocked = new Set(groups.flatMap((group) => group.blocked));
  const shown = nodes.filter((node) => node.site || lamps.checked);
  const codes = new Set(shown.map(({ code }) => code));
  const points = shown.map((node) => ({ data: { id: node.code, name: node.name, state: node.state, steps: node.steps ?? MOST_STEPS, at: node.at, site: node.site, shape: SHAPES[node.kind] ?? "ellipse", size: node.hub ? 34 : node.site ? 22 : 10 }, classes: node.hub ? "hub" : "" }));
  const lines = links.filter(({ near, far }) => codes.has(near) && codes.has(far)).map((link) => ({ data: { id: `${link.near} ${link.far}`, source: link.near, target: link.far, spur: link.spur, condition: link.condition, codes: link.links, blocked: link.links.some((code) => blocked.has(code)) } }));
  return [...points, ...lines];
}

// Hubs in the middle, everything else round them by the number of links to a hub. What hangs together keeps together,
// in the order of its ring, and lies in the direction where it lies in the city.
function layout(graph) {
  const { width, height } = box.getBoundingClientRect();
  const [hubs, others] = [graph.nodes(".hub"), graph.nodes().not(".hub")];
  const centre = middle(hubs.length ? hubs : others);
  const branches = others.union(others.edgesWith(others)).components().map((part) => walked(part, centre));
  const around = branches.sort((one, other) => one.bearing - other.bearing);
  const places = others.length + GAP * around.length;
  const farthest = Math.max(1, ...others.map(stepsOf));
  const across = Math.max(width / height, 1);
  const round = Math.max(height / 2 - MARGIN_PX, (places * NODE_PX) / (2 * Math.PI * across));
  const at = new Map(hubs.map((node, number) => [node.id(), { x: (number - (hubs.length - 1) / 2) * 3 * NODE_PX, y: 0 }]));
  let place = 0;
  for (const { nodes } of around) {
    for (const node of nodes) {
      const angle = ((place + 0.5) / places) * 2 * Math.PI - Math.PI;
      const far = round * (0.35 + (0.65 * stepsOf(node)) / farthest);
      at.set(node.id(), { x: Math.cos(angle) * far * across, y: Math.sin(angle) * far });
      place += 1;
    }
    place += GAP;
  }
  graph.layout({ name: "preset", positions: (node) => at.get(node.id()), fit: true, padding: MARGIN_PX }).run();
}

function stepsOf(node) {
  return Math.min(node.data("steps"), MOST_STEPS);
}

function middle(nodes) {
  const sum = nodes.map((node) => node.data("at")).reduce(([x, y], [u, v]) => [x + u, y + v], [0, 0]);
  return sum.map((value) => value / Math.max(1, nodes.length));
}

// The nodes of a part from one end of its ring to the other, and where it lies as seen from the hub.
function walked(part, [x, y]) {
  const nodes = part.nodes();
  const start = nodes.min((node) => node.data("steps") * 100 + node.neighborhood("node").intersection(nodes).length).ele;
  const order = [];
  part.depthFirstSearch({ roots: start, visit: (node) => void order.push(node) });
  const [u, v] = middle(nodes);
  return { nodes: order, bearing: Math.atan2(y - v, u - x) };
}

function draw(graph, document) {
  graph.elements().remove();
  graph.add(elements(document));
  layout(graph);
  show(graph);
}

// The links of the group whose name is pressed.
function show(graph) {
  const chosen = document.querySelector("#groups [aria-pressed=true]");
  const links = new Set(chosen ? JSON.parse(chosen.dataset.links) : []);
  graph.elements().removeClass("shown");
  const edges = graph.edges().filter((edge) => edge.data("codes").some((code) => links.has(code)));
  edges.union(edges.connectedNodes()).addClass("shown");
}

function choose(button) {
  const isOn = button.getAttribute("aria-pressed") === "true";
  for (const other of document.querySelectorAll("#groups [aria-pressed=true]")) other.setAttribute("aria-pressed", "false");
  button.setAttribute("aria-pressed", String(!isOn));
  show(graph);
  box.scrollIntoView({ block: "nearest" });
}

function update(graph, { nodes, links, groups }) {
  const blocked = new Set(groups.flatMap((group) => group.blocked));
  for (const { code, state } of nodes) graph.getElementById(code).data("state", state);
  for (const { near, far, condition, links: codes } of links) graph.getElementById(`${near} ${far}`).data({ condition, blocked: codes.some((code) => blocked.has(code)) });
}

keepPlaceOnLanguageChange();
let known = await fetched();
const graph = cytoscape({ container: box, elements: [], style: style(), minZoom: 0.1, maxZoom: 4, autoungrabify: true, boxSelectionEnabled: false });
box.graph = graph;
draw(graph, known);
for (const button of document.querySelectorAll("#groups button")) button.addEventListener("click", () => choose(button));
graph.on("mouseover", "node", (event) => event.target.addClass("named"));
graph.on("mouseout", "node", (event) => event.target.removeClass("named"));
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

// A port's course: traffic and light. Gaps stay gaps.

import { keepPlaceOnLanguageChange, showOffline } from "./page.js";

const uPlot = globalThis.uPlot;
const language = document.documentElement.lang;
const box = document.getElementById("charts");
const charts = [];

const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hour12: false });
const clockSeconds = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });
const moment = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });
const MOST_ROWS = 60;
const day = new Intl.DateTimeFormat(language, { day: "numeric", month: "short" });
const level = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const plain = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function bitRate(value) {
  if (value == null) return "–";
  const units = ["bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s"];
  let power = 0;
  while (Math.abs(value) >= 1000 && power < units.length - 1) {
    value /= 1000;
    power += 1;
  }
  return `${plain.format(value)} ${units[power]}`;
}

function dBm(value) {
  return value == null ? "–" : `${level.format(value).replace("-", "−")} dBm`;
}

function times(_chart, values) {
  let before = "";
  const time = values.length > 1 && values[1] - values[0] < 60 ? clockSeconds : clock;
  return values.map((value) => {
    const moment = new Date(value * 1000);
    const today = day.format(moment);
    const said = before !== "" && today !== before ? `${time.format(moment)}\n${today}` : time.format(moment);
    before = today;
    return said;
  });
}

function axes(format) {
  const stroke = colour("--muted");
  const grid = { stroke: colour("--line"), width: 1 };
  return [
    { stroke, grid, ticks: grid, values: times },
    { stroke, grid, ticks: grid, size: 96, values: (_chart, values) => values.map(format) },
  ];
}

function line(label, name, format, extra = {}) {
  return { label, stroke: colour(name), width: 2, spanGaps: false, value: (_chart, value) => format(value), ...extra };
}

function draw(id, series, data, format, range) {
  const target = document.getElementById(id);
  const known = data.slice(1).some((column) => column.some((value) => value != null));
  if (!known) {
    target.textContent = box.dataset.none;
    return;
  }
  target.textContent = "";
  const options = {
    width: target.clientWidth - 16,
    height: 240,
    series: [{ label: box.dataset.time, value: (_chart, value) => (value == null ? "–" : clockSeconds.format(new Date(value * 1000))) }, ...series],
    axes: axes(format),
    scales: { x: { time: true, range: () => range }, y: {} },
    cursor: { drag: { x: false, y: false } },
  };
  charts.push({ chart: new uPlot(options, data, target), target });
}

// The chart in words: at most so many rows, evenly spaced, the newest first.
function tabulate(id, titles, columns, format) {
  const step = Math.ceil(columns[0].length / MOST_ROWS);
  const table = document.createElement("table");
  table.className = "strands";
  const head = table.createTHead().insertRow();
  for (const title of titles) {
    const cell = document.createElement("th");
    Object.assign(cell, { scope: "col", textContent: title });
    head.append(cell);
  }
  const body = table.createTBody();
  for (let number = columns[0].length - 1; number >= 0; number -= step) {
    const row = body.insertRow();
    const time = document.createElement("th");
    Object.assign(time, { scope: "row", textContent: moment.format(new Date(columns[0][number] * 1000)) });
    row.append(time);
    for (const column of columns.slice(1)) row.insertCell().textContent = format(column[number]);
  }
  document.getElementById(`${id}-table`).replaceChildren(columns[0].length ? table : box.dataset.none);
}

// A chart that began an hour ago is not drawn as the last stroke of an empty day.
function span(history) {
  const first = Math.min(history.traffic_time_s[0] ?? Infinity, history.light_time_s[0] ?? Infinity);
  const start = Number.isFinite(first) ? Math.max(history.start_s, first) : history.start_s;
  return [Math.min(start, history.end_s - 300), history.end_s];
}

function constant(value, length) {
  return new Array(length).fill(value);
}

async function show() {
  const answer = await fetch(box.dataset.url);
  if (!answer.ok) throw new Error(`history: ${answer.status}`);
  const history = await answer.json();
  const texts = box.dataset;
  for (const { chart } of charts.splice(0)) chart.destroy();
  const range = span(history);
  draw(
    "traffic",
    [line(texts.in, "--accent", bitRate), line(texts.out, "--amber", bitRate, { dash: [8, 4] })],
    [history.traffic_time_s, history.in_bps, history.out_bps],
    bitRate,
    range,
  );
  tabulate("traffic", [texts.time, texts.in, texts.out], [history.traffic_time_s, history.in_bps, history.out_bps], bitRate);
  tabulate("light", [texts.time, texts.rx, texts.tx], [history.light_time_s, history.rx_dbm, history.tx_dbm], dBm);
  const length = history.light_time_s.length;
  const series = [line(texts.rx, "--accent", dBm), line(texts.tx, "--amber", dBm, { dash: [8, 4] })];
  const data = [history.light_time_s, history.rx_dbm, history.tx_dbm];
  if (history.expected_rx_dbm !== null) {
    series.push(line(texts.expected, "--green", dBm, { width: 1.2, dash: [2, 4], points: { show: false } }));
    data.push(constant(history.expected_rx_dbm, length));
  }
  if (history.sensitivity_dbm !== null) {
    series.push(line(texts.limit, "--red", dBm, { width: 1.2, dash: [2, 4], points: { show: false } }));
    data.push(constant(history.sensitivity_dbm, length));
  }
  draw("light", series, data, dBm, range);
}

async function loop() {
  try {
    await show();
    showOffline(false);
  } catch {
    showOffline(true);
  }
  box.dataset.ready = "true";
  setTimeout(loop, 1000 * Math.max(10, Number(box.dataset.refreshS)));
}

keepPlaceOnLanguageChange();
addEventListener("resize", () => {
  for (const { chart, target } of charts) chart.setSize({ width: target.clientWidth - 16, height: 240 });
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => show());
loop();

// Layers: what trenches are coloured by, with a scale that says so, and what is shown at all.

const WIDTHS = [1.8, 3, 4.2, 5.4, 6.8];
const USE_FROM = [1, 25, 50, 75];
const RISK_FROM = [1, 10, 30, 100];
const MOST_YEARS = 5;

export class Layers {
  constructor(map, box) {
    this.map = map;
    this.box = box;
    this.choice = box.querySelector("#layer");
    this.group = box.querySelector("#group");
    this.scale = box.querySelector(".scale");
    this.choice.addEventListener("change", () => this.#use());
    this.group.addEventListener("change", () => this.#use());
    for (const field of box.querySelectorAll("[data-show]")) field.addEventListener("change", () => this.map.reveal(field.dataset.show, field.checked));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#use());
  }

  // What the address asks for: /?layer=group&group=CODE
  async begin(fields) {
    const layer = fields.get("layer");
    if (![...this.choice.options].some((option) => option.value === layer)) return;
    this.choice.value = layer;
    this.group.value = fields.get("group") ?? "";
    if (this.group.selectedIndex < 0) this.group.value = "";
    this.box.open = true;
    await this.#use();
    this.map.seeAll();
  }

  fillSwatches(panel) {
    for (const swatch of panel.querySelectorAll(".swatch[data-group]")) {
      const option = this.group.options[Number(swatch.dataset.group) + 1];
      swatch.style.backgroundColor = option?.dataset.display ?? "";
    }
  }

  async #use() {
    const layer = this.choice.value;
    this.box.querySelector(".layer-group").hidden = layer !== "group";
    this.scale.hidden = layer === "state";
    this.map.grade(null);
    if (layer === "grade") {
      await this.#useGrades();
      return;
    }
    if (layer === "state") {
      this.map.paintBy(null);
      return;
    }
    this.rows ??= await load();
    const [styleOf, key] = { use: () => this.#byUse(), risk: () => this.#byRisk(), age: () => this.#byAge(), group: () => this.#byGroup() }[layer]();
    this.map.paintBy((code) => styleOf(this.rows.of.get(code)));
    this.scale.replaceChildren(...key.map(([style, text]) => this.#key(style, text)));
  }

  #step(number) {
    return { colour: `--scale-${number}`, weight: WIDTHS[number] };
  }

  #byUse() {
    const texts = this.scale.dataset;
    const none = { colour: "--trench-empty", weight: 1.2, dashArray: "2 5" };
    const styleOf = ({ strands, used }) => (strands ? this.#step(stepOf((100 * used) / strands, USE_FROM)) : none);
    const key = bounds(USE_FROM, 100).map(([low, high], number) => [this.#step(number), low === high ? `${low} %` : fill(texts.percent, { low, high })]);
    return [styleOf, [[none, texts.noStrand], ...key]];
  }

  #byRisk() {
    const texts = this.scale.dataset;
    const key = bounds(RISK_FROM, null).map(([low, high], number) => {
      const text = number === 0 ? texts.harmless : fill(high === null ? texts.more : texts.weight, { low, high });
      return [this.#step(number), text];
    });
    return [({ takes }) => this.#step(stepOf(takes, RISK_FROM)), key];
  }

  #byAge() {
    const texts = this.scale.dataset;
    const unknown = { colour: "--trench-empty", weight: 1.8, dashArray: "2 5" };
    const years = [...new Set([...this.rows.of.values()].map(({ year }) => year).filter(Boolean))].sort((one, other) => one - other);
    const from = years.filter((_year, number) => number && number % Math.ceil(years.length / MOST_YEARS) === 0).slice(0, MOST_YEARS - 1);
    const styleOf = ({ year }) => (year ? this.#step(stepOf(year, from)) : unknown);
    const key = years.length ? bounds(from, years.at(-1), years[0]).map(([low, high], number) => [this.#step(number), low === high ? String(low) : fill(texts.year, { low, high })]) : [];
    return [styleOf, [[unknown, texts.none], ...key]];
  }

  #byGroup() {
    const texts = this.scale.dataset;
    const wanted = this.rows.groups.findIndex(({ code }) => code === this.group.value);
    const none = { colour: "--trench-empty", weight: 1.5 };
    const several = { colour: "--ink", weight: 4.5 };
    const own = (number) => ({ display: this.rows.groups[number].display, weight: 4.5 });
    const styleOf = ({ groups }) => {
      if (wanted >= 0) return groups.includes(wanted) ? { ...own(wanted), weight: 6 } : { ...none, opacity: 0.6 };
      return groups.length === 0 ? none : groups.length === 1 ? own(groups[0]) : several;
    };
    if (wanted >= 0) return [styleOf, [[own(wanted), this.rows.groups[wanted].name]]];
    return [styleOf, [[none, texts.noGroup], ...this.rows.groups.map(({ name }, number) => [own(number), name]), [several, texts.several]]];
  }

  // Sites by how separate their two ways are; trenches step back.
  async #useGrades() {
    const texts = this.scale.dataset;
    this.grades ??= await loadGrades();
    if (this.choice.value !== "grade") return; // another was chosen meanwhile
    this.map.paintBy(() => ({ colour: "--trench-empty", weight: 1.5 }));
    this.map.grade(this.grades);
    const key = [0, 1, 2, 3, 4, 5].map((number) => this.#gradeKey(String(number), texts[`grade-${number}`]));
    this.scale.replaceChildren(...key, this.#gradeKey("–", texts.noGrade));
  }

  #gradeKey(digit, text) {
    const line = document.createElement("li");
    const sample = document.createElement("span");
    sample.className = `grade grade-${digit}`;
    sample.textContent = digit;
    line.append(sample, text);
    return line;
  }

  #key(style, text) {
    const line = document.createElement("li");
    const sample = document.createElement("span");
    sample.className = "scale-line";
    sample.style.borderTop = `${style.weight}px ${style.dashArray ? "dotted" : "solid"} ${style.display ?? this.map.colour(style.colour)}`;
    line.append(sample, text);
    return line;
  }
}

async function load() {
  const answer = await fetch("/api/v1/plant/layers");
  if (!answer.ok) throw new Error(`layers: ${answer.status}`);
  const { user_groups: groups, sections } = await answer.json();
  const of = new Map();
  for (const [number, code] of sections.code.entries()) {
    const row = {};
    for (const name of ["strands", "used", "takes", "year", "groups"]) row[name] = sections[name][number];
    of.set(code, row);
  }
  return { groups, of };
}

async function loadGrades() {
  const answer = await fetch("/api/v1/redundancy/geojson");
  if (!answer.ok) throw new Error(`redundancy: ${answer.status}`);
  return new Map((await answer.json()).features.map(({ properties }) => [properties.code, properties.grade]));
}

function stepOf(value, from) {
  return from.filter((low) => value >= low).length;
}

function bounds(from, last, first = 0) {
  return [first, ...from].map((low, number) => [low, number < from.length ? from[number] - 1 : last]);
}

function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (_all, name) => values[name]);
}

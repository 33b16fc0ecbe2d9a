// What if: keeps the question that the panel shows, its undo and redo, and what the map marks of the answer.

import { Drawing } from "./draw.js";
import { signed } from "./signed.js";

const htmx = globalThis.htmx;
const MOST_CUTS = 100;
const PAINT_MS = 250; // so long the canvas takes to be drawn anew

export class WhatIf {
  constructor(map, bar) {
    this.map = map;
    this.bar = bar;
    this.hint = bar.querySelector(".tool-hint");
    this.query = null; // of the panel; null while it shows something else
    this.past = [];
    this.future = [];
    this.steps = new Set(); // questions that undo and redo have asked and that are not shown yet
    this.drawing = new Drawing(map.map, { onDone: (shape, withNodes) => this.#drawn(shape, withNodes), colour: () => map.colour("--whatif") });
    for (const button of bar.querySelectorAll("[data-tool]")) button.addEventListener("click", () => this.#use(button.dataset.tool));
    bar.querySelector("[data-step=undo]").addEventListener("click", () => this.#back(this.past, this.future));
    bar.querySelector("[data-step=redo]").addEventListener("click", () => this.#back(this.future, this.past));
    bar.querySelector("[data-step=clear]").addEventListener("click", () => this.#ask((fields) => fields.delete("cut")));
    bar.querySelector("#tool-whatif").addEventListener("click", (event) => this.#toggle(event));
    document.addEventListener("keydown", (event) => this.#key(event));
    document.addEventListener("click", (event) => event.target.closest("[data-print]") && this.#print());
  }

  get isOn() {
    return this.query !== null;
  }

  // The panel was swapped: take over what it shows now.
  read(panel) {
    const article = panel.querySelector("[data-whatif]");
    const query = article?.dataset.whatif ?? null;
    const isStep = this.steps.has(query);
    if (query !== this.query) {
      if (this.query !== null && query !== null && !isStep) {
        this.past.push(this.query);
        this.future = [];
      }
      if (query === null) [this.past, this.future] = [[], []];
      this.query = query;
      if (!isStep || query === this.wanted) {
        this.wanted = query;
        this.steps.clear();
      } // else a further step is on its way
    } // else a refresh of what is shown: an answer may be on its way, and the next click stands on its question
    this.cuts = article ? JSON.parse(article.dataset.cuts) : [];
    this.map.suppose(article ? JSON.parse(article.dataset.marks) : null);
    if (!this.isOn || !this.tool) this.#use("pick");
    else this.#say(this.tool);
    this.#furnish();
    if (article && document.activeElement === document.body && this.hadFocus) panel.querySelector("#whatif-search")?.focus();
    this.hadFocus = false;
  }

  // The panel is about to be swapped.
  leave(panel) {
    this.hadFocus = panel.contains(document.activeElement);
  }

  pick(code) {
    this.#ask((fields) => {
      const cuts = fields.getAll("cut");
      fields.delete("cut");
      const rest = cuts.includes(code) ? cuts.filter((cut) => cut !== code) : [...cuts, code];
      for (const cut of rest) fields.append("cut", cut);
    });
  }

  #ask(change) {
    const fields = new URLSearchParams(this.wanted ?? "");
    change(fields);
    if (fields.getAll("cut").length > MOST_CUTS) {
      this.#say("many");
      return;
    }
    this.#show(fields.toString());
  }

  #show(query) {
    this.wanted = query; // the next click stands on this one, answered or not
    htmx.ajax("GET", `/parts/whatif?${query}`, { source: "#panel", target: "#panel", swap: "innerHTML" });
  }

  #back(from, to) {
    const query = from.pop();
    if (query === undefined) return;
    to.push(this.wanted);
    this.steps.add(query);
    this.#show(query);
  }

  async #drawn(shape, withNodes) {
    const answer = await fetch("/api/v1/within", { method: "POST", headers: signed({ "content-type": "application/json" }), body: JSON.stringify(shape) });
    if (!answer.ok) return;
    const { sections, nodes } = await answer.json();
    const found = withNodes ? [...sections, ...nodes] : sections;
    if (!found.length) {
      this.#say("none");
      return;
    }
    this.#ask((fields) => {
      const there = new Set(fields.getAll("cut"));
      for (const code of found) if (!there.has(code)) fields.append("cut", code);
    });
  }

  #print() {
    this.map.forPaper(true);
    addEventListener("afterprint", () => this.map.forPaper(false), { once: true });
    setTimeout(() => globalThis.print(), PAINT_MS);
  }

  #toggle(event) {
    event.preventDefault();
    if (this.isOn) document.getElementById("panel-close").click();
    else {
      const chosen = document.querySelector("#panel > article")?.dataset.trench;
      this.#show(chosen ? new URLSearchParams({ cut: chosen }).toString() : "");
    }
  }

  #use(tool) {
    this.tool = tool;
    this.drawing.use(tool === "pick" ? null : tool);
    for (const button of this.bar.querySelectorAll("[data-tool]")) button.setAttribute("aria-pressed", String(button.dataset.tool === tool));
    this.#say(tool);
  }

  #say(name) {
    this.hint.textContent = this.hint.dataset[name];
  }

  #furnish() {
    this.bar.querySelector("#tool-whatif").setAttribute("aria-pressed", String(this.isOn));
    this.bar.querySelector(".tool-group").hidden = !this.isOn;
    this.hint.hidden = !this.isOn;
    this.bar.querySelector("[data-step=undo]").disabled = !this.past.length;
    this.bar.querySelector("[data-step=redo]").disabled = !this.future.length;
    this.bar.querySelector("[data-step=clear]").disabled = !this.cuts.length;
  }

  #key(event) {
    if (!this.isOn || event.target.closest("input, textarea, select")) return;
    if (event.key === "Escape") this.#use("pick");
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const isUndo = event.key === "z" && !event.shiftKey;
    const isRedo = event.key === "y" || (event.key.toLowerCase() === "z" && event.shiftKey);
    if (!isUndo && !isRedo) return;
    event.preventDefault();
    if (isUndo) this.#back(this.past, this.future);
    else this.#back(this.future, this.past);
  }
}

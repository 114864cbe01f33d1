// Wakes what stands still on a page: pictures, quizzes and hunts come alive, and the cells to answer
// in can be edited and checked. Python runs in a worker (worker.mjs); what is alive is shown by the
// same front ends as in a notebook (view.js, practice.js).

import { Explorer, make } from "./view.js";
import { Practice } from "./practice.js";

const FILES = "bpdemo:files"; // the learner's files, by name
const ANSWER = "bpdemo:answer:"; // + the exercise's name: what she wrote
const LIBRARY = "my_backprop.py";
const PROGRESS = "bpdemo-progress.json";
const LATE = 700; // ms until a running cell is said to run

const BUSY = {
  Python: "Loading Python …",
  NumPy: "Python is here. Starting NumPy …",
};
const FAILED = "Python could not be loaded, so this stands still. Load the page again to try again.";

// --- what the browser keeps ----------------------------------------------------------------------

const kept = {
  get(key) { try { return localStorage.getItem(key); } catch { return null; } },
  set(key, value) { try { localStorage.setItem(key, value); } catch { /* keeps nothing */ } },
  drop(key) { try { localStorage.removeItem(key); } catch { /* keeps nothing */ } },
  files() { try { return JSON.parse(this.get(FILES)) || {}; } catch { return {}; } },
};

// --- Python --------------------------------------------------------------------------------------

class Python {
  // `told` has the names of what to load: "notebook", "wheel", "numpy" and "version".
  constructor(cells, told) {
    Object.assign(this, { cells, told, open: new Map(), last: 0 });
    this.channels = new Map();
    this.onstage = () => {};
    this.onfiles = () => {};
  }

  // Starts once, however often it is asked.
  start() {
    this.started ??= this.launch();
    return this.started;
  }

  launch() {
    this.worker = new Worker(new URL("./worker.mjs", import.meta.url), { type: "module" });
    this.worker.onmessage = ({ data }) => this.heard(data);
    this.worker.onerror = (event) => this.lost(event.message || "the worker failed");
    return this.ask({ do: "start", ...this.told, files: kept.files(),
      cells: this.cells.map(({ n, code }) => [n, code]) });
  }

  ask(message) {
    const id = ++this.last;
    return new Promise((resolve, reject) => {
      this.open.set(id, { resolve, reject });
      this.worker.postMessage({ id, ...message });
    });
  }

  heard(data) {
    if (data.stage) { this.onstage(data.stage); return; }
    if (data.files) {
      kept.set(FILES, JSON.stringify(data.files));
      this.onfiles();
    }
    for (const { id, state } of data.moved || []) this.channels.get(id)?.show(state);
    const waits = this.open.get(data.id);
    this.open.delete(data.id);
    if (data.failed) waits?.reject(new Error(data.failed)); else waits?.resolve(data);
  }

  lost(why) {
    for (const { reject } of this.open.values()) reject(new Error(why));
    this.open.clear();
  }

  async run(place, code) {
    await this.start();
    return this.ask({ do: "run", place, code, files: kept.files() });
  }

  // A worker that runs for ever can only be ended; a new one takes its place.
  async stop() {
    this.worker.terminate();
    this.lost("stopped");
    this.started = null;
    await this.start();
  }
}

// --- what is alive -------------------------------------------------------------------------------

// Between a front end and Python: what the comm of a kernel is in a notebook.
class Channel {
  constructor(python, name, state) {
    Object.assign(this, { python, name, now: { sequence: 0, ...state } });
    python.channels.set(name, this);
  }

  state() { return this.now; }
  connected() { return true; }

  show(state) {
    this.now = { sequence: this.now.sequence, ...state };
    this.front.arrived();
  }

  async send(message) {
    try {
      const { state } = await this.python.ask({ do: "answer", name: this.name, message });
      this.show(state);
    } catch { /* stopped; the picture is made again when Python is back */ }
  }
}

// What is said of a notebook's cell, said of a page.
// On a page there is a button for it. Only words are touched: no markup is read again.
function forPages(root) {
  const words = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (words.nextNode())
    words.currentNode.data =
      words.currentNode.data.replace("Then run the cell again.", "Then press Check.");
}

class Cell {
  constructor(page, told, root) {
    Object.assign(this, { page, root, ...told });
    this.output = root.querySelector(":scope > .cell_output") ||
      root.appendChild(make("div", { class: "cell_output" }));
    this.still = this.output.querySelector(".bp-still");
    this.line = this.output.querySelector(".bp-wake");
    if (this.exercise) this.edit();
    if (this.still) {
      this.say(BUSY.asleep);
      for (const kind of ["pointerdown", "focusin"])
        this.still.addEventListener(kind, () => page.wake(this), { once: true });
    }
  }

  say(words) { if (this.line && words) this.line.textContent = words; }

  // Runs the cell as it was written, and shows what is alive in it.
  async wake() {
    const { outputs } = await this.page.python.run(this.n);
    this.show(outputs);
    this.awake = true;
  }

  show(outputs) {
    // The page keeps its height until the new output stands.
    this.output.style.minHeight = `${this.output.offsetHeight}px`;
    for (const front of this.fronts || []) front.end?.();
    this.fronts = [];
    this.output.replaceChildren(...outputs.map((output) => this.shown(output)));
    for (const start of this.begin || []) start();
    this.begin = [];
    requestAnimationFrame(() => { this.output.style.minHeight = ""; });
  }

  shown(output) {
    const { kind } = output;
    if (kind === "text" || kind === "error")
      return make("pre", { class: `bp-output bp-${kind}`, tabindex: "0" }, output.text);
    const place = make("div", { class: "bp-live" });
    if (kind === "html") {
      place.innerHTML = output.html; // what the reader's own Python shows, as in a notebook
      forPages(place);
      this.page.link(place);
      return place;
    }
    const channel = new Channel(this.page.python, output.id, output.state);
    // A front end measures its place, so it starts when it stands in the page.
    (this.begin ??= []).push(() => {
      channel.front = kind === "explorer" ? new Explorer(place, output.spec, channel) :
        new Practice(place, channel);
      this.fronts.push(channel.front);
    });
    return place;
  }

  // --- a cell to answer in ---

  edit() {
    const input = this.root.querySelector(".cell_input");
    const key = ANSWER + this.exercise;
    const area = make("textarea", { class: "bp-code", spellcheck: "false", autocapitalize: "off",
      autocomplete: "off", "aria-label": `Your answer to exercise ${this.exercise}`,
      "aria-describedby": `bp-keys-${this.n}` });
    area.value = kept.get(key) ?? this.code;
    const fit = () => { area.rows = area.value.split("\n").length; };
    area.addEventListener("input", () => {
      fit();
      area.value === this.code ? kept.drop(key) : kept.set(key, area.value);
    });
    area.addEventListener("keydown", (event) => this.typed(event, area));
    fit();
    this.area = area;
    this.checkButton = make("button", { type: "button", class: "bp-check",
      onclick: () => this.check() }, "Check");
    this.stopButton = make("button", { type: "button", class: "bp-stop", hidden: true,
      onclick: () => this.stop() }, "Stop");
    const over = make("button", { type: "button", onclick: () => {
      area.value = this.code;
      area.dispatchEvent(new Event("input"));
      area.focus();
    } }, "Start over");
    this.status = make("span", { class: "bp-status", role: "status" });
    const fold = input.closest("details");
    if (fold) fold.open = true;
    input.replaceChildren(area, make("div", { class: "bp-tools" }, this.checkButton,
      this.stopButton, over, this.status,
      make("span", { class: "bp-keys", id: `bp-keys-${this.n}` },
        "Shift + Enter checks. Tab indents; press Esc first to leave with Tab.")));
    forPages(this.output);
    this.output.setAttribute("aria-live", "polite");
  }

  typed(event, area) {
    const { selectionStart: from, selectionEnd: to, value } = area;
    const line = value.lastIndexOf("\n", from - 1) + 1;
    if (event.key === "Escape") { this.leaving = true; return; }
    const leaving = this.leaving;
    this.leaving = false;
    if (event.key === "Enter" && (event.shiftKey || event.ctrlKey || event.metaKey)) this.check();
    else if (event.key === "Tab" && !leaving && !event.ctrlKey && !event.altKey) {
      if (event.shiftKey) {
        const spaces = /^ {1,4}/.exec(value.slice(line));
        if (spaces) area.setRangeText("", line, line + spaces[0].length, "preserve");
      } else area.setRangeText(" ".repeat(4 - (from - line) % 4), from, to, "end");
    } else if (event.key === "Enter") {
      const inside = /^ */.exec(value.slice(line, from))[0];
      const deeper = /:\s*$/.test(value.slice(line, from)) ? "    " : "";
      area.setRangeText(`\n${inside}${deeper}`, from, to, "end");
    } else return;
    event.preventDefault();
    area.dispatchEvent(new Event("input"));
  }

  async check() {
    if (this.running) return;
    this.running = true;
    this.checkButton.disabled = true;
    this.stopButton.hidden = false;
    this.status.textContent = this.page.ready ? "" : BUSY.Python;
    const late = setTimeout(() => { this.status.textContent = "Running …"; }, LATE);
    try {
      const { outputs } = await this.page.python.run(this.n, this.area.value);
      this.show(outputs);
      this.status.textContent = "";
      this.page.refresh();
    } catch (error) {
      this.status.textContent = error.message === "stopped" ? "Stopped." : FAILED;
    }
    clearTimeout(late);
    this.running = false;
    this.checkButton.disabled = false;
    this.stopButton.hidden = true;
  }

  async stop() {
    await this.page.restart();
  }
}

// --- the page ------------------------------------------------------------------------------------

class Page {
  constructor(told) {
    this.python = new Python(told, { ...document.querySelector("script[data-wheel]").dataset });
    this.cells = told.map((cell) =>
      new Cell(this, cell, document.querySelector(`.bp-cell[data-cell="${cell.n}"]`)));
    this.asleep = this.cells.filter((cell) => cell.still);
    this.python.onstage = (stage) => {
      for (const cell of this.asleep) cell.say(BUSY[stage] || `Loading ${stage} …`);
    };
    this.python.onfiles = () => this.work?.follow();
    this.theme();
    if (this.cells.some((cell) => cell.exercise)) this.keep();
    // Without a touch it waits until the page has been read in; where data are dear, for a touch.
    if (navigator.connection?.saveData) return;
    const idle = window.requestIdleCallback || ((then) => setTimeout(then, 200));
    const needed = this.asleep.length || this.follows().length;
    const begin = () => idle(() => needed ? this.wakeAll() : this.done(), { timeout: 2000 });
    if (document.readyState === "complete") begin(); else addEventListener("load", begin);
  }

  // The cells that say how far the learner is.
  follows() {
    return this.cells.filter(({ code }) => /^exercises\.(mine|summary\(.*\))$/m.test(code));
  }

  async wake(cell) {
    if (!this.asleep.includes(cell)) return;
    try {
      await cell.wake();
      this.asleep = this.asleep.filter((other) => other !== cell);
    } catch (error) {
      cell.say(FAILED);
      throw error;
    }
  }

  // What is in sight first, then the rest from top to bottom.
  async wakeAll() {
    performance.mark("bp-begin");
    try {
      await this.python.start();
    } catch (error) {
      for (const cell of this.asleep) cell.say(FAILED);
      throw error;
    }
    this.ready = true;
    performance.mark("bp-ready");
    const far = (cell) => {
      const { top, bottom } = cell.output.getBoundingClientRect();
      return bottom < 0 ? -bottom + 1e6 : Math.max(top - innerHeight, 0);
    };
    while (this.asleep.length) {
      const [next] = [...this.asleep].sort((a, b) => far(a) - far(b));
      await this.wake(next);
      performance.mark("bp-awake");
      // A hand that is on a picture has its answers first.
      await new Promise((then) => setTimeout(then, 30));
    }
    await this.refresh();
    this.python.ask({ do: "keep", version: this.python.told.version }).catch(() => {});
    this.done();
  }

  // All that could wake is awake.
  done() {
    document.documentElement.dataset.bpAwake = "all";
    this.stay();
  }

  async refresh() {
    for (const cell of this.follows()) await cell.wake();
  }

  // A new Python; what was alive is made again, with its settings.
  async restart() {
    const alive = this.cells.filter((cell) => cell.awake && cell.fronts?.length);
    const settings = new Map([...this.python.channels].map(([name, channel]) =>
      [name, channel.now.settings]));
    for (const [, channel] of this.python.channels) channel.connected = () => false;
    await this.python.stop();
    for (const cell of alive) {
      await cell.wake();
      const before = settings.get(String(cell.n));
      for (const front of cell.fronts)
        if (before) front.send({ do: "set", settings: before, quiet: true });
    }
  }

  // The dark theme of the page is the dark theme of what is alive.
  theme() {
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const follow = () => {
      const chosen = document.body.dataset.theme;
      const is = chosen === "dark" || (chosen !== "light" && dark.matches);
      document.documentElement.dataset.jpThemeLight = String(!is);
    };
    new MutationObserver(follow).observe(document.body, { attributeFilter: ["data-theme"] });
    dark.addEventListener("change", follow);
    follow();
  }

  // From now on the pages work without a network, too.
  async stay() {
    try {
      await navigator.serviceWorker.register(new URL("../../sw.js", import.meta.url));
      (await navigator.serviceWorker.ready).active.postMessage("keep");
    } catch { /* a browser without, or a page that isn't served securely */ }
  }

  // Links to notebooks, as Python writes them, go to their pages.
  link(root) {
    for (const a of root.querySelectorAll('a[href$=".ipynb"]'))
      a.setAttribute("href", a.getAttribute("href").replace(/\.ipynb$/, ".html"));
  }

  // --- the learner's work ---

  keep() {
    const save = (name, type) => {
      const url = URL.createObjectURL(new Blob([kept.files()[name]], { type }));
      const link = make("a", { href: url, download: name });
      link.click();
      setTimeout(() => URL.revokeObjectURL(url), 1000);
    };
    const button = (words, then) => make("button", { type: "button", onclick: then }, words);
    const library = button(`Download ${LIBRARY}`, () => save(LIBRARY, "text/x-python"));
    const progress = button("Download your progress", () => save(PROGRESS, "application/json"));
    const chooser = make("input", { type: "file", accept: ".json,.py", multiple: true, hidden: true,
      onchange: async () => {
        const files = kept.files();
        for (const file of chooser.files)
          if (file.name === LIBRARY || file.name === PROGRESS) files[file.name] = await file.text();
          else told.textContent = `${file.name} is neither ${LIBRARY} nor ${PROGRESS}.`;
        kept.set(FILES, JSON.stringify(files));
        location.reload();
      } });
    const told = make("span", { role: "status" });
    const forget = button("Clear everything", () => {
      if (!confirm("Clear your answers, your progress and your library in this browser?")) return;
      for (const key of Object.keys(localStorage))
        if (key.startsWith("bpdemo:")) kept.drop(key);
      location.reload();
    });
    const follow = () => {
      const files = kept.files();
      library.disabled = !(LIBRARY in files);
      progress.disabled = !(PROGRESS in files);
    };
    follow();
    const section = make("section", { class: "bp-work", "aria-label": "Your work" },
      make("p", {}, "Your answers and your progress stay in this browser. Nothing is sent."),
      make("div", { class: "bp-tools" }, library, progress,
        button("Load files …", () => chooser.click()), forget, chooser, told));
    (document.querySelector("article") || document.body).append(section);
    this.work = { follow };
  }
}

const told = document.getElementById("bp-cells");
if (told) window.bpdemo = new Page(JSON.parse(told.textContent));

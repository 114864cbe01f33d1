// The front end of every explorer. A picture is an SVG that names its parts:
//   data-control="w3"  a hand can set this here: drag, arrow keys, click to type, double click
//   data-blank="z2"    a number to fill in: click or Enter to type, Enter goes on to the next
//   data-pick="weight" a press chooses this part for that control
//   data-term="dL_da3" this shows the quantity; pointing at it lights it up wherever it is shown
//   data-value="z2"    the text of its number
// All numbers come from Python. In between, this file glides from one picture to the next.

const GLIDE = 110; // ms from one picture to the next
const WAITING = 300; // ms until the page says that Python is busy
const ASLEEP =
  "This picture is asleep: run its notebook again (Run ▸ Run All Cells) to wake it.";
const LOST = 4000; // ms after which an answer is no longer expected
const OWN = new Set(["tabindex", "role", "aria-label", "aria-valuemin", "aria-valuemax",
  "aria-valuenow", "aria-valuetext"]);
const still = matchMedia("(prefers-reduced-motion: reduce)");

// --- numbers, as bpdemo.diagrams.number writes them ----------------------------------------------

export function number(value, sign = false) {
  if (!Number.isFinite(value)) return "too large";
  const size = Math.abs(value);
  if (size > 0 && size < 2e-5) return "≈ 0";
  if (size >= 999999.5) return null; // its power of ten: Python's answer will say
  const limits = [[999.95, 0], [99.995, 1], [9.9995, 2], [0.09995, 3], [0.009995, 4]];
  const found = limits.find(([limit]) => size >= limit);
  const decimals = found ? found[1] : size ? 5 : 3;
  return (value < 0 ? "−" : sign && value > 0 ? "+" : "") + size.toFixed(decimals);
}

// "−1.333", "1,333" and "-1.333" are numbers, and "1/2" is 0.5; anything else is none.
export function read(text) {
  const plain = text.trim().replace(/[−–]/g, "-").replace(/,/g, ".");
  const [over, under, ...more] = plain.split("/");
  if (under !== undefined) return more.length ? NaN : read(over) / (read(under) || NaN);
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain) ? Number(plain) : NaN;
}

// ARIA knows no powers of ten.
const plain = (value) => /e/.test(String(value)) ? Number(value).toFixed(20) : String(value);
const exact = (value) => String(Number(value.toPrecision(12))).replace("-", "−");

// --- from one picture to the next ----------------------------------------------------------------

const DIGITS = /-?\d*\.?\d+(?:e[+-]?\d+)?/g;

// Most pictures differ from the last in a few numbers alone. So the two texts are compared tag by
// tag; the parts of the page are touched where they differ. `parts` is a picture's text cut at "<",
// `nodes` its elements in the order of their opening tags.

const ATTRIBUTE = /([\w:-]+)="([^"]*)"/g;
const ENTITIES = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#x27;": "'", "&amp;": "&" };
const decoded = (text) => text.includes("&") ?
  text.replace(/&(?:lt|gt|quot|#x27|amp);/g, (entity) => ENTITIES[entity]) : text;

function opened(part) {
  const end = part.indexOf(">");
  const attributes = {};
  for (const [, name, value] of part.slice(0, end).matchAll(ATTRIBUTE)) attributes[name] = value;
  return { name: /^[\w:]+/.exec(part)[0], attributes, text: part.slice(end + 1) };
}

// Whether the second picture has the elements of the first, and which parts differ.
function differences(was, now) {
  if (was.length !== now.length) return null;
  const found = [];
  for (let i = 0, place = -1; i < now.length; i++) {
    const opens = /^[a-z]/i.test(now[i]);
    if (opens) place += 1;
    if (was[i] === now[i]) continue;
    if (!opens) return null;
    const a = opened(was[i]), b = opened(now[i]);
    if (a.name !== b.name || !a.text !== !b.text ||
        KEYS.some((key) => a.attributes[key] !== b.attributes[key])) return null;
    found.push([place, a, b]);
  }
  return found;
}

function change(node, was, now, glides, texts) {
  for (const name in now.attributes) if (was.attributes[name] !== now.attributes[name])
    attribute(node, name, decoded(now.attributes[name]), glides);
  for (const name in was.attributes)
    if (!(name in now.attributes) && !OWN.has(name)) node.removeAttribute(name);
  if (was.text !== now.text) texts.push([node.firstChild, decoded(now.text)]);
}

// What glides: for each node, by attribute, a function of t from 0 to 1, and the value at the end.
class Glides extends Map {
  add(node, name, value, step) {
    if (!this.has(node)) this.set(node, new Map());
    this.get(node).set(name, { value, step });
  }
  drop(node, name) { this.get(node)?.delete(name); }
  go(t) { for (const steps of this.values()) for (const { step } of steps.values()) step(t); }
}

// Sets an attribute, or lets its numbers glide there.
function attribute(node, name, value, glides) {
  const now = node.getAttribute(name);
  if (name === "role" && node.hasAttribute("data-control")) return;
  if (now === value) { glides.drop(node, name); return; }
  const fixed = name === "class" || name === "viewBox" || /^(data|aria)-/.test(name);
  const a = !fixed && now !== null && now.match(DIGITS), b = !fixed && value.match(DIGITS);
  if (!a || !b || a.length !== b.length || now.replace(DIGITS, "#") !== value.replace(DIGITS, "#")) {
    node.setAttribute(name, value);
    glides.drop(node, name);
    return;
  }
  const parts = value.split(DIGITS), from = a.map(Number), to = b.map(Number);
  glides.add(node, name, value, (t) => {
    if (t >= 1) { node.setAttribute(name, value); return; }
    let made = parts[0];
    for (let i = 0; i < to.length; i++)
      made += (from[i] + (to[i] - from[i]) * t).toFixed(2) + parts[i + 1];
    node.setAttribute(name, made);
  });
}

// Where parts came or went: changes `old` into `target`, and keeps what both have.
function toward(old, target, glides, texts) {
  if (old.nodeType === Node.TEXT_NODE) {
    if (old.data !== target.data) texts.push([old, target.data]);
    return;
  }
  for (const name of target.getAttributeNames())
    attribute(old, name, target.getAttribute(name), glides);
  for (const name of old.getAttributeNames())
    if (!target.hasAttribute(name) && !OWN.has(name)) old.removeAttribute(name);
  const ours = [...old.childNodes], theirs = [...target.childNodes];
  const kept = new Map();
  for (const node of ours) {
    const key = keyOf(node);
    kept.has(key) ? kept.get(key).push(node) : kept.set(key, [node]);
  }
  const next = theirs.map((node) => {
    const mine = kept.get(keyOf(node))?.shift();
    if (!mine) return node;
    toward(mine, node, glides, texts);
    return mine;
  });
  for (const nodes of kept.values()) for (const node of nodes) node.remove();
  next.forEach((node, i) => {
    if (old.childNodes[i] !== node) old.insertBefore(node, old.childNodes[i] || null);
  });
}

const KEYS = ["data-term", "data-value", "data-edge", "data-bar", "data-cell", "data-point"];
const keyOf = (node) => node.nodeType !== Node.ELEMENT_NODE ? "#" :
  node.tagName + "|" + KEYS.map((name) => node.getAttribute(name) || "").join("|");

// A number that glides is written as the last one will be; null for what is no number.
function glidingText(node, last) {
  const from = read(node.data), to = read(last);
  if (Number.isNaN(from) || Number.isNaN(to)) return null;
  const decimals = (last.split(".")[1] || "").length, plus = last.startsWith("+");
  return (t) => {
    if (t >= 1) { node.data = last; return; }
    const value = from + (to - from) * t;
    node.data = (value < 0 ? "−" : plus && value > 0 ? "+" : "") +
      Math.abs(value).toFixed(decimals);
  };
}

// --- small helpers -------------------------------------------------------------------------------

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined)
      node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

// The value that a hand meant, as `Control.nearest` has it in Python.
function nearest(control, value) {
  const inside = clamp(value, control.low, control.high);
  return control.kind === "number" ? Number(inside.toPrecision(12)) : Math.round(inside);
}

// --- an explorer ---------------------------------------------------------------------------------

class Explorer {
  // `channel` has state(), send(message) and connected(): a kernel's comm in a notebook, something
  // else on another page. It calls arrived(), asleep() and woken().
  constructor(root, spec, channel) {
    Object.assign(this, { root, spec, channel });
    root.explorer = this;
    this.controls = new Map(spec.controls.map((control) => [control.name, control]));
    this.state = channel.state();
    this.values = { ...this.state.settings };
    this.sequence = this.state.sequence || 0;
    this.waiting = new Map(); // what a hand set and Python hasn't heard of yet
    // Each widget has loaded this file for itself, so counting would give two of them one name.
    this.id = `bp-${Math.random().toString(36).slice(2, 10)}`;
    this.build();
    this.paint(this.state.svg);
    this.follow();
    this.bind();
  }

  get isOpen() { return this.sequence > (this.state.sequence || 0); }

  // --- the frame around the picture ---

  build() {
    const { spec, root } = this;
    root.classList.add("bp-explorer");
    root.setAttribute("role", "group");
    root.setAttribute("aria-label", spec.title);
    this.stage = make("div", { class: "bp-stage" });
    this.note = make("p", { class: "bp-note", role: "status" });
    this.told = make("div", { class: "bp-told", "aria-live": "polite" });
    this.verdict = make("div", { class: "bp-verdict", "aria-live": "polite" });
    this.live = make("p", { class: "bp-quiet", "aria-live": "polite" });
    this.inputs = new Map();
    const bar = make("div", { class: "bp-bar" });
    const folded = new Map();
    for (const control of spec.controls) {
      const field = this.field(control);
      if (!field) continue;
      if (control.fold) {
        if (!folded.has(control.group)) folded.set(control.group, []);
        folded.get(control.group).push(field);
      } else bar.append(field);
    }
    bar.append(
      make("button", { type: "button", class: "bp-reset", onclick: () => this.reset() }, "Reset"),
      make("button", { type: "button", class: "bp-present", "aria-pressed": "false",
        onclick: () => this.present() }, "Present"));
    root.replaceChildren(...[
      make("style", {}, spec.style || ""), this.ask(), bar,
      make("div", { class: "bp-place" }, this.note, this.stage),
      this.verdict, this.told,
      folded.size ? make("details", { class: "bp-all" }, make("summary", {}, "All values"),
        ...[...folded].map(([group, fields]) => make("div", { class: "bp-group", role: "group",
          "aria-label": group || "values" }, ...fields))) : "",
      this.live].filter(Boolean));
  }

  // The question, with a guess to choose before the first move.
  ask() {
    const { spec } = this;
    if (!spec.question) return "";
    const body = [];
    if (spec.choices.length) {
      this.radios = spec.choices.map((text, i) => make("input", { type: "radio",
        name: `${this.id}-guess`, value: i,
        onchange: () => this.send({ do: "guess", choice: i }) }));
      body.push(make("fieldset", {}, make("legend", {}, "Your guess"), ...spec.choices.map(
        (text, i) => make("label", {}, this.radios[i], ` ${text}`))));
    }
    this.asked = make("details", { class: "bp-ask", open: spec.asks },
      make("summary", {}, make("b", {}, "Before you move: "), spec.question), ...body);
    return this.asked;
  }

  // One field for each control that a hand can set beside the picture.
  field(control) {
    const { name, kind, label } = control;
    if (kind === "blank" || kind === "kept") return null;
    if (kind === "press") {
      return make("span", { class: "bp-field", "data-field": name }, make("button",
        { type: "button", onclick: () => this.set(name, this.values[name] + 1) }, label));
    }
    if (kind === "pixels" || kind === "points") {
      return make("span", { class: "bp-field", "data-field": name },
        make("button", { type: "button", onclick: () => this.reset([name]) }, label || "Clear"));
    }
    const id = `${this.id}-${name}`;
    if (kind === "choice") {
      const input = make("select", { id, onchange: () => this.set(name, input.value) },
        ...control.choices.map((text) => make("option", { value: text }, text)));
      this.inputs.set(name, input);
      return make("span", { class: "bp-field", "data-field": name },
        make("label", { for: id }, label), input);
    }
    if (kind === "switch") {
      const input = make("input", { id, type: "checkbox",
        onchange: () => this.set(name, input.checked) });
      this.inputs.set(name, input);
      return make("span", { class: "bp-field", "data-field": name }, input,
        make("label", { for: id }, label));
    }
    const shown = make("output", { for: id });
    const input = make("input", { id, type: "range", step: "any", "aria-label": label,
      oninput: () => this.set(name, this.fromRange(control, input.value)),
      onkeydown: (event) => this.key(event, name),
      ondblclick: () => this.reset([name]) });
    input.bpOutput = shown;
    this.inputs.set(name, input);
    const field = make("span", { class: `bp-field bp-slider bp-${kind}`, "data-field": name },
      make("label", { for: id }, label), input, shown);
    if (kind !== "step") return field;
    const press = (text, said, then) => make("button", { type: "button", "aria-label": said,
      onclick: then }, text);
    this.playing = null;
    this.playButton = press("▶ Play", "Play", () => this.playing ? this.pause() : this.play(name));
    return make("span", { class: "bp-transport", role: "group", "aria-label": label },
      press("◀ Back", "Back one step", () => { this.pause(); this.by(name, -1); }),
      this.playButton,
      press("Step ▶", "One step on", () => { this.pause(); this.by(name, 1); }), field);
  }

  // A slider runs over the exponent where the steps multiply.
  fromRange(control, text) {
    const value = Number(text);
    if (control.log) return Number((10 ** value).toPrecision(3));
    if (control.kind !== "number") return Math.round(value);
    const steps = Math.round((value - control.low) / control.step);
    return Number((control.low + steps * control.step).toFixed(10));
  }

  // --- what Python says ---

  limits(name) { return { ...this.controls.get(name), ...(this.state.limits[name] || {}) }; }

  // Everything beside the picture follows the values.
  follow() {
    for (const [name, input] of this.inputs) {
      const control = this.limits(name), value = this.values[name];
      const field = input.closest("[data-field]");
      (field.closest(".bp-transport") || field).hidden = control.hidden;
      if (input.type === "checkbox") input.checked = value;
      else if (input.tagName === "SELECT") input.value = value;
      else {
        const scale = control.log ? Math.log10 : (v) => v;
        input.min = scale(control.low);
        input.max = scale(control.high);
        input.value = scale(value);
        const text = control.kind === "number" ? exact(value) : String(value);
        input.setAttribute("aria-valuetext", text);
        input.bpOutput.textContent = control.kind === "step" ? `${value} of ${control.high}` :
          control.log ? exact(Number(value.toPrecision(3))) : text;
      }
    }
    const { verdict } = this.state;
    this.mark(this.verdict, verdict.right,
      (verdict.right === null ? "" : verdict.right ? "✓ " : "✗ ") + verdict.says);
    const { chosen, right, told } = this.state.guess;
    if (this.radios) this.radios.forEach((radio, i) => { radio.checked = i === chosen; });
    const outcome = right === null ? "" : right ? "✓ As you guessed. " : "✗ Not as you guessed. ";
    const words = right === null ? (chosen === null ? "" : "Now move, and see.") :
      outcome + told + (this.spec.answer ? ` ${this.spec.answer}` : "");
    this.mark(this.told, right, words);
    this.say(this.state.trouble || this.notice || "");
  }

  mark(node, right, words) {
    node.classList.toggle("bp-right", right === true);
    node.classList.toggle("bp-wrong", right === false);
    if (node.textContent !== words) node.textContent = words;
  }

  // The parts of the picture become controls, with names and values for a screen reader.
  equip() {
    const svg = this.stage.firstElementChild, seen = new Set();
    for (const node of svg.querySelectorAll("[data-control]")) {
      const name = node.dataset.control, control = this.limits(name), value = this.values[name];
      node.setAttribute("role", "slider");
      node.setAttribute("aria-label", control.label);
      node.setAttribute("aria-valuemin", plain(control.low));
      node.setAttribute("aria-valuemax", plain(control.high));
      node.setAttribute("aria-valuenow", plain(value));
      node.setAttribute("aria-valuetext", exact(Number(value)));
      node.setAttribute("tabindex", seen.has(name) ? "-1" : "0");
      seen.add(name);
    }
    for (const node of svg.querySelectorAll("[data-pick]:not([data-control])")) {
      const name = node.dataset.pick, term = node.dataset.term ?? node.dataset.edge;
      node.setAttribute("role", "button");
      node.setAttribute("aria-label",
        `${this.controls.get(name).label}: ${this.controls.get(name).picks[term]}`);
      node.setAttribute("tabindex", seen.has(name + term) ? "-1" : "0");
      seen.add(name + term);
    }
    for (const node of svg.querySelectorAll("[data-blank]")) {
      const name = node.dataset.blank, value = this.values[name], marks = node.classList;
      const word = marks.contains("good") ? ", right" : marks.contains("bad") ? ", not right" : "";
      node.setAttribute("role", "button");
      node.setAttribute("aria-label", `${this.controls.get(name).label}: ` +
        (value === null ? "blank" : exact(value) + word));
      node.setAttribute("tabindex", "0");
    }
    for (const node of svg.querySelectorAll("[data-paint]")) {
      node.setAttribute("role", "application");
      node.setAttribute("aria-label", "Draw: arrow keys move, space adds ink, Delete takes it off");
      node.setAttribute("tabindex", "0");
    }
    this.light(this.lit);
  }

  arrived() {
    const before = this.state;
    this.state = this.channel.state();
    // What a hand has set meanwhile stays with the hand.
    for (const [name, value] of Object.entries(this.state.settings))
      if (!this.waiting.has(name)) this.values[name] = value;
    clearTimeout(this.slow);
    this.paint(this.state.svg);
    this.follow();
    this.fly(before);
    this.keep();
    this.flush();
    clearTimeout(this.speak);
    this.speak = setTimeout(() => { this.live.textContent = this.state.said; }, 600);
  }

  paint(svg) {
    const parts = svg.split("<");
    const found = this.parts && differences(this.parts, parts);
    const glides = new Glides(), texts = [];
    cancelAnimationFrame(this.frame);
    // What was still under way goes on from where it is, unless it gets another end.
    for (const [node, steps] of this.gliding || [])
      for (const [name, { value }] of steps)
        name === "#" ? texts.push([node, value]) : attribute(node, name, value, glides);
    if (found)
      for (const [place, was, now] of found)
        change(this.nodes[place], was, now, glides, texts);
    else {
      const old = this.stage.firstElementChild;
      const fresh = document.importNode(
        new DOMParser().parseFromString(svg, "image/svg+xml").documentElement, true);
      if (this.parts) toward(old, fresh, glides, texts); else this.stage.replaceChildren(fresh);
      const whole = this.stage.firstElementChild;
      this.nodes = [whole, ...whole.querySelectorAll("*")];
    }
    this.parts = parts;
    // Under the hand a number is true at once; the shapes catch up with it.
    for (const [node, last] of texts) {
      const step = this.hand ? null : glidingText(node, last);
      if (step) glides.add(node, "#", last, step);
      else {
        node.data = last;
        glides.drop(node, "#");
      }
    }
    this.glide(glides);
    this.equip();
    this.echo();
  }

  glide(glides) {
    this.gliding = glides.size ? glides : null;
    if (!glides.size) return;
    const begin = performance.now(), long = still.matches ? 0 : GLIDE;
    const tick = (now) => {
      const t = long ? clamp((now - begin) / long, 0, 1) : 1;
      glides.go(this.hand ? t : t * t * (3 - 2 * t));
      if (t < 1) this.frame = requestAnimationFrame(tick);
      else this.gliding = null;
    };
    tick(begin);
  }

  // What is computed now flies from its operands to where it belongs.
  fly(before) {
    const { operands, target } = this.state;
    if (!target.length || still.matches ||
        (String(before.target) === String(target) && String(before.operands) === String(operands)))
      return;
    const svg = this.stage.firstElementChild;
    const place = (name) => svg.querySelector(`[data-term="${CSS.escape(name)}"]`);
    const end = place(target[0])?.getBoundingClientRect();
    const home = this.stage.getBoundingClientRect();
    if (!end) return;
    for (const name of operands) {
      const node = place(name)?.querySelector("[data-value]");
      if (!node) continue;
      const from = node.getBoundingClientRect();
      const copy = make("span", { class: "bp-flying", "aria-hidden": "true" }, node.textContent);
      copy.style.left = `${from.left - home.left}px`;
      copy.style.top = `${from.top - home.top}px`;
      this.stage.append(copy);
      copy.animate([{ transform: "none", opacity: 1 }, { opacity: 1, offset: 0.8 },
        { transform: `translate(${end.left + end.width / 2 - from.left - from.width / 2}px,` +
          `${end.top + end.height / 2 - from.top}px)`, opacity: 0 }],
      { duration: 420, easing: "ease-in-out" }).finished.catch(() => {}).then(() => copy.remove());
    }
  }

  // --- what a hand does ---

  // The page shows what the hand set at once; Python's answer brings all that follows from it.
  set(name, value) {
    this.values[name] = value;
    this.waiting.set(name, value);
    this.touched = true;
    this.notice = "";
    this.echo();
    this.flush();
    this.follow();
  }

  echo() {
    for (const [name, value] of this.waiting) {
      if (typeof value !== "number") continue;
      for (const node of this.stage.querySelectorAll(`[data-value="${CSS.escape(name)}"]`)) {
        const shown = this.controls.get(name).kind === "number" ?
          number(value, node.textContent.startsWith("+")) : String(value);
        if (shown && node.firstChild && /^[+−]?[\d.]+$/.test(node.textContent))
          node.firstChild.data = shown;
      }
    }
  }

  // One message is under way at a time; what a hand sets meanwhile goes with the next.
  flush() {
    if (!this.waiting.size) return;
    if (this.isOpen && performance.now() - this.sent < LOST) return;
    const settings = Object.fromEntries(this.waiting);
    this.waiting.clear();
    this.send({ do: "set", settings });
  }

  send(message) {
    if (!this.channel.connected()) { this.asleep(); return; }
    this.sequence += 1;
    this.sent = performance.now();
    this.channel.send({ ...message, sequence: this.sequence, width: this.width() });
    clearTimeout(this.slow);
    this.slow = setTimeout(() => this.say("Waiting for Python …"), WAITING);
  }

  reset(names = null) {
    this.pause();
    this.waiting.clear();
    for (const name of names || this.controls.keys())
      this.values[name] = this.controls.get(name).default;
    this.touched = true;
    this.notice = "";
    this.send(names ? { do: "reset", names } : { do: "reset" });
  }

  by(name, steps, fine = 1) {
    const control = this.limits(name), value = this.values[name];
    this.set(name, nearest(control, control.log ? value * 10 ** (steps * control.step * fine) :
      value + steps * (control.kind === "number" ? control.step * fine : control.stride)));
  }

  key(event, name) {
    const ways = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10,
      PageDown: -10 };
    const control = this.limits(name);
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in ways) {
      this.by(name, ways[event.key], event.shiftKey ? 0.1 : 1);
    } else if (event.key === "Home") this.set(name, control.low);
    else if (event.key === "End") this.set(name, control.high);
    else if (event.key === "Delete" || event.key === "Backspace") this.reset([name]);
    else if (event.key === "Enter") this.type(name, event.currentTarget);
    else if (/^[\d.,+\-−]$/.test(event.key)) this.type(name, event.currentTarget, event.key);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  // A small field over the number, for any value.
  type(name, node, begun = null) {
    this.typing?.remove();
    const control = this.limits(name), home = this.root.getBoundingClientRect();
    const blank = control.kind === "blank", value = this.values[name];
    const box = (node.querySelector?.(".plate") || node).getBoundingClientRect();
    const input = make("input", { class: "bp-typing", inputmode: "decimal", autocomplete: "off",
      "aria-label": blank ? `${control.label}: your number` :
        `${control.label}, from ${exact(control.low)} to ${exact(control.high)}` });
    input.value = begun ?? (value === null ? "" : exact(Number(value)));
    const valid = () => !Number.isNaN(read(input.value)) || (blank && !input.value.trim());
    const width = Math.max(box.width, 92);
    input.style.left = `${clamp(box.left - home.left + (box.width - width) / 2, 0,
      Math.max(home.width - width, 0))}px`;
    input.style.top = `${box.top - home.top + box.height / 2 - 18}px`;
    input.style.width = `${width}px`;
    let over = false;
    const end = (keep) => {
      if (over) return;
      over = true;
      if (keep && valid()) {
        const typed = blank && !input.value.trim() ? null :
          blank ? read(input.value) : nearest(control, read(input.value));
        if (!blank || typed !== value) this.set(name, typed);
      }
      const mine = document.activeElement === input;
      input.remove();
      this.typing = null;
      if (mine) node.focus?.({ preventScroll: true });
    };
    input.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Enter") {
        if (!valid()) input.setAttribute("aria-invalid", "true");
        else end(true);
        if (over && blank) this.next(name);
      }
      if (event.key === "Tab") end(true); // and on from the number itself
      if (event.key === "Escape") end(false);
    });
    input.addEventListener("input", () => input.setAttribute("aria-invalid", String(!valid())));
    input.addEventListener("blur", () => end(true));
    // The second click of a double click lands here: back to the start.
    const opened = performance.now();
    input.addEventListener("pointerdown", (event) => {
      if (begun === null && performance.now() - opened < 450) {
        event.preventDefault();
        end(false);
        this.reset([name]);
      }
    });
    this.root.append(input);
    this.typing = input;
    input.focus({ preventScroll: true });
    begun === null ? input.select() : input.setSelectionRange(9, 9);
  }

  // On to the next blank that is empty.
  next(name) {
    const names = this.state.blanks, at = names.indexOf(name);
    const empty = [...names.slice(at + 1), ...names.slice(0, at)]
      .find((n) => this.values[n] === null);
    this.blank(empty ?? name)?.focus({ preventScroll: true });
  }

  blank(name) { return this.stage.querySelector(`[data-blank="${CSS.escape(name)}"]`); }

  bind() {
    const { stage } = this;
    stage.addEventListener("pointerdown", (event) => this.press(event));
    stage.addEventListener("keydown", (event) => {
      const node = event.target.closest("[data-control]");
      if (node) { this.key(event, node.dataset.control); return; }
      const blank = event.target.closest("[data-blank]")?.dataset.blank;
      if (blank && !event.ctrlKey && !event.metaKey && !event.altKey) {
        const begins = /^[\d.,+\-−]$/.test(event.key);
        if (event.key === "Delete" || event.key === "Backspace") this.set(blank, null);
        else if (begins || event.key === "Enter" || event.key === " ")
          this.type(blank, this.blank(blank), begins ? event.key : null);
        else return;
        event.preventDefault();
        event.stopPropagation();
        return;
      }
      const pick = event.target.closest("[data-pick]");
      if (pick && (event.key === "Enter" || event.key === " ")) {
        this.choose(pick);
        event.preventDefault();
      }
      const sheet = event.target.closest("[data-paint]");
      if (sheet) this.pen(event, sheet);
    });
    for (const [kind, on] of [["pointerover", 1], ["focusin", 1], ["pointerout", 0],
      ["focusout", 0]]) {
      this.root.addEventListener(kind, (event) => {
        const node = event.target.closest?.("[data-term],[data-field],[data-edge],[data-terms]");
        const { term, field, edge, terms } = node?.dataset || {};
        const names = terms ?? term ?? field ?? edge;
        this.light(on && names ? names.split(" ") : []);
      });
    }
    // Notebook 7 takes the arrow keys for its own, unless the very node that has them says no.
    this.root.addEventListener("focusin", (event) => {
      event.target.setAttribute("data-lm-suppress-shortcuts", "true");
    });
    // Space and the arrows go through the steps, wherever nothing else uses them.
    this.root.addEventListener("keydown", (event) => {
      const name = this.spec.controls.find((control) => control.kind === "step")?.name;
      const busy = event.target.closest("input,select,button,summary,[data-control],[data-pick]");
      if (!name || busy || event.defaultPrevented) return;
      if (event.key === " ") this.playing ? this.pause() : this.play(name);
      else if (event.key === "ArrowRight") this.by(name, 1);
      else if (event.key === "ArrowLeft") this.by(name, -1);
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
    if (this.spec.controls.some((control) => control.kind === "step")) {
      this.stage.tabIndex = 0;
      this.stage.setAttribute("role", "group");
      this.stage.setAttribute("aria-label", "Picture: Space plays, the arrow keys step");
    }
    this.watcher = new ResizeObserver(() => {
      clearTimeout(this.fitting);
      this.fitting = setTimeout(() => this.fit(), 80);
    });
    this.watcher.observe(this.stage);
    this.onFull = () => this.presented();
    document.addEventListener("fullscreenchange", this.onFull);
    if (this.channel.connected()) this.recall(); else this.asleep();
  }

  // A finger finds the nearest control within 22 pixels; a mouse has to be on it.
  under(event, kind) {
    if (event.pointerType === "mouse")
      return document.elementsFromPoint(event.clientX, event.clientY)
        .filter((node) => this.stage.contains(node) && !node.matches("rect.hit"))
        .map((node) => node.closest(kind)).find(Boolean);
    // Where targets lie close together, what is under the finger counts, then what is nearest.
    const direct = !event.target.matches("rect.hit") && event.target.closest(kind);
    if (direct) return direct;
    let best = null, least = 22;
    for (const node of this.stage.querySelectorAll(kind)) {
      const box = (node.querySelector(".plate") || node).getBoundingClientRect();
      const dx = Math.max(box.left - event.clientX, event.clientX - box.right, 0);
      const dy = Math.max(box.top - event.clientY, event.clientY - box.bottom, 0);
      if (Math.hypot(dx, dy) < least) { least = Math.hypot(dx, dy); best = node; }
    }
    return best;
  }

  press(event) {
    if (event.button || !event.isPrimary) return;
    const sheet = event.target.closest("[data-paint]");
    if (sheet) { this.draw(event, sheet); return; }
    const plane = event.target.closest("[data-place]");
    if (plane) { this.placePoint(event, plane); return; }
    const node = this.under(event, "[data-control]");
    if (node) { this.drag(event, node); return; }
    const blank = this.under(event, "[data-blank]")?.dataset.blank;
    if (blank) {
      this.track(event, false, () => {}, (moved, cancelled) => {
        if (!moved && !cancelled) this.type(blank, this.blank(blank));
      });
      return;
    }
    const pick = this.under(event, "[data-pick]");
    if (pick) this.choose(pick);
  }

  choose(node) {
    const name = node.dataset.pick;
    this.set(name, this.controls.get(name).picks[node.dataset.term ?? node.dataset.edge]);
  }

  // How many SVG units a pixel is.
  scale() {
    const svg = this.stage.firstElementChild;
    return svg.viewBox.baseVal.width / svg.getBoundingClientRect().width;
  }

  // From pointerdown to pointerup: `moving(dx, dy, event)` in SVG units, `done(moved, cancelled)`;
  // `both` for what moves up and down, too.
  track(event, both, moving, done) {
    const { clientX: x, clientY: y } = event, scale = this.scale();
    let moved = false;
    this.stage.setPointerCapture(event.pointerId);
    if (event.pointerType === "mouse") event.preventDefault(); // no text is selected
    const move = (e) => {
      if (e.pointerId !== event.pointerId) return;
      const dx = e.clientX - x, dy = e.clientY - y;
      if (!moved && Math.hypot(dx, dy) < 3) return;
      // A finger that goes up or down scrolls the page.
      if (!moved && e.pointerType === "touch" && !both && Math.abs(dy) > Math.abs(dx)) {
        end(e);
        return;
      }
      if (!moved) this.root.classList.add("bp-held");
      moved = this.hand = true;
      moving(dx * scale, dy * scale, e);
    };
    const end = (e) => {
      if (e.pointerId !== event.pointerId) return;
      for (const [kind, f] of listeners) this.stage.removeEventListener(kind, f);
      this.hand = false;
      this.root.classList.remove("bp-held");
      done(moved, e.type !== "pointerup");
    };
    const listeners = [["pointermove", move], ["pointerup", end], ["pointercancel", end]];
    for (const [kind, f] of listeners) this.stage.addEventListener(kind, f);
  }

  drag(event, node) {
    const name = node.dataset.control, control = this.limits(name), start = this.values[name];
    const { axis, per, log } = node.dataset;
    this.pause();
    node.focus({ preventScroll: true });
    this.track(event, axis?.includes("y"), (dx, dy, e) => {
      let value;
      if (axis) {
        const way = (axis === "y" ? dy : dx) / Number(per.split(" ")[0]);
        value = log ? start * 10 ** way : start + way;
        // A point on a linear axis is placed to three decimals, finer than any screen shows.
        if (!control.log) value = Number(value.toFixed(3));
      } else {
        // Four pixels are a step, a tenth of one with Shift.
        const steps = Math.round(dx / 4) * (e.shiftKey ? 0.1 : 1);
        value = control.log ? start * 10 ** (steps * control.step) : start + steps * control.step;
      }
      value = nearest(control, value);
      if (value !== this.values[name]) this.set(name, value);
    }, (moved, cancelled) => {
      if (!moved && !cancelled) {
        const now = this.stage.querySelector(`[data-control="${CSS.escape(name)}"]`);
        this.type(name, node.isConnected ? node : now);
      }
    });
  }

  // --- drawing on pixels ---

  cell(x, y) {
    return document.elementsFromPoint(x, y)
      .map((node) => node.dataset?.cell).find(Boolean)?.split(",").map(Number);
  }

  ink(name, [row, column], add) {
    const control = this.controls.get(name);
    const values = [...this.values[name]];
    const place = row * control.columns + column;
    values[place] = add;
    this.set(name, values);
  }

  draw(event, sheet) {
    const name = sheet.dataset.paint, first = this.cell(event.clientX, event.clientY);
    if (!first) return;
    const control = this.controls.get(name);
    const add = event.shiftKey || this.values[name][first[0] * control.columns + first[1]] > 0.5 ?
      -1 : 1;
    this.ink(name, first, add);
    this.track(event, true, (dx, dy, e) => {
      for (const each of e.getCoalescedEvents?.() || [e]) {
        const here = this.cell(each.clientX, each.clientY);
        if (here) this.ink(name, here, add);
      }
    }, () => {});
  }

  pen(event, sheet) {
    const ways = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
    const cells = [...sheet.querySelectorAll("[data-cell]")];
    const most = cells.at(-1).dataset.cell.split(",").map(Number);
    this.at ??= [0, 0];
    if (event.key in ways)
      this.at = this.at.map((v, i) => clamp(v + ways[event.key][i], 0, most[i]));
    else if (event.key === " ") this.ink(sheet.dataset.paint, this.at, 1);
    else if (event.key === "Delete" || event.key === "Backspace")
      this.ink(sheet.dataset.paint, this.at, -1);
    else return;
    event.preventDefault();
    event.stopPropagation();
    for (const node of cells)
      node.classList.toggle("bp-pen", node.dataset.cell === this.at.join(","));
    this.live.textContent = `row ${this.at[0] + 1}, column ${this.at[1] + 1}`;
  }

  // --- points of a plane ---

  placePoint(event, plane) {
    const name = plane.dataset.place;
    const [x0, x1, y0, y1, left, right, top, bottom] =
      plane.closest("[data-frame]").dataset.frame.split(" ").map(Number);
    const where = (e) => {
      const at = new DOMPoint(e.clientX, e.clientY).matrixTransform(
        plane.closest("[data-frame]").getScreenCTM().inverse());
      return [x0 + (at.x - left) / (right - left) * (x1 - x0),
        y0 + (at.y - bottom) / (top - bottom) * (y1 - y0)].map((v, i) =>
        Number(clamp(v, [x0, y0][i], [x1, y1][i]).toFixed(3)));
    };
    const listed = [...this.values[name]].map((point) => [...point]);
    const touched = event.target.closest("[data-point]")?.dataset.point;
    const index = touched === undefined ? listed.length : Number(touched);
    const put = (e) => {
      const [x, y] = where(e);
      listed[index] = [x, y, listed[index]?.[2] ?? (e.shiftKey ? 1 : 0)];
      this.set(name, listed.map((point) => [...point]));
    };
    if (touched === undefined) put(event);
    this.track(event, true, (dx, dy, e) => put(e), (moved) => {
      // A press alone on a point changes its class.
      if (!moved && touched !== undefined) {
        listed[index][2] = 1 - listed[index][2];
        this.set(name, listed);
      }
    });
  }

  // --- light ---

  light(names) {
    this.lit = names || [];
    for (const node of this.root.querySelectorAll(".bp-lit")) node.classList.remove("bp-lit");
    for (const name of this.lit) {
      const at = CSS.escape(name);
      for (const node of this.root.querySelectorAll(`[data-term="${at}"],[data-edge="${at}"],` +
          `[data-bar="${at}"],[data-terms~="${at}"],[data-field="${at}"]`))
        node.classList.add("bp-lit");
    }
  }

  // --- play ---

  play(name) {
    const control = this.limits(name);
    if (this.values[name] >= control.high) this.set(name, 0);
    this.playing = name;
    this.playButton.textContent = "❚❚ Pause";
    this.playButton.setAttribute("aria-label", "Pause");
    const next = () => {
      clearTimeout(this.beat);
      if (this.playing !== name || !this.root.isConnected) { this.pause(); return; }
      if (this.values[name] >= this.limits(name).high) { this.pause(); return; }
      // The next step waits for the picture of this one, so a busy kernel is never flooded.
      if (this.isOpen || this.waiting.size) { this.beat = setTimeout(next, 20); return; }
      this.by(name, 1);
      this.beat = setTimeout(next, control.pace);
    };
    next();
  }

  pause() {
    clearTimeout(this.beat);
    if (!this.playing) return;
    this.playing = null;
    this.playButton.textContent = "▶ Play";
    this.playButton.setAttribute("aria-label", "Play");
  }

  // --- its place on the page ---

  width() {
    const room = this.stage.clientWidth / (this.full ? 2 : 1);
    return clamp(Math.floor(room), ...this.spec.widths);
  }

  fit() {
    if (!this.stage.isConnected || !this.stage.clientWidth) return;
    const width = this.width();
    const svg = this.stage.firstElementChild;
    if (svg) svg.style.width = this.full ? `${2 * width}px` : "";
    if (width !== this.state.width && this.channel.connected()) this.send({ do: "show" });
  }

  present() {
    if (document.fullscreenElement === this.root) document.exitFullscreen();
    else this.root.requestFullscreen?.().catch(() => {
      this.root.classList.toggle("bp-full");
      this.presented();
    });
  }

  presented() {
    const full = document.fullscreenElement === this.root ||
      this.root.classList.contains("bp-full");
    if (full === Boolean(this.full)) return;
    this.full = full;
    this.root.classList.toggle("bp-presenting", full);
    if (this.asked) this.asked.open = !full;
    const button = this.root.querySelector(".bp-present");
    button.textContent = full ? "End" : "Present";
    button.setAttribute("aria-pressed", String(full));
    this.fit();
  }

  // --- states of the kernel, and the second session ---

  say(words) {
    const said = this.root.classList.contains("bp-asleep") ? ASLEEP : words;
    if (this.note.textContent !== said) this.note.textContent = said;
  }

  asleep() {
    this.pause();
    clearTimeout(this.slow);
    this.root.classList.add("bp-asleep");
    this.say(ASLEEP);
  }

  woken() {
    if (!this.root.classList.contains("bp-asleep")) return;
    this.root.classList.remove("bp-asleep");
    this.say("");
  }

  keep() {
    if (!this.touched) return;
    try {
      if (this.state.fresh) localStorage.removeItem(this.spec.key);
      else localStorage.setItem(this.spec.key, JSON.stringify(this.state.settings));
    } catch { /* a browser that keeps nothing */ }
  }

  // A picture that was just made takes up the settings that it was left with.
  recall() {
    if (this.sequence || !this.state.fresh) return;
    let kept = null;
    try { kept = JSON.parse(localStorage.getItem(this.spec.key)); } catch { /* nothing kept */ }
    if (!kept) return;
    const known = Object.entries(kept).filter(([name]) => this.controls.has(name));
    this.notice = "Your last settings are back; Reset starts afresh.";
    this.touched = true;
    this.send({ do: "set", settings: Object.fromEntries(known), quiet: true });
  }

  end() {
    this.pause();
    clearTimeout(this.slow);
    clearTimeout(this.speak);
    clearTimeout(this.fitting);
    cancelAnimationFrame(this.frame);
    this.watcher.disconnect();
    document.removeEventListener("fullscreenchange", this.onFull);
  }
}

function render({ model, el }) {
  // anywidget takes away the view's own listeners, so the class of a disconnected widget is right
  // at first and never changes. Backbone calls back with the model as `this`.
  let live = !el.classList.contains("jupyter-widgets-disconnected");
  let explorer = null;
  function liveness() {
    live = Boolean(this?.comm_live);
    live ? explorer.woken() : explorer.asleep();
  }
  const arrived = () => explorer.arrived();
  explorer = new Explorer(el, model.get("spec"), {
    state: () => model.get("state"),
    send: (message) => model.send(message),
    connected: () => live,
  });
  const end = listen(model, arrived, liveness);
  return () => {
    end();
    explorer.end();
  };
}

export default { render };
export { Explorer, make };

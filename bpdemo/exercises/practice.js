// The front end of quizzes and bug hunts: cards, each with a few choices, buttons and a verdict.
// Python decides what is right, and sends all that is shown; this file only lays it out.

const WAITING = 300; // ms until the page says that Python is busy

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

class Practice {
  // `channel` has state() and send(message): a kernel's comm, or something else on another page.
  constructor(root, channel) {
    Object.assign(this, { root, channel });
    root.practice = this;
    // Each widget has loaded this file for itself, so counting would give two of them one name.
    this.id = `bp-${Math.random().toString(36).slice(2, 10)}`;
    this.sequence = channel.state().sequence || 0;
    this.cards = new Map();
    root.classList.add("bp-practice");
    root.setAttribute("role", "group");
    // The arrows choose an answer here; JupyterLab would take them for its own.
    root.setAttribute("data-lm-suppress-shortcuts", "true");
    root.addEventListener("keydown", (event) => event.stopPropagation());
    this.arrived();
  }

  // Python has spoken. What hasn't changed stays, so that the focus does.
  arrived() {
    const state = this.channel.state();
    clearTimeout(this.slow);
    this.sequence = Math.max(this.sequence, state.sequence || 0);
    this.root.setAttribute("aria-label", state.title);
    this.head ??= this.root.appendChild(make("div", { class: "bp-head" }));
    this.head.replaceChildren(make("p", { class: "bp-title" }, state.title),
      ...(state.intro ? [make("p", {}, state.intro)] : []));
    for (const told of state.cards) {
      let card = this.cards.get(told.place);
      if (!card) {
        card = { root: make("form", { class: "bp-card", onsubmit: (event) => {
          event.preventDefault();
          this.send(told.place, "check");
        } }) };
        this.cards.set(told.place, card);
        this.root.append(card.root);
      }
      if (card.name !== told.name) this.build(card, told);
      this.tell(card, told);
    }
  }

  build(card, told) {
    card.name = told.name;
    const group = `${this.id}-${told.place}`;
    card.radios = told.choices.map((_, i) => make("input", { type: "radio", name: group, value: i,
      // A verdict is about the choice that was checked.
      onchange: () => card.verdict.replaceChildren() }));
    const choices = told.choices.map((text, i) => make("label", { class: "bp-choice" },
      card.radios[i], ...(told.code ? this.line(i, text) : [make("span", {}, text)])));
    // Both are on the page before they speak: else a screen reader misses the first words.
    card.verdict ??= make("div", { class: "bp-verdict", role: "status" });
    card.report ??= make("div", { class: "bp-report", role: "status" });
    card.verdict.replaceChildren();
    card.ask = make("legend", {}, told.ask);
    const buttons = told.actions.map(({ does, label }) => make("button", {
      type: does === "check" ? "submit" : "button", "data-do": does,
      ...(does === "check" ? {} : { onclick: () => this.send(told.place, does) }) }, label));
    // "New bug" stays under the finger that pressed it.
    const had = card.root.contains(document.activeElement) && document.activeElement.dataset.do;
    card.root.replaceChildren(
      make("fieldset", { class: told.code ? "bp-code" : "" }, card.ask, ...choices),
      make("div", { class: "bp-buttons" }, ...buttons), card.verdict, card.report);
    if (had) card.root.querySelector(`[data-do="${had}"]`)?.focus();
  }

  // A line of code: a long one goes on below, further in than it began.
  line(i, text) {
    const inside = text.length - text.trimStart().length;
    return [make("span", { class: "bp-number" }, String(i + 1)),
      make("code", { style: `--inside:${inside}` },
        make("span", { class: "bp-inside" }, text.slice(0, inside)), text.slice(inside))];
  }

  tell(card, told) {
    if (told.chosen !== null && told.says?.length) card.radios[told.chosen].checked = true;
    card.verdict.className = `bp-verdict ${told.kind ? `bp-${told.kind}` : ""}`;
    card.verdict.replaceChildren(...(told.says?.length ? [make("b", {}, told.mark),
      ...told.says.map((text) => make("p", {}, text))] : []));
    const report = told.report || "";
    if (card.shown === report) return;
    card.shown = report;
    card.report.replaceChildren(...(report ? [make("b", {}, "The check says"),
      make("pre", {}, report)] : []));
  }

  send(place, does) {
    const card = this.cards.get(place);
    const choice = card.radios.findIndex((radio) => radio.checked);
    this.sequence += 1;
    clearTimeout(this.slow);
    this.slow = setTimeout(() => card.verdict.replaceChildren("Waiting for Python …"), WAITING);
    this.channel.send({ do: does, card: card.name, choice: choice < 0 ? null : choice,
      sequence: this.sequence });
  }

  // Without a kernel the still picture says more: it has the answers.
  asleep(is) {
    clearTimeout(this.slow);
    this.root.classList.toggle("bp-asleep", is);
  }
}

function render({ model, el }) {
  const practice = new Practice(el, {
    state: () => model.get("state"),
    send: (message) => model.send(message),
  });
  // The class of a widget is right at first and never changes; Backbone calls back as the model.
  practice.asleep(el.classList.contains("jupyter-widgets-disconnected"));
  const arrived = () => practice.arrived();
  function liveness() { practice.asleep(!this?.comm_live); }
  const end = listen(model, arrived, liveness);
  return () => {
    end();
    clearTimeout(practice.slow);
  };
}

export default { render };
export { Practice };

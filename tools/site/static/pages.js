// A box that is wider than the page can be reached and scrolled with the keyboard, and has a name;
// one that fits is no stop on the way.
const boxes = document.querySelectorAll(".highlight pre, .table-wrapper, .bp-wide, .bp-formula, .bp-still pre");

function check(box) {
  if (box.scrollWidth > box.clientWidth + 1) {
    box.tabIndex = 0;
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", name(box));
  } else if (box.hasAttribute("aria-label")) {
    for (const attribute of ["tabindex", "role", "aria-label"]) box.removeAttribute(attribute);
  }
}

function name(box) {
  if (box.matches(".bp-formula")) return "Formula";
  if (box.matches("pre")) return box.closest(".cell_output") ? "Output" : "Code";
  return "Table";
}

const observer = new ResizeObserver((entries) => entries.forEach((entry) => check(entry.target)));
boxes.forEach((box) => observer.observe(box));
// A formula is as wide as it will be once its fonts are there, which changes no box.
document.fonts.addEventListener("loadingdone", () => boxes.forEach(check));

// On paper nothing is folded but what gives an exercise away.
const GIVES_AWAY = /^(Hint|Solution|Answer|A model answer)/;
let opened = [];
addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("details:not([open])")].filter(
    (details) => !GIVES_AWAY.test(details.querySelector("summary")?.textContent.trim() ?? ""),
  );
  for (const details of opened) details.open = true;
});
addEventListener("afterprint", () => {
  for (const details of opened) details.open = false;
});

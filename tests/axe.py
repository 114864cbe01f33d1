"""axe in an open page: what it has against it. For the browser's tests and the site's."""

import importlib.resources

AXE = (importlib.resources.files("axe_playwright_python") / "axe.min.js").read_text("utf-8")

COLORS = ["color-contrast"]
"""The rules for a second theme, which has other colors and all else in common with the first."""

# axe looks at every node of a page before it judges the first one. So what it would not judge, or
# has judged already, is taken out while it looks: formulas, in which it takes long and has nothing
# to say of the page; what isn't ours; and of the colored words in blocks of code all but the first
# of its color and paper.
RUN = """async ({within, away, rules}) => {
  const taken = [];
  const take = (node) => {
    const mark = document.createComment('');
    node.replaceWith(mark);
    taken.push([mark, node]);
  };
  document.querySelectorAll(away).forEach(take);
  const seen = new Set();
  for (const word of document.querySelectorAll('.highlight pre span[class]')) {
    const paper = getComputedStyle(word.closest('pre')).backgroundColor;
    const color = `${getComputedStyle(word).color} on ${paper}`;
    if (seen.has(color)) take(word);
    seen.add(color);
  }
  const options = {resultTypes: ['violations'], ...(rules ? {runOnly: rules} : {})};
  try {
    const {violations} = await axe.run(within ? {include: [within]} : document, options);
    return violations.flatMap(({id, nodes}) => nodes.map(
      node => [id, node.target.flat().join(' '), node.html.slice(0, 300), node.failureSummary]));
  } finally {
    for (const [mark, node] of taken.reverse()) mark.replaceWith(node);
  }
}"""


def violations(page, *, within="", rules=None):
    """What axe finds on a page of the site, or in the output of a notebook in JupyterLab.

    Parameters
    ----------
    within : what is judged, as a selector; without it, the whole page.
    rules : axe's names of some rules; without it, all of them.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    away = ".jp-Cell-inputWrapper" if within else ".katex"
    return page.evaluate(RUN, {"within": within, "away": away, "rules": rules})


def in_output(page, rules=None):
    """What axe finds in a notebook's outputs, and not in JupyterLab around them."""
    return violations(page, within=".jp-OutputArea-output", rules=rules)

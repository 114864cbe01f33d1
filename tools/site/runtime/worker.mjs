// Python for one page: Pyodide with NumPy and bpdemo, in a worker, so that the page never waits.
// Each message has an "id" and says what to "do"; the answer has the same id. Messages are done one
// after another.

import { loadPyodide } from "../../lite/static/pyodide/pyodide.mjs";

const PYODIDE = new URL("../../lite/static/pyodide/", import.meta.url).href;

let page = null;
let python = null;

const tell = (stage) => postMessage({ stage });

const DO = {
  // Starts Python, with the cells of the page and the learner's files.
  async start({ cells, notebook, files, wheel }) {
    tell("Python");
    // What Python will need next comes while it is still being set up.
    const bytes = fetch(PYODIDE + wheel).then((answer) => {
      if (!answer.ok) throw new Error(`${wheel}: ${answer.status}`);
      return answer.arrayBuffer();
    });
    bytes.catch(() => {});
    python = await loadPyodide({ indexURL: PYODIDE, packages: ["numpy"] });
    tell("NumPy");
    python.unpackArchive(await bytes, "wheel");
    python.globals.set("cells", python.toPy(cells));
    page = python.runPython(`
import json
from bpdemo.page import Page
page = Page({n: code for n, code in cells}, ${JSON.stringify(notebook)})
page`);
    restore(files);
    return {};
  },

  // Runs a cell; loads what turns out to be missing.
  async run({ place, code, files }) {
    if (files) restore(files);
    for (;;) {
      const answer = called("run", [place, code ?? null]);
      if (!answer.needs) return { ...answer, ...news() };
      tell(answer.needs);
      await python.loadPackage(answer.needs, { messageCallback: () => {} });
    }
  },

  // Does what a hand did in a picture.
  answer({ name, message }) {
    return { state: called("answer", [name, message]), ...news() };
  },
};

// Plain data goes to Python and comes back as JSON: faster than proxies, and nothing to free.
function called(method, values) {
  python.globals.set("sent", JSON.stringify(values));
  return JSON.parse(python.runPython(`json.dumps(page.${method}(*json.loads(sent)))`));
}

function restore(files) { called("restore", [files]); }

// What changed by the way: the learner's files, and pictures that Python moved.
let known = "";
function news() {
  const moved = called("take", []);
  const files = called("files", []);
  const now = JSON.stringify(files);
  const changed = now !== known;
  known = now;
  return { ...(moved.length ? { moved } : {}), ...(changed ? { files } : {}) };
}

let queue = Promise.resolve();
onmessage = ({ data }) => {
  queue = queue.then(async () => {
    try {
      postMessage({ id: data.id, ...(await DO[data.do](data)) });
    } catch (error) {
      postMessage({ id: data.id, failed: String(error?.message || error) });
    }
  });
};

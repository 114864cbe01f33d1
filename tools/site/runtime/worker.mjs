// Python for one page: Pyodide with NumPy and bpdemo, in a worker, so that the page never waits.
// Each message has an "id" and says what to "do"; the answer has the same id. Messages are done one
// after another.
//
// Most of Python's start is the same every time, so it is done once. The first page that a browser
// opens keeps the memory of Python as it is right after its own start (Pyodide's snapshot, which
// knows no NumPy yet) in the browser's cache. Where that is missing, or doesn't fit, Python starts
// as usual.

import { loadPyodide } from "../../lite/static/pyodide/pyodide.mjs";

const PYODIDE = new URL("../../lite/static/pyodide/", import.meta.url).href;
const SNAPSHOT = "snapshot";
// What NumPy and bpdemo import of the standard library: it is in the snapshot.
const EARLY = "import ast, contextvars, ctypes, dataclasses, datetime, gzip, hashlib, html, inspect, " +
  "json, linecache, numbers, pickle, pkgutil, platform, secrets, shutil, tempfile, textwrap, " +
  "traceback, typing, zipfile";

let python = null;
let exchange = null; // the one function of Python that is called
let fresh = null; // the snapshot of a start without one, until it is kept

const tell = (stage) => postMessage({ stage });

const DO = {
  // Starts Python, with the cells of the page and the learner's files. `version` names what the
  // cache may hold: it changes with bpdemo's wheel and with Pyodide.
  async start({ cells, notebook, files, wheel, numpy, version }) {
    tell("Python");
    // What Python will need next comes while it is still being set up.
    const wheels = Promise.all([fetched(numpy), fetched(wheel)]);
    wheels.catch(() => {});
    const snapshot = await cached(version, SNAPSHOT);
    python = await begun(snapshot, version);
    tell("NumPy");
    // Only unpacked: Pyodide's own way would load all of NumPy's compiled parts, used or not.
    for (const bytes of await wheels) python.unpackArchive(bytes, "wheel");
    python.globals.set("cells", python.toPy(cells));
    exchange = python.runPython(`
from bpdemo.page import Page
Page(dict(cells), ${JSON.stringify(notebook)}).exchange`);
    called("restore", files);
    return { restored: Boolean(snapshot && !fresh) };
  },

  // Keeps what makes the next start short; done when nobody waits.
  async keep({ version }) {
    if (!fresh) return {};
    const open = await opened(version);
    if (open) {
      await open.put(SNAPSHOT, new Response(fresh));
      // Those of other versions are of no use any more.
      for (const name of await caches.keys())
        if (name.startsWith("bpdemo-python-") && name !== `bpdemo-python-${version}`)
          await caches.delete(name);
    }
    fresh = null;
    return {};
  },

  // Runs a cell; loads what turns out to be missing.
  async run({ place, code, files }) {
    called("restore", files);
    for (;;) {
      const { result, ...news } = called("run", place, code ?? null);
      if (!result.needs) return { ...result, ...news };
      tell(result.needs);
      await LOAD[result.needs]();
    }
  },

  // Does what a hand did in a picture.
  answer({ name, message }) {
    const { result: state, ...news } = called("answer", name, message);
    return { state, ...news };
  },
};

// What a cell may turn out to need. SymPy comes with the zip file of JupyterLite's kernel.
const LOAD = {
  async contourpy() {
    const { file_name: name } = python.lockfile.packages.contourpy;
    python.unpackArchive(await fetched(name), "wheel");
  },
  async sympy() {
    python.FS.writeFile("/lib/series.zip", new Uint8Array(await fetched("series.zip")));
    python.runPython("import sys; sys.path.append('/lib/series.zip')");
  },
};

// --- a short start -------------------------------------------------------------------------------

async function begun(snapshot, version) {
  const options = { indexURL: PYODIDE };
  if (snapshot) {
    try {
      return await loadPyodide({ ...options, _loadSnapshot: snapshot });
    } catch {
      await caches.delete(`bpdemo-python-${version}`);
    }
  }
  const made = await loadPyodide({ ...options, _makeSnapshot: true });
  try {
    made.runPython(EARLY);
    const whole = made._module.HEAP8.length;
    fresh = made.makeMemorySnapshot();
    // A memory that has grown doesn't fit into that of a new start.
    if (whole > 32 * 2 ** 20) fresh = null;
  } catch { fresh = null; }
  return made;
}

const opened = (version) => caches.open(`bpdemo-python-${version}`).catch(() => null);

async function cached(version, name) {
  try {
    const found = await (await opened(version)).match(name);
    return found && new Uint8Array(await found.arrayBuffer());
  } catch { return null; }
}

async function fetched(name) {
  const answer = await fetch(PYODIDE + name);
  if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
  return answer.arrayBuffer();
}

// --- calls ---------------------------------------------------------------------------------------

// Plain data goes to Python and comes back as JSON: faster than proxies, and nothing to free.
const called = (what, ...values) =>
  JSON.parse(exchange(JSON.stringify({ do: what, with: values })));

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

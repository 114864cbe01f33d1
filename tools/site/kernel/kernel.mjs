// What JupyterLite's kernel takes for Pyodide: Pyodide, with the series' packages in it.
//
// - One zip file has all packages of pure Python; Python imports from it without unpacking them.
// - Packages with compiled parts that not every notebook needs are fetched when they are imported.
// - `boot` may be called before the kernel asks: worker.mjs does so while the page still loads. It
//   then goes on to import what nearly every notebook imports, until the kernel asks.

import { loadPyodide as load } from "./pyodide.mjs";

const FOLDER = new URL(".", import.meta.url).href;
const ZIP = "/lib/series.zip";

// What the kernel itself needs, then what notebooks do, the dearest last.
const KERNEL = ["micropip", "piplite.piplite", "pyodide_kernel"];
const SERIES = [
  "numpy", "bpdemo", "anywidget", "sympy",
  "bpdemo.exercises", "bpdemo.explorers.view", "bpdemo.symbolic", "matplotlib.figure",
];

let booted;
let wanted = false;

export function boot(options = {}) {
  booted ??= start(options);
  return booted;
}

export async function loadPyodide(options) {
  wanted = true;
  return (await boot(options)).pyodide;
}

async function start(options) {
  const series = fetch(new URL("series.zip", FOLDER)).then((answer) => answer.arrayBuffer());
  const pyodide = await load({
    ...options,
    indexURL: FOLDER,
    packages: ["numpy", "bpdemo"], // JupyterLite names others, which are in the zip file
    stdout: (line) => console.log(line),
    stderr: (line) => console.error(line),
  });
  pyodide.FS.writeFile(ZIP, new Uint8Array(await series));
  pyodide.runPython(`import sys; sys.path.append("${ZIP}")`);
  const lazy = {};
  for (const { imports, file_name } of Object.values(pyodide.lockfile.packages))
    for (const name of imports) lazy[name] = new URL(file_name, FOLDER).href;
  const lite = pyodide.pyimport("bpdemo_lite");
  lite.prepare(pyodide.toPy(lazy));
  for (const name of KERNEL) pyodide.pyimport(name).destroy();
  lite.settle(pyodide.pyimport("pyodide_kernel"));
  return { pyodide, warm: warm(pyodide) };
}

// Not awaited by anybody: the kernel's first word ends it.
async function warm(pyodide) {
  for (const name of SERIES) {
    await new Promise((done) => setTimeout(done)); // let a message come in
    if (wanted) return;
    pyodide.pyimport(name).destroy();
  }
}

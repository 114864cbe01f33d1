// Run by Deno: starts Pyodide, and lets compiling.py work through the jobs of a folder.
//   deno run … compiling.mjs PYODIDE ADDRESS WORK
// PYODIDE is the folder with Pyodide, ADDRESS the same as a file: address.
// WORK/jobs.json is a list of {from, to, drop, sources, docstrings}; compiling.py is in WORK too.
const [pyodideFolder, address, work] = Deno.args;
const read = (path) => Deno.readFileSync(path);
const text = (path) => Deno.readTextFileSync(path);

const { loadPyodide } = await import(`${address}/pyodide.mjs`);
const pyodide = await loadPyodide({
  indexURL: `${pyodideFolder}/`,
  lockFileContents: JSON.stringify({ info: JSON.parse(text(`${work}/info.json`)), packages: {} }),
  // A library's line numbers stay; the columns, which a third of each file is for, don't.
  args: ["-X", "no_debug_ranges"],
});
pyodide.runPython(text(`${work}/compiling.py`));
const lean = pyodide.globals.get("lean");
for (const job of JSON.parse(text(`${work}/jobs.json`))) {
  const data = pyodide.toPy(read(job.from));
  const made = lean.callKwargs(data.tobytes(), {
    drop: pyodide.toPy(job.drop),
    sources: pyodide.toPy(job.sources),
    docstrings: job.docstrings,
  });
  Deno.writeFileSync(job.to, made.toJs());
  made.destroy();
  data.destroy();
}

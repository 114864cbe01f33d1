// The first script of JupyterLab's page: it starts the kernel's worker while JupyterLab loads.
//
// JupyterLab makes its kernel only when the notebook is drawn. Until then the other core would be
// idle. The worker is made here, and handed over when JupyterLite asks for one like it.

const LITE = new URL("../", document.baseURI);
const SECONDS = 1000;
const { serviceWorker } = navigator;

await served();

const Worker = window.Worker;
let early = new Worker(new URL("static/pyodide/worker.mjs", LITE), { type: "module" });
window.Worker = class extends Worker {
  constructor(url, options) {
    if (early && String(url).includes("comlink.worker")) {
      const worker = early;
      early = null;
      window.Worker = Worker;
      return worker;
    }
    super(url, options);
  }
};

await import("../config-utils.js");
keep();

// The kernel reads and writes the learner's files by way of the service worker, and a worker that
// was made before it was there may never meet it.
async function served() {
  if (!serviceWorker) return; // not a secure context: the learner's files are then not kept
  const address = new URL("service-worker.js?enableCache=false", LITE).href;
  try {
    // Else JupyterLite, on its first visit, takes out every service worker of the whole host.
    const { appVersion } = await (await fetch(new URL("jupyter-lite.json", LITE))).json()
      .then((config) => config["jupyter-config-data"]);
    localStorage.setItem(`${address}-version`, appVersion);
    await serviceWorker.register(address);
    if (serviceWorker.controller?.scriptURL === address) return;
    await new Promise((done) => {
      serviceWorker.addEventListener("controllerchange", done, { once: true });
      setTimeout(done, 3 * SECONDS);
    });
  } catch (error) {
    console.warn("No service worker:", error);
  }
}

// When the kernel has nothing to do, what is missing of this site is fetched, for later without a
// network. `data-offline` says how that went.
async function keep() {
  if (!serviceWorker?.controller || navigator.connection?.saveData) return;
  const idle = () =>
    window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === "idle";
  for (let calm = 0; calm < 3; calm = idle() ? calm + 1 : 0)
    await new Promise((done) => setTimeout(done, 2 * SECONDS));
  serviceWorker.addEventListener("message", ({ data }) => {
    document.documentElement.dataset.offline = data;
  });
  serviceWorker.controller.postMessage("keep");
}

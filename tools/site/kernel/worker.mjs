// The worker of the first kernel: JupyterLite's own, and Pyodide starts in it at once.
import "COMLINK_WORKER";
import { boot } from "./kernel.mjs";

boot().catch(() => {}); // the kernel is told when it asks

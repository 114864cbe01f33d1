// A service worker that keeps this site in the browser, so that it works without a network.
//
// FILES, which stands above, names every file with its sha256 sum. A file that is kept is given
// from here. Any other goes its way untouched, so that the first visit is as quick as without all
// this; when a page says "keep", what is missing is fetched. A file is kept under its sum: after an
// update only what changed is fetched again.

const SCOPE = self.registration.scope;
const KEPT = `bpdemo ${SCOPE}`;
const AT_ONCE = 4;

let kept = null; // the addresses of what is kept; null until it is known
const known = look();

async function look() {
  const requests = await (await caches.open(KEPT)).keys();
  kept = new Set(requests.map(({ url }) => url));
}

const key = (path) => `${new URL(path, SCOPE).href}?sha256=${FILES[path]}`;

function listed(request) {
  if (request.method !== "GET" || !request.url.startsWith(SCOPE)) return null;
  let path = decodeURI(new URL(request.url).pathname.slice(new URL(SCOPE).pathname.length));
  if (path === "" || path.endsWith("/")) path += "index.html";
  return Object.hasOwn(FILES, path) ? path : null;
}

async function answer(request, path) {
  await known;
  const found = kept.has(key(path)) && (await (await caches.open(KEPT)).match(key(path)));
  return found || fetch(request);
}

async function keep(path) {
  const bytes = FILES[path].match(/../g).map((pair) => parseInt(pair, 16));
  const integrity = `sha256-${btoa(String.fromCharCode(...bytes))}`;
  const get = (cache) => fetch(new URL(path, SCOPE), { integrity, cache });
  // What the browser happens to have may be older than this list; what the server has isn't.
  const file = await get("force-cache").catch(() => get("reload"));
  if (!file.ok) throw new Error(`${path}: ${file.status}`);
  await (await caches.open(KEPT)).put(key(path), file);
  kept.add(key(path));
}

async function keepAll() {
  await known;
  const missing = Object.keys(FILES).filter((path) => !kept.has(key(path)));
  const next = async () => {
    while (missing.length) await keep(missing.shift());
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
  const wanted = new Set(Object.keys(FILES).map(key));
  const cache = await caches.open(KEPT);
  for (const { url } of await cache.keys())
    if (!wanted.has(url)) await cache.delete(url); // of an older site
}

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const path = listed(event.request);
  if (path === null) return;
  event.stopImmediatePropagation(); // JupyterLite's own would fetch it
  if (kept === null || kept.has(key(path))) event.respondWith(answer(event.request, path));
});
self.addEventListener("message", (event) => {
  if (event.data !== "keep") return;
  const say = (word) => event.source.postMessage(word);
  event.waitUntil(keepAll().then(() => say("kept"), (error) => say(`not kept: ${error.message}`)));
});

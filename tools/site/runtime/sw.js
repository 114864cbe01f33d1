// The pages without a network: what was there once is kept, and shown when no server answers.
// JupyterLab under lite/ has a service worker of its own; here are its Python's files alone, which
// the pages use too. With a network every file comes from the server, so nothing is ever stale.

const KEPT = "bpdemo-pages";
const LIST = new URL("offline.json", registration.scope).href;

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

addEventListener("fetch", (event) => {
  const { request } = event;
  const ours = request.url.startsWith(registration.scope);
  if (request.method === "GET" && ours) event.respondWith(answered(request));
});

async function answered(request) {
  try {
    const answer = await fetch(request);
    if (answer.status !== 504) return answer;
    return (await fromKept(request)) || answer;
  } catch (error) {
    const found = await fromKept(request);
    if (found) return found;
    throw error;
  }
}

async function fromKept(request) {
  const url = new URL(request.url);
  const cache = await caches.open(KEPT);
  const found = await cache.match(url.pathname, { ignoreSearch: true });
  if (found || !url.pathname.endsWith("/")) return found;
  return cache.match(`${url.pathname}index.html`);
}

// A page that is awake asks for the rest: every file of the list that isn't here as it is now.
addEventListener("message", (event) => {
  if (event.data === "keep") event.waitUntil(keep().then(
    (count) => event.source?.postMessage({ kept: count }), () => {}));
});

let keeping = null;
const keep = () => (keeping ??= kept().finally(() => { keeping = null; }));

async function kept() {
  const { files } = await (await fetch(LIST, { cache: "no-cache" })).json();
  const cache = await caches.open(KEPT);
  const had = new Map();
  for (const request of await cache.keys()) {
    const answer = await cache.match(request);
    had.set(request.url, answer.headers.get("x-bpdemo-hash"));
  }
  const listed = Object.entries(files).map(([name, hash]) =>
    [new URL(name, registration.scope).href, hash]);
  for (const [url, hash] of listed) {
    if (had.get(url) === hash) continue;
    const answer = await fetch(url);
    if (!answer.ok) continue;
    const headers = new Headers(answer.headers);
    headers.set("x-bpdemo-hash", hash);
    await cache.put(new URL(url).pathname, new Response(await answer.blob(), { headers }));
  }
  const wanted = new Set(listed.map(([url]) => url));
  for (const url of had.keys()) if (!wanted.has(url)) await cache.delete(url);
  return listed.length;
}

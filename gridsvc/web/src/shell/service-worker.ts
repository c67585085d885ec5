/**
 * Keeps the phone page startable without signal. Only the shell: what people
 * enter is kept in IndexedDB, and nothing under /api is ever touched here.
 *
 * The page itself is asked for first and only its absence is answered from the
 * store, while files that bear their hash never change: so an old worker and a
 * new page agree, and no version has to wait for another.
 */

import { assetsOf } from "./shell-assets";

declare const self: ServiceWorkerGlobalScope;

const STORE = "gridsvc-shell-1";
const PAGE = "/m/";
const PATIENCE_MS = 4_000;

/** `AbortSignal.timeout` is younger than our oldest WebView. */
function patience(): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), PATIENCE_MS);
  return controller.signal;
}

/** Keep a page with everything it names; forget files that no page names any more. */
async function keepPage(response: Response): Promise<void> {
  const store = await caches.open(STORE);
  const assets = assetsOf(await response.clone().text());
  for (const path of assets) if (!(await store.match(path))) await store.add(path);
  await store.put(PAGE, response);
  const needed = new Set([PAGE, ...assets]);
  for (const request of await store.keys()) if (!needed.has(new URL(request.url).pathname)) await store.delete(request);
}

async function page(event: FetchEvent): Promise<Response> {
  const stored = await caches.match(PAGE);
  try {
    const answer = await fetch(event.request, stored ? { signal: patience() } : {});
    if (answer.ok) event.waitUntil(keepPage(answer.clone()).catch(() => undefined));
    // A proxy's error page is worth less than our own page from before.
    return answer.ok || !stored ? answer : stored;
  } catch (error) {
    if (stored) return stored;
    throw error;
  }
}

self.addEventListener("install", (event) => {
  event.waitUntil(
    fetch(PAGE, { cache: "no-cache" })
      .then((answer) => (answer.ok ? keepPage(answer) : undefined))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (event.request.mode === "navigate") event.respondWith(page(event));
  else if (url.pathname.startsWith("/assets/") || url.pathname === "/mark.svg")
    event.respondWith(caches.match(url.pathname).then((kept) => kept ?? fetch(event.request)));
});

// The card without a network: what was shown last is shown again. The network is asked first, so that nothing is stale.
"use strict";

const home = new URL("./", location.href).href;
const kept = "card " + home;
const patience = 4000;
// The page, and what it is made of; statements, passes and the way out want the server.
const parts = /^(\/(?:card|page)-assets\/.+|icon-\d+\.png|manifest\.webmanifest|)$/;

self.addEventListener("install", (event) => event.waitUntil(keep().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { origin, pathname } = new URL(event.request.url);
  const part = /^\/(?:card|page)-assets\//.test(pathname) ? pathname : pathname.slice(new URL(home).pathname.length);
  const ours = origin === location.origin && (part === pathname || pathname.startsWith(new URL(home).pathname));
  if (event.request.method === "GET" && ours && parts.test(part)) event.respondWith(answer(event.request));
});

// The page that started this worker was loaded without it, so it is fetched once more, with all that it names.
async function keep() {
  const page = await fetch(home);
  if (!page.ok) return;
  const cache = await caches.open(kept);
  const named = [...(await page.clone().text()).matchAll(/(?:href|src)="([^"]*)"/g)].map((found) => found[1]);
  await cache.put(home, page);
  await cache.addAll(named.filter((name) => name !== "" && parts.test(name)).map((name) => new URL(name, home)));
}

async function answer(request) {
  const cache = await caches.open(kept);
  const last = await cache.match(request, { ignoreSearch: request.mode === "navigate" });
  const asked = ask(request, cache);
  if (last === undefined) return asked;
  const waited = new Promise((done) => setTimeout(() => done(last), patience));
  return Promise.race([asked, waited]).catch(() => last);
}

async function ask(request, cache) {
  const fresh = await fetch(request);
  if (fresh.ok) await cache.put(request, fresh.clone());
  else if ([404, 410].includes(fresh.status) && request.mode === "navigate") await forget();
  return fresh;
}

// A link that was made void, or a member who left: nothing of the card stays on the phone.
async function forget() {
  await caches.delete(kept);
  await self.registration.unregister();
}

// The service worker of the pocket agenda: its page and files work without network. Data is kept by the page.
"use strict";

const CACHE = {{ ("pocket-" ~ slug ~ "-" ~ version)|tojson }};
const PREFIX = {{ ("pocket-" ~ slug ~ "-")|tojson }};
const SCOPE = {{ scope|tojson }};
const PAGE = SCOPE + "pocket";
const DRAWINGS = {{ (url_for("halls.show", event_slug=slug) ~ "drawing/")|tojson }};
const PATIENCE = 4000; // ms: in a crowded hall a request may hang for minutes

const FILES = [
  {{ url_for("static", filename="vendor/modern-normalize-3.0.1/modern-normalize.css")|tojson }},
  {{ url_for("static", filename="vendor/htmx-2.0.11/htmx.min.js")|tojson }},
  {{ url_for("static", filename="app.css", v=version)|tojson }},
  {{ url_for("static", filename="app.js", v=version)|tojson }},
  {{ url_for("static", filename="pocket.css", v=version)|tojson }},
  {{ url_for("static", filename="pocket.js", v=version)|tojson }},
  {{ url_for("static", filename="icon.svg")|tojson }},
  {{ url_for("static", filename="pocket-192.png")|tojson }},
];

async function keepPage(answer) {
  // A page of another address is the sign-in page: it must not take the place of the agenda.
  if (answer.ok && !answer.redirected) {
    const cache = await caches.open(CACHE);
    await cache.put(PAGE, answer.clone());
  }
  return answer;
}

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(CACHE);
    await cache.addAll(FILES);
    await keepPage(await fetch(PAGE, { credentials: "same-origin" }));
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith(PREFIX) && name !== CACHE) await caches.delete(name);
    }
    await self.clients.claim();
  })());
});

function soon(request) {
  const control = new AbortController();
  const timer = setTimeout(() => control.abort(), PATIENCE);
  return fetch(request, { signal: control.signal }).finally(() => clearTimeout(timer));
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  if (request.mode === "navigate" && address.pathname.startsWith(SCOPE)) {
    event.respondWith((async () => {
      try {
        const answer = await soon(request);
        if (address.pathname === PAGE) event.waitUntil(keepPage(answer.clone()));
        return answer;
      } catch (error) {
        const kept = await caches.match(PAGE);
        if (kept === undefined) throw error;
        // Another page of the area: the agenda is what helps now.
        return address.pathname === PAGE ? kept : Response.redirect(PAGE + "#offline", 302);
      }
    })());
    return;
  }
  event.respondWith((async () => {
    const cache = await caches.open(CACHE);
    const kept = await cache.match(request);
    if (kept || !address.pathname.startsWith(DRAWINGS)) return kept ?? fetch(request);
    // The address of a hall's drawing changes with what it shows: what was fetched once stays right.
    const answer = await fetch(request);
    if (answer.ok && !answer.redirected) await cache.put(request, answer.clone());
    return answer;
  })());
});

// Keeps what the server lets caches keep, so that the shop is shown where there is no network: its pages for everybody, without
// a query, and their files. The API's answers and all that is about a person is "no-store", and never comes here.
const KEPT = "grove-1";
const OTHERS = /^\/(api|login)(\/|$)/;

const mayKeep = (address, answer) => {
  const caching = answer.headers.get("cache-control") || "no-store";
  return answer.status == 200 && !address.search && !caching.includes("no-store");
};
const isOurs = address => address.origin == location.origin && !OTHERS.test(address.pathname);
const isFixed = answer => answer.headers.get("cache-control").includes("immutable");

addEventListener("install", () => skipWaiting());
addEventListener("activate", event => event.waitUntil(clients.claim()));

addEventListener("fetch", event => {
  const { request } = event;
  if (request.method == "GET" && isOurs(new URL(request.url))) event.respondWith(answer(event).catch(() => fetch(request)));
});

// What a page was made of before this was there: it is in the browser's cache.
addEventListener("message", event => event.waitUntil(keepAll(event.data)));

async function answer(event) {
  const { request } = event, kept = await caches.open(KEPT), known = await kept.match(request.url, { ignoreVary: true });
  if (known && isFixed(known)) return known;
  try {
    const fresh = await fetch(request);
    event.waitUntil(keep(kept, request.url, fresh.clone()));
    return fresh;
  } catch (error) {
    if (!known) throw error;
    return request.mode == "navigate" ? marked(known) : known;
  }
}

// A file whose name changes with its content, under another name: the shop is a new one, and all of the old is forgotten. Its page
// tells again what it is made of.
async function keep(kept, url, answer) {
  if (!mayKeep(new URL(url), answer)) return;
  const kind = name => name.replace(/-[0-9a-f]{13,}/, "");
  const isOlder = one => one.url != url && kind(one.url) == kind(url);
  if (isFixed(answer) && (await kept.keys()).some(isOlder)) {
    await caches.delete(KEPT);
    kept = await caches.open(KEPT);
  }
  await kept.put(url, answer);
}

async function keepAll(urls) {
  const kept = await caches.open(KEPT);
  for (const url of urls.filter(url => isOurs(new URL(url)) && !new URL(url).search)) {
    if (await kept.match(url, { ignoreVary: true })) continue;
    const answer = await fetch(url, { cache: "force-cache" }).catch(() => null);
    if (answer) await keep(kept, url, answer);
  }
}

// The page's script learns by this that what it shows is to be asked for again.
function marked(answer) {
  const headers = new Headers(answer.headers);
  headers.set("server-timing", "kept");
  return new Response(answer.body, { status: answer.status, headers });
}

// Keys of clients that sign assertions, and the address where one shows its public keys.

import { createServer } from "node:http";

/** A pair of keys for ES256, and the public one as the org is given it. */
export async function keyPair(kid) {
  const algorithm = { name: "ECDSA", namedCurve: "P-256" };
  const pair = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", pair.publicKey);
  return { privateKey: { key: pair.privateKey, kid }, jwk: { kty, crv, x, y, kid, use: "sig", alg: "ES256" } };
}

/** Serves a set of public keys on loopback, as an app's `jwks_uri`. The keys can be exchanged. */
export async function serveKeys(keys) {
  const shown = { keys, asked: 0 };
  const server = createServer((_, response) => {
    shown.asked += 1;
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify({ keys: shown.keys }));
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  // It does not keep the process from ending.
  server.unref();
  return { shown, uri: `http://127.0.0.1:${server.address().port}/keys` };
}

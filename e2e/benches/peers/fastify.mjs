// Fastify with jose, as jose's documentation shows it, and no log. Prints its port.

import { createHash } from "node:crypto";

import Fastify from "fastify";
import { EmbeddedJWK, calculateJwkThumbprint, createRemoteJWKSet, jwtVerify } from "jose";

import { AUDIENCE, CLIENT_ID, ISSUER, messages } from "./messages.mjs";
import { cart, place, product, products } from "./shop.mjs";
import { isFirst } from "./used_proofs.mjs";

const keys = createRemoteJWKSet(new URL(`${ISSUER}/v1/keys`));

async function claimsOf(token) {
  const { payload } = await jwtVerify(token, keys, { issuer: ISSUER, audience: AUDIENCE, algorithms: ["RS256"] });
  if (payload.cid !== CLIENT_ID) throw new Error("the token is another app's");
  return payload;
}

async function authenticated(request, reply) {
  const [, scheme, token] = (request.headers.authorization ?? "").match(/^(Bearer|DPoP) (.+)$/) ?? [];
  try {
    const claims = await claimsOf(token);
    if (scheme === "DPoP") await prove(request, token, claims);
    else if (claims.cnf) throw new Error("the token is bound to a key");
    request.jwt = claims;
  } catch (error) {
    reply.code(401).send(error.message);
  }
}

// The checks of a proof (RFC 9449 §4.3) that jose leaves to the server.
async function prove(request, token, { cnf }) {
  const { payload, protectedHeader } = await jwtVerify(request.headers.dpop, EmbeddedJWK, {
    typ: "dpop+jwt",
    algorithms: ["ES256", "RS256"],
    maxTokenAge: 60,
    clockTolerance: 10,
    requiredClaims: ["htm", "htu", "jti", "ath"],
  });
  const url = `${request.protocol}://${request.host}${request.url.split("?")[0]}`;
  const isGood =
    payload.htm === request.method &&
    payload.htu === url &&
    payload.ath === createHash("sha256").update(token).digest("base64url") &&
    cnf?.jkt === (await calculateJwkThumbprint(protectedHeader.jwk)) &&
    isFirst(`${cnf.jkt} ${payload.jti}`);
  if (!isGood) throw new Error("the proof is for something else, or was used");
}

const app = Fastify();
app.get("/compared/messages", async () => messages());
app.get("/api/messages", { preHandler: authenticated }, async () => messages());
app.get("/api/products", async () => products());
app.get("/api/products/:id", async (request) => product(request.params.id));
app.get("/api/cart", { preHandler: authenticated }, async (request) => cart(request.jwt));
app.post("/api/orders", { preHandler: authenticated }, async (request, reply) => {
  const order = place(request.jwt, request.headers["idempotency-key"], request.body);
  reply.code(order ? 201 : 409);
  return order ?? {};
});
await app.listen({ port: 0, host: "127.0.0.1" });
console.log(app.server.address().port);

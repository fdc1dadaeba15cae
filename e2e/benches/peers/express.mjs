// Express with Okta's verifier of tokens, as Okta's documentation shows it, and for tokens that are bound to a key, which that
// one does not know, with Auth0's. Prints its port.

import OktaJwtVerifier from "@okta/jwt-verifier";
import express from "express";
import { auth } from "express-oauth2-jwt-bearer";
import { decodeJwt } from "jose";

import { AUDIENCE, CLIENT_ID, ISSUER, messages } from "./messages.mjs";
import { cart, place, product, products } from "./shop.mjs";
import { isFirst } from "./used_proofs.mjs";

const verifier = new OktaJwtVerifier({
  issuer: ISSUER,
  clientId: CLIENT_ID,
  assertClaims: { cid: CLIENT_ID },
  testing: { disableHttpsCheck: true },
});

async function authenticated(request, response, next) {
  const [, token] = (request.headers.authorization ?? "").match(/^Bearer (.+)$/) ?? [];
  try {
    const jwt = await verifier.verifyAccessToken(token, AUDIENCE);
    if (jwt.claims.cnf) throw new Error("the token is bound to a key");
    request.jwt = jwt.claims;
    next();
  } catch (error) {
    response.status(401).send(error.message);
  }
}

const proven = auth({
  issuer: ISSUER,
  jwksUri: `${ISSUER}/v1/keys`,
  audience: AUDIENCE,
  tokenSigningAlg: "RS256",
  validators: { cid: CLIENT_ID },
  dpop: { required: true, iatOffset: 60, iatLeeway: 10 },
});

function usedOnce(request, response, next) {
  const { jti } = decodeJwt(request.headers.dpop);
  if (isFirst(`${request.auth.payload.cnf.jkt} ${jti}`)) next();
  else response.status(401).send("the proof was used");
}

const isBound = (request) => request.headers.authorization?.startsWith("DPoP ");

const app = express();
app.use(express.json());
app.get("/compared/messages", (_request, response) => response.json(messages()));
app.get("/api/messages", (request, response, next) => {
  if (!isBound(request)) return authenticated(request, response, next);
  return proven(request, response, (error) => {
    if (error) response.status(401).send(error.message);
    else usedOnce(request, response, next);
  });
}, (_request, response) => response.json(messages()));
app.get("/api/products", (_request, response) => response.json(products()));
app.get("/api/products/:id", (request, response) => response.json(product(request.params.id)));
app.get("/api/cart", authenticated, (request, response) => response.json(cart(request.jwt)));
app.post("/api/orders", authenticated, (request, response) => {
  const order = place(request.jwt, request.headers["idempotency-key"], request.body);
  if (order) response.status(201).json(order);
  else response.sendStatus(409);
});
const server = app.listen(0, "127.0.0.1", () => console.log(server.address().port));

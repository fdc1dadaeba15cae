// Express with Okta's verifier of tokens, as Okta's documentation shows it. Prints its port.

import OktaJwtVerifier from "@okta/jwt-verifier";
import express from "express";

import { ANSWER, CLIENT_ID, ISSUER } from "./messages.mjs";

const verifier = new OktaJwtVerifier({
  issuer: ISSUER,
  clientId: CLIENT_ID,
  assertClaims: { cid: CLIENT_ID },
  testing: { disableHttpsCheck: true },
});

async function authenticated(request, response, next) {
  const [, token] = (request.headers.authorization ?? "").match(/^Bearer (.+)$/) ?? [];
  try {
    request.jwt = await verifier.verifyAccessToken(token, "api://default");
    next();
  } catch (error) {
    response.status(401).send(error.message);
  }
}

const app = express();
app.get("/compared/messages", (_request, response) => response.json(ANSWER));
app.get("/api/messages", authenticated, (_request, response) => response.json(ANSWER));
const server = app.listen(0, "127.0.0.1", () => console.log(server.address().port));

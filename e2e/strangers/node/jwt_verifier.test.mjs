// Okta's verifier of tokens, as an API and an app use it.

import assert from "node:assert/strict";

import OktaJwtVerifier from "@okta/jwt-verifier";
import * as openid from "openid-client";

import { ISSUER } from "./org.mjs";
import { Browser, CALLBACK, PERSON, webApp } from "./sign_in.mjs";
import { story, told } from "./story.mjs";

const AUDIENCE = "api://default";
const NONCE = "a-nonce";

/** Tokens of a person, and the id of the app that they are for. */
async function tokensOfAPerson() {
  const app = await webApp("jwt-verifier", "client_secret_basic");
  const config = await openid.discovery(new URL(ISSUER), app.id, app.secret, openid.ClientSecretBasic(app.secret), {
    execute: [openid.allowInsecureRequests],
  });
  const verifier = openid.randomPKCECodeVerifier();
  const url = openid.buildAuthorizationUrl(config, {
    redirect_uri: CALLBACK,
    scope: "openid profile email",
    state: "a-state",
    nonce: NONCE,
    code_challenge: await openid.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
  });
  const answer = await new Browser().signInWithSessionToken(url);
  const checks = { pkceCodeVerifier: verifier, expectedState: "a-state", expectedNonce: NONCE };
  const tokens = await openid.authorizationCodeGrant(config, answer, checks);
  return { clientId: app.id, access: tokens.access_token, id: tokens.id_token };
}

/** The token with another subject and the old signature. */
function forged(token) {
  const [header, payload, signature] = token.split(".");
  const claims = JSON.parse(Buffer.from(payload, "base64url"));
  const changed = Buffer.from(JSON.stringify({ ...claims, sub: "somebody@else.example" })).toString("base64url");
  return [header, changed, signature].join(".");
}

story(told("@okta/jwt-verifier"), "an API and an app", async (call) => {
  const { clientId, access, id } = await call("tokens of a person", tokensOfAPerson);
  const options = { issuer: ISSUER, clientId, testing: { disableHttpsCheck: true } };
  const assertClaims = { cid: clientId, "scp.includes": ["openid", "email"] };
  const verifier = new OktaJwtVerifier({ ...options, assertClaims });
  const { claims } = await call("verifyAccessToken", () => verifier.verifyAccessToken(access, AUDIENCE));
  assert.equal(claims.sub, PERSON);
  await call("verifyAccessToken for another audience", () =>
    assert.rejects(verifier.verifyAccessToken(access, "api://other"), /audience/),
  );
  await call("verifyAccessToken of a forged one", () =>
    assert.rejects(verifier.verifyAccessToken(forged(access), AUDIENCE), /Signature verification failed/),
  );
  const ofApp = new OktaJwtVerifier(options);
  const about = await call("verifyIdToken", () => ofApp.verifyIdToken(id, clientId, NONCE));
  assert.equal(about.claims.email, PERSON);
  await call("verifyIdToken with another nonce", () =>
    assert.rejects(ofApp.verifyIdToken(id, clientId, "another"), /nonce/),
  );
});

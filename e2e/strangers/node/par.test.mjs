// Pushed authorization requests (RFC 9126), by both clients.

import assert from "node:assert/strict";

import * as oauth from "oauth4webapi";
import * as openid from "openid-client";

import { keyPair, serveKeys } from "./keys.mjs";
import { ISSUER } from "./org.mjs";
import { Browser, CALLBACK, PERSON, webApp } from "./sign_in.mjs";
import { story, told } from "./story.mjs";

const INSECURE = { [oauth.allowInsecureRequests]: true };

/** What is pushed, and what checks its answer. */
async function request() {
  const verifier = oauth.generateRandomCodeVerifier();
  const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()];
  const parameters = {
    redirect_uri: CALLBACK,
    scope: "openid profile",
    state,
    nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
  };
  return { parameters, verifier, state, nonce };
}

/** A story of openid-client. `makes`: the app, and how it authenticates. */
function pushed(name, makes) {
  story(told("openid-client"), `a pushed request, ${name}`, async (call) => {
    const { app, authentication } = await call("its app", makes);
    const config = await openid.discovery(new URL(ISSUER), app.id, {}, authentication, {
      execute: [openid.allowInsecureRequests],
    });
    const { parameters, verifier, state, nonce } = await request();
    const url = await call("buildAuthorizationUrlWithPAR", () =>
      openid.buildAuthorizationUrlWithPAR(config, parameters),
    );
    assert.deepEqual([...url.searchParams.keys()].sort(), ["client_id", "request_uri"]);
    const answer = await call("a sign-in by the org's pages", () => new Browser().signIn(url));
    const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce };
    const tokens = await call("authorizationCodeGrant", () =>
      openid.authorizationCodeGrant(config, answer, checks),
    );
    assert.equal(tokens.claims().preferred_username, PERSON);
  });
}

pushed("without a secret", async () => ({
  app: await webApp("PAR, none", "none"),
  authentication: openid.None(),
}));

pushed("client_secret_basic", async () => {
  const app = await webApp("PAR, client_secret_basic", "client_secret_basic");
  return { app, authentication: openid.ClientSecretBasic(app.secret) };
});

pushed("private_key_jwt", async () => {
  const { privateKey, jwk } = await keyPair("registered");
  const app = await webApp("PAR, private_key_jwt", "private_key_jwt", { jwks: { keys: [jwk] } });
  return { app, authentication: openid.PrivateKeyJwt(privateKey) };
});

pushed("private_key_jwt with keys at an address", async () => {
  const { privateKey, jwk } = await keyPair("served");
  const { uri } = await serveKeys([jwk]);
  const app = await webApp("PAR, jwks_uri", "private_key_jwt", { jwks_uri: uri });
  return { app, authentication: openid.PrivateKeyJwt(privateKey) };
});

story(told("oauth4webapi"), "a pushed request", async (call) => {
  const app = await call("its app", () => webApp("PAR, oauth4webapi", "client_secret_post"));
  const client = { client_id: app.id };
  const authentication = oauth.ClientSecretPost(app.secret);
  const issuer = new URL(ISSUER);
  const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, INSECURE));
  const { parameters, verifier, state, nonce } = await request();
  const { request_uri } = await call("pushedAuthorizationRequest", async () => {
    const all = { ...parameters, client_id: app.id, response_type: "code" };
    const answer = await oauth.pushedAuthorizationRequest(server, client, authentication, all, INSECURE);
    return oauth.processPushedAuthorizationResponse(server, client, answer);
  });
  const url = new URL(server.authorization_endpoint);
  url.search = new URLSearchParams({ client_id: app.id, request_uri });
  const back = await call("a sign-in by the org's pages", () => new Browser().signIn(url));
  const answer = oauth.validateAuthResponse(server, client, back, state);
  await call("authorizationCodeGrantRequest", async () => {
    const response = await oauth.authorizationCodeGrantRequest(
      ...[server, client, authentication, answer, CALLBACK, verifier, INSECURE],
    );
    return oauth.processAuthorizationCodeResponse(server, client, response, { expectedNonce: nonce });
  });
});

// openid-client, whole: from discovery to the sign-out, by each way to authenticate.

import assert from "node:assert/strict";

import * as openid from "openid-client";

import { keyPair, serveKeys } from "./keys.mjs";
import { ISSUER } from "./org.mjs";
import { Browser, CALLBACK, HOME, PERSON, webApp } from "./sign_in.mjs";
import { story, told } from "./story.mjs";

const SCOPE = "openid profile email offline_access";

// ID tokens are verified with the org's keys, although they come straight from it.
const discover = (app, authentication) =>
  openid.discovery(new URL(ISSUER), app.id, {}, authentication, {
    execute: [openid.allowInsecureRequests, openid.enableNonRepudiationChecks],
  });

/** Everything that such a client does. `makes`: the app, and how it authenticates. */
function everything(name, makes) {
  story(told("openid-client"), name, async (call) => {
    const { app, authentication } = await call("its app", makes);
    const config = await call("discovery", () => discover(app, authentication));
    const browser = new Browser();
    const verifier = openid.randomPKCECodeVerifier();
    const [state, nonce] = [openid.randomState(), openid.randomNonce()];
    const url = openid.buildAuthorizationUrl(config, {
      redirect_uri: CALLBACK,
      scope: SCOPE,
      state,
      nonce,
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
    });
    const answer = await call("buildAuthorizationUrl, and a sign-in by the org's pages", () => browser.signIn(url));
    const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce };
    const tokens = await call("authorizationCodeGrant", () =>
      openid.authorizationCodeGrant(config, answer, checks),
    );
    const { sub } = tokens.claims();
    const info = await call("fetchUserInfo", () => openid.fetchUserInfo(config, tokens.access_token, sub));
    assert.equal(info.preferred_username, PERSON);
    const renewed = await call("refreshTokenGrant", () => openid.refreshTokenGrant(config, tokens.refresh_token));
    assert.notEqual(renewed.refresh_token, tokens.refresh_token);
    assert.equal(renewed.claims().sub, sub);
    await introspectAndRevoke(call, config, renewed.access_token);
    await call("refreshTokenGrant of a used token", () =>
      assert.rejects(openid.refreshTokenGrant(config, tokens.refresh_token), { error: "invalid_grant" }),
    );
    const end = openid.buildEndSessionUrl(config, {
      id_token_hint: tokens.id_token,
      post_logout_redirect_uri: HOME,
      state,
    });
    await call("buildEndSessionUrl, and a sign-out", async () => {
      assert.ok(await browser.isSignedIn());
      assert.equal((await browser.leaves(end)).href, `${HOME}/?state=${state}`);
      assert.ok(!(await browser.isSignedIn()));
    });
  });
}

async function introspectAndRevoke(call, config, token) {
  const active = await call("tokenIntrospection", () => openid.tokenIntrospection(config, token));
  assert.equal(active.active, true);
  assert.equal(active.username, PERSON);
  await call("tokenRevocation", () => openid.tokenRevocation(config, token));
  const revoked = await call("tokenIntrospection of a revoked token", () =>
    openid.tokenIntrospection(config, token),
  );
  assert.equal(revoked.active, false);
}

everything("without a secret", async () => ({
  app: await webApp("openid-client, none", "none"),
  authentication: openid.None(),
}));

for (const [method, authenticate] of [
  ["client_secret_basic", openid.ClientSecretBasic],
  ["client_secret_post", openid.ClientSecretPost],
  ["client_secret_jwt", openid.ClientSecretJwt],
]) {
  everything(method, async () => {
    const app = await webApp(`openid-client, ${method}`, method);
    return { app, authentication: authenticate(app.secret) };
  });
}

everything("private_key_jwt with registered keys", async () => {
  const { privateKey, jwk } = await keyPair("registered");
  const app = await webApp("openid-client, jwks", "private_key_jwt", { jwks: { keys: [jwk] } });
  return { app, authentication: openid.PrivateKeyJwt(privateKey) };
});

everything("private_key_jwt with keys at an address", async () => {
  const { privateKey, jwk } = await keyPair("served");
  const { uri } = await serveKeys([jwk]);
  const app = await webApp("openid-client, jwks_uri", "private_key_jwt", { jwks_uri: uri });
  return { app, authentication: openid.PrivateKeyJwt(privateKey) };
});

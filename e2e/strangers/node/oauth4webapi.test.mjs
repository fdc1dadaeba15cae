// oauth4webapi, whole: from discovery to the sign-out, by each way to authenticate.

import assert from "node:assert/strict";

import * as oauth from "oauth4webapi";

import { keyPair } from "./keys.mjs";
import { ISSUER } from "./org.mjs";
import { Browser, CALLBACK, HOME, PERSON, webApp } from "./sign_in.mjs";
import { story, told } from "./story.mjs";

const INSECURE = { [oauth.allowInsecureRequests]: true };
const SCOPE = "openid profile email offline_access";

/**
 * Everything that such a client does. `makes`: the app, how it authenticates, and whether its tokens are bound to a key
 * (DPoP).
 */
function everything(name, makes) {
  story(told("oauth4webapi"), name, async (call) => {
    const { app, authentication, bound } = await call("its app", makes);
    const client = { client_id: app.id };
    const options = bound
      ? { ...INSECURE, DPoP: oauth.DPoP(client, await oauth.generateKeyPair("ES256")) }
      : INSECURE;
    const server = await call("discoveryRequest", async () => {
      const issuer = new URL(ISSUER);
      return oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, INSECURE));
    });
    const browser = new Browser();
    const tokens = await signIn(call, server, client, authentication, browser, options);
    assert.equal(tokens.token_type, bound ? "dpop" : "bearer");
    const { sub } = oauth.getValidatedIdTokenClaims(tokens);
    const info = await call("userInfoRequest", async () => {
      const answer = await oauth.userInfoRequest(server, client, tokens.access_token, options);
      return oauth.processUserInfoResponse(server, client, sub, answer);
    });
    assert.equal(info.preferred_username, PERSON);
    if (bound) {
      await call("userInfoRequest with a bound token as a bearer token", async () => {
        const answer = await oauth.userInfoRequest(server, client, tokens.access_token, INSECURE);
        await assert.rejects(oauth.processUserInfoResponse(server, client, sub, answer), { status: 400 });
      });
    }
    const renew = async () => {
      const { refresh_token } = tokens;
      const answer = await oauth.refreshTokenGrantRequest(server, client, authentication, refresh_token, options);
      return oauth.processRefreshTokenResponse(server, client, answer);
    };
    const renewed = await call("refreshTokenGrantRequest", renew);
    assert.notEqual(renewed.refresh_token, tokens.refresh_token);
    await introspectAndRevoke(call, server, client, authentication, renewed.refresh_token);
    await call("refreshTokenGrantRequest of a used token", () =>
      assert.rejects(renew, { error: "invalid_grant", status: 400 }),
    );
    await call("end_session_endpoint, a sign-out", async () => {
      const end = new URL(server.end_session_endpoint);
      end.searchParams.set("id_token_hint", tokens.id_token);
      end.searchParams.set("post_logout_redirect_uri", HOME);
      assert.equal((await browser.leaves(end)).href, `${HOME}/`);
      assert.ok(!(await browser.isSignedIn()));
    });
  });
}

/** Once more where the org asks for a nonce in the proof, which the library keeps. */
async function withNonce(request) {
  try {
    return await request();
  } catch (error) {
    if (!oauth.isDPoPNonceError(error)) throw error;
    return request();
  }
}

async function signIn(call, server, client, authentication, browser, options) {
  const verifier = oauth.generateRandomCodeVerifier();
  const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()];
  const url = new URL(server.authorization_endpoint);
  const parameters = {
    client_id: client.client_id,
    redirect_uri: CALLBACK,
    response_type: "code",
    scope: SCOPE,
    state,
    nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
  };
  url.search = new URLSearchParams(parameters);
  const answer = await call("validateAuthResponse, after a sign-in by a session token", async () =>
    oauth.validateAuthResponse(server, client, await browser.signInWithSessionToken(url), state),
  );
  const exchange = async () => {
    const response = await oauth.authorizationCodeGrantRequest(
      ...[server, client, authentication, answer, CALLBACK, verifier, options],
    );
    const checks = { expectedNonce: nonce, requireIdToken: true };
    const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, checks);
    await oauth.validateApplicationLevelSignature(server, response, INSECURE);
    return tokens;
  };
  return call("authorizationCodeGrantRequest", () => withNonce(exchange));
}

async function introspectAndRevoke(call, server, client, authentication, token) {
  const introspect = async () => {
    const answer = await oauth.introspectionRequest(server, client, authentication, token, INSECURE);
    return oauth.processIntrospectionResponse(server, client, answer);
  };
  assert.equal((await call("introspectionRequest", introspect)).active, true);
  await call("revocationRequest", async () => {
    const answer = await oauth.revocationRequest(server, client, authentication, token, INSECURE);
    return oauth.processRevocationResponse(answer);
  });
  assert.equal((await call("introspectionRequest of a revoked token", introspect)).active, false);
}

everything("without a secret", async () => ({
  app: await webApp("oauth4webapi, none", "none"),
  authentication: oauth.None(),
}));

everything("client_secret_jwt", async () => {
  const app = await webApp("oauth4webapi, client_secret_jwt", "client_secret_jwt");
  return { app, authentication: oauth.ClientSecretJwt(app.secret) };
});

everything("private_key_jwt", async () => {
  const { privateKey, jwk } = await keyPair("registered");
  const app = await webApp("oauth4webapi, private_key_jwt", "private_key_jwt", { jwks: { keys: [jwk] } });
  return { app, authentication: oauth.PrivateKeyJwt(privateKey) };
});

everything("without a secret, with DPoP", async () => ({
  app: await webApp("oauth4webapi, DPoP", "none", { dpop_bound_access_tokens: true }),
  authentication: oauth.None(),
  bound: true,
}));

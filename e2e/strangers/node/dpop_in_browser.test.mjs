// SDKs for single-page apps in a real browser, with tokens that are bound to a key (DPoP): from the sign-in on the org's
// page over requests to the API to the sign-out.

import assert from "node:assert/strict";

import { Tab, browserWith, decoded, home } from "./browser.mjs";
import { ISSUER, ORG } from "./org.mjs";
import { PERSON, webApp } from "./sign_in.mjs";
import { story, told } from "./story.mjs";

const API = process.env.API_URL;
/** Its claims, to whoever has a good token. */
const WHOAMI = `${API}/api/whoami`;
const USER_INFO = `${ISSUER}/v1/userinfo`;

/**
 * `alg`: of its proofs; `remembersNonce`: whether a second request for tokens begins with the nonce of the first;
 * `script`: what a page loads of it, if that is no module.
 */
const SDKS = {
  "okta-auth-js": {
    library: "@okta/okta-auth-js",
    script: "@okta/okta-auth-js/dist/okta-auth-js.core.min.js",
    alg: "RS256",
    remembersNonce: false,
  },
  "oidc-client-ts": {
    library: "oidc-client-ts",
    script: "oidc-client-ts/dist/browser/oidc-client-ts.min.js",
    alg: "ES256",
    remembersNonce: true,
  },
  "oidc-spa": { library: "oidc-spa", alg: "ES256", remembersNonce: true },
};

const homes = Object.keys(SDKS).map(home);
const settings = { dpop_bound_access_tokens: true, redirect_uris: homes, post_logout_redirect_uris: homes };
// The one client that the API takes.
const app = await webApp("SDKs in a browser", "none", settings, process.env.API_CLIENT_ID);
const scopes = ["openid", "profile", "email", "offline_access"];
const browser = await browserWith(
  Object.fromEntries(
    Object.entries(SDKS).map(([name, { script }]) => {
      const config = { issuer: ISSUER, clientId: app.id, home: home(name), scopes };
      return [name, { script, config }];
    }),
  ),
);

/** The token alone, as a thief would send it. */
const asBearer = (token) => fetch(WHOAMI, { headers: { Authorization: `Bearer ${token}` } });

function everything(name, { library, alg, remembersNonce }) {
  story(told(library), "with DPoP, in a browser", async (call) => {
    const tab = await call("its page", () => Tab.open(browser, name));
    await call("the way to the org", () => tab.leads("signIn", ORG));
    const handshake = [[alg, 400], [alg, 200]];
    const { first, jkt } = await call("a sign-in on the org's page", async () => {
      const first = await tab.tokens(async () => {
        await tab.signIn();
        await tab.does("comeBack");
      });
      assert.deepEqual(first.asked, handshake);
      const [key, ...others] = await tab.keys();
      assert.deepEqual(others, []);
      assert.equal(key.extractable, false);
      return { first, jkt: key.jkt };
    });
    /** Whether a token is bound to the SDK's key, opens the API with it, and nothing without it. */
    const isBound = async ({ token_type, access_token }) => {
      assert.equal(token_type, "DPoP");
      const { jti, cnf } = decoded(access_token, 1);
      assert.deepEqual(cnf, { jkt });
      const { status, body } = await tab.gets(WHOAMI);
      assert.deepEqual([status, body.jti, body.sub], [200, jti, PERSON]);
      const stolen = await asBearer(access_token);
      assert.equal(stolen.status, 401);
      assert.match(stolen.headers.get("WWW-Authenticate"), /^Bearer .*error="invalid_token".* DPoP /);
    };
    await call("a request to the API with its proof, and one without", () => isBound(first));
    await call("userinfo with its proof", async () => {
      const { status, body } = await tab.gets(USER_INFO);
      assert.deepEqual([status, body.email], [200, PERSON]);
    });
    const renewed = await call("a renewal", async () => {
      const renewed = await tab.tokens(() => tab.does("renew"));
      assert.deepEqual(renewed.asked, remembersNonce ? [[alg, 200]] : handshake);
      assert.notEqual(renewed.access_token, first.access_token);
      assert.notEqual(renewed.refresh_token, first.refresh_token);
      return renewed;
    });
    await call("requests to the API with the renewed token", () => isBound(renewed));
    await call("a sign-out", async () => {
      assert.ok(await tab.isSignedIn());
      await tab.leads("signOut", home(name));
      assert.ok(!(await tab.isSignedIn()));
      assert.deepEqual(await tab.keys(), []);
    });
  });
}

for (const [name, sdk] of Object.entries(SDKS)) everything(name, sdk);

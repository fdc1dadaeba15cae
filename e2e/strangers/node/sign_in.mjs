// What stands before a client: an app at the org, and a person who signs in to it.

import assert from "node:assert/strict";

import { admin, ORG } from "./org.mjs";

const { applicationApi, groupApi } = admin;

export const CALLBACK = "http://localhost:8080/callback";
export const HOME = "http://localhost:8080";
export const PERSON = "alice@example.com";
export const PASSWORD = process.env.PASSWORD;

/**
 * A web app that everyone has, at the org's `default` server. Its refresh tokens are good once.
 *
 * `method`: how it authenticates; `settings`: of its client, beside or in place of the usual ones; `client_id`: where the
 * org is not to choose it.
 */
export async function webApp(label, method, settings = {}, client_id = undefined) {
  const app = await applicationApi.createApplication({
    application: {
      name: "oidc_client",
      label,
      signOnMode: "OPENID_CONNECT",
      credentials: { oauthClient: { client_id, token_endpoint_auth_method: method, pkce_required: true } },
      settings: {
        oauthClient: {
          application_type: method === "none" ? "browser" : "web",
          grant_types: ["authorization_code", "refresh_token"],
          response_types: ["code"],
          redirect_uris: [CALLBACK],
          post_logout_redirect_uris: [HOME],
          refresh_token: { rotation_type: "ROTATE", leeway: 0 },
          ...settings,
        },
      },
    },
  });
  const everyone = await (await groupApi.listGroups({ q: "Everyone" })).next();
  await applicationApi.assignGroupToApplication({
    appId: app.id,
    groupId: everyone.value.id,
    applicationGroupAssignment: {},
  });
  const { client_id: id, client_secret: secret } = app.credentials.oauthClient;
  return { id, secret };
}

/** A browser of its own: it keeps cookies, and follows redirects as long as they stay at the org. */
export class Browser {
  #cookies = new Map();

  /** Signs the person in by the org's pages. Returns the address that the answer leads to. */
  async signIn(url) {
    const page = await this.#open(url);
    const html = await page.text();
    assert.match(html, /id="okta-sign-in"/, `no sign-in page: ${page.status} ${html}`);
    const [, action] = html.match(/<form[^>]* action="([^"]*)"/);
    const [, stateToken] = html.match(/name="stateToken" value="([^"]*)"/);
    const body = new URLSearchParams({
      stateToken,
      identifier: PERSON,
      "credentials.passcode": PASSWORD,
    });
    return this.leaves(new URL(action, ORG), { method: "POST", body });
  }

  /** Signs the person in by a session token, without a page (Okta's authentication API). */
  async signInWithSessionToken(url) {
    const answer = await fetch(`${ORG}/api/v1/authn`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify({ username: PERSON, password: PASSWORD }),
    });
    const { status, sessionToken } = await answer.json();
    assert.equal(status, "SUCCESS");
    url.searchParams.set("sessionToken", sessionToken);
    return this.leaves(url);
  }

  /** Opens an address that leads away from the org. Returns where to. */
  async leaves(url, init) {
    const answer = await this.#open(url, init);
    const location = answer.headers.get("Location");
    assert.ok(location, `no redirect: ${answer.status} ${await answer.text()}`);
    return new URL(location);
  }

  /** Whether the person is signed in at the org in this browser. */
  async isSignedIn() {
    return (await this.#open(new URL(`${ORG}/api/v1/sessions/me`))).status === 200;
  }

  async #open(url, init = {}) {
    const Cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(url, { ...init, headers: { Cookie }, redirect: "manual" });
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name, value] = cookie.match(/^([^=]+)=([^;]*)/);
      this.#cookies.set(name, value);
    }
    const location = answer.headers.get("Location");
    return location?.startsWith(ORG) || location?.startsWith("/")
      ? this.#open(new URL(location, ORG))
      : answer;
  }
}

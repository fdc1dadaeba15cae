// Signed in without a page: the org takes a password over its authentication API and gives the browser its cookie, and the
// shop's own sign-in then comes straight back. See the README beside.

import { createHash, randomBytes } from "node:crypto";

import { expect, test } from "@playwright/test";

/** As `cargo dev` has it. */
const SHOP = process.env.SHOP_URL ?? "http://localhost:8080";
const PASSWORD = process.env.PASSWORD ?? "Grove-2026!";

// Chromium where it is; Playwright's own without it.
test.use({ launchOptions: { executablePath: process.env.CHROMIUM } });

/** The shop's page says which org it belongs to, and as which app. */
async function configuration(request) {
  const html = await (await request.get(SHOP)).text();
  const [, island] = html.match(/<script[^>]*id="?grove-config"?[^>]*>(.*?)<\/script>/s);
  return JSON.parse(island);
}

/** Signs this person in at the org, for every page of this browser. */
async function signIn(page, username, password) {
  const { issuer, client_id } = await configuration(page.request);
  const authn = await page.request.post(new URL("/api/v1/authn", issuer).href, { data: { username, password } });
  const { status, sessionToken } = await authn.json();
  expect(status, "a password is enough for this person").toBe("SUCCESS");
  // The token is good once, for a cookie. The code that comes along is nobody's: it is never exchanged.
  const random = () => randomBytes(32).toString("base64url");
  const answer = await page.request.get(`${issuer}/v1/authorize`, {
    params: {
      client_id,
      response_type: "code",
      scope: "openid",
      redirect_uri: `${SHOP}/login/callback`,
      state: random(),
      nonce: random(),
      code_challenge: createHash("sha256").update(random()).digest("base64url"),
      code_challenge_method: "S256",
      prompt: "none",
      sessionToken,
    },
    maxRedirects: 0,
  });
  expect(answer.headers().location).toContain("code=");
}

test("a shopper is signed in without a page of the org", async ({ page }) => {
  await signIn(page, "alice@example.com", PASSWORD);
  const documents = [];
  page.on("response", (response) => {
    if (response.request().resourceType() === "document") documents.push(response);
  });
  await page.goto(`${SHOP}/orders`);
  await expect(page.getByRole("heading", { name: "Your orders" })).toBeVisible();
  const { issuer } = await configuration(page.request);
  const shown = documents.filter((one) => one.ok() && one.url().startsWith(new URL(issuer).origin));
  expect(shown.map((one) => one.url())).toEqual([]);
});

test("nobody is signed in by a wrong password", async ({ page }) => {
  const { issuer } = await configuration(page.request);
  const data = { username: "alice@example.com", password: "wrong" };
  const authn = await page.request.post(new URL("/api/v1/authn", issuer).href, { data });
  expect(authn.status()).toBe(401);
  await page.goto(`${SHOP}/orders`);
  await expect(page).toHaveURL(new RegExp(`^${new URL(issuer).origin}`));
});

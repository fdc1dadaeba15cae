// A real browser, and the pages that it is shown: one for each SDK, all of one origin.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { after } from "node:test";

import { chromium } from "playwright-core";

import { ISSUER, ORG } from "./org.mjs";
import { HOME, PASSWORD, PERSON } from "./sign_in.mjs";

const ROOT = import.meta.dirname;
const TYPES = { ".js": "text/javascript", ".mjs": "text/javascript" };

/** Longer than anything here takes. */
const TIME_LIMIT = 15_000;

/** Where the app of an SDK is, which is also where the org leads back to. */
export const home = (app) => `${HOME}/${app}/`;

/** The page of an app: the SDK's script, if it is a classic one, and the app itself. */
const html = (app, { script, config }) => `<!doctype html>
<title>${app}</title>
<script>const CONFIG = ${JSON.stringify(config)};</script>
${script ? `<script src="/node_modules/${script}"></script>` : ""}
<script type="module" src="/${app}.page.mjs"></script>`;

/** Serves the pages, and the files that they load. */
async function serve(apps) {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, HOME);
    const [, app] = pathname.match(/^\/([^/]+)\/$/) ?? [];
    try {
      const body = apps[app] ? html(app, apps[app]) : await readFile(join(ROOT, normalize(pathname)));
      response.setHeader("Content-Type", TYPES[extname(pathname)] ?? "text/html; charset=utf-8");
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  server.unref();
  return server.address().port;
}

/**
 * Chromium, and the apps at [`home`] of their names. `apps`: by name, the SDK's classic `script` below `node_modules`, if
 * any, and the `config` that the page is given.
 */
export async function browserWith(apps) {
  const port = await serve(apps);
  const { host } = new URL(HOME);
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM,
    // Whatever listens on the port that the pages are said to be on is left alone.
    args: [`--host-resolver-rules=MAP ${host} 127.0.0.1:${port}`],
  });
  after(() => browser.close());
  return browser;
}

/** One app in a fresh profile, as somebody uses it. */
export class Tab {
  #page;
  /** What the org has answered to requests for tokens since they were last taken. */
  #answers = [];

  static async open(browser, app) {
    const context = await browser.newContext();
    context.setDefaultTimeout(TIME_LIMIT);
    const page = await context.newPage();
    await page.goto(home(app));
    return new Tab(page, app);
  }

  constructor(page, app) {
    this.#page = page;
    this.app = app;
    page.on("response", (response) => {
      if (isToken(response)) this.#answers.push(response);
    });
  }

  /** Has the app do something that ends on the same page. */
  async does(action) {
    await this.#isRunning();
    await this.#page.evaluate(async (name) => void (await app[name]()), action);
  }

  /** Has the app send a request with its token. Returns how that is answered. */
  async gets(url) {
    await this.#isRunning();
    const { status, text } = await this.#page.evaluate(async (url) => {
      const answer = await app.get(url);
      return { status: answer.status, text: await answer.text() };
    }, url);
    return { status, body: text && JSON.parse(text) };
  }

  /** Has the app lead away. Returns on the next page, whose address begins with this one. */
  async leads(action, to) {
    await this.#isRunning();
    const next = this.#page.waitForEvent("load");
    const left = this.#page.evaluate(async (name) => void (await app[name]()), action).catch((error) => {
      // What a page has not ended when it is left cannot be told how it went.
      if (!error.message.includes("because of a navigation")) throw error;
    });
    await Promise.all([next, left]);
    await this.#page.waitForURL((url) => url.href.startsWith(to));
  }

  async #isRunning() {
    await this.#page.waitForFunction(() => window.app);
  }

  /** Signs the person in on the org's page, and waits for the app to be there again. */
  async signIn() {
    await this.#page.fill("[name=identifier]", PERSON);
    await this.#page.fill("[name='credentials.passcode']", PASSWORD);
    await this.#page.click("[type=submit]");
    await this.#page.waitForURL((url) => url.href.startsWith(home(this.app)));
  }

  /** Does something that brings tokens. Returns the org's answer, and how each request for it was proven and answered. */
  async tokens(act) {
    const granted = this.#page.waitForResponse((response) => isToken(response) && response.ok());
    const [last] = await Promise.all([granted, act()]);
    const answers = this.#answers.splice(0);
    const asked = answers.map((answer) => [decoded(answer.request().headers().dpop, 0).alg, answer.status()]);
    return { ...(await last.json()), asked };
  }

  /** The keys that the browser keeps for the app: their thumbprints (RFC 7638), and whether pages can read them. */
  async keys() {
    await this.#isRunning();
    const found = await this.#page.evaluate(keptKeys);
    return Promise.all(found.map(async ({ jwk, extractable }) => ({ jkt: await thumbprint(jwk), extractable })));
  }

  /** Whether the person is signed in at the org in this profile. */
  async isSignedIn() {
    return (await this.#page.context().request.get(`${ORG}/api/v1/sessions/me`)).ok();
  }
}

const isToken = (response) =>
  response.url() === `${ISSUER}/v1/token` && response.request().method() === "POST";

/** A part of a token: 0 is its header, 1 what it says. */
export function decoded(token, part) {
  assert.ok(token, "there is no token");
  return JSON.parse(Buffer.from(token.split(".")[part], "base64url"));
}

async function thumbprint({ kty, crv, x, y, e, n }) {
  const members = kty === "EC" ? { crv, kty, x, y } : { e, kty, n };
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(JSON.stringify(members)));
  return Buffer.from(digest).toString("base64url");
}

/** Runs in a page: each pair of keys in each of its databases, by itself or as `keys` of something. */
async function keptKeys() {
  const done = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const found = [];
  for (const { name } of await indexedDB.databases()) {
    const database = await done(indexedDB.open(name));
    for (const store of database.objectStoreNames) {
      for (const value of await done(database.transaction(store).objectStore(store).getAll())) {
        const { publicKey, privateKey } = value.keys ?? value;
        const jwk = await crypto.subtle.exportKey("jwk", publicKey);
        found.push({ jwk, extractable: privateKey.extractable });
      }
    }
    database.close();
  }
  return found;
}

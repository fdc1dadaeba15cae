// What Google's CSP Evaluator and Mozilla's HTTP Observatory say of the shop, as the API serves it by TLS. Of the headers
// that it sends, LEAVE_OUT names one that gets lost on the way: then these tests have to fail.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import { fileURLToPath } from "node:url";

import { CspEvaluator } from "csp_evaluator/dist/evaluator.js";
import { Severity } from "csp_evaluator/dist/finding.js";
import { CspParser } from "csp_evaluator/dist/parser.js";

import { story, told } from "./story.mjs";

const { API_URL, TLS_KEY, TLS_CERT, TLS_PORT, LEAVE_OUT } = process.env;
const SHOP = `https://localhost:${TLS_PORT}`;

/**
 * The most that a site without cookies can have that is in no browser's list of those with TLS alone. Five more there would
 * be for scripts with an integrity of their own: the shop's page loads its programs by theirs, where no scanner looks.
 */
const HIGHEST_SCORE = 130;

/** The shop by TLS, as behind a proxy. */
async function shopByTls() {
  const secrets = { key: readFileSync(TLS_KEY), cert: readFileSync(TLS_CERT) };
  const server = https.createServer(secrets, (request, answer) => {
    const { method, url, headers } = request;
    const passed = http.request(new URL(url, API_URL), { method, headers }, (shown) => {
      const kept = Object.entries(shown.headers).filter(([name]) => name !== LEAVE_OUT);
      answer.writeHead(shown.statusCode, Object.fromEntries(kept));
      shown.pipe(answer);
    });
    request.pipe(passed);
  });
  await new Promise((resolve) => server.listen(TLS_PORT, resolve));
  return server;
}

/** What is wrong with the policy of a page, or may be. */
async function highFindings(path) {
  const answer = await fetch(`${SHOP}${path}`);
  const policy = answer.headers.get("content-security-policy") ?? "";
  await answer.arrayBuffer();
  const findings = new CspEvaluator(new CspParser(policy).csp).evaluate();
  const high = [Severity.HIGH, Severity.SYNTAX, Severity.MEDIUM, Severity.HIGH_MAYBE];
  return findings.filter(({ severity }) => high.includes(severity));
}

/** Without the list of sites that browsers know beforehand, which would be fetched. */
async function observatory() {
  const list = import.meta.resolve("@mdn/mdn-http-observatory").replace(/src\/index\.js$/, "conf/hsts-preload.json");
  writeFileSync(fileURLToPath(list), "{}");
  const { scan } = await import("@mdn/mdn-http-observatory");
  return scan(`localhost:${TLS_PORT}`);
}

/** What both say, one call after the other. */
async function judged(call) {
  for (const path of ["/", "/login/callback?code=c&state=s", "/art/missing.svg", "/api/hello"]) {
    await call(`no high finding at ${path}`, async () => assert.deepEqual(await highFindings(path), []));
  }
  const { scan, tests } = await call(told("@mdn/mdn-http-observatory"), observatory);
  await call("every test of the observatory is passed", async () => {
    const failed = Object.entries(tests).filter(([, { pass }]) => !pass);
    assert.deepEqual(failed.map(([name, { result }]) => `${name}: ${result}`), []);
  });
  await call(`A+ with ${scan.score} points`, async () => {
    assert.equal(scan.grade, "A+");
    assert.ok(scan.score >= HIGHEST_SCORE, `${scan.score} points`);
  });
}

story(told("csp_evaluator"), "the shop's headers", async (call) => {
  const server = await shopByTls();
  try {
    await judged(call);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

// Signed in without a page: the org takes a password over its authentication API and gives the browser its cookie, and the
// shop's own sign-in then comes straight back. See the README beside.

const SHOP = Cypress.config("baseUrl") ?? "http://localhost:8080";

const base64url = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));

/** The shop's page says which org it belongs to, and as which app. */
const configuration = () =>
  cy.request(SHOP).then(({ body }) => {
    const [, island] = body.match(/<script[^>]*id="?grove-config"?[^>]*>(.*?)<\/script>/s);
    return JSON.parse(island);
  });

/** Signs this person in at the org, for every page of this test. */
Cypress.Commands.add("signIn", (username, password) => {
  cy.session([username], () => {
    configuration().then(({ issuer, client_id }) => {
      const org = new URL(issuer).origin;
      cy.request("POST", `${org}/api/v1/authn`, { username, password }).then(({ body }) => {
        expect(body.status).to.equal("SUCCESS");
        // The token is good once, for a cookie. The code that comes along is nobody's: it is never exchanged.
        cy.wrap(crypto.subtle.digest("SHA-256", new TextEncoder().encode(random()))).then((challenge) => {
          const qs = {
            client_id,
            response_type: "code",
            scope: "openid",
            redirect_uri: `${SHOP}/login/callback`,
            state: random(),
            nonce: random(),
            code_challenge: base64url(challenge),
            code_challenge_method: "S256",
            prompt: "none",
            sessionToken: body.sessionToken,
          };
          cy.request({ url: `${issuer}/v1/authorize`, qs, followRedirect: false }).then(({ redirectedToUrl }) => {
            expect(redirectedToUrl).to.contain("code=");
          });
        });
      });
    });
  });
});

it("signs a shopper in without a page of the org", () => {
  cy.signIn("alice@example.com", Cypress.env("PASSWORD") ?? "Grove-2026!");
  cy.visit(`${SHOP}/orders`);
  cy.contains("h1", "Your orders");
});

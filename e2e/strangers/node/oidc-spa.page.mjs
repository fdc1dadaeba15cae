// An app with oidc-spa. It makes bearer requests of its own origin's code into proven ones, inside of `fetch`.

import { DPoP } from "/node_modules/oidc-spa/esm/DPoP.mjs";
import { oidcEarlyInit } from "/node_modules/oidc-spa/esm/entrypoint.mjs";

const { pathname: BASE_URL } = new URL(CONFIG.home);
const { shouldLoadApp } = oidcEarlyInit({ BASE_URL, securityDefenses: DPoP({ mode: "enforced" }) });

// It calls the app only where the page is not one of its own redirects.
if (shouldLoadApp) {
  const { createOidc } = await import("/node_modules/oidc-spa/esm/core/index.mjs");
  const sdk = createOidc({ issuerUri: CONFIG.issuer, clientId: CONFIG.clientId, scopes: CONFIG.scopes });
  window.app = {
    signIn: async () => (await sdk).login({ doesCurrentHrefRequiresAuth: false }),
    comeBack: async () => {
      const { isUserLoggedIn, initializationError } = await sdk;
      if (!isUserLoggedIn) throw initializationError ?? new Error("nobody is signed in");
    },
    renew: async () => (await sdk).renewTokens(),
    signOut: async () => (await sdk).logout({ redirectTo: "home" }),
    read: async (url) => {
      const { accessToken } = await (await sdk).getTokens();
      const answer = await fetch(url, { headers: { Authorization: `Bearer ${accessToken}` } });
      return { status: answer.status, body: await answer.json() };
    },
  };
}

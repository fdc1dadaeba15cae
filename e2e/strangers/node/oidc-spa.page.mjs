// An app with oidc-spa, which makes requests with its bearer token into proven ones, inside of `fetch`.

import { DPoP } from "/node_modules/oidc-spa/esm/DPoP.mjs";
import { oidcEarlyInit } from "/node_modules/oidc-spa/esm/entrypoint.mjs";

const { pathname: BASE_URL } = new URL(CONFIG.home);
const { shouldLoadApp } = oidcEarlyInit({ BASE_URL, securityDefenses: DPoP({ mode: "enforced" }) });

// Where the address is an answer for it, there is no app: it opens another one.
if (shouldLoadApp) {
  const { createOidc } = await import("/node_modules/oidc-spa/esm/core/index.mjs");
  const settings = { issuerUri: CONFIG.issuer, clientId: CONFIG.clientId, scopes: CONFIG.scopes };
  const sdk = createOidc(settings).then((oidc) => {
    if (oidc.initializationError) throw oidc.initializationError;
    return oidc;
  });
  window.app = {
    signIn: async () => (await sdk).login({ doesCurrentHrefRequiresAuth: false }),
    comeBack: async () => {
      if (!(await sdk).isUserLoggedIn) throw new Error("nobody is signed in");
    },
    renew: async () => (await sdk).renewTokens(),
    signOut: async () => (await sdk).logout({ redirectTo: "home" }),
    get: async (url) => {
      const { accessToken } = await (await sdk).getTokens();
      return fetch(url, { headers: { Authorization: `Bearer ${accessToken}` } });
    },
  };
}

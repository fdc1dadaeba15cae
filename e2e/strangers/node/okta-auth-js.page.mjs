// An app with okta-auth-js, which the page has loaded as `OktaAuth`.

const sdk = new OktaAuth({
  issuer: CONFIG.issuer,
  clientId: CONFIG.clientId,
  redirectUri: CONFIG.home,
  postLogoutRedirectUri: CONFIG.home,
  scopes: CONFIG.scopes,
  dpop: true,
});

window.app = {
  signIn: () => sdk.signInWithRedirect(),
  comeBack: () => sdk.handleLoginRedirect(),
  renew: async () => sdk.tokenManager.setTokens(await sdk.token.renewTokens()),
  signOut: () => sdk.signOut(),
  get: async (url) => {
    const { Authorization, Dpop } = await sdk.getDPoPAuthorizationHeaders({ url, method: "GET" });
    return fetch(url, { headers: { Authorization, Dpop } });
  },
};

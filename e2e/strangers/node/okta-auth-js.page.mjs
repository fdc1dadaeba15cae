// An app with okta-auth-js, which the page has loaded as `OktaAuth`.

const sdk = new OktaAuth({
  issuer: CONFIG.issuer,
  clientId: CONFIG.clientId,
  redirectUri: CONFIG.home,
  postLogoutRedirectUri: CONFIG.home,
  scopes: CONFIG.scopes,
  dpop: true,
});

const request = async (url, method = "GET") => {
  const { Authorization, Dpop } = await sdk.getDPoPAuthorizationHeaders({ url, method });
  return fetch(url, { method, headers: { Authorization, Dpop } });
};

window.app = {
  signIn: () => sdk.signInWithRedirect(),
  comeBack: () => sdk.handleLoginRedirect(),
  renew: async () => sdk.tokenManager.setTokens(await sdk.token.renewTokens()),
  signOut: () => sdk.signOut(),
  read: async (url) => {
    const answer = await request(url);
    return { status: answer.status, body: await answer.json() };
  },
};

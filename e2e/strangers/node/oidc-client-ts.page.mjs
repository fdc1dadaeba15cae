// An app with oidc-client-ts, which the page has loaded as `oidc`.

const sdk = new oidc.UserManager({
  authority: CONFIG.issuer,
  client_id: CONFIG.clientId,
  redirect_uri: CONFIG.home,
  post_logout_redirect_uri: CONFIG.home,
  scope: CONFIG.scopes.join(" "),
  dpop: { bind_authorization_code: true, store: new oidc.IndexedDbDPoPStore() },
});

window.app = {
  signIn: () => sdk.signinRedirect(),
  comeBack: async () => void (await sdk.signinRedirectCallback()),
  renew: async () => void (await sdk.signinSilent()),
  signOut: () => sdk.signoutRedirect(),
  get: async (url) => {
    const user = await sdk.getUser();
    const DPoP = await sdk.dpopProof(url, user, "GET");
    return fetch(url, { headers: { Authorization: `${user.token_type} ${user.access_token}`, DPoP } });
  },
};

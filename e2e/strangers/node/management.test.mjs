// What an administrator does by Okta's Node SDK: each thing is created, read, listed, changed and deleted.

import assert from "node:assert/strict";

import { admin } from "./org.mjs";
import { story, told } from "./story.mjs";

const LIBRARY = told("@okta/okta-sdk-nodejs");

const { applicationApi, authorizationServerApi, groupApi, trustedOriginApi, userApi } = admin;

/** Tells a story of calls of one part of the SDK. */
function chapter(name, api, tell) {
  story(LIBRARY, name, (call) => {
    const does = (method, parameters, of = api) => call(method, () => of[method](parameters));
    const lists = async (method, parameters, of = api) => {
      const items = [];
      await call(method, async () => (await of[method](parameters)).each((item) => void items.push(item)));
      return items.map(({ id }) => id);
    };
    const gone = (method, parameters) =>
      call(`${method} of what was deleted`, () =>
        assert.rejects(api[method](parameters), { status: 404, errorCode: "E0000007" }),
      );
    return tell({ does, lists, gone });
  });
}

const person = (login) => ({
  profile: { firstName: "Nora", lastName: "Node", email: login, login },
  credentials: { password: { value: "Digging-2026!" } },
});

const webApp = (label) => ({
  name: "oidc_client",
  label,
  signOnMode: "OPENID_CONNECT",
  credentials: { oauthClient: { token_endpoint_auth_method: "client_secret_basic" } },
  settings: {
    oauthClient: {
      application_type: "web",
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      redirect_uris: ["http://localhost:8080/callback"],
    },
  },
});

chapter("an app", applicationApi, async ({ does, lists, gone }) => {
  const app = await does("createApplication", { application: webApp("Node's app") });
  const appId = app.id;
  assert.ok(app.credentials.oauthClient.client_secret);
  const read = await does("getApplication", { appId });
  assert.equal(read.settings.oauthClient.application_type, "web");
  assert.deepEqual(await lists("listApplications", { q: "Node's app" }), [appId]);
  const application = webApp("Node's other app");
  assert.equal((await does("replaceApplication", { appId, application })).label, application.label);
  await does("deactivateApplication", { appId });
  assert.equal((await does("getApplication", { appId })).status, "INACTIVE");
  await does("activateApplication", { appId });
  await does("deactivateApplication", { appId });
  await does("deleteApplication", { appId });
  await gone("getApplication", { appId });
});

chapter("who has an app", applicationApi, async ({ does, lists }) => {
  const { id: appId } = await does("createApplication", { application: webApp("Node's assigned app") });
  const user = await does("createUser", { body: person("assigned@node.example") }, userApi);
  const assigned = await does("assignUserToApplication", { appId, appUser: { id: user.id } });
  assert.equal(assigned.id, user.id);
  assert.deepEqual(await lists("listApplicationUsers", { appId }), [user.id]);
  await does("unassignUserFromApplication", { appId, userId: user.id });
  const group = await does("createGroup", { group: { profile: { name: "Node's assigned" } } }, groupApi);
  const groupId = group.id;
  await does("assignGroupToApplication", { appId, groupId, applicationGroupAssignment: {} });
  assert.deepEqual(await lists("listApplicationGroupAssignments", { appId }), [groupId]);
  assert.deepEqual(await lists("listAssignedApplicationsForGroup", { groupId }, groupApi), [appId]);
  await does("unassignApplicationFromGroup", { appId, groupId });
  assert.deepEqual(await lists("listApplicationGroupAssignments", { appId }), []);
});

chapter("a user", userApi, async ({ does, lists, gone }) => {
  const user = await does("createUser", { body: person("nora@node.example") });
  const userId = user.id;
  assert.equal((await does("getUser", { userId: "nora@node.example" })).id, userId);
  assert.deepEqual(await lists("listUsers", { search: 'profile.login eq "nora@node.example"' }), [userId]);
  assert.ok((await lists("listUsers", { limit: 1 })).includes(userId), "page by page");
  const nicknamed = await does("updateUser", { userId, user: { profile: { nickName: "Nory" } } });
  assert.equal(nicknamed.profile.nickName, "Nory");
  const replaced = await does("replaceUser", { userId, user: { profile: person("nora@node.example").profile } });
  assert.ok(!replaced.profile.nickName);
  await does("suspendUser", { userId });
  assert.equal((await does("getUser", { userId })).status, "SUSPENDED");
  await does("unsuspendUser", { userId });
  await does("revokeUserSessions", { userId });
  const changePasswordRequest = {
    oldPassword: { value: "Digging-2026!" },
    newPassword: { value: "Digging-2027!" },
  };
  await does("changePassword", { userId, changePasswordRequest });
  assert.equal((await does("expirePassword", { userId })).status, "PASSWORD_EXPIRED");
  await does("deactivateUser", { userId });
  await does("deleteUser", { userId });
  await gone("getUser", { userId });
});

chapter("a group", groupApi, async ({ does, lists, gone }) => {
  const group = await does("createGroup", { group: { profile: { name: "Node's diggers" } } });
  const groupId = group.id;
  assert.equal((await does("getGroup", { groupId })).profile.name, "Node's diggers");
  assert.deepEqual(await lists("listGroups", { q: "Node's diggers" }), [groupId]);
  const changed = await does("replaceGroup", { groupId, group: { profile: { name: "Node's gardeners" } } });
  assert.equal(changed.profile.name, "Node's gardeners");
  const user = await does("createUser", { body: person("digger@node.example") }, userApi);
  await does("assignUserToGroup", { groupId, userId: user.id });
  assert.deepEqual(await lists("listGroupUsers", { groupId }), [user.id]);
  assert.ok((await lists("listUserGroups", { userId: user.id }, userApi)).includes(groupId));
  await does("unassignUserFromGroup", { groupId, userId: user.id });
  await does("deleteGroup", { groupId });
  await gone("getGroup", { groupId });
});

chapter("a trusted origin", trustedOriginApi, async ({ does, lists, gone }) => {
  const described = { origin: "http://node.example", scopes: [{ type: "CORS" }, { type: "REDIRECT" }] };
  const made = await does("createTrustedOrigin", { trustedOrigin: { name: "Node's", ...described } });
  const trustedOriginId = made.id;
  assert.equal((await does("getTrustedOrigin", { trustedOriginId })).origin, described.origin);
  assert.ok((await lists("listTrustedOrigins", {})).includes(trustedOriginId));
  const trustedOrigin = { name: "Node's other", ...described };
  assert.equal((await does("replaceTrustedOrigin", { trustedOriginId, trustedOrigin })).name, "Node's other");
  assert.equal((await does("deactivateTrustedOrigin", { trustedOriginId })).status, "INACTIVE");
  assert.equal((await does("activateTrustedOrigin", { trustedOriginId })).status, "ACTIVE");
  await does("deleteTrustedOrigin", { trustedOriginId });
  await gone("getTrustedOrigin", { trustedOriginId });
});

/** Tells a story about an authorization server that is there for it alone. */
function serversChapter(name, tell) {
  chapter(name, authorizationServerApi, async (calls) => {
    const authorizationServer = { name: `Node's: ${name}`, description: "", audiences: ["api://node"] };
    const { id: authServerId } = await calls.does("createAuthorizationServer", { authorizationServer });
    await tell({ ...calls, authServerId });
    await calls.does("deactivateAuthorizationServer", { authServerId });
    await calls.does("deleteAuthorizationServer", { authServerId });
    await calls.gone("getAuthorizationServer", { authServerId });
  });
}

serversChapter("an authorization server", async ({ does, lists, authServerId }) => {
  const read = await does("getAuthorizationServer", { authServerId });
  assert.deepEqual(read.audiences, ["api://node"]);
  assert.ok((await lists("listAuthorizationServers", {})).includes(authServerId));
  const authorizationServer = { ...read, name: "Node's other" };
  const changed = await does("replaceAuthorizationServer", { authServerId, authorizationServer });
  assert.equal(changed.name, "Node's other");
  await does("deactivateAuthorizationServer", { authServerId });
  assert.equal((await does("getAuthorizationServer", { authServerId })).status, "INACTIVE");
  await does("activateAuthorizationServer", { authServerId });
  await lists("listAuthorizationServerKeys", { authServerId });
  await lists("rotateAuthorizationServerKeys", { authServerId, use: { use: "sig" } });
});

serversChapter("a scope", async ({ does, lists, gone, authServerId }) => {
  const described = { name: "beds:read", description: "See beds", consent: "REQUIRED" };
  const { id: scopeId } = await does("createOAuth2Scope", { authServerId, oAuth2Scope: described });
  const read = await does("getOAuth2Scope", { authServerId, scopeId });
  assert.equal(read.name, "beds:read");
  assert.ok((await lists("listOAuth2Scopes", { authServerId })).includes(scopeId));
  const oAuth2Scope = { ...read, description: "See all beds" };
  const changed = await does("replaceOAuth2Scope", { authServerId, scopeId, oAuth2Scope });
  assert.equal(changed.description, "See all beds");
  await does("deleteOAuth2Scope", { authServerId, scopeId });
  await gone("getOAuth2Scope", { authServerId, scopeId });
});

serversChapter("a claim", async ({ does, lists, gone, authServerId }) => {
  const described = { name: "team", claimType: "RESOURCE", valueType: "EXPRESSION", value: "user.department" };
  const { id: claimId } = await does("createOAuth2Claim", { authServerId, oAuth2Claim: described });
  const read = await does("getOAuth2Claim", { authServerId, claimId });
  assert.equal(read.value, "user.department");
  assert.ok((await lists("listOAuth2Claims", { authServerId })).includes(claimId));
  const oAuth2Claim = { ...read, value: "user.title" };
  assert.equal((await does("replaceOAuth2Claim", { authServerId, claimId, oAuth2Claim })).value, "user.title");
  await does("deleteOAuth2Claim", { authServerId, claimId });
  await gone("getOAuth2Claim", { authServerId, claimId });
});

serversChapter("a policy", async ({ does, lists, gone, authServerId }) => {
  const described = {
    type: "OAUTH_AUTHORIZATION_POLICY",
    name: "Node's",
    description: "For all",
    priority: 1,
    conditions: { clients: { include: ["ALL_CLIENTS"] } },
  };
  const made = await does("createAuthorizationServerPolicy", { authServerId, policy: described });
  const its = { authServerId, policyId: made.id };
  const read = await does("getAuthorizationServerPolicy", its);
  assert.deepEqual(read.conditions.clients.include, ["ALL_CLIENTS"]);
  assert.deepEqual(await lists("listAuthorizationServerPolicies", { authServerId }), [its.policyId]);
  const policy = { ...read, name: "Node's other" };
  const changed = await does("replaceAuthorizationServerPolicy", { ...its, policy });
  assert.equal(changed.name, "Node's other");
  await does("deactivateAuthorizationServerPolicy", its);
  await does("activateAuthorizationServerPolicy", its);
  await does("deleteAuthorizationServerPolicy", its);
  await gone("getAuthorizationServerPolicy", its);
});

serversChapter("a rule", async ({ does, lists, gone, authServerId }) => {
  const policy = {
    type: "OAUTH_AUTHORIZATION_POLICY",
    name: "Node's",
    description: "For a rule",
    priority: 1,
    conditions: { clients: { include: ["ALL_CLIENTS"] } },
  };
  const { id: policyId } = await does("createAuthorizationServerPolicy", { authServerId, policy });
  const described = {
    type: "RESOURCE_ACCESS",
    name: "Node's",
    priority: 1,
    conditions: {
      grantTypes: { include: ["authorization_code"] },
      people: { groups: { include: ["EVERYONE"] } },
      scopes: { include: ["*"] },
    },
    actions: {
      token: {
        accessTokenLifetimeMinutes: 30,
        refreshTokenLifetimeMinutes: 0,
        refreshTokenWindowMinutes: 10080,
      },
    },
  };
  const made = await does("createAuthorizationServerPolicyRule", { authServerId, policyId, policyRule: described });
  const its = { authServerId, policyId, ruleId: made.id };
  const read = await does("getAuthorizationServerPolicyRule", its);
  assert.equal(read.actions.token.accessTokenLifetimeMinutes, 30);
  assert.deepEqual(await lists("listAuthorizationServerPolicyRules", { authServerId, policyId }), [its.ruleId]);
  described.actions.token.accessTokenLifetimeMinutes = 45;
  const changed = await does("replaceAuthorizationServerPolicyRule", { ...its, policyRule: described });
  assert.equal(changed.actions.token.accessTokenLifetimeMinutes, 45);
  await does("deactivateAuthorizationServerPolicyRule", its);
  await does("activateAuthorizationServerPolicyRule", its);
  await does("deleteAuthorizationServerPolicyRule", its);
  await gone("getAuthorizationServerPolicyRule", its);
});

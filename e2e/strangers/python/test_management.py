"""What an administrator does by Okta's Python SDK: each thing is created, read, listed, changed and deleted."""

import unittest

from okta import models

from sdk import Section


def ids(things):
    return [thing.id for thing in things]


def person(login):
    return models.CreateUserRequest(
        profile=models.UserProfile(first_name="Dora", last_name="Digger", email=login, login=login),
        credentials=models.UserCredentialsWritable(password=models.PasswordCredential(value="Digging-2026!")),
    )


def web_app(label):
    return models.OpenIdConnectApplication(
        name="oidc_client",
        label=label,
        sign_on_mode="OPENID_CONNECT",
        credentials=models.OAuthApplicationCredentials(
            oauth_client=models.ApplicationCredentialsOAuthClient(
                token_endpoint_auth_method="client_secret_post"
            )
        ),
        settings=models.OpenIdConnectApplicationSettings(
            oauth_client=models.OpenIdConnectApplicationSettingsClient(
                application_type="web",
                grant_types=["authorization_code", "refresh_token"],
                response_types=["code"],
                redirect_uris=["http://localhost:8080/callback"],
            )
        ),
    )


class Apps(Section):
    async def test_an_app(self):
        app = await self.call("create_application", web_app("Python's app"))
        self.assertTrue(app.credentials.oauth_client.client_secret)
        read = await self.call("get_application", app.id)
        self.assertEqual(read.settings.oauth_client.application_type, "web")
        self.assertIn(app.id, ids(await self.call("list_applications", q="Python's")))
        changed = web_app("Python's other app")
        self.assertEqual((await self.call("replace_application", app.id, changed)).label, changed.label)
        await self.call("deactivate_application", app.id)
        self.assertEqual((await self.call("get_application", app.id)).status, "INACTIVE")
        await self.call("activate_application", app.id)
        await self.assigned(app)
        await self.call("deactivate_application", app.id)
        await self.call("delete_application", app.id)
        await self.gone("get_application", app.id)

    async def assigned(self, app):
        user = await self.call("create_user", person("assigned@example.com"))
        group = await self.call("add_group", named("Python's assigned"))
        assignment = models.AppUserAssignRequest(id=user.id)
        self.assertEqual((await self.call("assign_user_to_application", app.id, assignment)).id, user.id)
        self.assertEqual(ids(await self.call("list_application_users", app.id)), [user.id])
        await self.call("unassign_user_from_application", app.id, user.id)
        assignment = models.ApplicationGroupAssignment()
        self.assertEqual(
            (await self.call("assign_group_to_application", app.id, group.id, assignment)).id, group.id
        )
        self.assertEqual(ids(await self.call("list_application_group_assignments", app.id)), [group.id])
        self.assertEqual(ids(await self.call("list_assigned_applications_for_group", group.id)), [app.id])
        await self.call("unassign_application_from_group", app.id, group.id)

    async def test_its_secrets(self):
        app = await self.call("create_application", web_app("Python's secretive app"))
        secret = await self.call("create_o_auth2_client_secret", app.id)
        self.assertIn(secret.id, ids(await self.call("list_o_auth2_client_secrets", app.id)))


class Users(Section):
    async def test_a_user(self):
        user = await self.call("create_user", person("dora@example.com"), activate=True)
        self.assertEqual((await self.call("get_user", "dora@example.com")).id, user.id)
        self.assertIn(user.id, ids(await self.call("list_users")))
        found = await self.call("list_users", search='profile.login eq "dora@example.com"')
        self.assertEqual(ids(found), [user.id])
        nickname = models.UpdateUserRequest(profile=models.UserProfile(nick_name="Dory"))
        self.assertEqual((await self.call("update_user", user.id, nickname)).profile.nick_name, "Dory")
        whole = models.UpdateUserRequest(profile=person("dora@example.com").profile)
        self.assertIsNone((await self.call("replace_user", user.id, whole)).profile.nick_name)
        await self.lifecycle(user)
        await self.call("deactivate_user", user.id)
        await self.call("delete_user", user.id)
        await self.gone("get_user", user.id)

    async def lifecycle(self, user):
        await self.call("suspend_user", user.id)
        self.assertEqual((await self.call("get_user", user.id)).status, "SUSPENDED")
        await self.call("unsuspend_user", user.id)
        await self.call("revoke_user_sessions", user.id)
        change = models.ChangePasswordRequest(
            old_password=models.PasswordCredential(value="Digging-2026!"),
            new_password=models.PasswordCredential(value="Digging-2027!"),
        )
        await self.call("change_password", user.id, change)
        self.assertEqual((await self.call("expire_password", user.id)).status, "PASSWORD_EXPIRED")
        self.assertTrue((await self.call("reset_password", user.id, False)).reset_password_url)
        names = [group.profile.actual_instance.name for group in await self.call("list_user_groups", user.id)]
        self.assertEqual(names, ["Everyone"])


def named(name):
    return models.AddGroupRequest(profile=models.OktaUserGroupProfile(name=name, description="With spades"))


class Groups(Section):
    async def test_a_group(self):
        group = await self.call("add_group", named("Python's diggers"))
        self.assertEqual((await self.call("get_group", group.id)).id, group.id)
        self.assertEqual(ids(await self.call("list_groups", q="Python's diggers")), [group.id])
        changed = await self.call("replace_group", group.id, named("Python's gardeners"))
        self.assertEqual(changed.profile.actual_instance.name, "Python's gardeners")
        user = await self.call("create_user", person("digger@example.com"))
        await self.call("assign_user_to_group", group.id, user.id)
        self.assertEqual(ids(await self.call("list_group_users", group.id)), [user.id])
        await self.call("unassign_user_from_group", group.id, user.id)
        await self.call("delete_group", group.id)
        await self.gone("get_group", group.id)


class TrustedOrigins(Section):
    async def test_an_origin(self):
        scopes = [models.TrustedOriginScope(type="CORS"), models.TrustedOriginScope(type="REDIRECT")]
        described = {"origin": "http://python.example", "scopes": scopes}
        new = models.TrustedOriginWrite(name="Python's", **described)
        made = await self.call("create_trusted_origin", new)
        self.assertEqual((await self.call("get_trusted_origin", made.id)).origin, "http://python.example")
        self.assertIn(made.id, ids(await self.call("list_trusted_origins")))
        other = models.TrustedOrigin(name="Python's other", **described)
        changed = await self.call("replace_trusted_origin", made.id, other)
        self.assertEqual(changed.name, "Python's other")
        self.assertEqual((await self.call("deactivate_trusted_origin", made.id)).status, "INACTIVE")
        self.assertEqual((await self.call("activate_trusted_origin", made.id)).status, "ACTIVE")
        await self.call("delete_trusted_origin", made.id)
        await self.gone("get_trusted_origin", made.id)


class AuthorizationServers(Section):
    async def asyncSetUp(self):
        self.server = await self.call("create_authorization_server", self.described("Python's"))

    def described(self, name):
        return models.AuthorizationServer(name=name, description="For plants", audiences=["api://python"])

    async def asyncTearDown(self):
        await self.call("deactivate_authorization_server", self.server.id)
        await self.call("delete_authorization_server", self.server.id)
        await self.gone("get_authorization_server", self.server.id)

    async def test_a_server(self):
        server = self.server
        self.assertEqual((await self.call("get_authorization_server", server.id)).audiences, ["api://python"])
        self.assertIn(server.id, ids(await self.call("list_authorization_servers")))
        changed = await self.call("replace_authorization_server", server.id, self.described("Python's other"))
        self.assertEqual(changed.name, "Python's other")
        await self.call("deactivate_authorization_server", server.id)
        self.assertEqual((await self.call("get_authorization_server", server.id)).status, "INACTIVE")
        await self.call("activate_authorization_server", server.id)
        former = await self.call("list_authorization_server_keys", server.id)
        use = models.JwkUse(use="sig")
        rotated = await self.call("rotate_authorization_server_keys", server.id, use)
        self.assertNotEqual(former[0].kid, rotated[0].kid)

    async def test_a_scope(self):
        server = self.server.id
        described = models.OAuth2Scope(name="beds:read", description="See beds", consent="REQUIRED")
        scope = await self.call("create_o_auth2_scope", server, described)
        self.assertEqual((await self.call("get_o_auth2_scope", server, scope.id)).name, "beds:read")
        self.assertIn(scope.id, ids(await self.call("list_o_auth2_scopes", server)))
        described.description = "See all beds"
        changed = await self.call("replace_o_auth2_scope", server, scope.id, described)
        self.assertEqual(changed.description, "See all beds")
        await self.call("delete_o_auth2_scope", server, scope.id)
        await self.gone("get_o_auth2_scope", server, scope.id)

    async def test_a_claim(self):
        server = self.server.id
        described = models.OAuth2Claim(
            name="team", claim_type="RESOURCE", value_type="EXPRESSION", value="user.department"
        )
        claim = await self.call("create_o_auth2_claim", server, described)
        self.assertEqual((await self.call("get_o_auth2_claim", server, claim.id)).value, "user.department")
        self.assertIn(claim.id, ids(await self.call("list_o_auth2_claims", server)))
        described.value = "user.title"
        changed = await self.call("replace_o_auth2_claim", server, claim.id, described)
        self.assertEqual(changed.value, "user.title")
        await self.call("delete_o_auth2_claim", server, claim.id)
        await self.gone("get_o_auth2_claim", server, claim.id)

    async def test_a_policy(self):
        server = self.server.id
        described = models.AuthorizationServerPolicy(
            type="OAUTH_AUTHORIZATION_POLICY",
            name="Python's",
            description="For all",
            priority=1,
            conditions=models.AuthorizationServerPolicyConditions(
                clients=models.ClientPolicyCondition(include=["ALL_CLIENTS"])
            ),
        )
        policy = await self.call("create_authorization_server_policy", server, described)
        read = await self.call("get_authorization_server_policy", server, policy.id)
        self.assertEqual(read.conditions.clients.include, ["ALL_CLIENTS"])
        self.assertEqual(ids(await self.call("list_authorization_server_policies", server)), [policy.id])
        described.name = "Python's other"
        changed = await self.call("replace_authorization_server_policy", server, policy.id, described)
        self.assertEqual(changed.name, "Python's other")
        await self.call("deactivate_authorization_server_policy", server, policy.id)
        await self.call("activate_authorization_server_policy", server, policy.id)
        await self.rule(server, policy.id)
        await self.call("delete_authorization_server_policy", server, policy.id)
        await self.gone("get_authorization_server_policy", server, policy.id)

    async def rule(self, server, policy):
        described = models.AuthorizationServerPolicyRuleRequest(
            type="RESOURCE_ACCESS",
            name="Python's",
            priority=1,
            conditions=models.AuthorizationServerPolicyRuleConditions(
                grant_types=models.GrantTypePolicyRuleCondition(include=["authorization_code"]),
                people=models.AuthorizationServerPolicyPeopleCondition(
                    groups=models.AuthorizationServerPolicyRuleGroupCondition(include=["EVERYONE"])
                ),
                scopes=models.OAuth2ScopesMediationPolicyRuleCondition(include=["*"]),
            ),
            actions=models.AuthorizationServerPolicyRuleActions(
                token=models.TokenAuthorizationServerPolicyRuleAction(
                    access_token_lifetime_minutes=30,
                    refresh_token_lifetime_minutes=0,
                    refresh_token_window_minutes=10080,
                )
            ),
        )
        rule = await self.call("create_authorization_server_policy_rule", server, policy, described)
        read = await self.call("get_authorization_server_policy_rule", server, policy, rule.id)
        self.assertEqual(read.actions.token.access_token_lifetime_minutes, 30)
        rules = await self.call("list_authorization_server_policy_rules", server, policy)
        self.assertEqual(ids(rules), [rule.id])
        described.actions.token.access_token_lifetime_minutes = 45
        changed = await self.call(
            "replace_authorization_server_policy_rule", server, policy, rule.id, described
        )
        self.assertEqual(changed.actions.token.access_token_lifetime_minutes, 45)
        await self.call("deactivate_authorization_server_policy_rule", server, policy, rule.id)
        await self.call("activate_authorization_server_policy_rule", server, policy, rule.id)
        await self.call("delete_authorization_server_policy_rule", server, policy, rule.id)
        await self.gone("get_authorization_server_policy_rule", server, policy, rule.id)


class TheRest(Section):
    async def test_what_is_only_read(self):
        self.assertTrue(await self.call("list_log_events"))
        await self.call("get_user_schema", "default")


if __name__ == "__main__":
    unittest.main(verbosity=0)

//! What events are called for people, by Okta's catalogue of event types, and by the names they had before.

/// In a few words.
pub(super) fn display_message(event_type: &str) -> &'static str {
    match event_type {
        "app.keys.clone" => "Application signing key cloned",
        "app.keys.generate" => "New signing key generated",
        "app.keys.rotate" => "Application signing key rotated",
        "app.oauth2.admin.consent.grant" => "Administrator consent granted for scope",
        "app.oauth2.admin.consent.revoke" => "Administrator consent revoked for scope",
        "app.oauth2.as.authorize" => "OAuth2 authorization request",
        "app.oauth2.as.authorize.code" => "OAuth2 authorization code request",
        "app.oauth2.as.consent.grant" | "app.oauth2.consent.grant" => "User granted consent to app",
        "app.oauth2.as.consent.revoke" => "Consent revoked",
        "app.oauth2.as.consent.revoke.user" => "All consent revoked for user",
        "app.oauth2.as.consent.revoke.user.client" => "User consent revoked for client",
        "app.oauth2.as.key.rollover" => "Custom Authorization Server token signing key rolled over",
        "app.oauth2.as.token.detect_reuse" | "app.oauth2.token.detect_reuse" => {
            "Detect one-time refresh token attempted reuse"
        }
        "app.oauth2.as.token.grant" => "OAuth2 token request",
        "app.oauth2.as.token.grant.access_token" => "OAuth2 access token is granted",
        "app.oauth2.as.token.grant.id_token" => "OAuth2 id token is granted",
        "app.oauth2.as.token.grant.refresh_token" => "OAuth2 refresh token is granted",
        "app.oauth2.as.token.revoke" => "OAuth2 token revocation request",
        "app.oauth2.credentials.lifecycle.activate" => {
            "OAuth client credentials (either client secret or JWK) is added for an application"
        }
        "app.oauth2.credentials.lifecycle.create" => {
            "OAuth client credentials (either client secret or JWK) is activated for an application"
        }
        "app.oauth2.credentials.lifecycle.deactivate" => {
            "OAuth client credentials (either client secret or JWK) is deactivated for an application"
        }
        "app.oauth2.credentials.lifecycle.delete" => {
            "OAuth client credentials (either client secret or JWK) is deleted for an application"
        }
        "app.oauth2.authorize" => "OIDC authorization request",
        "app.oauth2.authorize.code" => "OIDC authorization code request",
        "app.oauth2.token.grant" => "OIDC token request",
        "app.oauth2.token.grant.access_token" => "OIDC access token is granted",
        "app.oauth2.token.grant.id_token" => "OIDC id token is granted",
        "app.oauth2.token.grant.refresh_token" => "OIDC refresh token is granted",
        "app.oauth2.token.revoke" => "OIDC token revocation request",
        "app.oauth2.trusted_server.add" => "Trusted authorization server is added",
        "app.oauth2.trusted_server.delete" => "Trusted authorization server is removed",
        "application.lifecycle.activate" => "Activate application",
        "application.lifecycle.create" => "Create application",
        "application.lifecycle.deactivate" => "Deactivate application",
        "application.lifecycle.delete" => "Delete application",
        "application.lifecycle.update" => "Update application",
        "application.user_membership.add" => "Add user to application membership",
        "application.user_membership.remove" => "Remove user's application membership",
        "application.user_membership.update" => "Updated user application property",
        "directory.app_user_profile.update" => "Update application user profile",
        "group.application_assignment.add" => "Add assigned application to group",
        "group.application_assignment.remove" => "Remove assigned application from group",
        "group.application_assignment.update" => "Update assigned application to group",
        "group.lifecycle.create" => "Create Okta group",
        "group.lifecycle.delete" => "Delete Okta group",
        "group.privilege.grant" => "Group's admin privilege granted",
        "group.privilege.revoke" => "Group's admin privilege revoked",
        "group.profile.update" => "Okta group profile updated",
        "group.user_membership.add" => "Add user to group membership",
        "group.user_membership.remove" => "Remove user from group membership",
        "group.user_membership.rule.add_exclusion" => "Add user to group membership exclusion rule",
        "group.user_membership.rule.deactivated" => "Group membership rule deactivated",
        "group.user_membership.rule.trigger" => "Trigger group membership rule",
        "oauth2.as.activated" => "Authorization server is activated",
        "oauth2.as.created" => "Authorization server is created",
        "oauth2.as.deactivated" => "Authorization server is deactivated",
        "oauth2.as.deleted" => "Authorization server is deleted",
        "oauth2.as.updated" => "Authorization server is updated",
        "oauth2.claim.created" => "OAuth2 claim is created",
        "oauth2.claim.deleted" => "OAuth2 claim is deleted",
        "oauth2.claim.updated" => "OAuth2 claim is updated",
        "oauth2.scope.created" => "OAuth2 scope is created",
        "oauth2.scope.deleted" => "OAuth2 scope is deleted",
        "oauth2.scope.updated" => "OAuth2 scope is updated",
        "policy.evaluate_sign_on" => "Evaluation of sign-on policy",
        "policy.lifecycle.activate" => "Activate policy",
        "policy.lifecycle.create" => "Create policy",
        "policy.lifecycle.deactivate" => "Deactivate policy",
        "policy.lifecycle.delete" => "Delete policy",
        "policy.lifecycle.update" => "Update policy",
        "policy.rule.activate" => "Activate policy rule",
        "policy.rule.add" => "Add policy rule",
        "policy.rule.deactivate" => "Deactivate policy rule",
        "policy.rule.delete" => "Delete policy rule",
        "policy.rule.update" => "Update policy rule",
        "security.trusted_origin.activate" => "A trusted origin is activated",
        "security.trusted_origin.create" => "A trusted origin is created",
        "security.trusted_origin.deactivate" => "A trusted origin is deactivated",
        "security.trusted_origin.delete" => "A trusted origin is deleted",
        "security.trusted_origin.update" => "A trusted origin is updated",
        "system.client.concurrency_rate_limit.violation" => "Too many requests in flight for client",
        "system.email.account_unlock.sent_message" => "Send self-service account unlock email",
        "system.email.challenge_factor_redeemed" => "Email challenge factor redeemed",
        "system.email.password_reset.sent_message" => "Send self-service password reset email",
        "system.email.send_factor_verify_message" => "Send Email factor verification message",
        "system.client.rate_limit.violation" => "Client rate limit violation",
        "user.account.expire_password" => "User's Okta password is expired",
        "user.account.lock" => "Max sign in attempts exceeded",
        "user.account.privilege.grant" => "A User's admin privileges changed",
        "user.account.privilege.revoke" => "All of user's admin privilege revoked",
        "user.account.reset_password" => "User's Okta password has been reset",
        "user.account.unlock" => "Auto-unlock user account for Okta",
        "user.account.unlock_by_admin" => "User account unlock by admin",
        "user.account.unlock_token" => "Issued recovery token for self-service account unlock",
        "user.account.use_token" => "Invalid self service recovery token used by user",
        "user.account.update_password" => "User update password for Okta",
        "user.account.update_profile" => "Update user profile for Okta",
        "user.authentication.auth_via_mfa" => "Authentication of user via MFA",
        "user.authentication.sso" => "User single sign on to app",
        "user.authentication.universal_logout" => "Universal Logout of user from app",
        "user.lifecycle.activate" => "Activate Okta user",
        "user.lifecycle.create" => "Create Okta user",
        "user.lifecycle.deactivate" => "Deactivate Okta user",
        "user.lifecycle.delete.completed" => "Delete Okta user completed",
        "user.lifecycle.reactivate" => "Reactivate Okta user",
        "user.lifecycle.suspend" => "Suspend Okta user",
        "user.lifecycle.unsuspend" => "Unsuspend Okta user",
        "user.mfa.factor.activate" => "Activate factor or authenticator enrollment method for user",
        "user.mfa.factor.deactivate" => "Reset factor or authenticator enrollment method for user",
        "user.mfa.factor.update" => "Update factor for user",
        "user.mfa.factor.reset_all" => "Reset all factors or authenticator enrollments for user",
        "user.session.clear" => "Clear user session",
        "user.session.end" => "User logout from Okta",
        "user.session.start" => "User login to Okta",
        "user.session.universal_logout" => "Universal Logout of user",
        _ => "",
    }
}

/// The name that an event had in the Events API, where that is known.
pub(super) fn legacy_event_type(event_type: &str, failed: bool) -> Option<String> {
    let name = match event_type {
        "user.session.start" if failed => "core.user_auth.login_failed",
        "user.session.start" => "core.user_auth.login_success",
        "user.session.end" => "core.user_auth.logout_success",
        "user.account.lock" => "core.user_auth.account_locked",
        "user.account.update_password" => "core.user.config.password_update.success",
        "user.authentication.sso" => "app.auth.sso",
        "user.authentication.auth_via_mfa" if failed => "core.user.factor.attempt_fail",
        "user.authentication.auth_via_mfa" => "core.user.factor.attempt_success",
        "user.lifecycle.create" => "core.user.config.user_creation.success",
        "user.lifecycle.activate" => "core.user.config.user_activated",
        "user.lifecycle.deactivate" => "core.user.config.user_deactivated",
        "group.user_membership.add" => "core.user_group_member.user_add",
        "group.user_membership.remove" => "core.user_group_member.user_remove",
        other if other.starts_with("app.oauth2.") => {
            return Some(format!("{other}_{}", if failed { "failure" } else { "success" }));
        }
        _ => return None,
    };
    Some(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All names in the program's text that are those of events.
    fn named(text: &str) -> impl Iterator<Item = &str> {
        let kinds = [
            "app.oauth2.",
            "application.",
            "group.",
            "oauth2.",
            "policy.",
            "security.",
            "system.client.",
            "system.email.",
            "user.",
        ];
        let after = ["record(\"", "record_with(\"", "record_change(\"", "event_of(", "let event"];
        text.lines()
            .filter(move |line| after.iter().any(|call| line.contains(call)))
            .flat_map(|line| line.split('"').skip(1).step_by(2))
            .filter(move |name| kinds.iter().any(|kind| name.starts_with(kind)))
    }

    #[test]
    fn every_event_that_is_recorded_has_its_words() {
        let mut seen = 0;
        let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
                if entry.path().is_dir() {
                    folders.push(entry.path());
                    continue;
                }
                let text = std::fs::read_to_string(entry.path()).unwrap_or_default();
                for name in named(&text) {
                    assert_ne!(display_message(name), "", "{name} in {}", entry.path().display());
                    seen += 1;
                }
            }
        }
        assert!(seen > 50, "{seen}");
    }
}

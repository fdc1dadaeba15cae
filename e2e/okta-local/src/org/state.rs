//! All that an org knows, and the questions about people and apps that endpoints share.

use std::collections::HashMap;

use okta_types::Scopes;
use serde::{Deserialize, Serialize};

use crate::catalogue::{Code, Refusal};
use crate::grants::Grants;
use crate::org::account::AccountFlows;
use crate::org::app_kind::GrantType;
use crate::org::authenticators::Authenticators;
use crate::org::authorization_server::AuthorizationServer;
use crate::org::client::Client;
use crate::org::consents::Consents;
use crate::org::group::Group;
use crate::org::group_rule::GroupRule;
use crate::org::lockout::Lockouts;
use crate::org::mail_challenge::MailChallenges;
use crate::org::policy::{self, Asked, Lifetimes, Policy, Rule};
use crate::org::pushed_request::PushedRequests;
use crate::org::session::Sessions;
use crate::org::session_token::SessionTokens;
use crate::org::sign_in::SignIns;
use crate::org::transaction::Transactions;
use crate::org::trusted_origin::TrustedOrigin;
use crate::org::user::{User, UserStatus};
use crate::org::user_schema::UserSchema;

/// The state of one org, behind one lock.
#[derive(Debug)]
pub(crate) struct State {
    /// What an administrator sets up.
    pub(crate) directory: Directory,
    /// Browsers that are signed in.
    pub(crate) sessions: Sessions,
    /// Who proved a password without a browser's page.
    pub(crate) session_tokens: SessionTokens,
    /// Who is about to, over the Authentication API.
    pub(crate) transactions: Transactions,
    /// What people are about to do about their accounts.
    pub(crate) accounts: AccountFlows,
    /// Browsers that are about to.
    pub(crate) sign_ins: SignIns,
    /// Mails that are somebody's second factor.
    pub(crate) mail_challenges: MailChallenges,
    /// What apps will ask for.
    pub(crate) pushed_requests: PushedRequests,
    /// Codes and tokens that were issued.
    pub(crate) grants: Grants,
    /// Whether answers of `/authorize` name the issuer (RFC 9207); Okta's do not.
    pub(crate) response_iss: bool,
    /// What people allowed apps.
    pub(crate) consents: Consents,
    /// Who guessed wrong, and how often.
    pub(crate) lockouts: Lockouts,
    /// By person: the last step whose code was used, none of which is good twice.
    pub(crate) used_steps: HashMap<String, u64>,
}

impl State {
    /// Ends all sessions of one person, and what would open another; says how many they had.
    pub(crate) fn end_sessions_of(&mut self, user_id: &str) -> usize {
        self.session_tokens.end_all_of(user_id);
        self.transactions.end_all_of(user_id);
        self.mail_challenges.end_all_of(user_id);
        self.sessions.end_all_of(user_id)
    }
}

/// Apps, people, groups, authorization servers.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Directory {
    /// The org as an identity provider, `00o…`.
    pub(crate) idp_id: String,
    /// All apps, in the order they were made.
    pub(crate) clients: Vec<Client>,
    /// The org's own app, which no administrator sees.
    #[serde(skip)]
    pub(crate) dashboard: Option<Client>,
    /// Every person, in any status.
    pub(crate) users: Vec<User>,
    /// Every group, `Everyone` included.
    pub(crate) groups: Vec<Group>,
    /// Every authorization server, the org's own included.
    pub(crate) servers: Vec<AuthorizationServer>,
    /// Whose pages may call the org.
    pub(crate) trusted_origins: Vec<TrustedOrigin>,
    /// Whether a groups claim of too many groups is refused, also in the code flow; Okta's is not.
    #[serde(default)]
    pub(crate) limits_groups: bool,
    /// Whether the org's sign-on policy asks everybody for a second factor; Okta's default one does not.
    #[serde(default)]
    pub(crate) second_factor: bool,
    /// What people may prove who they are by.
    #[serde(default)]
    pub(crate) authenticators: Authenticators,
    /// Whether a new password ends the sessions of its person in any case; Okta's page leaves it to them.
    #[serde(default)]
    pub(crate) reset_ends_sessions: bool,
    /// Whether an authorization request must be pushed before the browser comes with it (RFC 9126 §4).
    #[serde(default)]
    pub(crate) requires_pushed_requests: bool,
    /// What people's profiles consist of.
    #[serde(default)]
    pub(crate) user_schema: UserSchema,
    /// What puts people into groups.
    #[serde(default)]
    pub(crate) group_rules: Vec<GroupRule>,
}

impl Directory {
    /// The active OAuth client of that id.
    pub(crate) fn client(&self, id: &str) -> Option<&Client> {
        self.active_clients().chain(&self.dashboard).find(|client| client.id == id)
    }

    /// All apps that are OAuth clients and active.
    pub(crate) fn active_clients(&self) -> impl Iterator<Item = &Client> {
        self.clients.iter().filter(|client| client.active && client.integration.is_none())
    }

    /// The active authorization server of that id.
    pub(crate) fn server(&self, id: &str) -> Option<&AuthorizationServer> {
        self.servers.iter().find(|server| server.active && server.id == id)
    }

    /// The person of that id.
    pub(crate) fn user(&self, id: &str) -> Option<&User> {
        self.users.iter().find(|user| user.id == id)
    }

    /// As [`Self::user`], to be changed.
    pub(crate) fn user_mut(&mut self, id: &str) -> Option<&mut User> {
        self.users.iter_mut().find(|user| user.id == id)
    }

    /// The person of that login; case and white space around it do not matter.
    pub(crate) fn user_by_login(&self, login: &str) -> Option<&User> {
        self.users.iter().find(|user| user.login.eq_ignore_ascii_case(login.trim()))
    }

    /// The id of the person of that login.
    pub(crate) fn id_of(&self, login: &str) -> Option<String> {
        self.user_by_login(login).map(|user| user.id.clone())
    }

    /// The groups that person is in.
    pub(crate) fn groups_of(&self, user_id: &str) -> impl Iterator<Item = &Group> {
        self.groups.iter().filter(move |group| group.members.iter().any(|member| member == user_id))
    }

    /// All policies, also those that a test took away for a while.
    pub(crate) fn policies_mut(&mut self) -> impl Iterator<Item = &mut Policy> {
        self.servers.iter_mut().flat_map(|server| server.policies.iter_mut().chain(&mut server.set_aside))
    }

    /// All rules of these.
    pub(crate) fn rules_mut(&mut self) -> impl Iterator<Item = &mut Rule> {
        self.policies_mut().flat_map(|policy| &mut policy.rules)
    }

    /// Whether pages of this origin may call the org.
    pub(crate) fn trusts(&self, origin: &str) -> bool {
        self.trusted_origins.iter().any(|trusted| trusted.may_call(origin))
    }

    /// Whether the person may use the app: assigned directly or through a group, or because everybody may.
    pub(crate) fn may_use(&self, client: &Client, user: &User) -> bool {
        client.implicit_assignment
            || client.assignments.cover(&user.id, self.groups_of(&user.id).map(|group| group.id.as_str()))
    }

    /// Whether this person may have these scopes for this client, and for how long. Asked at sign-in and
    /// again each time tokens are issued, so that a withdrawal takes effect at the next renewal.
    ///
    /// # Errors
    /// The first reason against it: status, assignment, policy.
    pub(crate) fn permit(
        &self,
        server: &AuthorizationServer,
        client: &Client,
        user: &User,
        grant_type: GrantType,
        scopes: &Scopes,
    ) -> Result<Lifetimes, Refusal> {
        if user.status != UserStatus::Active {
            return Err(Code::InvalidUserStatusError.into());
        }
        if !self.may_use(client, user) {
            return Err(Code::UserNotAssigned.into());
        }
        let groups: Vec<_> = self.groups_of(&user.id).map(|group| group.id.as_str()).collect();
        policy::evaluate(
            &server.policies,
            Asked { client_id: &client.id, grant_type, user_id: Some(&user.id), groups: &groups, scopes },
        )
    }
}

#[cfg(test)]
mod tests {
    use okta_types::UnixTime;

    use super::*;
    use crate::org::password::PasswordHashing;
    use crate::org::seed;

    #[test]
    fn a_directory_of_a_former_version_is_read() {
        let hashing = PasswordHashing::LoweredForTests;
        let directory = seed::directory(Vec::new(), "http://localhost", 0, hashing, UnixTime(0));
        let mut kept = serde_json::to_value(directory).expect("it is written");
        let mut forget = |place: &str, names: &[&str]| {
            let whole =
                kept.pointer_mut(place).and_then(serde_json::Value::as_object_mut).expect("an object");
            for name in names {
                assert_ne!(whole.remove(*name), None, "{name}");
            }
        };
        forget("", &["user_schema", "group_rules", "second_factor", "reset_ends_sessions", "authenticators"]);
        forget("/users/0", &["factors", "roles"]);
        forget("/groups/0", &["owners", "roles"]);
        forget("/servers/0", &["trusted"]);
        let directory: Directory = serde_json::from_value(kept).expect("it is read");
        assert!(directory.group_rules.is_empty() && directory.user_schema.custom.is_empty());
    }
}

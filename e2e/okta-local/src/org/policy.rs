//! Access policies of an authorization server: which client may have which scopes for whom, and for how long.
//!
//! Policies in order, then rules in order; the first rule that matches in everything decides: client, grant, person and
//! every scope. One that lacks a scope leaves the request to the next rule, and the last to the next policy. None:
//! nobody gets anything.

use std::time::Duration;

use okta_types::{Scopes, UnixTime};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::catalogue::{Code, Refusal};
use crate::org::app_kind::GrantType;

/// Which clients a policy is for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Clients {
    /// `ALL_CLIENTS`: every client.
    All,
    /// Only the clients of these ids, `0oa…`.
    Only(Vec<String>),
}

/// Which scopes a rule lets through.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum ScopeCondition {
    /// All that the server has.
    Any,
    /// Only scopes of these names.
    Only(Vec<String>),
}

/// Which people a rule is for.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct People {
    /// Everyone who is not excluded.
    pub(crate) everyone: bool,
    /// Members of groups with these ids.
    pub(crate) groups: Vec<String>,
    /// Not members of these.
    pub(crate) excluded_groups: Vec<String>,
    /// People with these ids.
    pub(crate) users: Vec<String>,
    /// Ids of people whom the rule never applies to.
    pub(crate) excluded_users: Vec<String>,
    /// Whether people are named, be it none; a rule is shown as it was given.
    #[serde(default)]
    pub(crate) names_users: bool,
    /// The same of groups that are excluded.
    #[serde(default)]
    pub(crate) names_excluded_groups: bool,
}

/// An access policy of an authorization server.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Policy {
    /// `00p…`.
    pub(crate) id: String,
    /// Its name, shown to administrators only.
    pub(crate) name: String,
    /// Its description, shown to administrators only.
    pub(crate) description: String,
    /// Whether it is asked.
    pub(crate) active: bool,
    /// Whether the org made it.
    pub(crate) system: bool,
    /// Which clients it is for.
    pub(crate) clients: Clients,
    /// In order of priority.
    pub(crate) rules: Vec<Rule>,
    /// When it was made.
    pub(crate) created_at: UnixTime,
    /// When it was last changed.
    pub(crate) updated_at: UnixTime,
}

/// A rule of a policy.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Rule {
    /// `0pr…`.
    pub(crate) id: String,
    /// Its name, shown to administrators only.
    pub(crate) name: String,
    /// Whether it is asked.
    pub(crate) active: bool,
    /// Whether the org made it.
    pub(crate) system: bool,
    /// For these grants. A renewal belongs to the sign-in that it renews.
    pub(crate) grant_types: Vec<GrantType>,
    /// Grants of Okta's that this org does not have, as they were given.
    pub(crate) other_grant_types: Vec<String>,
    /// The people it applies to.
    pub(crate) people: People,
    /// The scopes that may be asked for.
    pub(crate) scopes: ScopeCondition,
    /// How long what it grants lives.
    pub(crate) lifetimes: Lifetimes,
    /// What Okta would ask before it issues tokens, as it was given; nobody is asked here.
    #[serde(default)]
    pub(crate) inline_hook: Option<Value>,
    /// When it was made.
    pub(crate) created_at: UnixTime,
    /// When it was last changed.
    pub(crate) updated_at: UnixTime,
}

/// How long tokens live.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Lifetimes {
    /// How long access tokens are good.
    pub(crate) access_token: Duration,
    /// All refresh tokens of a sign-in together; `None` is without end, Okta's default.
    pub(crate) refresh_token: Option<Duration>,
    /// A refresh token that nobody uses.
    pub(crate) refresh_window: Duration,
}

impl Default for Lifetimes {
    fn default() -> Self {
        Self {
            access_token: Duration::from_secs(60 * 60),
            refresh_token: None,
            refresh_window: Duration::from_secs(7 * 24 * 60 * 60),
        }
    }
}

/// What a policy is asked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) client_id: &'a str,
    pub(crate) grant_type: GrantType,
    /// The person; none where a service asks for itself.
    pub(crate) user_id: Option<&'a str>,
    /// Ids of the person's groups.
    pub(crate) groups: &'a [&'a str],
    pub(crate) scopes: &'a Scopes,
}

/// What the first matching rule grants.
///
/// # Errors
/// No rule matches, whatever each of them lacks: Okta has one refusal for all.
pub(crate) fn evaluate(policies: &[Policy], asked: Asked<'_>) -> Result<Lifetimes, Refusal> {
    policies
        .iter()
        .filter(|policy| policy.active && policy.clients.include(asked.client_id))
        .flat_map(|policy| &policy.rules)
        .find(|rule| rule.active && rule.is_for(asked))
        .map(|rule| rule.lifetimes)
        .ok_or_else(|| Code::NoMatchingPolicy.into())
}

impl Clients {
    /// Forgets an app that no longer exists.
    pub(crate) fn forget(&mut self, id: &str) {
        if let Self::Only(ids) = self {
            ids.retain(|other| other != id);
        }
    }

    fn include(&self, client_id: &str) -> bool {
        match self {
            Self::All => true,
            Self::Only(ids) => ids.iter().any(|id| id == client_id),
        }
    }
}

impl ScopeCondition {
    /// Forgets a scope that no longer exists.
    pub(crate) fn forget(&mut self, scope: &str) {
        if let Self::Only(scopes) = self {
            scopes.retain(|other| other != scope);
        }
    }

    fn allow(&self, scope: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Only(scopes) => scopes.iter().any(|s| s == scope),
        }
    }
}

impl People {
    /// A condition that everybody meets.
    pub(crate) fn everyone() -> Self {
        Self { everyone: true, ..Self::default() }
    }

    /// Members of groups with these ids.
    pub(crate) fn groups(ids: Vec<String>) -> Self {
        Self { groups: ids, ..Self::default() }
    }

    /// Forgets a person or group that no longer exists.
    pub(crate) fn forget(&mut self, id: &str) {
        for ids in [&mut self.groups, &mut self.excluded_groups, &mut self.users, &mut self.excluded_users] {
            ids.retain(|other| other != id);
        }
    }

    /// A service is nobody, and so no condition about people is against it.
    fn include(&self, asked: Asked<'_>) -> bool {
        let Some(user_id) = asked.user_id else { return true };
        let is_member = |ids: &[String]| ids.iter().any(|id| asked.groups.contains(&id.as_str()));
        let is_named = |ids: &[String]| ids.iter().any(|id| id == user_id);
        let included = self.everyone || is_member(&self.groups) || is_named(&self.users);
        included && !is_member(&self.excluded_groups) && !is_named(&self.excluded_users)
    }
}

impl Rule {
    fn is_for(&self, asked: Asked<'_>) -> bool {
        let grant = match asked.grant_type {
            GrantType::RefreshToken => GrantType::AuthorizationCode,
            other => other,
        };
        let granted = [grant, asked.grant_type].iter().any(|grant| self.grant_types.contains(grant));
        granted && self.people.include(asked) && asked.scopes.iter().all(|scope| self.scopes.allow(scope))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(people: People, scopes: ScopeCondition, minutes: u64) -> Rule {
        let lifetimes = Lifetimes { access_token: Duration::from_secs(60 * minutes), ..Lifetimes::default() };
        Rule {
            id: String::new(),
            name: String::new(),
            active: true,
            system: false,
            grant_types: vec![GrantType::AuthorizationCode],
            other_grant_types: Vec::new(),
            people,
            scopes,
            lifetimes,
            inline_hook: None,
            created_at: UnixTime(0),
            updated_at: UnixTime(0),
        }
    }

    fn policy(rules: Vec<Rule>) -> Policy {
        Policy {
            id: String::new(),
            name: String::new(),
            description: String::new(),
            active: true,
            system: false,
            clients: Clients::Only(vec!["0oa1".into()]),
            rules,
            created_at: UnixTime(0),
            updated_at: UnixTime(0),
        }
    }

    fn policies() -> Vec<Policy> {
        let staff = rule(People::groups(vec!["00gstaff".into()]), ScopeCondition::Any, 5);
        let rest = rule(People::everyone(), ScopeCondition::Only(vec!["openid".into()]), 60);
        vec![policy(vec![staff, rest])]
    }

    #[track_caller]
    fn check(client_id: &str, groups: &[&str], scopes: &str, expected: Result<u64, Refusal>) {
        let grant_type = GrantType::AuthorizationCode;
        let user_id = Some("00u1");
        let asked = Asked { client_id, grant_type, user_id, groups, scopes: &Scopes::parse(scopes) };
        let minutes = evaluate(&policies(), asked).map(|l| l.access_token.as_secs() / 60);
        assert_eq!(minutes, expected, "{client_id} {groups:?} {scopes}");
    }

    #[test]
    fn the_first_rule_that_matches_decides() {
        check("0oa1", &["00gstaff"], "openid profile", Ok(5));
        check("0oa1", &[], "openid", Ok(60));
        check("0oa1", &[], "openid profile", Err(Code::NoMatchingPolicy.into()));
        check("0oa1", &[], "profile email", Err(Code::NoMatchingPolicy.into()));
        check("0oa2", &["00gstaff"], "openid", Err(Code::NoMatchingPolicy.into()));
    }

    #[test]
    fn a_rule_that_lacks_a_scope_leaves_it_to_the_next_rule_and_the_next_policy() {
        let only = |scopes: &[&str], minutes| {
            let scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
            rule(People::everyone(), ScopeCondition::Only(scopes), minutes)
        };
        let first = policy(vec![only(&["openid"], 5), only(&["openid", "email"], 10)]);
        let second = policy(vec![rule(People::everyone(), ScopeCondition::Any, 60)]);
        let minutes = |policies: &[Policy], scopes: &str| {
            let scopes = &Scopes::parse(scopes);
            let grant_type = GrantType::AuthorizationCode;
            let asked = Asked { client_id: "0oa1", grant_type, user_id: Some("00u1"), groups: &[], scopes };
            evaluate(policies, asked).map(|lifetimes| lifetimes.access_token.as_secs() / 60)
        };
        let policies = [first, second];
        assert_eq!(minutes(&policies, "openid"), Ok(5));
        assert_eq!(minutes(&policies, "openid email"), Ok(10));
        assert_eq!(minutes(&policies, "openid email profile"), Ok(60));
        assert_eq!(minutes(&policies[..1], "openid profile"), Err(Code::NoMatchingPolicy.into()));
    }

    #[test]
    fn conditions_about_people_are_not_for_services() {
        let mut nobody = rule(People::default(), ScopeCondition::Any, 5);
        nobody.grant_types = vec![GrantType::ClientCredentials];
        let scopes = Scopes::parse("orders:read");
        let asked = |grant_type, user_id| Asked {
            client_id: "0oa1",
            grant_type,
            user_id,
            groups: &[],
            scopes: &scopes,
        };
        let policies = [policy(vec![nobody])];
        assert!(evaluate(&policies, asked(GrantType::ClientCredentials, None)).is_ok());
        assert!(evaluate(&policies, asked(GrantType::ClientCredentials, Some("00u1"))).is_err());
    }

    #[test]
    fn a_grant_that_no_rule_names_is_refused_and_a_renewal_goes_with_its_sign_in() {
        let scopes = Scopes::parse("openid");
        let asked =
            |grant_type| Asked { client_id: "0oa1", grant_type, user_id: None, groups: &[], scopes: &scopes };
        let refused = evaluate(&policies(), asked(GrantType::ClientCredentials));
        assert_eq!(refused, Err(Code::NoMatchingPolicy.into()));
        assert!(evaluate(&policies(), asked(GrantType::RefreshToken)).is_ok());
    }

    #[test]
    fn who_is_excluded_or_named_is_told_apart_and_what_is_inactive_is_not_asked() {
        let mut excluding = policies();
        excluding[0].rules[0].people.excluded_users.push("00u1".into());
        let grant_type = GrantType::AuthorizationCode;
        let scopes = Scopes::parse("openid profile");
        let asked = Asked {
            client_id: "0oa1",
            grant_type,
            user_id: Some("00u1"),
            groups: &["00gstaff"],
            scopes: &scopes,
        };
        excluding[0].rules[1].scopes = ScopeCondition::Any;
        let minutes = |policies: &[Policy]| {
            evaluate(policies, asked).ok().map(|lifetimes| lifetimes.access_token.as_secs() / 60)
        };
        assert_eq!(minutes(&excluding), Some(60), "the first rule excludes them");
        excluding[0].rules[0].people.excluded_users.clear();
        assert_eq!(minutes(&excluding), Some(5));
        excluding[0].rules[0].active = false;
        assert_eq!(minutes(&excluding), Some(60), "the first rule is inactive");
        excluding[0].rules[1].people = People { users: vec!["00u2".into()], ..People::default() };
        assert_eq!(evaluate(&excluding, asked), Err(Code::NoMatchingPolicy.into()));
        excluding[0].rules[1].people.users.push("00u1".into());
        assert_eq!(minutes(&excluding), Some(60), "named");
        excluding[0].active = false;
        assert_eq!(evaluate(&excluding, asked), Err(Code::NoMatchingPolicy.into()));
    }
}

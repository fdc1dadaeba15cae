//! Access policies of an authorization server: which client may have which scopes for whom, and for how long.
//!
//! Policies in order, then rules in order; the first that matches decides. None: nobody gets anything.

use std::time::Duration;

use okta_types::Scopes;

use crate::catalogue::{Code, Refusal};
use crate::org::app::GrantType;

/// Which clients a policy is for.
#[derive(Clone, Debug)]
pub(crate) enum Clients {
    /// Every client.
    All,
    /// These ids.
    Only(Vec<String>),
}

/// Which scopes a rule lets through.
#[derive(Clone, Debug)]
pub(crate) enum ScopeCondition {
    /// All that the server has.
    Any,
    /// These.
    Only(Vec<String>),
}

/// Which people a rule is for.
#[derive(Clone, Debug)]
pub(crate) enum People {
    /// Everyone.
    Everyone,
    /// Members of groups with these ids.
    Groups(Vec<String>),
}

/// A policy.
#[derive(Clone, Debug)]
pub(crate) struct Policy {
    /// `00p…`.
    pub(crate) id: String,
    /// For administrators.
    pub(crate) name: String,
    /// Which clients it is for.
    pub(crate) clients: Clients,
    /// In order of priority.
    pub(crate) rules: Vec<Rule>,
}

/// A rule of a policy.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    /// `0pr…`.
    pub(crate) id: String,
    /// For administrators.
    pub(crate) name: String,
    /// For these grants.
    pub(crate) grant_types: Vec<GrantType>,
    /// For these people.
    pub(crate) people: People,
    /// For these scopes.
    pub(crate) scopes: ScopeCondition,
    /// How long what it grants lives.
    pub(crate) lifetimes: Lifetimes,
}

/// How long tokens live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lifetimes {
    /// An access token.
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
    /// Ids of the person's groups.
    pub(crate) groups: &'a [&'a str],
    pub(crate) scopes: &'a Scopes,
}

/// What the first matching rule grants.
///
/// # Errors
/// Okta's three refusals: no rule at all, no scope allowed, some scopes denied.
pub(crate) fn evaluate(policies: &[Policy], asked: Asked<'_>) -> Result<Lifetimes, Refusal> {
    let rule = policies
        .iter()
        .filter(|policy| policy.clients.include(asked.client_id))
        .flat_map(|policy| &policy.rules)
        .find(|rule| rule.is_for(asked))
        .ok_or(Code::NoMatchingPolicy)?;
    let denied: Vec<_> = asked.scopes.iter().filter(|scope| !rule.scopes.allow(scope)).collect();
    match denied.len() {
        0 => Ok(rule.lifetimes),
        n if n == asked.scopes.iter().count() => Err(Code::NoScopeAllowed.into()),
        _ => Err(Code::ScopeDenied.with(denied.join(", "))),
    }
}

impl Clients {
    fn include(&self, client_id: &str) -> bool {
        match self {
            Self::All => true,
            Self::Only(ids) => ids.iter().any(|id| id == client_id),
        }
    }
}

impl ScopeCondition {
    fn allow(&self, scope: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Only(scopes) => scopes.iter().any(|s| s == scope),
        }
    }
}

impl Rule {
    fn is_for(&self, asked: Asked<'_>) -> bool {
        let person = match &self.people {
            People::Everyone => true,
            People::Groups(ids) => ids.iter().any(|id| asked.groups.contains(&id.as_str())),
        };
        person && self.grant_types.contains(&asked.grant_type)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(people: People, scopes: ScopeCondition, minutes: u64) -> Rule {
        let lifetimes = Lifetimes { access_token: Duration::from_secs(60 * minutes), ..Lifetimes::default() };
        let (id, name) = (String::new(), String::new());
        Rule { id, name, grant_types: vec![GrantType::AuthorizationCode], people, scopes, lifetimes }
    }

    fn policies() -> Vec<Policy> {
        let staff = rule(People::Groups(vec!["00gstaff".into()]), ScopeCondition::Any, 5);
        let rest = rule(People::Everyone, ScopeCondition::Only(vec!["openid".into()]), 60);
        let (id, name, clients) = (String::new(), String::new(), Clients::Only(vec!["0oa1".into()]));
        vec![Policy { id, name, clients, rules: vec![staff, rest] }]
    }

    #[track_caller]
    fn check(client_id: &str, groups: &[&str], scopes: &str, expected: Result<u64, Refusal>) {
        let grant_type = GrantType::AuthorizationCode;
        let asked = Asked { client_id, grant_type, groups, scopes: &Scopes::parse(scopes) };
        let minutes = evaluate(&policies(), asked).map(|l| l.access_token.as_secs() / 60);
        assert_eq!(minutes, expected, "{client_id} {groups:?} {scopes}");
    }

    #[test]
    fn the_first_rule_that_matches_decides() {
        check("0oa1", &["00gstaff"], "openid profile", Ok(5));
        check("0oa1", &[], "openid", Ok(60));
        check("0oa1", &[], "openid profile", Err(Code::ScopeDenied.with("profile")));
        check("0oa1", &[], "profile email", Err(Code::NoScopeAllowed.into()));
        check("0oa2", &["00gstaff"], "openid", Err(Code::NoMatchingPolicy.into()));
    }

    #[test]
    fn a_grant_that_no_rule_names_is_refused() {
        let grant_type = GrantType::RefreshToken;
        let asked = Asked { client_id: "0oa1", grant_type, groups: &[], scopes: &Scopes::parse("openid") };
        assert_eq!(evaluate(&policies(), asked), Err(Code::NoMatchingPolicy.into()));
    }
}

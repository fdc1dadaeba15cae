//! Custom claims of an authorization server: what stands in its tokens beside the fixed claims.
//!
//! Of Okta's expression language there are literals, attributes of the person, of the person in the app and of the
//! app, and `+`.

use fancy_regex::Regex;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::catalogue::{Code, Refusal};
use crate::org::app_user;
use crate::org::client::Client;
use crate::org::user::User;
use crate::unverified::{EMPTY_GROUPS_CLAIM_IS_OMITTED, MAX_GROUPS_IN_CLAIM};

/// Which token a claim is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ClaimType {
    /// Access tokens (Okta's `RESOURCE`).
    #[serde(rename = "RESOURCE")]
    Resource,
    /// The ID token, or `/userinfo`.
    #[serde(rename = "IDENTITY")]
    Identity,
}

/// How names of groups are chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum GroupFilter {
    /// They begin with the value.
    StartsWith,
    /// They are the value.
    Equals,
    /// The value is in them.
    Contains,
    /// The value, a regular expression, is about the whole of them.
    Regex,
}

/// Where a claim's value comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ClaimValue {
    /// The names of some of the person's groups.
    Groups(GroupFilter, String),
    /// An expression. One that this org does not understand is kept, and says nothing.
    Expression(String),
    /// Okta's own: an attribute of the person, which has the claim's name.
    System,
}

/// A custom claim of an authorization server.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Claim {
    /// `ocl…`.
    pub(crate) id: String,
    /// Its name in the token.
    pub(crate) name: String,
    /// Which token it is for.
    pub(crate) claim_type: ClaimType,
    /// Where its value comes from.
    pub(crate) value: ClaimValue,
    /// Whether an ID token has it that is issued beside an access token; else it is at `/userinfo`.
    pub(crate) always: bool,
    /// Only in tokens with one of these scopes; none: in all.
    pub(crate) scopes: Vec<String>,
    /// Whether it is put in at all.
    pub(crate) active: bool,
}

/// Whom a token is about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Subject<'a> {
    /// The person; none for a service.
    pub(crate) user: Option<&'a User>,
    /// Names of the person's groups.
    pub(crate) groups: &'a [&'a str],
    /// Client id of the app that asks.
    pub(crate) client_id: &'a str,
    /// The app itself, where it is still there.
    pub(crate) app: Option<&'a Client>,
    /// Whether too many groups are refused.
    pub(crate) limits_groups: bool,
}

/// What those of the claims say that are for tokens of that kind and with these scopes, and that are `wanted`.
///
/// # Errors
/// More groups than a token may hold, where their number is limited.
pub(crate) fn values(
    claims: &[Claim],
    kind: ClaimType,
    has_scope: impl Fn(&str) -> bool,
    wanted: impl Fn(&Claim) -> bool,
    subject: Subject<'_>,
) -> Result<Map<String, Value>, Refusal> {
    let mut values = Map::new();
    for claim in claims.iter().filter(|claim| claim.is_for(kind, &has_scope) && wanted(claim)) {
        if let Some(value) = claim.value_for(subject)? {
            values.insert(claim.name.clone(), value);
        }
    }
    Ok(values)
}

impl Claim {
    /// Whether tokens of that kind and with these scopes have it.
    pub(crate) fn is_for(&self, claim_type: ClaimType, has_scope: impl Fn(&str) -> bool) -> bool {
        let scoped = self.scopes.is_empty() || self.scopes.iter().any(|scope| has_scope(scope));
        self.active && self.claim_type == claim_type && scoped
    }

    /// Its value; `None` where there is nothing to say.
    ///
    /// # Errors
    /// More groups than a token may hold, where their number is limited.
    pub(crate) fn value_for(&self, subject: Subject<'_>) -> Result<Option<Value>, Refusal> {
        match &self.value {
            ClaimValue::Expression(expression) => Ok(evaluate(expression, subject)),
            ClaimValue::System => Ok(None),
            ClaimValue::Groups(filter, value) => {
                let groups: Vec<_> =
                    subject.groups.iter().filter(|name| filter.lets_through(value, name)).collect();
                if subject.limits_groups && groups.len() > MAX_GROUPS_IN_CLAIM {
                    return Err(Code::TooManyGroupsInGroupsClaim.into());
                }
                let omitted = groups.is_empty() && EMPTY_GROUPS_CLAIM_IS_OMITTED;
                Ok((!omitted).then(|| Value::from_iter(groups.into_iter().copied())))
            }
        }
    }
}

impl ClaimValue {
    /// Whether it can be worked out at all.
    pub(crate) fn is_usable(&self) -> bool {
        match self {
            Self::Groups(GroupFilter::Regex, value) => whole(value).is_some(),
            Self::Groups(_, value) => !value.is_empty(),
            Self::Expression(expression) => terms(expression).is_some(),
            Self::System => true,
        }
    }
}

impl GroupFilter {
    fn lets_through(self, value: &str, name: &str) -> bool {
        match self {
            Self::StartsWith => name.starts_with(value),
            Self::Equals => name == value,
            Self::Contains => name.contains(value),
            Self::Regex => whole(value).is_some_and(|regex| regex.is_match(name).unwrap_or(false)),
        }
    }
}

/// The expression, about the whole of a name.
fn whole(value: &str) -> Option<Regex> {
    Regex::new(&format!("^(?:{value})$")).ok()
}

/// A part of a sum.
enum Term<'a> {
    Literal(&'a str),
    User(&'a str),
    AppUser(&'a str),
    ClientId,
}

/// The parts of a sum; `None` for an expression that this org does not understand.
fn terms(expression: &str) -> Option<Vec<Term<'_>>> {
    let mut terms = Vec::new();
    let mut rest = expression.trim();
    loop {
        let (term, after) = term(rest)?;
        terms.push(term);
        match after.trim_start() {
            "" => return Some(terms),
            more => rest = more.strip_prefix('+')?.trim_start(),
        }
    }
}

fn term(text: &str) -> Option<(Term<'_>, &str)> {
    for quote in ['"', '\''] {
        if let Some(rest) = text.strip_prefix(quote) {
            let (literal, rest) = rest.split_once(quote)?;
            return Some((Term::Literal(literal), rest));
        }
    }
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '.' && c != '_').unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    match name {
        "app.clientId" => Some((Term::ClientId, rest)),
        _ => {
            let (owner, attribute) = name.split_once('.')?;
            let term = match owner {
                "user" => Term::User(attribute),
                "appuser" => Term::AppUser(attribute),
                _ => return None,
            };
            (!attribute.is_empty() && !attribute.contains('.')).then_some((term, rest))
        }
    }
}

/// One part alone keeps its type; several make a text. `None` where a part has no value.
fn evaluate(expression: &str, subject: Subject<'_>) -> Option<Value> {
    let value = |term: &Term<'_>| match term {
        Term::Literal(text) => Some(Value::from(*text)),
        Term::User(name) => subject.user?.attribute(name),
        Term::AppUser(name) => app_user::attribute(subject.app?, subject.user?, name),
        Term::ClientId => Some(Value::from(subject.client_id)),
    };
    let mut values = terms(expression)?.iter().map(value).collect::<Option<Vec<_>>>()?;
    if values.len() == 1 {
        return values.pop();
    }
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    Some(Value::String(values.iter().map(text).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject<'a>(groups: &'a [&'a str]) -> Subject<'a> {
        Subject { user: None, groups, client_id: "0oa1", app: None, limits_groups: false }
    }

    #[track_caller]
    fn check(value: ClaimValue, expected: Option<Value>) {
        assert!(value.is_usable(), "{value:?}");
        let claim = Claim {
            id: String::new(),
            name: "c".into(),
            claim_type: ClaimType::Resource,
            value,
            always: true,
            scopes: Vec::new(),
            active: true,
        };
        assert_eq!(claim.value_for(subject(&["Everyone", "shop-staff", "shop"])).unwrap(), expected);
    }

    #[test]
    fn groups_are_chosen_by_four_filters() {
        let groups = |filter, value: &str| ClaimValue::Groups(filter, value.to_owned());
        check(groups(GroupFilter::StartsWith, "shop"), Some(Value::from(vec!["shop-staff", "shop"])));
        check(groups(GroupFilter::Equals, "shop"), Some(Value::from(vec!["shop"])));
        check(groups(GroupFilter::Contains, "-"), Some(Value::from(vec!["shop-staff"])));
        check(groups(GroupFilter::Regex, "shop"), Some(Value::from(vec!["shop"])));
        check(groups(GroupFilter::Regex, "(?!Everyone$).*"), Some(Value::from(vec!["shop-staff", "shop"])));
        check(groups(GroupFilter::Equals, "none"), None);
    }

    #[test]
    fn expressions_are_sums_of_literals_and_attributes() {
        let expression = |text: &str| ClaimValue::Expression(text.to_owned());
        check(expression("\"fixed\""), Some(Value::from("fixed")));
        check(expression("'a' + app.clientId"), Some(Value::from("a0oa1")));
        check(expression("user.email"), None);
        for bad in ["", "user.", "user.a.b", "String.len(user.email)", "\"open", "'a' 'b'", "a +"] {
            assert!(!expression(bad).is_usable(), "{bad}");
        }
    }

    #[test]
    fn a_regular_expression_that_is_none_is_not_usable() {
        assert!(!ClaimValue::Groups(GroupFilter::Regex, "(".into()).is_usable());
        assert!(!ClaimValue::Groups(GroupFilter::Equals, String::new()).is_usable());
    }
}

//! The person who is signed in, and questions that a page asks about them, to show or hide parts of itself.
//!
//! The questions are pure functions over what is known here. They guard nothing: the API decides, by the access token.

use okta_types::Scopes;

use crate::interface::owner::Subject;
use crate::protocol::id_token::acr_satisfies;
use crate::protocol::json::Json;

/// The person of the checked ID token.
#[derive(Clone, Debug, Default)]
pub struct Person {
    /// The person's id, `00u…`. Together with the issuer the only identifier.
    pub sub: String,
    /// Full name; scope `profile`.
    pub name: Option<String>,
    /// Scope `email`. Not an identifier: it may change hands.
    pub email: Option<String>,
    /// All claims of the ID token, in its order as far as browsers keep it, then those that `/userinfo` adds.
    pub claims: Vec<(String, Json)>,
    /// What the org granted.
    pub scopes: Scopes,
}

impl PartialEq for Person {
    /// By the claims, of which name and address are two, and by what was granted.
    fn eq(&self, other: &Self) -> bool {
        self.sub == other.sub && self.claims == other.claims && self.scopes == other.scopes
    }
}

impl Person {
    /// Who it is, for what is kept and shown of them.
    pub fn subject(&self) -> Subject {
        Subject::new(&*self.sub)
    }
}

impl Person {
    /// What to call the person: their name, else the e-mail address, else what they sign in with. What shows nothing,
    /// such as white space, is no name.
    pub fn display_name(&self) -> Option<&str> {
        let login = self.claim("preferred_username").and_then(Json::as_str);
        let names = [self.name.as_deref(), self.email.as_deref(), login].into_iter().flatten();
        names.map(str::trim).find(|name| name.chars().any(shows))
    }

    /// The claim of this name.
    pub fn claim(&self, name: &str) -> Option<&Json> {
        self.claims.iter().find(|(own, _)| own == name).map(|(_, value)| value)
    }

    /// Whether the claim `groups` names this group, to the letter. Which groups the org puts into tokens is
    /// its configuration; often only `/userinfo` has them.
    pub fn has_group(&self, group: &str) -> bool {
        let groups = self.claim("groups").and_then(Json::as_array).unwrap_or_default();
        groups.iter().any(|own| own.as_str() == Some(group))
    }

    /// Whether the org granted this scope, to the letter.
    pub fn has_scope(&self, scope: &str) -> bool {
        self.scopes.contains(scope)
    }

    /// Whether the sign-in was as strong as one of these contexts, space-delimited like `acr_values`. The
    /// org puts `acr` into a token only where it was asked for.
    pub fn meets_acr(&self, values: &str) -> bool {
        acr_satisfies(self.claim("acr").and_then(Json::as_str), values)
    }
}

/// Neither white space nor of no width.
fn shows(c: char) -> bool {
    !c.is_whitespace()
        && !matches!(c, '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::json::tests::read;

    fn person() -> Person {
        let claims = read(r#"{"groups":["Staff","Gold members"],"acr":"urn:okta:loa:2fa:any"}"#).unwrap();
        let Json::Object(claims) = claims else { panic!() };
        Person { claims, scopes: Scopes::parse("openid orders:read"), ..Person::default() }
    }

    #[track_caller]
    fn check_called(name: Option<&str>, email: Option<&str>, login: Option<&str>, called: Option<&str>) {
        let claims =
            login.map(|login| ("preferred_username".to_owned(), Json::from(login))).into_iter().collect();
        let (name, email) = (name.map(str::to_owned), email.map(str::to_owned));
        assert_eq!(Person { name, email, claims, ..Person::default() }.display_name(), called);
    }

    #[test]
    fn a_person_is_another_where_anything_that_pages_show_is() {
        let claims = vec![("acr".to_owned(), Json::from("x"))];
        let others = [
            Person { sub: "00u2".to_owned(), ..person() },
            Person { claims, ..person() },
            Person { scopes: Scopes::parse("openid"), ..person() },
        ];
        assert!(person() == person());
        for other in others {
            assert!(person() != other, "{other:?}");
        }
    }

    #[test]
    fn people_are_called_by_the_first_of_their_names_that_shows() {
        check_called(Some(" Alice "), Some("a@b.test"), Some("alice"), Some("Alice"));
        for blank in ["", " ", "\t\u{a0}", "\u{200b}\u{feff}", "\u{202e}"] {
            check_called(Some(blank), Some("a@b.test"), None, Some("a@b.test"));
            check_called(Some(blank), Some(blank), Some("alice"), Some("alice"));
            check_called(Some(blank), None, Some(blank), None);
        }
        check_called(None, None, Some("alice"), Some("alice"));
        check_called(None, None, None, None);
    }

    #[test]
    fn a_group_is_named_to_the_letter() {
        let person = person();
        assert!(person.has_group("Staff") && person.has_group("Gold members"));
        assert!(!person.has_group("staff") && !person.has_group("Gold") && !person.has_group(""));
        assert!(!Person::default().has_group("Staff"));
    }

    #[test]
    fn a_single_group_that_is_no_list_is_no_group() {
        let claims = vec![("groups".to_owned(), Json::from("Staff"))];
        assert!(!Person { claims, ..Person::default() }.has_group("Staff"));
    }

    #[test]
    fn a_scope_is_granted_or_not() {
        assert!(person().has_scope("orders:read") && !person().has_scope("orders"));
    }

    #[test]
    fn one_of_several_contexts_will_do() {
        assert!(person().meets_acr("phr urn:okta:loa:2fa:any"));
        assert!(!person().meets_acr("phr") && !person().meets_acr("") && !Person::default().meets_acr("phr"));
    }
}

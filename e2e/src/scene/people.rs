//! The people of the stories: seeded in the local org, named by the environment for any other.

use crate::browser::skip;

/// Of every seeded account.
const SEEDED_PASSWORD: &str = "Grove-2026!";

/// A shopper like most; the local org's Alice.
pub const ALICE: Person = Person { seeded: "alice@example.com", first_name: "Alice", role: "SHOPPER" };
/// One of the staff; the local org's Bob.
pub const BOB: Person = Person { seeded: "bob@example.com", first_name: "Bob", role: "STAFF" };
/// Somebody to whom the app is not assigned; the local org's Carol.
pub const CAROL: Person = Person { seeded: "carol@example.com", first_name: "Carol", role: "STRANGER" };

/// Somebody in a story. Against an org outside the stack, `OKTA_TEST_{role}_LOGIN` and `_PASSWORD` say who plays
/// them; a test with a person whom nobody plays is skipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Person {
    seeded: &'static str,
    first_name: &'static str,
    role: &'static str,
}

/// How somebody signs in.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    /// The user name.
    pub login: String,
    /// The password.
    pub password: String,
    /// A part of the name that the shop greets them by; empty where the environment does not say.
    pub first_name: String,
}

impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Account").field("login", &self.login).finish_non_exhaustive()
    }
}

impl Person {
    /// Whoever plays this person.
    ///
    /// # Panics
    /// Ends the test as skipped where nobody does.
    pub fn account(self) -> Account {
        self.account_by(super::org::is_external(), |name| std::env::var(name).ok())
            .unwrap_or_else(|missing| skip(format!("needs an account: set {missing}")))
    }

    /// The user name.
    ///
    /// # Panics
    /// As [`Self::account`].
    pub fn login(self) -> String {
        self.account().login
    }

    fn account_by(
        self,
        external: bool,
        value_of: impl Fn(&str) -> Option<String>,
    ) -> Result<Account, String> {
        if !external {
            return Ok(Account {
                login: self.seeded.to_owned(),
                password: SEEDED_PASSWORD.to_owned(),
                first_name: self.first_name.to_owned(),
            });
        }
        let required = |what: &str| {
            let name = format!("OKTA_TEST_{}_{what}", self.role);
            value_of(&name).filter(|value| !value.is_empty()).ok_or(name)
        };
        Ok(Account {
            login: required("LOGIN")?,
            password: required("PASSWORD")?,
            first_name: required("NAME").unwrap_or_default(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_the_local_org_everybody_is_seeded() {
        let alice = ALICE.account_by(false, |_| Some("other".to_owned())).unwrap();
        assert_eq!((alice.login.as_str(), alice.first_name.as_str()), ("alice@example.com", "Alice"));
    }

    #[test]
    fn elsewhere_the_environment_says_who_plays_whom() {
        let variables = [("OKTA_TEST_STAFF_LOGIN", "eve"), ("OKTA_TEST_STAFF_PASSWORD", "secret")];
        let value_of = |name: &str| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        let eve = BOB.account_by(true, value_of).unwrap();
        assert_eq!((eve.login.as_str(), eve.first_name.as_str()), ("eve", ""));
        assert!(!format!("{eve:?}").contains("secret"));
        assert_eq!(ALICE.account_by(true, value_of).unwrap_err(), "OKTA_TEST_SHOPPER_LOGIN");
    }
}

//! What a password has to be like: the default policy of new orgs, as live ones have answered it (`minLength` 8, one lower-case
//! letter, one capital, one number, no symbol, `excludeUsername`, `historyCount` 5).

/// The fewest characters.
pub(crate) const MIN_LENGTH: usize = 8;

/// How many former passwords, the present one among them, are not taken again.
pub(crate) const HISTORY: usize = 5;

/// All of it in the words of an API's refusal.
pub(crate) const REQUIREMENTS: &str = "Password requirements were not met. Password requirements: at least 8 characters, a \
                                       lowercase letter, an uppercase letter, a number, no parts of your username.";

/// Something that a password has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PasswordRule {
    /// Of eight characters or more.
    Length,
    /// With a lower-case letter.
    LowerCase,
    /// With a capital.
    UpperCase,
    /// With a digit.
    Number,
    /// Without the login's part before the `@`.
    Username,
    /// None of the last ones.
    History,
}

impl PasswordRule {
    /// All of them, in the order in which people are told.
    pub(crate) const ALL: [Self; 6] =
        [Self::Length, Self::LowerCase, Self::UpperCase, Self::Number, Self::Username, Self::History];

    /// What is asked for, as an item of a list.
    pub(crate) fn requirement(self) -> &'static str {
        match self {
            Self::Length => "At least 8 characters",
            Self::LowerCase => "A lowercase letter",
            Self::UpperCase => "An uppercase letter",
            Self::Number => "A number",
            Self::Username => "No parts of your username",
            Self::History => "None of your last 5 passwords",
        }
    }
}

/// The rules that a password breaks; of its history nothing is known here.
pub(crate) fn broken_by(password: &str, login: &str) -> Vec<PasswordRule> {
    let has = |kind: fn(char) -> bool| password.chars().any(kind);
    let name = login.split('@').next().unwrap_or_default().to_lowercase();
    let rules = [
        (PasswordRule::Length, password.chars().count() >= MIN_LENGTH),
        (PasswordRule::LowerCase, has(char::is_lowercase)),
        (PasswordRule::UpperCase, has(char::is_uppercase)),
        (PasswordRule::Number, has(|c| c.is_ascii_digit())),
        (PasswordRule::Username, name.len() < 4 || !password.to_lowercase().contains(&name)),
    ];
    rules.into_iter().filter_map(|(rule, holds)| (!holds).then_some(rule)).collect()
}

/// Whether the org's policy lets a password through.
pub(crate) fn is_strong(password: &str, login: &str) -> bool {
    broken_by(password, login).is_empty()
}

#[cfg(test)]
mod tests {
    use super::PasswordRule::{Length, LowerCase, Number, UpperCase, Username};
    use super::*;

    #[test]
    fn every_broken_rule_is_named() {
        for (password, broken) in [
            ("Garden-2026", vec![]),
            ("Grdn-26", vec![Length]),
            ("GARDEN-2026", vec![LowerCase]),
            ("garden-2026", vec![UpperCase]),
            ("Garden-Gate", vec![Number]),
            ("My-ALICE-2026", vec![Username]),
            ("alice", vec![Length, UpperCase, Number, Username]),
            ("", vec![Length, LowerCase, UpperCase, Number]),
        ] {
            assert_eq!(broken_by(password, "alice@example.com"), broken, "{password}");
        }
        assert!(is_strong("Bob-Garden-1", "bob@example.com"), "a name of three letters is in many words");
    }
}

//! One explanation: what it consists of, and how it is written down.

use crate::interface::message_key::MessageKey;

/// What the app should do about an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Advice {
    /// Offer to sign in again. Never do it unasked: that is a loop.
    SignIn,
    /// Nothing is wrong that time does not mend: offer to try again, a little later.
    TryLater,
    /// The account must change, not the app: offer to sign in with another one.
    ChangeAccount,
    /// The person's device or browser must change: its clock, its settings.
    ChangeDevice,
    /// Nothing the person does will help: say so, and tell the people who run the site.
    TellOperator,
}

/// What happened and what helps, in English.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// By which an app finds its own words, in another language perhaps.
    pub key: MessageKey,
    /// What the app should do.
    pub advice: Advice,
    /// What happened, for the person.
    pub message: &'static str,
    /// What the person can do.
    pub remedy: &'static str,
    /// Where a developer should look. Empty in a release build without the feature `developer`.
    pub developer: &'static str,
}

/// A macro, so that the developer's words are not even in the program that leaves them out.
macro_rules! explanation {
    ($key:ident, $advice:ident, $message:expr, $remedy:expr, $developer:expr $(,)?) => {
        Explanation {
            key: MessageKey::$key,
            advice: Advice::$advice,
            message: $message,
            remedy: $remedy,
            #[cfg(any(feature = "developer", debug_assertions))]
            developer: $developer,
            #[cfg(not(any(feature = "developer", debug_assertions)))]
            developer: "",
        }
    };
}

pub(super) use explanation;

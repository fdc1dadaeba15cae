//! What tabs tell each other.

use crate::interface::owner::Subject;

/// What tabs tell each other. Never a token. Hints: where tabs share a storage, what is stored there decides.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Message {
    /// Somebody signed in.
    SignedIn,
    /// The session was renewed.
    Renewed,
    /// This person signed out.
    SignedOut(Subject),
    /// This person's session ended by itself.
    Expired(Subject),
    /// The person is active there.
    #[cfg(feature = "idle")]
    Active,
}

impl Message {
    /// The text on the channel.
    pub fn to_text(&self) -> String {
        match self {
            Self::SignedIn => SIGNED_IN.to_owned(),
            Self::Renewed => RENEWED.to_owned(),
            Self::SignedOut(subject) => [SIGNED_OUT, " ", subject.as_str()].concat(),
            Self::Expired(subject) => [EXPIRED, " ", subject.as_str()].concat(),
            #[cfg(feature = "idle")]
            Self::Active => ACTIVE.to_owned(),
        }
    }

    /// Reads what another tab said.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            SIGNED_IN => Some(Self::SignedIn),
            RENEWED => Some(Self::Renewed),
            #[cfg(feature = "idle")]
            ACTIVE => Some(Self::Active),
            _ => match text.split_once(' ')? {
                (SIGNED_OUT, sub) => Some(Self::SignedOut(Subject::new(sub))),
                (EXPIRED, sub) => Some(Self::Expired(Subject::new(sub))),
                _ => None,
            },
        }
    }
}

const SIGNED_IN: &str = "signed-in";
const RENEWED: &str = "renewed";
const SIGNED_OUT: &str = "signed-out";
const EXPIRED: &str = "expired";
#[cfg(feature = "idle")]
const ACTIVE: &str = "active";

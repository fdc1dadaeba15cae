//! What names an error to programs and to developers.

use crate::interface::error::{OrgError, SignInError};

impl SignInError {
    /// A stable code for an error.
    pub(crate) fn code(&self) -> &str {
        match self {
            Self::Refused(error) | Self::Org(OrgError::Refused(error)) => &error.error,
            Self::NotStarted => "not_started",
            Self::Malformed => "malformed_callback",
            Self::WrongIssuer => "issuer_mismatch",
            Self::Storage => "storage_refused",
            Self::Config(_) | Self::Parameter(_) => "misconfigured",
            Self::Loop => "redirect_loop",
            Self::ForeignIssuer | Self::ForeignTarget => "foreign_link",
            Self::Org(error) => match error {
                OrgError::Network => "network",
                OrgError::Timeout => "timeout",
                OrgError::Cors(_) => "untrusted_origin",
                OrgError::Unavailable { .. } => "temporarily_unavailable",
                #[cfg(feature = "dpop")]
                OrgError::KeyLost => "key_lost",
                #[cfg(feature = "silent-renewal")]
                OrgError::UnsentInput => "unsent_input",
                OrgError::Metadata(_) => "discovery",
                OrgError::IdToken(_) => "invalid_id_token",
                OrgError::Refused(_) | OrgError::Answer(_) => "invalid_answer",
            },
        }
    }

    /// The org's own words, or the technical cause for developers; few without the feature `developer`.
    pub fn description(&self) -> String {
        match self {
            Self::Refused(error) | Self::Org(OrgError::Refused(error)) => {
                error.error_description.clone().unwrap_or_default()
            }
            // Nobody else can say which one it is, so every build does.
            Self::Org(OrgError::Cors(origin)) => {
                ["add ", origin, " under Security → API → Trusted Origins, type CORS"].concat()
            }
            #[cfg(any(feature = "developer", debug_assertions))]
            other => other.to_string(),
            #[cfg(not(any(feature = "developer", debug_assertions)))]
            Self::Config(errors) => errors.fields(),
            #[cfg(not(any(feature = "developer", debug_assertions)))]
            _ => String::new(),
        }
    }
}

//! A mail as a value.

use std::fmt;

use okta_types::UnixTime;

/// A mail that the org sent.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mail {
    /// The address.
    pub to: String,
    /// The login of whom it is for; the address, where nobody has an account.
    pub login: String,
    /// Okta's default subject of its kind.
    pub subject: String,
    /// Plain text, with the link and the code in it.
    pub text: String,
    /// Where it leads, if anywhere: an address of this org, good once.
    pub link: Option<String>,
    /// Six digits for the page that asked for the mail.
    pub code: Option<String>,
    /// When it was sent, by the org's clock.
    pub sent_at: UnixTime,
}

impl Mail {
    /// Whether it is for whom this login or address means.
    pub(super) fn is_for(&self, name: &str) -> bool {
        [&self.login, &self.to].iter().any(|known| known.eq_ignore_ascii_case(name.trim()))
    }
}

impl fmt::Debug for Mail {
    /// Links and codes open accounts.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = (&self.to, &self.subject, &self.sent_at);
        f.debug_struct("Mail")
            .field("to", shown.0)
            .field("subject", shown.1)
            .field("sent_at", shown.2)
            .finish_non_exhaustive()
    }
}

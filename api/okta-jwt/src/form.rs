//! In which form an issuer writes its access tokens.

use crate::error::Refusal;

/// Okta's, or the standard's. A setting of each issuer, and never the token's choice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Form {
    /// No `typ` (one that is there says what the token is all the same), and `ver`, `cid`, `uid`, `scp`.
    #[default]
    Okta,
    /// RFC 9068: `typ` is `at+jwt`, and `client_id`, `sub` and `scope` say what `cid`, `uid` and `scp` do.
    Rfc9068,
}

impl Form {
    /// Whether a token may be taken for an access token whose header has a `typ`, or has none. That it is the right one
    /// where it is there, is asked when the header is read.
    pub(crate) fn judge_type(self, is_typed: bool) -> Result<(), Refusal> {
        if is_typed || self == Self::Okta { Ok(()) } else { Err(Refusal::Type) }
    }
}

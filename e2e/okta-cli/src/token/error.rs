//! Why there is no token.

use std::io;

use okta_types::Issuer;

use super::browser::BrowserError;
use super::hosted_page::HostedPageError;
use super::id_token::IdTokenError;
use super::target::TargetError;
use crate::grant::GrantError;

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TokenError {
    #[error(transparent)]
    Target(#[from] TargetError),
    #[error("cannot create an HTTP client")]
    Http(#[source] reqwest::Error),
    #[error("the org issues no token")]
    Grant(#[from] GrantError),
    #[error("signing in failed")]
    HostedPage(#[from] HostedPageError),
    #[error("signing in failed")]
    Browser(#[from] BrowserError),
    #[error("the org's answer cannot be trusted")]
    IdToken(#[from] IdTokenError),
    #[error("{0} takes no proofs signed with ES256: it issues no tokens that are bound to a key")]
    NotOffered(Issuer),
    #[error(
        "the app gets bearer tokens: switch Proof of possession on under Applications › Applications › (the app) › \
         General, or omit --dpop"
    )]
    Unbound,
    #[error("the password cannot be read: set OKTA_PASSWORD")]
    Password(#[source] io::Error),
    #[error("standard input cannot be read")]
    Stdin(#[source] io::Error),
    #[error("this is not a token: {0}")]
    NoToken(&'static str),
}

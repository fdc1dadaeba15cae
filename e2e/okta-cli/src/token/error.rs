//! Why there is no token.

use std::io;

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
    #[error("the password cannot be read: set OKTA_PASSWORD")]
    Password(#[source] io::Error),
    #[error("standard input cannot be read")]
    Stdin(#[source] io::Error),
    #[error("this is not a token: {0}")]
    NoToken(&'static str),
}

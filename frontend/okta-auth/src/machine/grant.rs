//! What is exchanged for tokens: a code (RFC 6749 §4.1.3) or a refresh token (§6).

use okta_types::{AuthorizationCode, Form};

use crate::interface::config::Settings;
use crate::machine::session::Session;
use crate::machine::transaction::Transaction;

/// What is exchanged for tokens.
#[derive(Debug)]
pub(crate) enum Grant {
    /// A code, the transaction that asked for it, and whether the callback named the issuer.
    Code {
        code: AuthorizationCode,
        transaction: Box<Transaction>,
        issuer_named: bool,
        /// The session that goes on with the tokens, where the code is that of a silent renewal.
        #[cfg(feature = "silent-renewal")]
        renews: Option<Box<Session>>,
    },
    /// The refresh token of this session.
    Refresh(Box<Session>),
}

impl Grant {
    /// The session that is renewed.
    #[cfg(feature = "dpop")]
    pub(crate) fn session(&self) -> Option<&Session> {
        match self {
            Self::Refresh(session) => Some(session),
            #[cfg(feature = "silent-renewal")]
            Self::Code { renews, .. } => renews.as_deref(),
            #[cfg(not(feature = "silent-renewal"))]
            Self::Code { .. } => None,
        }
    }

    /// The token request.
    pub(crate) fn form(&self, settings: &Settings) -> Form {
        let form = Form::new().with("client_id", &settings.client_id);
        match self {
            Self::Code { code, transaction, .. } => form
                .with("grant_type", "authorization_code")
                .with("redirect_uri", &settings.redirect_uri_text)
                .with("code", code.expose())
                .with("code_verifier", transaction.verifier.expose()),
            Self::Refresh(session) => form
                .with("grant_type", "refresh_token")
                .with("refresh_token", session.refresh_token.as_ref().map_or("", |token| token.expose()))
                .with("scope", session.scopes.as_str()),
        }
    }
}

//! A verifier with a known key, and what it says to one token.

use okta_jwt::{AccessClaims, Verified, Verifier, VerifyError};

use crate::issuer::FakeIssuer;
use crate::signer::FIRST;
use crate::token::{NOW, Token};

/// An issuer and a verifier that knows its key.
pub(crate) struct Gate {
    pub(crate) issuer: FakeIssuer,
    pub(crate) verifier: Verifier,
}

impl Gate {
    pub(crate) async fn start() -> Self {
        let issuer = FakeIssuer::start(&[&FIRST]).await;
        let verifier = issuer.verifier();
        verifier.warm().await.unwrap();
        Self { issuer, verifier }
    }

    pub(crate) fn token(&self) -> Token {
        Token::good(&self.issuer.url)
    }

    pub(crate) async fn verify(&self, token: &str) -> Result<Verified<AccessClaims>, VerifyError> {
        self.verifier.verify_at(token, NOW).await
    }

    pub(crate) async fn check(&self, what: &str, token: String, expected: impl Into<VerifyError>) {
        assert_eq!(self.verify(&token).await.map(drop), Err(expected.into()), "{what}");
    }

    pub(crate) async fn check_good(&self, what: &str, token: String) {
        assert_eq!(self.verify(&token).await.map(drop), Ok(()), "{what}");
    }
}

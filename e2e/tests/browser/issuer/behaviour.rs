//! What an issuer does wrong, as data: a table states only what differs from [`Behaviour::GOOD`].

use serde_json::{Map, Value};

/// A JSON object to change.
pub(crate) type Object = Map<String, Value>;

/// How an issuer behaves. Each function changes what a good issuer would say.
#[derive(Clone, Copy)]
pub(crate) struct Behaviour {
    /// The discovery document.
    pub(crate) discovery: fn(&mut Object),
    /// Which keys are published, and where.
    pub(crate) published: Published,
    /// The parameters that go back to the redirect URI.
    pub(crate) response: fn(&mut Vec<(String, String)>),
    /// The status of the token endpoint's answer to a code.
    pub(crate) token_status: u16,
    /// The token endpoint's answer to a code; the ID token is in it already.
    pub(crate) token: fn(&mut Object),
    /// The header of the ID token.
    pub(crate) header: fn(&mut Object),
    /// The claims of the ID token.
    pub(crate) claims: fn(&mut Object),
    pub(crate) signed: Signed,
    /// The claims of the ID token of a renewal, after `claims`.
    pub(crate) renewed_claims: fn(&mut Object),
    /// The token endpoint's answer to a refresh token.
    pub(crate) renewed: fn(&mut Object),
    /// Refresh tokens are not rotated.
    pub(crate) keeps_refresh_token: bool,
    pub(crate) userinfo: fn(&mut Object),
    /// The `state` that comes back from a sign-out.
    pub(crate) logout_state: fn(Option<String>) -> Option<String>,
}

impl Behaviour {
    pub(crate) const GOOD: Self = Self {
        discovery: |_| {},
        published: Published::Both,
        response: |_| {},
        token_status: 200,
        token: |_| {},
        header: |_| {},
        claims: |_| {},
        signed: Signed::Well,
        renewed_claims: |_| {},
        renewed: |_| {},
        keeps_refresh_token: false,
        userinfo: |_| {},
        logout_state: |state| state,
    };
}

/// The published keys.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Published {
    /// The one that signs alone.
    One,
    /// Another and the one that signs.
    Both,
    /// Both, at an address that nobody guesses; nothing where they usually are.
    Elsewhere,
    /// The other one until the first code is redeemed, and browsers may keep that answer for an hour.
    RotatedJustBeforeSigning,
}

/// What stands in the place of the signature.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Signed {
    Well,
    /// By a key that is published under another name.
    ByAnotherKey,
    /// With one bit turned.
    Broken,
    /// Nothing.
    Not,
    /// HMAC with SHA-256, the client id as the key: what a library falls for that takes the algorithm from
    /// the token.
    ByHmac,
}

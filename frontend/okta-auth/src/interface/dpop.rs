//! Proofs of possession (DPoP, RFC 9449), feature `dpop`: what an app chooses, and what a driver makes and signs.

/// Whether tokens are bound to a key that does not leave the browser (RFC 9449).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Dpop {
    /// No proof is sent; a token that is bound all the same is refused.
    Off,
    /// Proofs are sent where the org takes them. Where the app integration does not ask for them Okta answers with a
    /// bearer token, which is taken: the way of a roll-out.
    #[default]
    WhenOffered,
    /// An org that takes no proofs of ES256 and an answer with a bearer token are refused.
    Required,
}

/// The name of a key pair, by which all tabs find it: one for each sign-in, never used again.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct KeyName(pub(crate) String);

impl KeyName {
    /// What to keep the key under.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A key pair on the curve P-256 that was made; the private key never leaves the browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MadeKey {
    /// A coordinate of the public key, as in a JSON Web Key: base64url.
    pub x: String,
    /// The other one.
    pub y: String,
    /// Whether it is kept where a reload and other tabs find it. Else it is good for the life of this page.
    pub lasts: bool,
}

/// A proof to be signed with ES256 as its request is sent (RFC 7518 §3.4: the signature is 64 bytes), for the `DPoP`
/// header: the signing input, a dot, the signature in base64url.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The key to sign with.
    pub key: KeyName,
    /// What to sign, ASCII.
    pub signing_input: String,
}

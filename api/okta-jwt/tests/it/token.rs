//! Tokens by builder: a good one, and a test states only what differs.

use okta_jwt::UnixTime;
use okta_types::base64url;
use serde_json::{Value, json};

use crate::signer::{FIRST, Signer};

/// The moment of all tests.
pub(crate) const NOW: UnixTime = UnixTime(1_800_000_000);
pub(crate) const AUDIENCE: &str = "api://default";
pub(crate) const CLIENT: &str = "0oa48e74ox4t7mQJX0g7";

type Sign = Box<dyn Fn(&str) -> Vec<u8> + Send + Sync>;

/// A token in the making.
pub(crate) struct Token {
    header: Value,
    payload: Value,
    sign: Sign,
}

impl Token {
    /// What Okta issues to alice for Grove.
    pub(crate) fn good(issuer: &str) -> Self {
        Self {
            header: json!({"kid": FIRST.kid, "alg": "RS256"}),
            payload: json!({
                "ver": 1, "jti": "AT.NovJtQ_NrJ6cgy3h1-638ArovwYXWslu0teQ2M3Ux9c", "iss": issuer, "aud": AUDIENCE,
                "iat": NOW.0 - 600, "exp": NOW.0 + 3000, "cid": CLIENT, "uid": "00u47ijy7sRLaeSdC0g7",
                "scp": ["openid", "profile"], "auth_time": NOW.0 - 620, "sub": "alice@example.com",
            }),
            sign: Box::new(|message| FIRST.rs256(message)),
        }
    }

    /// The same in the form of RFC 9068 §2.2.
    pub(crate) fn at_jwt(issuer: &str) -> Self {
        let payload = json!({
            "iss": issuer, "exp": NOW.0 + 3000, "aud": AUDIENCE, "sub": "5ba552d67", "client_id": CLIENT,
            "iat": NOW.0 - 600, "jti": "dbe39bf3a3ba4238a513f51d6e1691c4", "scope": "openid orders:read",
            "auth_time": NOW.0 - 620, "acr": "loa2", "groups": ["shop-staff"],
        });
        Self { payload, ..Self::good(issuer).header("typ", "at+jwt") }
    }

    /// One that says nothing yet.
    pub(crate) fn empty() -> Self {
        Self { payload: json!({}), ..Self::good("") }
    }

    /// What Okta issues beside it, for the client alone.
    pub(crate) fn id_token(issuer: &str) -> Self {
        let payload = json!({
            "sub": "00u47ijy7sRLaeSdC0g7", "name": "Alice Shopper", "email": "alice@example.com", "ver": 1, "iss": issuer,
            "aud": CLIENT, "iat": NOW.0 - 600, "exp": NOW.0 + 3000, "jti": "ID.dz6ibX-YnBNlt14huAtBULam_Z0_wPG0ig5SWCy8XQU",
            "amr": ["pwd"], "idp": "00o47ijbqfgnq5gj00g7", "nonce": "n", "preferred_username": "alice@example.com",
            "auth_time": NOW.0 - 620, "at_hash": "w6BLQV3642TKWvaVwTAJuw",
        });
        Self { payload, ..Self::good(issuer) }
    }

    pub(crate) fn header(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.header[name] = value.into();
        self
    }

    pub(crate) fn without_header(mut self, name: &str) -> Self {
        self.header.as_object_mut().unwrap().remove(name);
        self
    }

    pub(crate) fn claim(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.payload[name] = value.into();
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.payload.as_object_mut().unwrap().remove(name);
        self
    }

    /// Signed with RS256 by another key, under that key's name.
    pub(crate) fn signed_by(self, signer: &'static Signer) -> Self {
        self.header("kid", signer.kid).signature(|message| signer.rs256(message))
    }

    pub(crate) fn signature(mut self, sign: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> Self {
        self.sign = Box::new(sign);
        self
    }

    pub(crate) fn text(&self) -> String {
        self.text_of(&self.header.to_string(), &self.payload.to_string())
    }

    /// With the header's or the payload's JSON changed as text, and signed over that.
    pub(crate) fn rewritten(&self, edit: impl Fn(&mut String, &mut String)) -> String {
        let (mut header, mut payload) = (self.header.to_string(), self.payload.to_string());
        edit(&mut header, &mut payload);
        self.text_of(&header, &payload)
    }

    fn text_of(&self, header: &str, payload: &str) -> String {
        let message = format!("{}.{}", base64url::encode(header), base64url::encode(payload));
        let signature = base64url::encode((self.sign)(&message));
        format!("{message}.{signature}")
    }
}

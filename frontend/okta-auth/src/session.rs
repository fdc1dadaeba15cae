//! A session: the tokens of one person, and how they are kept over a reload.

use okta_types::{AccessToken, IdToken, RefreshToken, Scopes, UnixTime};

use crate::config::Settings;
use crate::id_token;
use crate::json::{Json, ReadJson};
use crate::jws::Jws;
use crate::status::Person;

/// Renew so long before the end, seconds, so that a token does not end on its way to the API.
const EARLY: u64 = 30;
/// The clock may be set while a session lasts; farther than this it counts as set back, seconds.
const CLOCK_JITTER: u64 = 60;

/// The tokens of one person. Made only of a checked ID token, or of a record of such a session.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Session {
    pub(crate) access_token: AccessToken,
    /// By the browser's clock: when the answer came plus `lifetime`.
    pub(crate) expires_at: UnixTime,
    /// `expires_in` of the answer, seconds.
    pub(crate) lifetime: u64,
    pub(crate) refresh_token: Option<RefreshToken>,
    pub(crate) id_token: IdToken,
    /// Of the ID token.
    pub(crate) claims: Json,
    pub(crate) scopes: Scopes,
}

impl Session {
    /// Whether the access token may still be sent.
    pub(crate) fn is_valid(&self, now: UnixTime) -> bool {
        now < self.expires_at && !self.is_set_back(now)
    }

    /// Whether the access token may be sent without renewing it first.
    pub(crate) fn is_fresh(&self, now: UnixTime) -> bool {
        self.expires_at.since(now).as_secs() > EARLY.min(self.lifetime / 4) && !self.is_set_back(now)
    }

    /// More is left than there ever was: the clock was set back, so nothing is known of the expiry.
    fn is_set_back(&self, now: UnixTime) -> bool {
        self.expires_at.since(now).as_secs() > self.lifetime.saturating_add(CLOCK_JITTER)
    }

    pub(crate) fn person(&self) -> Person {
        Person {
            sub: self.claims.owned("sub").unwrap_or_default(),
            name: self.claims.owned("name"),
            email: self.claims.owned("email"),
            claims: self.claims.as_object().unwrap_or_default().to_vec(),
        }
    }

    /// What to store.
    pub(crate) fn to_text(&self, settings: &Settings) -> String {
        let mut record = Json::object();
        for (name, text) in [
            ("issuer", settings.issuer.as_str()),
            ("client_id", &settings.client_id),
            ("access_token", self.access_token.expose()),
            ("id_token", self.id_token.expose()),
            ("scopes", &self.scopes.to_string()),
        ] {
            record.put(name, text);
        }
        if let Some(token) = &self.refresh_token {
            record.put("refresh_token", token.expose());
        }
        record.put("v", VERSION);
        record.put("expires_at", self.expires_at.0);
        record.put("lifetime", i64::try_from(self.lifetime).unwrap_or(i64::MAX));
        record.to_text()
    }

    /// Reads what was stored. `None` for another version, issuer or client and for everything that
    /// cannot be read; the ID token was checked before it was stored and is not checked again.
    pub(crate) fn parse(text: &str, settings: &Settings, read: ReadJson) -> Option<Self> {
        let record = read(text)?;
        let access_token = record.text("access_token").filter(|token| is_header_safe(token))?;
        let id_token = record.text("id_token")?;
        let claims = Jws::parse(id_token, read)?.unverified_claims;
        let issuer = Some(settings.issuer.as_str());
        let ours = record.number("v") == Some(VERSION)
            && record.text("issuer") == issuer
            && record.text("client_id") == Some(&settings.client_id)
            && claims.text("iss") == issuer
            && claims.text("sub").is_some()
            && id_token::is_only_audience(&claims, &settings.client_id);
        if !ours {
            return None;
        }
        Some(Self {
            access_token: AccessToken::new(access_token),
            expires_at: UnixTime(record.number("expires_at")?),
            lifetime: record.count("lifetime")?,
            refresh_token: record.text("refresh_token").map(RefreshToken::new),
            id_token: IdToken::new(id_token),
            claims,
            scopes: Scopes::parse(record.text("scopes")?),
        })
    }
}

/// Whether the text can stand in an `Authorization` header (RFC 6750 §2.1 is narrower still).
pub(crate) fn is_header_safe(token: &str) -> bool {
    !token.is_empty() && token.bytes().all(|b| b.is_ascii_graphic())
}

/// The stored form. A change that older code cannot read takes a new number.
const VERSION: i64 = 1;

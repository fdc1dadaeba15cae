//! A session: the tokens of one person, and how they are kept over a reload.

use std::time::Duration;

use okta_types::{AccessToken, IdToken, RefreshToken, Scopes, UnixTime};

use crate::interface::config::Settings;
#[cfg(feature = "dpop")]
use crate::interface::dpop::Dpop;
use crate::interface::owner::Subject;
use crate::interface::person::Person;
#[cfg(feature = "dpop")]
use crate::machine::binding::Binding;
use crate::protocol::id_token;
use crate::protocol::json::{Json, ReadJson};
use crate::protocol::jws::Jws;

/// Renew so long before the end, seconds, so that a token does not end on its way to the API.
const RENEW_EARLY: u64 = 30;
/// So long, seconds, a token is used at least, whatever the org says of its end: shorter than that it would be renewed
/// as soon as it came.
const MIN_USE: u64 = 5;
/// No org means more, seconds; and what is stored stays a number that every reader reads back.
pub(crate) const MAX_LIFETIME: u64 = 10 * 366 * 86_400;
/// The clock may be set while a session lasts; farther than this it counts as set back, seconds.
const CLOCK_JITTER: u64 = 60;

/// The tokens of one person. Made only of a checked ID token, or of a record of such a session.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub(crate) access_token: AccessToken,
    /// By the browser's clock: when the answer came plus `lifetime`.
    pub(crate) expires_at: UnixTime,
    /// `expires_in` of the answer, seconds, at most [`MAX_LIFETIME`].
    pub(crate) lifetime: u64,
    pub(crate) refresh_token: Option<RefreshToken>,
    pub(crate) id_token: IdToken,
    /// Of the ID token.
    pub(crate) claims: Json,
    pub(crate) scopes: Scopes,
    /// The org's clock minus the browser's when the ID token came, seconds.
    pub(crate) offset: i64,
    /// The sign-in it comes from: its used `state`, and where it ended.
    pub(crate) state: String,
    pub(crate) target: String,
    /// The key its tokens are bound to.
    #[cfg(feature = "dpop")]
    pub(crate) binding: Option<Binding>,
    /// Whether it can be renewed without a refresh token.
    #[cfg(feature = "silent-renewal")]
    pub(crate) renews_silently: bool,
    /// Since when a page is at the org to renew it, in this tab or another one.
    #[cfg(feature = "silent-renewal")]
    pub(crate) away_since: Option<UnixTime>,
}

/// What was found in the storage.
#[derive(Debug)]
pub(crate) enum Stored {
    Nothing,
    /// Of another issuer or client, or nothing this crate ever wrote.
    Unreadable,
    /// Written by a later version, which may go on with it.
    Newer,
    /// Nobody is signed in here, but the org does not know yet that somebody signed out.
    SignOutUnfinished,
    /// What is left of a session that has ended by itself.
    Expired(Box<Ended>),
    Session(Box<Session>),
}

impl Stored {
    /// Reads what was stored. The ID token was checked before it was stored and is not checked again.
    pub(crate) fn read(text: Option<&str>, settings: &Settings, read: ReadJson) -> Self {
        let Some(text) = text else { return Self::Nothing };
        let record = read(text).unwrap_or_default();
        if record.number("v").is_some_and(|version| version > NEWEST) {
            return Self::Newer;
        }
        if is_ours(&record, settings) {
            if record.get("owed").is_some() {
                return Self::SignOutUnfinished;
            }
            if let Some(sub) = record.text("expired") {
                return Self::Expired(Box::new(Ended { subject: Subject::new(sub), id_token: None }));
            }
        }
        let Some(claims) = claims_of(&record, settings, read) else { return Self::Unreadable };
        let session = Session::parse(&record, claims);
        #[cfg(feature = "silent-renewal")]
        let session =
            session.map(|session| Session { renews_silently: settings.silent_renewal.is_some(), ..session });
        // From before the app required it.
        #[cfg(feature = "dpop")]
        let session = session.filter(|session| session.binding.is_some() || settings.dpop != Dpop::Required);
        session.map_or(Self::Unreadable, |session| Self::Session(session.into()))
    }
}

/// Whether it is a record of this issuer and client.
fn is_ours(record: &Json, settings: &Settings) -> bool {
    record.number("v").is_some_and(|version| version >= 1)
        && record.text("issuer") == Some(settings.issuer.as_str())
        && record.text("client_id") == Some(&settings.client_id)
}

/// The claims of the ID token of a record of this issuer and client; `None` for everything else.
fn claims_of(record: &Json, settings: &Settings, read: ReadJson) -> Option<Json> {
    if !is_ours(record, settings) {
        return None;
    }
    let claims = Jws::parse(record.text("id_token")?, read)?.unverified_claims;
    let same = claims.text("iss") == Some(settings.issuer.as_str())
        && claims.text("sub").is_some()
        && id_token::is_only_audience(&claims, &settings.client_id);
    same.then_some(claims)
}

/// What is left of a session that has ended by itself: whose it was, and, until the page is loaded anew, what the
/// org needs to end its own.
#[derive(Clone, Debug)]
pub(crate) struct Ended {
    pub(crate) subject: Subject,
    pub(crate) id_token: Option<IdToken>,
}

impl Ended {
    pub(crate) fn of(session: &Session) -> Self {
        Self { subject: session.subject(), id_token: Some(session.id_token.clone()) }
    }

    /// What to store in the session's place: whose it was, and no token.
    pub(crate) fn to_text(&self, settings: &Settings) -> String {
        let mut record = record(settings);
        record.put("expired", self.subject.as_str());
        record.to_text()
    }
}

/// What to store in the session's place while the org does not know of a sign-out: nothing about anybody.
pub(crate) fn unfinished_sign_out_record(settings: &Settings) -> String {
    let mut record = record(settings);
    record.put("owed", 1);
    record.to_text()
}

/// What every record begins with.
fn record(settings: &Settings) -> Json {
    record_of(VERSION, settings)
}

fn record_of(version: i64, settings: &Settings) -> Json {
    let mut record = Json::object();
    record.put("v", version);
    record.put("issuer", settings.issuer.as_str());
    record.put("client_id", settings.client_id.as_str());
    record
}

fn subject_of(claims: &Json) -> Subject {
    Subject::new(claims.text("sub").unwrap_or_default())
}

impl Session {
    /// Whether the access token may still be sent.
    pub(crate) fn is_valid(&self, now: UnixTime) -> bool {
        now < self.ends_at() && !self.is_set_back(now)
    }

    /// Whether it can be renewed without the person.
    pub(crate) fn is_renewable(&self) -> bool {
        #[cfg(feature = "silent-renewal")]
        if self.renews_silently {
            return true;
        }
        self.refresh_token.is_some()
    }

    /// Whether it has ended and nothing can renew it.
    pub(crate) fn is_over(&self, now: UnixTime) -> bool {
        !self.is_renewable() && !self.is_valid(now)
    }

    /// Whether the access token may be sent without renewing it first.
    pub(crate) fn is_fresh(&self, now: UnixTime) -> bool {
        now < self.renew_at() && !self.is_set_back(now)
    }

    /// From when on it may not be sent any more.
    pub(crate) fn ends_at(&self) -> UnixTime {
        self.expires_at + Duration::from_secs(MIN_USE.saturating_sub(self.lifetime))
    }

    /// Whether the access token lives long enough for its renewal to have been of any use.
    pub(crate) fn is_useful(&self) -> bool {
        self.lifetime >= MIN_USE
    }

    /// From when on it is renewed before it is used.
    pub(crate) fn renew_at(&self) -> UnixTime {
        self.expires_at - Duration::from_secs(RENEW_EARLY.min(self.lifetime / 4))
    }

    /// More is left than there ever was: the clock was set back, so nothing is known of the expiry.
    fn is_set_back(&self, now: UnixTime) -> bool {
        self.expires_at.since(now).as_secs() > self.lifetime.saturating_add(CLOCK_JITTER)
    }

    /// Whether nothing has happened between the two: every sign-in and every renewal brings another token.
    pub(crate) fn is_same_as(&self, other: &Self) -> bool {
        self.access_token == other.access_token && self.expires_at == other.expires_at
    }

    pub(crate) fn subject(&self) -> Subject {
        subject_of(&self.claims)
    }

    pub(crate) fn person(&self) -> Person {
        Person {
            sub: self.claims.owned("sub").unwrap_or_default(),
            name: self.claims.owned("name"),
            email: self.claims.owned("email"),
            claims: self.claims.as_object().unwrap_or_default().to_vec(),
            scopes: self.scopes.clone(),
        }
    }

    /// What to store.
    pub(crate) fn to_text(&self, settings: &Settings) -> String {
        #[cfg(not(feature = "dpop"))]
        let mut record = record(settings);
        #[cfg(feature = "dpop")]
        let mut record = record_of(if self.binding.is_some() { BOUND } else { VERSION }, settings);
        #[cfg(feature = "dpop")]
        if let Some(binding) = &self.binding {
            binding.write(&mut record);
        }
        for (name, text) in [
            ("id_token", self.id_token.expose()),
            ("access_token", self.access_token.expose()),
            ("scopes", self.scopes.as_str()),
            ("state", &self.state),
            ("target", &self.target),
        ] {
            record.put(name, text);
        }
        if let Some(token) = &self.refresh_token {
            record.put("refresh_token", token.expose());
        }
        #[cfg(feature = "silent-renewal")]
        if let Some(since) = self.away_since {
            record.put("away_since", since.0);
        }
        record.put("expires_at", self.expires_at.0);
        record.put("offset", self.offset);
        record.put("lifetime", i64::try_from(self.lifetime).unwrap_or(i64::MAX));
        record.to_text()
    }

    /// `None` for what cannot be read. What version 1 did not know yet is empty.
    fn parse(record: &Json, claims: Json) -> Option<Self> {
        let access_token = record.text("access_token").filter(|token| is_header_safe(token))?;
        let (id_token, scopes) = (record.text("id_token")?, record.text("scopes")?);
        let (expires_at, lifetime) = (record.number("expires_at")?, record.count("lifetime")?);
        Some(Self {
            access_token: AccessToken::new(access_token),
            expires_at: UnixTime(expires_at),
            lifetime,
            refresh_token: record.text("refresh_token").map(RefreshToken::new),
            id_token: IdToken::new(id_token),
            claims,
            scopes: Scopes::parse(scopes),
            offset: record.number("offset").unwrap_or(0),
            state: record.owned("state").unwrap_or_default(),
            target: record.owned("target").unwrap_or_default(),
            #[cfg(feature = "dpop")]
            binding: Binding::read(record).ok()?,
            #[cfg(feature = "silent-renewal")]
            renews_silently: false,
            #[cfg(feature = "silent-renewal")]
            away_since: record.number("away_since").map(UnixTime),
        })
    }
}

/// Whether the text can stand in an `Authorization` header (RFC 6750 §2.1 is narrower still).
pub(crate) fn is_header_safe(token: &str) -> bool {
    !token.is_empty() && token.bytes().all(|b| b.is_ascii_graphic())
}

/// The stored form. A change that older code cannot read takes a new number. Version 1 had neither the
/// clock's offset nor the sign-in it comes from.
const VERSION: i64 = 2;
/// Of a session whose tokens are bound to a key: code that knows nothing of keys must leave it alone.
#[cfg(feature = "dpop")]
const BOUND: i64 = 3;
/// The highest that this code reads.
const NEWEST: i64 = if cfg!(feature = "dpop") { 3 } else { VERSION };

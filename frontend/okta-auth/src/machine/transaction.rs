//! A sign-in under way: made together with the address it leads to, found again by `state`, used once.

use std::rc::Rc;

use okta_types::{CodeChallenge, CodeVerifier, Form, Metadata, Nonce, State, UnixTime, base64url, decimal};

use crate::interface::config::Settings;
use crate::interface::owner::Subject;
use crate::interface::resumable_request::{OwnedRequest, ResumableRequest};
use crate::interface::sign_in::SignIn;
use crate::protocol::id_token::Asked;
use crate::protocol::json::{Json, ReadJson};
use crate::protocol::redirect_limit::RedirectLimit;
use crate::protocol::sensitive::Sensitive;
use crate::step_context::RANDOM_BYTES;

/// How long a sign-in may take, seconds: Okta's page gives up after an hour, and its code after five minutes.
pub(super) const SIGN_IN_LIFETIME: i64 = 70 * 60;
/// How long it is remembered where a sign-in was to end, for another attempt, seconds.
const MEMORY: i64 = 24 * 3600;
/// Sign-ins begun and never finished in one tab; older ones make room.
const MAX_PENDING: usize = 8;

/// What is needed to judge the answer to one authorization request.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Transaction {
    pub(crate) state: State,
    pub(crate) nonce: Nonce,
    pub(crate) verifier: CodeVerifier,
    pub(crate) issuer: String,
    pub(crate) target: String,
    pub(crate) created: UnixTime,
    pub(crate) max_age: Option<u64>,
    pub(crate) acr_values: Option<String>,
    /// What is to be sent after the return, by the same person.
    pub(crate) kept: Option<Rc<OwnedRequest>>,
    /// Whose page the target is, where another tab wanted it.
    #[cfg(feature = "wanted-pages")]
    pub(crate) page_of: Option<Subject>,
    /// Whose session goes on with what it brings, where it is a silent renewal.
    #[cfg(feature = "silent-renewal")]
    pub(crate) renews: Option<Subject>,
}

impl Transaction {
    /// Whether it has taken too long for its answer to be used, or was begun in a future that a corrected clock has
    /// taken away.
    pub(crate) fn is_over(&self, now: UnixTime) -> bool {
        !(-SIGN_IN_LIFETIME..SIGN_IN_LIFETIME).contains(&self.age(now))
    }

    fn age(&self, now: UnixTime) -> i64 {
        now.0.saturating_sub(self.created.0)
    }

    /// What its ID token is compared with.
    pub(crate) fn asked(&self) -> Asked<'_> {
        let Self { nonce, max_age, acr_values, created, .. } = self;
        Asked {
            nonce: nonce.expose(),
            max_age: *max_age,
            acr_values: acr_values.as_deref(),
            created: *created,
        }
    }

    /// The same sign-in, to be begun once more.
    pub(crate) fn into_sign_in(self) -> SignIn {
        SignIn {
            target: self.target,
            max_age: self.max_age,
            acr_values: self.acr_values,
            kept: self.kept,
            #[cfg(feature = "wanted-pages")]
            page_of: self.page_of,
            ..SignIn::default()
        }
    }

    fn read(object: &Json) -> Option<Self> {
        // What may be missing first: from here on there is nothing to clean up, which keeps the code small.
        let (state, nonce) = (object.text("state")?, object.text("nonce")?);
        let (issuer, target) = (object.text("issuer")?, object.text("target")?);
        let created = UnixTime(object.number("created")?);
        let verifier = CodeVerifier::parse(object.text("verifier")?)?;
        Some(Self {
            state: State::new(state),
            nonce: Nonce::new(nonce),
            verifier,
            issuer: issuer.to_owned(),
            target: target.to_owned(),
            created,
            max_age: object.count("max_age"),
            acr_values: object.owned("acr_values"),
            kept: object.text("sub").zip(object.text("kept")).map(|(sub, kept)| {
                Rc::new(OwnedRequest { owner: Subject::new(sub), request: ResumableRequest::read(kept) })
            }),
            #[cfg(feature = "wanted-pages")]
            page_of: object.text("page_of").map(Subject::new),
            #[cfg(feature = "silent-renewal")]
            renews: object.text("renews").map(Subject::new),
        })
    }

    fn write(&self) -> Json {
        let mut object = Json::object();
        for (name, text) in [
            ("state", self.state.expose()),
            ("nonce", self.nonce.expose()),
            ("verifier", self.verifier.expose()),
            ("issuer", &self.issuer),
            ("target", &self.target),
        ] {
            object.put(name, text);
        }
        if let Some(values) = &self.acr_values {
            object.put("acr_values", values.as_str());
        }
        if let Some(kept) = &self.kept {
            object.put("sub", kept.owner.as_str());
            object.put("kept", kept.request.write().as_str());
        }
        #[cfg(feature = "wanted-pages")]
        if let Some(subject) = &self.page_of {
            object.put("page_of", subject.as_str());
        }
        #[cfg(feature = "silent-renewal")]
        if let Some(subject) = &self.renews {
            object.put("renews", subject.as_str());
        }
        object.put("created", self.created.0);
        if let Some(seconds) = self.max_age {
            object.put("max_age", i64::try_from(seconds).unwrap_or(i64::MAX));
        }
        object
    }
}

/// The authorization request and what will judge its answer, as one pair: neither is of any use without the other
/// (OpenID Connect Core §3.1.2.1, RFC 7636 §4.3).
pub(crate) fn begin(
    settings: &Settings,
    request: &SignIn,
    random: &[u8; RANDOM_BYTES],
    now: UnixTime,
) -> (Form, Transaction) {
    let [verifier, state, nonce] = split(random);
    let transaction = Transaction {
        state: State::new(base64url::encode(state)),
        nonce: Nonce::new(base64url::encode(nonce)),
        verifier: CodeVerifier::from_random(verifier),
        issuer: settings.issuer.as_str().to_owned(),
        target: settings.landing(&request.target).as_str().to_owned(),
        created: now,
        max_age: request.max_age,
        acr_values: request.acr_values.clone(),
        kept: request.kept.clone(),
        #[cfg(feature = "wanted-pages")]
        page_of: request.page_of.clone(),
        #[cfg(feature = "silent-renewal")]
        renews: request.renews.clone(),
    };
    let form = Form::new()
        .with("client_id", &settings.client_id)
        .with("response_type", "code")
        .with("redirect_uri", &settings.redirect_uri_text)
        .with("scope", settings.scopes.as_str())
        .with("state", transaction.state.expose())
        .with("nonce", transaction.nonce.expose())
        .with("code_challenge", transaction.verifier.challenge().as_str())
        .with("code_challenge_method", CodeChallenge::METHOD)
        .with_some("max_age", request.max_age.map(decimal).as_deref())
        .with_some("acr_values", request.acr_values.as_deref());
    (form.with_all(&request.parameters), transaction)
}

/// The address at which the org is asked.
pub(crate) fn address(metadata: &Metadata, form: &Form) -> Sensitive {
    let endpoint = &metadata.authorization_endpoint;
    let separator = if endpoint.bytes().any(|b| b == b'?') { "&" } else { "?" };
    Sensitive::new([endpoint, separator, form.as_str()].concat())
}

fn split(random: &[u8; RANDOM_BYTES]) -> [[u8; 32]; 3] {
    let mut parts = [[0; 32]; 3];
    for (part, bytes) in parts.iter_mut().zip(random.chunks_exact(32)) {
        part.copy_from_slice(bytes);
    }
    parts
}

/// All sign-ins under way in this tab, as they are stored.
#[derive(Debug, Default)]
pub(crate) struct Pending {
    transactions: Vec<Transaction>,
    /// When the page left for the org of late.
    pub(crate) departures: Vec<UnixTime>,
    /// Written by a later version: not to be written over without need.
    pub(crate) is_newer: bool,
}

impl Pending {
    /// Reads what was stored; what cannot be read is as good as nothing. Transactions of another day are left out.
    ///
    /// Version 1 was the list of transactions alone; a sign-in begun by it is finished by this one.
    pub(crate) fn parse(text: Option<&str>, limit: RedirectLimit, now: UnixTime, read: ReadJson) -> Self {
        let stored = text.and_then(read).unwrap_or_default();
        let mut this = Self::default();
        if stored.number("v").is_some_and(|version| version > VERSION) {
            this.is_newer = true;
            return this;
        }
        let list = |name: &str| stored.get(name).and_then(Json::as_array).unwrap_or_default();
        for value in stored.as_array().unwrap_or_else(|| list("pending")) {
            if let Some(transaction) = Transaction::read(value)
                && (-MEMORY..MEMORY).contains(&transaction.age(now))
            {
                this.transactions.push(transaction);
            }
        }
        this.departures.extend(list("departures").iter().filter_map(Json::as_i64).map(UnixTime));
        limit.prune(&mut this.departures, now);
        this
    }

    /// Takes the transaction of exactly this `state` and issuer out.
    pub(crate) fn take(&mut self, state: &str, issuer: &str) -> Option<Transaction> {
        let index = self.transactions.iter().position(|t| t.state.expose() == state && t.issuer == issuer)?;
        Some(self.transactions.remove(index))
    }

    /// Leaves out those that keep a request of somebody else than `owner`.
    pub(crate) fn discard_foreign(&mut self, owner: Option<&Subject>) {
        self.transactions.retain(|t| t.kept.as_ref().is_none_or(|kept| Some(&kept.owner) == owner));
    }

    /// Adds a transaction with which the page leaves now.
    pub(crate) fn add(&mut self, transaction: Transaction, now: UnixTime) {
        if self.transactions.len() >= MAX_PENDING {
            self.transactions.remove(0);
        }
        self.transactions.push(transaction);
        self.departures.push(now);
    }

    /// What to store, `None` where there is nothing to keep.
    pub(crate) fn to_text(&self) -> Option<String> {
        if self.transactions.is_empty() && self.departures.is_empty() {
            return None;
        }
        let mut record = Json::object();
        record.put("v", VERSION);
        record.put("pending", Json::List(self.transactions.iter().map(Transaction::write).collect()));
        record.put("departures", Json::List(self.departures.iter().map(|at| at.0.into()).collect()));
        Some(record.to_text())
    }
}

/// The stored form. A change that older code cannot read takes a new number.
const VERSION: i64 = 2;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::json::tests::read;

    fn transaction(state: &str, created: i64) -> Transaction {
        Transaction {
            state: State::new(state),
            nonce: Nonce::new("n"),
            verifier: CodeVerifier::from_random([1; 32]),
            issuer: "https://a".into(),
            target: "/".into(),
            created: UnixTime(created),
            max_age: None,
            acr_values: None,
            kept: None,
            #[cfg(feature = "wanted-pages")]
            page_of: None,
            #[cfg(feature = "silent-renewal")]
            renews: None,
        }
    }

    fn stored(transactions: Vec<Transaction>) -> String {
        Pending { transactions, ..Pending::default() }.to_text().unwrap()
    }

    fn parse(text: &str, now: i64) -> Pending {
        Pending::parse(Some(text), RedirectLimit::default(), UnixTime(now), read)
    }

    #[test]
    fn a_transaction_is_found_by_its_exact_state_and_issuer_and_taken_once() {
        let text = stored(vec![transaction("a", 0), transaction("ab", 0)]);
        let mut pending = parse(&text, 10);
        assert!(pending.take("", "https://a").is_none());
        assert!(pending.take("A", "https://a").is_none());
        assert!(pending.take("ab", "https://b").is_none());
        assert!(pending.take("ab", "https://a").is_some());
        assert!(pending.take("ab", "https://a").is_none());
        assert!(pending.take("a", "https://a").is_some());
        assert_eq!(pending.to_text(), None);
    }

    #[test]
    fn a_transaction_lives_seventy_minutes_and_is_remembered_for_a_day() {
        let text = stored(vec![transaction("a", 1000)]);
        for (now, alive) in [(1000, true), (5199, true), (5200, false), (-3200, true), (-3201, false)] {
            let found = parse(&text, now).take("a", "https://a");
            assert_eq!(found.map(|found| !found.is_over(UnixTime(now))), Some(alive), "{now}");
        }
        for (now, remembered) in [(87_399, true), (87_400, false), (-85_400, true), (-85_401, false)] {
            assert_eq!(parse(&text, now).take("a", "https://a").is_some(), remembered, "{now}");
        }
    }

    #[test]
    fn hostile_storage_contents_are_as_good_as_nothing() {
        let short = r#"[{"state":"a","nonce":"b","verifier":"c","issuer":"d","target":"/","created":0}]"#;
        for text in ["", "null", "{}", "[{}]", "[1]", "\u{0}", "[[[[[", short] {
            assert!(parse(text, 0).to_text().is_none(), "{text:?}");
        }
    }

    #[test]
    fn the_number_of_pending_sign_ins_is_bounded() {
        let mut pending = Pending::default();
        for i in 0..20 {
            pending.add(transaction(&i.to_string(), 0), UnixTime(0));
        }
        assert!(pending.take("11", "https://a").is_none());
        assert!(pending.take("12", "https://a").is_some());
    }
}

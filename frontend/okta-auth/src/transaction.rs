//! A sign-in under way: made together with the address it leads to, found again by `state`, used once.

use okta_types::{CodeChallenge, CodeVerifier, Form, Metadata, Nonce, State, UnixTime, base64url};

use crate::config::Settings;
use crate::json::{Json, ReadJson};
use crate::return_target::ReturnTarget;
use crate::sign_in::SignIn;
use crate::step::RANDOM_BYTES;

/// How long a sign-in may take, seconds. Okta's own page gives up after an hour.
const LIFETIME: i64 = 30 * 60;
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
}

impl Transaction {
    fn read(object: &Json) -> Option<Self> {
        Some(Self {
            state: State::new(object.text("state")?),
            nonce: Nonce::new(object.text("nonce")?),
            verifier: CodeVerifier::parse(object.text("verifier")?)?,
            issuer: object.owned("issuer")?,
            target: object.owned("target")?,
            created: UnixTime(object.number("created")?),
            max_age: object.count("max_age"),
            acr_values: object.owned("acr_values"),
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
        object.put("created", self.created.0);
        if let Some(seconds) = self.max_age {
            object.put("max_age", i64::try_from(seconds).unwrap_or(i64::MAX));
        }
        object
    }
}

/// The authorization request's address and what will judge its answer, as one pair: neither is of any use
/// without the other (OpenID Connect Core §3.1.2.1, RFC 7636 §4.3).
pub(crate) fn begin(
    settings: &Settings,
    metadata: &Metadata,
    request: &SignIn,
    random: &[u8; RANDOM_BYTES],
    now: UnixTime,
) -> (String, Transaction) {
    let [verifier, state, nonce] = split(random);
    let transaction = Transaction {
        state: State::new(base64url::encode(state)),
        nonce: Nonce::new(base64url::encode(nonce)),
        verifier: CodeVerifier::from_random(verifier),
        issuer: settings.issuer.as_str().to_owned(),
        target: ReturnTarget::of(&request.target, settings.redirect_uri.path()).as_str().to_owned(),
        created: now,
        max_age: request.max_age,
        acr_values: request.acr_values.clone(),
    };
    let form = Form::new()
        .with("client_id", &settings.client_id)
        .with("response_type", "code")
        .with("redirect_uri", &settings.redirect_uri_text)
        .with("scope", &settings.scopes.to_string())
        .with("state", transaction.state.expose())
        .with("nonce", transaction.nonce.expose())
        .with("code_challenge", transaction.verifier.challenge().as_str())
        .with("code_challenge_method", CodeChallenge::METHOD);
    let form = request.append_to(form);
    let endpoint = &metadata.authorization_endpoint;
    let separator = if endpoint.bytes().any(|b| b == b'?') { "&" } else { "?" };
    ([endpoint, separator, form.as_str()].concat(), transaction)
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
pub(crate) struct Pending(Vec<Transaction>);

impl Pending {
    /// Reads what was stored; what cannot be read is as good as nothing. Those begun too long ago, or in
    /// a future that a corrected clock has taken away, are left out.
    pub(crate) fn parse(text: Option<&str>, now: UnixTime, read: ReadJson) -> Self {
        let stored = text.and_then(read).unwrap_or_default();
        let mut this = Self::default();
        for value in stored.as_array().unwrap_or_default() {
            if let Some(transaction) = Transaction::read(value)
                && (-LIFETIME..LIFETIME).contains(&now.0.saturating_sub(transaction.created.0))
            {
                this.0.push(transaction);
            }
        }
        this
    }

    /// Takes the transaction of exactly this `state` and issuer out.
    pub(crate) fn take(&mut self, state: &str, issuer: &str) -> Option<Transaction> {
        let index = self.0.iter().position(|t| t.state.expose() == state && t.issuer == issuer)?;
        Some(self.0.remove(index))
    }

    pub(crate) fn add(&mut self, transaction: Transaction) {
        if self.0.len() >= MAX_PENDING {
            self.0.remove(0);
        }
        self.0.push(transaction);
    }

    /// What to store, `None` where there is nothing to keep.
    pub(crate) fn to_text(&self) -> Option<String> {
        let all = || Json::List(self.0.iter().map(Transaction::write).collect()).to_text();
        (!self.0.is_empty()).then(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::tests::read;

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
        }
    }

    fn stored(transactions: Vec<Transaction>) -> String {
        Pending(transactions).to_text().unwrap()
    }

    #[test]
    fn a_transaction_is_found_by_its_exact_state_and_issuer_and_taken_once() {
        let text = stored(vec![transaction("a", 0), transaction("ab", 0)]);
        let mut pending = Pending::parse(Some(&text), UnixTime(10), read);
        assert!(pending.take("", "https://a").is_none());
        assert!(pending.take("A", "https://a").is_none());
        assert!(pending.take("ab", "https://b").is_none());
        assert!(pending.take("ab", "https://a").is_some());
        assert!(pending.take("ab", "https://a").is_none());
        assert!(pending.take("a", "https://a").is_some());
        assert_eq!(pending.to_text(), None);
    }

    #[test]
    fn a_transaction_lives_thirty_minutes() {
        let text = stored(vec![transaction("a", 1000)]);
        for (now, alive) in [(1000, true), (2799, true), (2800, false), (-801, false)] {
            let found = Pending::parse(Some(&text), UnixTime(now), read).take("a", "https://a");
            assert_eq!(found.is_some(), alive, "{now}");
        }
    }

    #[test]
    fn hostile_storage_contents_are_as_good_as_nothing() {
        let short = r#"[{"state":"a","nonce":"b","verifier":"c","issuer":"d","target":"/","created":0}]"#;
        for text in ["", "null", "{}", "[{}]", "[1]", "\u{0}", "[[[[[", short] {
            assert!(Pending::parse(Some(text), UnixTime(0), read).to_text().is_none(), "{text:?}");
        }
    }

    #[test]
    fn the_number_of_pending_sign_ins_is_bounded() {
        let mut pending = Pending::default();
        for i in 0..20 {
            pending.add(transaction(&i.to_string(), 0));
        }
        assert!(pending.take("11", "https://a").is_none());
        assert!(pending.take("12", "https://a").is_some());
    }
}

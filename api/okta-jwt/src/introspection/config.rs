use std::fmt;
use std::time::Duration;

/// How to ask, and what to do without an answer.
///
/// An answer that a token is good is believed for a while; that it is not, for as long as the answer is
/// remembered at all. Without an answer, requests are refused (503) unless [`fail_open`](Self::fail_open).
#[derive(Clone)]
pub struct Introspection {
    pub(super) client_id: String,
    pub(super) client_secret: Option<String>,
    pub(super) url: Option<String>,
    pub(super) believed_for: Duration,
    pub(super) fails_open: bool,
    pub(super) timeout: Duration,
    pub(super) concurrency: usize,
    pub(super) entries: usize,
}

impl Introspection {
    /// For a public client, which only says who it is.
    pub fn by_client_id(client_id: impl Into<String>) -> Self {
        Self {
            client_id: client_id.into(),
            client_secret: None,
            url: None,
            believed_for: Duration::from_secs(30),
            fails_open: false,
            timeout: Duration::from_secs(2),
            concurrency: 32,
            entries: 10_000,
        }
    }

    /// For a confidential client, by HTTP Basic (RFC 6749 §2.3.1).
    pub fn by_client_secret(client_id: impl Into<String>, client_secret: impl Into<String>) -> Self {
        Self { client_secret: Some(client_secret.into()), ..Self::by_client_id(client_id) }
    }

    /// The endpoint, where it is not to be learned from the issuer's metadata.
    #[must_use]
    pub fn url(mut self, url: impl Into<String>) -> Self {
        self.url = Some(url.into());
        self
    }

    /// How long an answer is believed: a revoked token passes for so long at most. 30 seconds unless set.
    #[must_use]
    pub fn believed_for(mut self, period: Duration) -> Self {
        self.believed_for = period;
        self
    }

    /// Lets tokens pass that the issuer says nothing about, because it is away: what they say was checked
    /// all the same. Revocation then works only while the issuer does.
    #[must_use]
    pub fn fail_open(mut self) -> Self {
        self.fails_open = true;
        self
    }

    /// Refuses (503) tokens that the issuer says nothing about. So it is unless set.
    #[must_use]
    pub fn fail_closed(mut self) -> Self {
        self.fails_open = false;
        self
    }

    /// For one answer, waiting for a turn included. 2 seconds unless set.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How many questions may be under way at once; at least one, 32 unless set.
    #[must_use]
    pub fn concurrency(mut self, questions: usize) -> Self {
        self.concurrency = questions.max(1);
        self
    }

    /// How many answers are remembered; at least one, 10,000 unless set.
    #[must_use]
    pub fn entries(mut self, entries: usize) -> Self {
        self.entries = entries.max(1);
        self
    }
}

impl fmt::Debug for Introspection {
    /// Without the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Introspection")
            .field("client_id", &self.client_id)
            .field("believed_for", &self.believed_for)
            .field("fails_open", &self.fails_open)
            .finish_non_exhaustive()
    }
}

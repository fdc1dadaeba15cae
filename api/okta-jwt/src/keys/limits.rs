use std::time::Duration;

/// The key set's numbers. The defaults suit Okta, whose keys change four times a year with weeks of notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeySetLimits {
    /// A set is asked for again no sooner than this, whatever `Cache-Control` says. 60 s.
    pub min_ttl: Duration,
    /// A set is asked for again no later than this: the bound on how long a key that the issuer withdrew in
    /// an emergency is still honoured. 24 h.
    pub max_ttl: Duration,
    /// Where the answer says nothing. 10 min.
    pub default_ttl: Duration,
    /// So long before a set grows old the next one is fetched, in the background. 30 s.
    pub refresh_ahead: Duration,
    /// The shortest time between two fetches that unknown key names provoke, however many there are, and
    /// whether they succeed or not. 30 s.
    pub cool_down: Duration,
    /// So long after a set has grown old it still serves while the issuer is out of reach. 24 h.
    pub stale_for: Duration,
    /// The pause after the first failure; it doubles from there. 1 s.
    pub min_back_off: Duration,
    /// The longest pause between failures. 60 s.
    pub max_back_off: Duration,
    /// For a connection to the issuer, TLS included. 1 s.
    pub connect_timeout: Duration,
    /// For a whole fetch, metadata and keys. 5 s.
    pub fetch_timeout: Duration,
    /// For each document, in bytes. 256 KiB.
    pub max_body: usize,
}

impl Default for KeySetLimits {
    fn default() -> Self {
        Self {
            min_ttl: Duration::from_secs(60),
            max_ttl: Duration::from_secs(24 * 3600),
            default_ttl: Duration::from_secs(600),
            refresh_ahead: Duration::from_secs(30),
            cool_down: Duration::from_secs(30),
            stale_for: Duration::from_secs(24 * 3600),
            min_back_off: Duration::from_secs(1),
            max_back_off: Duration::from_secs(60),
            connect_timeout: Duration::from_secs(1),
            fetch_timeout: Duration::from_secs(5),
            max_body: 256 * 1024,
        }
    }
}

use std::fmt;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use okta_types::{Form, Issuer, Origin};
use quick_cache::sync::Cache;
use reqwest::header::CONTENT_TYPE;
use serde::Deserialize;
use tokio::sync::Semaphore;
use tokio::time::Instant;

use super::config::Introspection;
use crate::error::{ConfigError, KeyError, Refusal, VerifyError};
use crate::fingerprint::Fingerprint;
use crate::http::{Http, HttpLimits, json, of_same_origin};
use crate::keys::{KeySetLimits, Schedule, after};

/// An answer has a dozen short members.
const MAX_BODY: usize = 64 * 1024;

/// Asks the issuer, remembers its answers, and leaves it alone for a while when it fails.
pub(crate) struct Introspector {
    issuer: Issuer,
    config: Introspection,
    http: Http,
    endpoint: OnceLock<String>,
    answers: Cache<Fingerprint, Answer>,
    turns: Semaphore,
    /// When the next question may be asked; pauses after failures as those of the key set do.
    schedule: Mutex<Schedule>,
}

#[derive(Clone, Copy)]
enum Answer {
    ActiveUntil(Instant),
    /// For good: what was revoked does not come back.
    Inactive,
}

/// RFC 7662 §2.2. The other members say what the token says, and that was checked.
#[derive(Deserialize)]
struct Response {
    active: bool,
}

impl Introspector {
    pub(crate) fn new(issuer: Issuer, config: Introspection) -> Result<Self, ConfigError> {
        let origin = Origin::of(config.url.as_deref().unwrap_or(issuer.as_str())).ok();
        let origin = origin.filter(|origin| origin.is_https() || origin.is_loopback());
        let Some(origin) = origin.filter(|_| !config.client_id.trim().is_empty()) else {
            return Err(ConfigError::Introspection);
        };
        let limits = HttpLimits {
            connect: config.timeout,
            request: config.timeout,
            max_body: MAX_BODY,
            idle_connections: config.concurrency,
        };
        Ok(Self {
            issuer,
            http: Http::new(&origin, &limits).map_err(ConfigError::HttpClient)?,
            endpoint: config.url.clone().map(OnceLock::from).unwrap_or_default(),
            answers: Cache::new(config.entries),
            turns: Semaphore::new(config.concurrency),
            schedule: Mutex::new(Schedule::new(pauses(), Instant::now())),
            config,
        })
    }

    /// Whether the token, which is good in every other way, may pass.
    pub(crate) async fn judge(&self, token: &str, fingerprint: Fingerprint) -> Result<(), VerifyError> {
        match self.answer(token, fingerprint).await {
            Some(Answer::ActiveUntil(_)) => Ok(()),
            Some(Answer::Inactive) => Err(Refusal::Revoked.into()),
            None if self.config.fails_open => Ok(()),
            None => {
                Err(VerifyError::RevocationUnknown { retry_after: self.schedule().until_due(Instant::now()) })
            }
        }
    }

    /// What is remembered of the token; `None` where somebody would have to ask.
    pub(crate) fn known(&self, fingerprint: &Fingerprint) -> Option<Result<(), Refusal>> {
        match self.answers.get(fingerprint)? {
            answer if answer.is_over() => None,
            Answer::ActiveUntil(_) => Some(Ok(())),
            Answer::Inactive => Some(Err(Refusal::Revoked)),
        }
    }

    /// The answer at hand, or a new one; those who ask about one token at a time share one question.
    async fn answer(&self, token: &str, fingerprint: Fingerprint) -> Option<Answer> {
        loop {
            match self.answers.get_value_or_guard_async(&fingerprint).await {
                Ok(Answer::ActiveUntil(end)) if Instant::now() >= end => {
                    self.answers.remove_if(&fingerprint, |answer| answer.is_over());
                }
                Ok(answer) => return Some(answer),
                Err(place) => {
                    let answer = self.ask(token).await?;
                    let _ = place.insert(answer);
                    return Some(answer);
                }
            }
        }
    }

    async fn ask(&self, token: &str) -> Option<Answer> {
        if !self.schedule().is_due(Instant::now()) {
            return None;
        }
        let answered = tokio::time::timeout(self.config.timeout, self.ask_in_turn(token)).await;
        let now = Instant::now();
        match answered.unwrap_or(Err(KeyError::TimedOut)) {
            Ok(active) => {
                self.schedule().succeeded(now, Duration::ZERO);
                Some(if active {
                    Answer::ActiveUntil(after(now, self.config.believed_for))
                } else {
                    Answer::Inactive
                })
            }
            Err(error) => {
                self.pause(now, error.retry_after());
                let fails_open = self.config.fails_open;
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    fails_open,
                    "could not introspect a token"
                );
                None
            }
        }
    }

    /// Questions that were under way together and fail together are one failure.
    fn pause(&self, now: Instant, retry_after: Option<Duration>) {
        let mut schedule = self.schedule();
        if schedule.is_due(now) || retry_after.is_some() {
            schedule.failed(now, retry_after);
        }
    }

    async fn ask_in_turn(&self, token: &str) -> Result<bool, KeyError> {
        let _turn = self.turns.acquire().await.map_err(|_| KeyError::Interrupted)?;
        let mut form = Form::new().with("token", token).with("token_type_hint", "access_token");
        let request = self.http.post(self.endpoint().await?);
        let request = match &self.config.client_secret {
            Some(secret) => request.basic_auth(encoded(&self.config.client_id), Some(encoded(secret))),
            None => {
                form = form.with("client_id", &self.config.client_id);
                request
            }
        };
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let (_, body) = self.http.send(request.body(form.as_str().to_owned())).await?;
        Ok(json::<Response>(&body)?.active)
    }

    async fn endpoint(&self) -> Result<&str, KeyError> {
        if let Some(known) = self.endpoint.get() {
            return Ok(known);
        }
        let metadata = self.http.discover(&self.issuer).await?;
        let found = metadata.introspection_endpoint.ok_or(KeyError::OtherOrigin)?;
        let found = of_same_origin(found, &self.issuer)?;
        Ok(self.endpoint.get_or_init(|| found))
    }

    fn schedule(&self) -> MutexGuard<'_, Schedule> {
        self.schedule.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Answer {
    fn is_over(&self) -> bool {
        matches!(self, Self::ActiveUntil(end) if Instant::now() >= *end)
    }
}

impl fmt::Debug for Introspector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Introspector").field("config", &self.config).finish_non_exhaustive()
    }
}

/// Shorter than the key set's at their longest: who fails closed refuses everybody meanwhile.
fn pauses() -> KeySetLimits {
    KeySetLimits { max_back_off: Duration::from_secs(10), ..KeySetLimits::default() }
}

/// Id and secret are form-encoded before they go into the header (RFC 6749 §2.3.1).
fn encoded(text: &str) -> String {
    let pair = Form::new().with("", text);
    pair.as_str()[1..].to_owned()
}

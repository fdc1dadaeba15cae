//! What proofs are made of beside the key (RFC 9449 §4.2, §8, §9), feature `dpop`: the time at the servers, and the nonces
//! that they gave.

use std::time::Duration;

use okta_types::{AccessToken, Origin, UnixTime, access_token_hash};

use crate::interface::dpop::Proof;
use crate::interface::ids::Ticket;
use crate::machine::binding::Binding;
use crate::protocol::address;
use crate::protocol::htu::htu;
use crate::protocol::json::Json;
use crate::step_context::StepContext;

/// So long a nonce is used. Okta renews its own every 24 hours and takes an old one for three days.
const NONCE_USE: Duration = Duration::from_secs(20 * 3600);

/// So much two clocks that are right may differ, seconds.
const CLOCK_JITTER: u64 = 5;

/// The time at the servers and their nonces, for the life of the page.
#[derive(Clone, Debug, Default)]
pub(crate) struct Proofs {
    /// The servers' clock minus the browser's, seconds.
    pub(crate) offset: i64,
    nonces: Vec<Nonce>,
}

/// The nonce of one origin. Those of the org and of an API are strangers to each other (RFC 9449 §9).
#[derive(Clone, Debug)]
struct Nonce {
    origin: Origin,
    text: String,
    /// The request that was answered with it: answers may overtake each other.
    asked: Ticket,
    at: UnixTime,
}

impl Proofs {
    /// Takes the time at the page's own server, which stands for all. Whether it says more than was known: a clock that was
    /// right is not why a proof was refused.
    pub(crate) fn set_clock(&mut self, time: Option<UnixTime>, now: UnixTime) -> bool {
        let Some(time) = time else { return false };
        let offset = time.0.saturating_sub(now.0);
        let is_news = offset.abs_diff(self.offset) > CLOCK_JITTER;
        if is_news {
            self.offset = offset;
        }
        is_news
    }

    /// The server at `url` answered the request of this ticket with a nonce. That of a later request is newer.
    pub(crate) fn learn(&mut self, url: &str, nonce: &str, asked: Ticket, at: UnixTime) {
        let Some(origin) = origin_of(url) else { return };
        match self.nonces.iter().position(|own| own.origin == origin) {
            Some(index) if self.nonces[index].asked.0 > asked.0 => return,
            Some(index) => drop(self.nonces.swap_remove(index)),
            None => {}
        }
        self.nonces.push(Nonce { origin, text: nonce.to_owned(), asked, at });
    }

    /// What another page has learned, and stored, goes where it is newer than what this one knows.
    pub(crate) fn remember(&mut self, url: &str, nonce: &str, at: UnixTime) {
        let own = origin_of(url).and_then(|origin| self.nonces.iter().find(|own| own.origin == origin));
        let (asked, is_newer) = own.map_or((Ticket(0), true), |own| (own.asked, own.at < at));
        if is_newer {
            self.learn(url, nonce, asked, at);
        }
    }

    /// The nonce that a proof for `url` holds, and when it came.
    pub(crate) fn nonce(&self, url: &str, now: UnixTime) -> Option<(String, UnixTime)> {
        let origin = origin_of(url)?;
        let nonce = self.nonces.iter().find(|own| own.origin == origin)?;
        let age = now.0.abs_diff(nonce.at.0);
        (age < NONCE_USE.as_secs()).then(|| (nonce.text.clone(), nonce.at))
    }

    /// A proof for one request, never to be sent with another; `None` where `url` is no absolute address.
    pub(crate) fn make(
        &self,
        binding: &Binding,
        method: &str,
        url: &str,
        token: Option<&AccessToken>,
        ctx: &mut StepContext<'_>,
    ) -> Option<Proof> {
        let mut claims = Json::object();
        claims.put("htm", method);
        claims.put("htu", &*htu(url)?);
        claims.put("jti", &*ctx.draw_jti());
        claims.put("iat", ctx.now.0.saturating_add(self.offset));
        if let Some((nonce, _)) = self.nonce(url, ctx.now) {
            claims.put("nonce", &*nonce);
        }
        if let Some(token) = token {
            claims.put("ath", &*access_token_hash(token.expose()));
        }
        Some(binding.proof(&claims))
    }
}

fn origin_of(url: &str) -> Option<Origin> {
    Origin::of(address::split(url).0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORG: &str = "https://org.example/v1/token";

    #[test]
    fn what_another_page_has_learned_goes_where_it_is_newer() {
        let mut proofs = Proofs::default();
        proofs.learn("https://api.example/", "of the API", Ticket(1), UnixTime(10));
        proofs.learn(ORG, "own", Ticket(5), UnixTime(50));
        for (stored, at, expected) in [("older", 49, "own"), ("as old", 50, "own"), ("newer", 51, "newer")] {
            proofs.remember(ORG, stored, UnixTime(at));
            let (nonce, _) = proofs.nonce(ORG, UnixTime(60)).unwrap();
            assert_eq!(nonce, expected, "{stored}");
        }
    }
}

//! Where the sign-ins of this browser were to end that are under way: a mail's link opens in another tab, and what comes
//! back from the org there knows its `state` at most.
//!
//! Places only. What finishes a sign-in stays in its tab (module `transaction`), and another tab begins one of its own: the
//! org has a session by then.

use okta_types::UnixTime;

use crate::machine::transaction::Transaction;
use crate::protocol::json::{Json, ReadJson};

/// How long a place is remembered, seconds: as Okta's own SDK keeps what it shares between tabs.
const MEMORY: i64 = 30 * 60;
/// Older ones make room.
const MAX_PLACES: usize = 8;

/// The places of this browser that whoever is here wants to go to, the latest last: `state`, target and time of each.
#[derive(Debug, Default)]
pub(crate) struct Wanted(Vec<Json>);

impl Wanted {
    /// Reads what was stored; what cannot be read is as good as nothing.
    pub(crate) fn parse(text: Option<&str>, now: UnixTime, read: ReadJson) -> Self {
        let Some(Json::List(mut places)) = text.and_then(read) else { return Self::default() };
        places.retain(|place| {
            place.number("at").is_some_and(|at| (-MEMORY..MEMORY).contains(&now.0.saturating_sub(at)))
        });
        Self(places)
    }

    /// The target of the sign-in with this `state`, or else of the latest one.
    #[cfg(feature = "mail-links")]
    pub(crate) fn target(&self, state: Option<&str>) -> Option<&str> {
        let is_meant = |place: &&Json| state.is_none() || place.text("state") == state;
        self.0.iter().rfind(is_meant)?.text("target")
    }

    /// Adds where this sign-in is to end. Gives what to store.
    pub(crate) fn add(&mut self, transaction: &Transaction) -> String {
        if self.0.len() >= MAX_PLACES {
            self.0.remove(0);
        }
        let mut place = Json::object();
        place.put("state", transaction.state.expose());
        place.put("target", transaction.target.as_str());
        place.put("at", transaction.created.0);
        self.0.push(place);
        Json::List(self.0.clone()).to_text()
    }
}

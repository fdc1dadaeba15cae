//! The idempotency keys' statements. They run inside the transaction of what they protect, so that a key
//! and its order are there together or not at all. Keys are kept as long as their order is.

use okta_actix::Subject;
use okta_types::UnixTime;
use sqlx::FromRow;

use super::session::{Session, args};
use crate::idempotency::{Fingerprint, IdempotencyKey};
use crate::order_number::OrderNumber;

/// What came of the wish to use a key.
pub(super) enum Claim {
    /// It was free and now belongs to this order, if the transaction commits.
    Fresh,
    /// The same request was answered with this order before.
    Answered {
        /// The order's number.
        order_number: String,
    },
    /// It was used for another request.
    Reused,
}

/// A key that somebody wishes to use.
pub(super) struct WantedKey<'a> {
    /// Whose key it is.
    pub(super) owner: &'a Subject,
    /// What they call it.
    pub(super) key: &'a IdempotencyKey,
    /// Of the request, to tell a retry from another request.
    pub(super) fingerprint: &'a Fingerprint,
    /// The order that is to have it.
    pub(super) number: &'a OrderNumber,
    /// Since when.
    pub(super) at: UnixTime,
}

#[derive(FromRow)]
struct KeyRow {
    fingerprint: Vec<u8>,
    order_number: String,
}

/// Claims a key for its owner. The insert comes first, because where there are several
/// writers it makes the second one wait for the outcome of the first.
pub(super) async fn claim(session: &mut Session<'_>, wanted: WantedKey<'_>) -> Result<Claim, sqlx::Error> {
    let WantedKey { owner, key, fingerprint, number, at } = wanted;
    let (key, fingerprint) = (key.as_str(), fingerprint.as_bytes());
    let inserted = session
        .execute(
            "INSERT INTO idempotency_keys (iss, person, key, fingerprint, order_number, created_at)
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (iss, person, key) DO NOTHING",
            args![owner.iss(), owner.id(), key, fingerprint, number.as_str(), at.seconds()],
        )
        .await?;
    if inserted == 1 {
        return Ok(Claim::Fresh);
    }
    let found: KeyRow = session
        .fetch_one(
            "SELECT fingerprint, order_number FROM idempotency_keys
             WHERE iss = $1 AND person = $2 AND key = $3",
            args![owner.iss(), owner.id(), key],
        )
        .await?;
    Ok(if found.fingerprint == fingerprint {
        Claim::Answered { order_number: found.order_number }
    } else {
        Claim::Reused
    })
}

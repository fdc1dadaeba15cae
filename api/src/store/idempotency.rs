//! The idempotency keys' statements. They run inside the transaction of what they protect, so that a key
//! and its order are there together or not at all. Keys are kept as long as their order is.

use sqlx::FromRow;

use super::checkout::Purchase;
use super::session::{Session, args};

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

#[derive(FromRow)]
struct KeyRow {
    fingerprint: Vec<u8>,
    order_number: String,
}

/// Claims the key of a purchase for its owner. The insert comes first, because where there are several
/// writers it makes the second one wait for the outcome of the first.
pub(super) async fn claim(session: &mut Session<'_>, purchase: &Purchase) -> Result<Claim, sqlx::Error> {
    let owner = &purchase.owner;
    let (key, fingerprint) = (purchase.key.as_str(), purchase.fingerprint.as_bytes());
    let inserted = session
        .execute(
            "INSERT INTO idempotency_keys (iss, person, key, fingerprint, order_number, created_at)
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (iss, person, key) DO NOTHING",
            args![owner.iss(), owner.id(), key, fingerprint, purchase.number.as_str(), purchase.at.seconds()],
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

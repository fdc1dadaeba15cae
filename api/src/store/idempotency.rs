//! The idempotency keys' statements. They run inside the transaction of what they protect, so that a key
//! and its order are there together or not at all. Keys are kept as long as their order is.

use okta_jwt::Subject;
use sqlx::{FromRow, SqliteConnection};

use super::orders::Purchase;

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
pub(super) async fn claim(
    connection: &mut SqliteConnection,
    owner: &Subject,
    purchase: &Purchase<'_>,
) -> Result<Claim, sqlx::Error> {
    let inserted = sqlx::query(
        "INSERT INTO idempotency_keys (iss, person, key, fingerprint, order_number, created_at)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (iss, person, key) DO NOTHING",
    )
    .bind(owner.iss())
    .bind(owner.id())
    .bind(purchase.key.as_str())
    .bind(purchase.fingerprint.as_bytes())
    .bind(purchase.number.as_str())
    .bind(purchase.at.seconds())
    .execute(&mut *connection)
    .await?;
    if inserted.rows_affected() == 1 {
        return Ok(Claim::Fresh);
    }
    let KeyRow { fingerprint, order_number } = sqlx::query_as(
        "SELECT fingerprint, order_number FROM idempotency_keys WHERE iss = $1 AND person = $2 AND key = $3",
    )
    .bind(owner.iss())
    .bind(owner.id())
    .bind(purchase.key.as_str())
    .fetch_one(connection)
    .await?;
    let same = fingerprint == purchase.fingerprint.as_bytes();
    Ok(if same { Claim::Answered { order_number } } else { Claim::Reused })
}

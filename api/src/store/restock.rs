//! Deliveries: more pieces of a product, each delivery once.

use okta_actix::Subject;
use okta_types::UnixTime;
use shared::{Product, ProductId};
use sqlx::FromRow;

use super::error::Conflicting;
use super::session::{Session, args};
use super::{Store, StoreError, catalogue};
use crate::idempotency::{Fingerprint, IdempotencyKey};

/// The most pieces of one product there may be: as many as a seed file may name, and as many again.
const MAX_STOCK: i64 = 2_000_000;

/// A delivery, and who took it in.
#[derive(Debug)]
pub(crate) struct Delivery<'a> {
    /// Who.
    pub(crate) by: &'a Subject,
    /// Their name for this delivery.
    pub(crate) key: &'a IdempotencyKey,
    /// Of the request, to tell a retry from another request.
    pub(crate) fingerprint: &'a Fingerprint,
    /// Of which product.
    pub(crate) product_id: &'a ProductId,
    /// How many pieces.
    pub(crate) pieces: u32,
    /// When.
    pub(crate) at: UnixTime,
}

/// Why a delivery was not taken in. Nothing was changed then.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RestockError {
    /// The shop does not sell it.
    #[error("there is no such product")]
    NotFound,
    /// The key was used for another delivery.
    #[error("the idempotency key was used for another delivery")]
    KeyReused,
    /// The shelf cannot hold so many.
    #[error("a product has at most {MAX_STOCK} pieces in stock")]
    TooMany,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for RestockError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl Conflicting for RestockError {
    fn is_conflict(&self) -> bool {
        matches!(self, Self::Store(error) if error.is_conflict())
    }
}

#[derive(FromRow)]
struct FingerprintRow {
    fingerprint: Vec<u8>,
}

impl Store {
    /// Takes a delivery in; the product as it stands afterwards. The same delivery again changes nothing.
    pub(crate) async fn restock(&self, delivery: &Delivery<'_>) -> Result<Product, RestockError> {
        self.transact_on_catalogue(async |session| {
            let product = catalogue::find(session, delivery.product_id).await?;
            product.ok_or(RestockError::NotFound)?;
            if claim(session, delivery).await? && !add(session, delivery).await? {
                return Err(RestockError::TooMany);
            }
            // Read after the claim, which may have waited for another one.
            let restocked = catalogue::find(session, delivery.product_id).await?;
            Ok(restocked.ok_or(sqlx::Error::RowNotFound)?)
        })
        .await
    }
}

/// Puts the pieces on the shelf, if they find room there.
async fn add(session: &mut Session<'_>, delivery: &Delivery<'_>) -> Result<bool, sqlx::Error> {
    let added = session
        .execute(
            "UPDATE products SET stock = stock + $1 WHERE id = $2 AND stock + $1 <= $3",
            args![delivery.pieces, delivery.product_id.as_str(), MAX_STOCK],
        )
        .await?;
    Ok(added == 1)
}

/// Whether this delivery is a new one.
async fn claim(session: &mut Session<'_>, delivery: &Delivery<'_>) -> Result<bool, RestockError> {
    let (by, key, fingerprint) = (delivery.by, delivery.key.as_str(), delivery.fingerprint.as_bytes());
    let inserted = session
        .execute(
            "INSERT INTO restocks (iss, person, key, fingerprint, product_id, pieces, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (iss, person, key) DO NOTHING",
            args![
                by.iss(),
                by.id(),
                key,
                fingerprint,
                delivery.product_id.as_str(),
                delivery.pieces,
                delivery.at.seconds()
            ],
        )
        .await?;
    if inserted == 1 {
        return Ok(true);
    }
    let known: FingerprintRow = session
        .fetch_one(
            "SELECT fingerprint FROM restocks WHERE iss = $1 AND person = $2 AND key = $3",
            args![by.iss(), by.id(), key],
        )
        .await?;
    if known.fingerprint == fingerprint { Ok(false) } else { Err(RestockError::KeyReused) }
}

//! What becomes of an order after it was placed: cancelled, with its pieces back in stock, or shipped.

use okta_actix::Subject;
use okta_types::UnixTime;
use shared::{Order, OrderStatus};

use super::error::Conflicting;
use super::orders::{find, owner_args};
use super::session::{Session, args};
use super::{Store, StoreError};
use crate::order_number::OrderNumber;

/// A wish to move an order on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Transition<'a> {
    /// Whose order it must be; `None` is for staff only.
    pub(crate) owner: Option<&'a Subject>,
    /// Which order.
    pub(crate) number: &'a OrderNumber,
    /// Where it shall stand.
    pub(crate) to: OrderStatus,
    /// When.
    pub(crate) at: UnixTime,
}

/// Why an order was not moved on. Nothing was changed then.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TransitionError {
    /// No such order of this owner.
    #[error("there is no such order")]
    NotFound,
    /// The order's status does not allow this.
    #[error("the order is {from:?}")]
    NotAllowed {
        /// Where it stands.
        from: OrderStatus,
    },
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for TransitionError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl Conflicting for TransitionError {
    fn is_conflict(&self) -> bool {
        matches!(self, Self::Store(error) if error.is_conflict())
    }
}

impl Store {
    /// Moves an order on. One that has that status already stays as it is: a repeated request is harmless.
    pub(crate) async fn move_order(&self, wish: Transition<'_>) -> Result<Order, TransitionError> {
        self.transact_on_catalogue(async |session| {
            let order = held(session, &wish).await?;
            if order.status == wish.to {
                return Ok(order);
            }
            if !order.status.may_become(wish.to) {
                return Err(TransitionError::NotAllowed { from: order.status });
            }
            if wish.to == OrderStatus::Cancelled {
                give_back(session, &order).await?;
            }
            session
                .execute(
                    "UPDATE orders SET status = $1, status_since = $2 WHERE number = $3",
                    args![wish.to.as_str(), wish.at.seconds(), wish.number.as_str()],
                )
                .await?;
            let moved = find(session, wish.owner, wish.number.as_str()).await?;
            Ok(moved.ok_or(sqlx::Error::RowNotFound)?)
        })
        .await
    }
}

/// The order, held until the transaction ends: nobody else moves it meanwhile.
async fn held(session: &mut Session<'_>, wish: &Transition<'_>) -> Result<Order, TransitionError> {
    let (iss, person) = owner_args(wish.owner);
    session
        .execute(
            "UPDATE orders SET status = status WHERE number = $3 AND ($1 IS NULL OR (iss = $1 AND person = $2))",
            args![iss, person, wish.number.as_str()],
        )
        .await?;
    find(session, wish.owner, wish.number.as_str()).await?.ok_or(TransitionError::NotFound)
}

/// Puts the pieces back, by product id as checkouts take them. A product that is no longer sold gets them
/// too: they are there.
async fn give_back(session: &mut Session<'_>, order: &Order) -> Result<(), sqlx::Error> {
    let mut lines: Vec<_> = order.lines.iter().collect();
    lines.sort_by_key(|line| &line.product_id);
    for line in lines {
        session
            .execute(
                "UPDATE products SET stock = stock + $1 WHERE id = $2",
                args![line.quantity.get(), line.product_id.as_str()],
            )
            .await?;
    }
    Ok(())
}

//! What people ordered lately, in the transaction of their next order: what is too much for one order is too much for
//! several as well, and nobody orders without end.

use std::collections::HashMap;
use std::time::Duration;

use okta_types::UnixTime;
use shared::Money;
use sqlx::FromRow;

use super::purchase::{Allowance, Purchase};
use crate::store::session::{Session, args};

const HOUR: Duration = Duration::from_secs(60 * 60);

/// A person: issuer and id.
pub(super) type Person = (String, String);

/// What one person ordered.
#[derive(Clone, Copy, Debug, Default, FromRow)]
pub(super) struct Recent {
    /// In the last 24 hours, in cents; orders that were cancelled cost nothing.
    spent: i64,
    /// Placed in the last hour, cancelled or not.
    orders: i64,
    /// When the first of these was placed.
    since: Option<i64>,
}

/// Why the next order needs more, or has to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TooMuch {
    /// It costs more, with those of the last 24 hours, than a weak sign-in may spend.
    Money,
    /// It would be one too many in an hour; after this time it is not.
    Orders {
        /// How long.
        wait: Duration,
    },
}

impl Recent {
    /// Whether another order may follow.
    pub(super) fn allows(&self, purchase: &Purchase) -> Result<(), TooMuch> {
        let Allowance { without_step_up, orders_per_hour } = purchase.allowance;
        if self.orders >= i64::from(orders_per_hour) {
            let free = UnixTime(self.since.unwrap_or_default()) + HOUR;
            let wait = free.seconds().saturating_sub(purchase.at.seconds()).max(1);
            return Err(TooMuch::Orders { wait: Duration::from_secs(wait.unsigned_abs()) });
        }
        let total = Money::from_cents(self.spent.saturating_add(purchase.expected_total.cents()));
        match without_step_up {
            Some(limit) if total > limit => Err(TooMuch::Money),
            _ => Ok(()),
        }
    }
}

/// For `$1`, a JSON array of people and times.
pub(in crate::store) const ORDERS: &str = "SELECT iss, person,
            CAST(SUM(CASE WHEN status = 'cancelled' THEN 0 ELSE total_cents END) AS BIGINT) AS spent,
            CAST(SUM(CASE WHEN placed_at > CAST(wish.value ->> 'at' AS BIGINT) - 3600 THEN 1 ELSE 0 END)
                AS BIGINT) AS orders,
            MIN(CASE WHEN placed_at > CAST(wish.value ->> 'at' AS BIGINT) - 3600 THEN placed_at END) AS since
     FROM json_each($1) AS wish
     JOIN orders ON iss = wish.value ->> 'iss' AND person = wish.value ->> 'person'
                AND placed_at > CAST(wish.value ->> 'at' AS BIGINT) - 86400
     GROUP BY iss, person";

#[derive(FromRow)]
struct Row {
    iss: String,
    person: String,
    #[sqlx(flatten)]
    recent: Recent,
}

/// What these people ordered lately; those who ordered nothing are not there. Nobody's changes before this transaction
/// ends, if their carts are locked: each order goes by way of the cart.
pub(super) async fn orders(
    session: &mut Session<'_>,
    wishes: &String,
) -> Result<HashMap<Person, Recent>, sqlx::Error> {
    let rows: Vec<Row> = session.fetch_all(ORDERS, args![wishes]).await?;
    Ok(rows.into_iter().map(|row| ((row.iss, row.person), row.recent)).collect())
}

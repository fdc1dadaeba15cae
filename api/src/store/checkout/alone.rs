//! One order in a transaction of its own: what is in its way is found out and told.

use shared::{CartLine, Money, Order, OrderLine, OrderStatus, ProductId};

use super::{PlaceOrderError, Placed, Purchase, Shortage, rows, total};
use crate::store::error::{is_lock_timeout, unreadable};
use crate::store::idempotency::{self, Claim, WantedKey};
use crate::store::session::{Session, args};
use crate::store::{Pools, carts, orders};

/// Orders the owner's cart, or finds the order that was placed with this key before.
pub(super) async fn place(pools: &Pools, purchase: &Purchase) -> Result<Placed, PlaceOrderError> {
    pools
        .transact(async |session| {
            match claim(session, purchase).await? {
                Claim::Fresh => {}
                Claim::Reused => return Err(PlaceOrderError::KeyReused),
                Claim::Answered { order_number } => {
                    let order = orders::find(session, Some(&purchase.owner), &order_number).await?;
                    let order = as_placed(order.ok_or(sqlx::Error::RowNotFound)?);
                    return Ok(Placed { order, repeated: true });
                }
            }
            let order = place_new(session, purchase).await?;
            Ok(Placed { order, repeated: false })
        })
        .await
}

/// PostgreSQL lets the second request with a key wait for the first one, but not for ever.
async fn claim(session: &mut Session<'_>, purchase: &Purchase) -> Result<Claim, PlaceOrderError> {
    let Purchase { owner, key, fingerprint, number, at, .. } = purchase;
    let wanted = WantedKey { owner, key, fingerprint, number, at: *at };
    idempotency::claim(session, wanted).await.map_err(|error| match is_lock_timeout(&error) {
        true => PlaceOrderError::KeyInUse,
        false => error.into(),
    })
}

async fn place_new(session: &mut Session<'_>, purchase: &Purchase) -> Result<Order, PlaceOrderError> {
    if !carts::advance(session, &purchase.owner, purchase.cart_version).await? {
        return Err(PlaceOrderError::CartChanged);
    }
    let wanted = carts::take_lines(session, &purchase.owner).await?;
    if wanted.is_empty() {
        return Err(PlaceOrderError::CartEmpty);
    }
    let lines = take_stock(session, &wanted).await?;
    let total = total(&lines).ok_or(PlaceOrderError::TotalTooLarge)?;
    if total != purchase.expected_total {
        return Err(PlaceOrderError::TotalChanged { total });
    }
    let order = purchase.order(lines, total);
    match rows::insert(session, &[(purchase, &order)]).await?.as_slice() {
        [] => Ok(order),
        _ => Err(PlaceOrderError::NumberTaken),
    }
}

/// The answer to a repeated request is the first one's, whatever became of the order since: names, prices and
/// the address never change, so the status is all there is to turn back.
fn as_placed(order: Order) -> Order {
    Order { status: OrderStatus::Placed, status_since: order.placed_at.clone(), ..order }
}

/// Takes the pieces from the shelves. By product id, so that of two orders neither holds what the other
/// waits for; the answer is in the order of the cart again.
async fn take_stock(
    session: &mut Session<'_>,
    lines: &[CartLine],
) -> Result<Vec<OrderLine>, PlaceOrderError> {
    let mut by_id: Vec<(usize, &CartLine)> = lines.iter().enumerate().collect();
    by_id.sort_by_key(|(_, line)| &line.product_id);
    let (mut taken, mut short) = (Vec::with_capacity(lines.len()), Vec::new());
    for (position, line) in by_id {
        match take_pieces(session, line).await? {
            Some(order_line) => taken.push((position, order_line)),
            None => short.push(shortage(session, &line.product_id).await?),
        }
    }
    if !short.is_empty() {
        return Err(PlaceOrderError::OutOfStock(short));
    }
    taken.sort_by_key(|(position, _)| *position);
    Ok(taken.into_iter().map(|(_, line)| line).collect())
}

/// Takes the pieces of one line, if there are so many. The condition is part of the statement: there is
/// no moment between asking and taking.
async fn take_pieces(session: &mut Session<'_>, line: &CartLine) -> Result<Option<OrderLine>, sqlx::Error> {
    let taken: Option<(String, i64)> = session
        .fetch_optional(
            "UPDATE products SET stock = stock - $1 WHERE id = $2 AND withdrawn = FALSE AND stock >= $1
             RETURNING name, price_cents",
            args![line.quantity.get(), line.product_id.as_str()],
        )
        .await?;
    Ok(taken.map(|(name, cents)| OrderLine {
        product_id: line.product_id.clone(),
        name,
        quantity: line.quantity,
        unit_price: Money::from_cents(cents),
    }))
}

async fn shortage(session: &mut Session<'_>, product_id: &ProductId) -> Result<Shortage, sqlx::Error> {
    let (left,): (i64,) = session
        .fetch_one(
            "SELECT CASE WHEN withdrawn THEN 0 ELSE stock END FROM products WHERE id = $1",
            args![product_id.as_str()],
        )
        .await?;
    Ok(Shortage { product_id: product_id.clone(), left: u32::try_from(left).map_err(unreadable)? })
}

//! One order in a transaction of its own: what prevents it is found out and told.

use shared::{CartLine, Money, Order, OrderStatus, ProductId};

use super::outcome::{PlaceOrderError, Placed, Shortage};
use super::pricing::{self, Refusal, Shelf, Taken};
use super::purchase::Purchase;
use super::recent::{self, TooMuch};
use super::rows::{self, Wish};
use crate::store::error::{is_lock_timeout, unreadable};
use crate::store::idempotency::{self, Claim, WantedKey};
use crate::store::pools::Pools;
use crate::store::session::{Session, args};
use crate::store::{carts, orders};

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
    check_allowance(session, purchase).await?;
    let lines = carts::take_lines(session, &purchase.owner).await?;
    let shelf = take_stock(session, &lines).await?;
    let order = match pricing::price(lines, &shelf, purchase.expected_total) {
        Ok(priced) => purchase.order(priced),
        Err(refusal) => return Err(told(session, refusal).await?),
    };
    match rows::insert(session, &[(purchase, &order)]).await?.as_slice() {
        [] => Ok(order),
        _ => Err(PlaceOrderError::NumberTaken),
    }
}

async fn check_allowance(session: &mut Session<'_>, purchase: &Purchase) -> Result<(), PlaceOrderError> {
    let wishes = rows::json(&[Wish::of(purchase)])?;
    let recent = recent::orders(session, &wishes).await?.into_values().next().unwrap_or_default();
    recent.allows(purchase).map_err(|too_much| match too_much {
        TooMuch::Money => PlaceOrderError::StepUpNeeded,
        TooMuch::Orders { wait } => PlaceOrderError::TooManyOrders { wait },
    })
}

/// A refusal as the person is told it: with the number of pieces that are left.
async fn told(session: &mut Session<'_>, refusal: Refusal) -> Result<PlaceOrderError, sqlx::Error> {
    Ok(match refusal {
        Refusal::Empty => PlaceOrderError::CartEmpty,
        Refusal::OutOfStock(products) => PlaceOrderError::OutOfStock(shortages(session, products).await?),
        Refusal::TotalTooLarge => PlaceOrderError::TotalTooLarge,
        Refusal::TotalChanged { total } => PlaceOrderError::TotalChanged { total },
    })
}

/// The answer to a repeated request is the first one's, whatever became of the order since: names, prices and
/// the address never change, so the status is all there is to turn back.
fn as_placed(order: Order) -> Order {
    Order { status: OrderStatus::Placed, status_since: order.placed_at.clone(), ..order }
}

/// Takes the pieces of all lines that can be had. By product id, so that of two orders neither holds what the other
/// waits for.
async fn take_stock(session: &mut Session<'_>, lines: &[CartLine]) -> Result<Shelf, sqlx::Error> {
    let mut by_id: Vec<&CartLine> = lines.iter().collect();
    by_id.sort_by_key(|line| &line.product_id);
    let mut shelf = Shelf::with_capacity(lines.len());
    for line in by_id {
        if let Some(taken) = take_pieces(session, line).await? {
            shelf.insert(line.product_id.clone(), taken);
        }
    }
    Ok(shelf)
}

/// Takes the pieces of one line, if there are enough. The condition is part of the statement: there is
/// no moment between asking and taking.
async fn take_pieces(session: &mut Session<'_>, line: &CartLine) -> Result<Option<Taken>, sqlx::Error> {
    let taken: Option<(String, i64)> = session
        .fetch_optional(
            "UPDATE products SET stock = stock - $1 WHERE id = $2 AND withdrawn = FALSE AND stock >= $1
             RETURNING name, price_cents",
            args![line.quantity.get(), line.product_id.as_str()],
        )
        .await?;
    Ok(taken.map(|(name, cents)| Taken { name, unit_price: Money::from_cents(cents) }))
}

/// By product id, like the statements that found nothing to take.
async fn shortages(
    session: &mut Session<'_>,
    mut products: Vec<ProductId>,
) -> Result<Vec<Shortage>, sqlx::Error> {
    products.sort();
    let mut short = Vec::with_capacity(products.len());
    for product_id in products {
        let left = left(session, &product_id).await?;
        short.push(Shortage { product_id, left });
    }
    Ok(short)
}

async fn left(session: &mut Session<'_>, product_id: &ProductId) -> Result<u32, sqlx::Error> {
    let (left,): (i64,) = session
        .fetch_one(
            "SELECT CASE WHEN withdrawn THEN 0 ELSE stock END FROM products WHERE id = $1",
            args![product_id.as_str()],
        )
        .await?;
    u32::try_from(left).map_err(unreadable)
}

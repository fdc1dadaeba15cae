//! The carts' statements: one cart a person. Each change makes a new version, and an order consumes one.

use okta_actix::Subject;
use shared::{Cart, CartChange, CartChangeKind, CartItem, CartLine, MAX_LINES, Money, ProductId, Quantity};
use sqlx::FromRow;

use super::error::{Conflicting, unreadable};
use super::session::{Session, args};
use super::{Store, StoreError};

/// Why a cart was not put. Nothing was changed then.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CartError {
    /// It is at another version.
    #[error("the cart is at another version")]
    Changed,
    /// A product that was never sold here.
    #[error("there is no product {0}")]
    UnknownProduct(ProductId),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for CartError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl Conflicting for CartError {
    fn is_conflict(&self) -> bool {
        matches!(self, Self::Store(error) if error.is_conflict())
    }
}

impl Store {
    /// The owner's cart beside today's catalogue.
    pub(crate) async fn cart(&self, owner: &Subject) -> Result<Cart, StoreError> {
        Ok(read(&mut self.read().await?.session(), owner).await?)
    }

    /// Puts these lines in the place of the cart's, if it is at this version; capped at stock.
    pub(crate) async fn put_cart(
        &self,
        owner: &Subject,
        version: u64,
        lines: &[CartLine],
    ) -> Result<Cart, CartError> {
        self.transact(async |session| {
            if !advance(session, owner, version).await? {
                return Err(CartError::Changed);
            }
            let before = read(session, owner).await?;
            let (mut put, mut changes) = (Vec::with_capacity(lines.len()), Vec::new());
            for line in lines {
                let shelf = shelf(session, &line.product_id).await?;
                let shelf = shelf.ok_or_else(|| CartError::UnknownProduct(line.product_id.clone()))?;
                let quantity = line.quantity.capped_at(shelf.stock()?);
                changes.extend(shelf.change(line, quantity)?);
                put.push(seen(&before, &line.product_id, quantity, shelf.price_cents));
            }
            write_lines(session, owner, &put).await?;
            Ok(Cart { changes, ..read(session, owner).await? })
        })
        .await
    }

    /// Makes these lines part of the cart: of each product the larger quantity, capped at stock. The same
    /// lines again change nothing, not even the version.
    pub(crate) async fn merge_cart(&self, owner: &Subject, lines: &[CartLine]) -> Result<Cart, StoreError> {
        self.transact(async |session| {
            open(session, owner).await?;
            let before = read(session, owner).await?;
            let (merged, changes) = merge(session, &before, lines).await?;
            let same = before.lines.len() == merged.len()
                && before.lines.iter().zip(&merged).all(|(old, (new, price))| {
                    old.product_id == new.product_id
                        && old.quantity == new.quantity
                        && old.seen_price.cents() == *price
                });
            if !same {
                advance(session, owner, before.version).await?;
                write_lines(session, owner, &merged).await?;
            }
            Ok(Cart { changes, ..read(session, owner).await? })
        })
        .await
    }
}

/// Lines with the price at which each was last seen.
type PricedLines = Vec<(CartLine, i64)>;

/// First the account's lines, then those that only the browser has.
async fn merge(
    session: &mut Session<'_>,
    before: &Cart,
    lines: &[CartLine],
) -> Result<(PricedLines, Vec<CartChange>), StoreError> {
    let (mut merged, mut changes) = (Vec::new(), Vec::new());
    for old in &before.lines {
        let asked = lines.iter().find(|line| line.product_id == old.product_id);
        let larger = asked.map_or(old.quantity, |line| old.quantity.max(line.quantity));
        let quantity = larger.capped_at(old.stock);
        changes.extend(change_of_kept(old, asked, larger, quantity));
        let price_now = old.price.unwrap_or(old.seen_price).cents();
        merged.push(seen(before, &old.product_id, quantity, price_now));
    }
    for line in lines.iter().filter(|line| before.lines.iter().all(|old| old.product_id != line.product_id)) {
        let gone =
            |kind| CartChange { product_id: line.product_id.clone(), kind, from: line.quantity.get(), to: 0 };
        match shelf(session, &line.product_id).await? {
            Some(shelf) if !shelf.withdrawn() => {
                if merged.len() == MAX_LINES {
                    changes.push(gone(CartChangeKind::NoRoom));
                    continue;
                }
                let quantity = line.quantity.capped_at(shelf.stock()?);
                changes.extend(shelf.change(line, quantity)?);
                merged.push((CartLine { quantity, ..line.clone() }, shelf.price_cents));
            }
            _ => changes.push(gone(CartChangeKind::NoLongerSold)),
        }
    }
    Ok((merged, changes))
}

/// A line with the price at which it was last seen: it stays while the quantity does, so that a changed price
/// is still shown as one after another line was changed.
fn seen(before: &Cart, id: &ProductId, quantity: Quantity, price_now: i64) -> (CartLine, i64) {
    let same = before.lines.iter().find(|old| old.product_id == *id && old.quantity == quantity);
    let price_cents = same.map_or(price_now, |old| old.seen_price.cents());
    (CartLine { product_id: id.clone(), quantity }, price_cents)
}

/// What to tell of a line that the account had before: the worst news first.
fn change_of_kept(
    old: &CartItem,
    asked: Option<&CartLine>,
    larger: Quantity,
    kept: Quantity,
) -> Option<CartChange> {
    let asked = asked.map_or(0, |line| line.quantity.get());
    let (kind, from) = match old.price {
        None => (CartChangeKind::NoLongerSold, larger.get()),
        Some(_) if old.stock == 0 => (CartChangeKind::SoldOut, larger.get()),
        Some(_) if kept < larger => (CartChangeKind::Capped, larger.get()),
        Some(_) if kept.get() > asked => (CartChangeKind::FromAccount, asked),
        Some(_) => return None,
    };
    Some(CartChange { product_id: old.product_id.clone(), kind, from, to: kept.get() })
}

/// What the catalogue says of a product.
#[derive(FromRow)]
struct Shelf {
    price_cents: i64,
    stock: i64,
    gone: i64,
}

impl Shelf {
    fn withdrawn(&self) -> bool {
        self.gone != 0
    }

    fn stock(&self) -> Result<u32, sqlx::Error> {
        u32::try_from(self.stock).map_err(unreadable)
    }

    /// What to tell of a line that shall have this quantity in place of the wished one.
    fn change(&self, asked: &CartLine, quantity: Quantity) -> Result<Option<CartChange>, sqlx::Error> {
        let kind = match self.stock()? {
            _ if self.withdrawn() => CartChangeKind::NoLongerSold,
            0 => CartChangeKind::SoldOut,
            _ if quantity < asked.quantity => CartChangeKind::Capped,
            _ => return Ok(None),
        };
        let (product_id, from, to) = (asked.product_id.clone(), asked.quantity.get(), quantity.get());
        Ok(Some(CartChange { product_id, kind, from, to }))
    }
}

async fn shelf(session: &mut Session<'_>, id: &ProductId) -> Result<Option<Shelf>, sqlx::Error> {
    session
        .fetch_optional(
            "SELECT price_cents, CASE WHEN withdrawn THEN 0 ELSE stock END AS stock,
                    CAST(CASE WHEN withdrawn THEN 1 ELSE 0 END AS BIGINT) AS gone
             FROM products WHERE id = $1",
            args![id.as_str()],
        )
        .await
}

/// Makes sure that there is a cart, and holds it until the transaction ends.
async fn open(session: &mut Session<'_>, owner: &Subject) -> Result<(), sqlx::Error> {
    session
        .execute(
            "INSERT INTO carts (iss, person, version) VALUES ($1, $2, 1)
             ON CONFLICT (iss, person) DO UPDATE SET version = carts.version",
            args![owner.iss(), owner.id()],
        )
        .await?;
    Ok(())
}

/// Goes from this version to the next one; whether the cart was at it. A cart that never was is at 0.
pub(super) async fn advance(
    session: &mut Session<'_>,
    owner: &Subject,
    version: u64,
) -> Result<bool, sqlx::Error> {
    let Ok(version) = i64::try_from(version) else { return Ok(false) };
    let statement = if version == 0 {
        "INSERT INTO carts (iss, person, version) VALUES ($1, $2, $3 + 1)
         ON CONFLICT (iss, person) DO NOTHING"
    } else {
        "UPDATE carts SET version = version + 1 WHERE iss = $1 AND person = $2 AND version = $3"
    };
    let changed = session.execute(statement, args![owner.iss(), owner.id(), version]).await?;
    Ok(changed == 1)
}

/// Takes all lines out of a cart, for an order: as they were put, without a look at the catalogue.
pub(super) async fn take_lines(
    session: &mut Session<'_>,
    owner: &Subject,
) -> Result<Vec<CartLine>, sqlx::Error> {
    let mut rows: Vec<(i64, String, i64)> = session
        .fetch_all(
            "DELETE FROM cart_lines WHERE iss = $1 AND person = $2 RETURNING position, product_id, quantity",
            args![owner.iss(), owner.id()],
        )
        .await?;
    rows.sort_unstable();
    rows.into_iter().map(|(_, id, pieces)| line(&id, pieces)).collect()
}

async fn clear(session: &mut Session<'_>, owner: &Subject) -> Result<(), sqlx::Error> {
    let statement = "DELETE FROM cart_lines WHERE iss = $1 AND person = $2";
    session.execute(statement, args![owner.iss(), owner.id()]).await.map(drop)
}

async fn write_lines(
    session: &mut Session<'_>,
    owner: &Subject,
    lines: &[(CartLine, i64)],
) -> Result<(), sqlx::Error> {
    clear(session, owner).await?;
    for (position, (line, price_cents)) in (0_i64..).zip(lines) {
        session
            .execute(
                "INSERT INTO cart_lines (iss, person, product_id, position, quantity, seen_price_cents)
                 VALUES ($1, $2, $3, $4, $5, $6)",
                args![
                    owner.iss(),
                    owner.id(),
                    line.product_id.as_str(),
                    position,
                    line.quantity.get(),
                    *price_cents
                ],
            )
            .await?;
    }
    Ok(())
}

/// A cart with one of its lines; without one, `product_id` and what follows it is null.
#[derive(FromRow)]
struct CartRow {
    version: i64,
    product_id: Option<String>,
    quantity: Option<i64>,
    seen_price_cents: Option<i64>,
    name: Option<String>,
    price_cents: Option<i64>,
    stock: Option<i64>,
}

/// One statement, so that version, lines and prices are of one moment.
pub(super) const READ: &str = "SELECT c.version, l.product_id, l.quantity, l.seen_price_cents, p.name,
            CASE WHEN p.withdrawn THEN NULL ELSE p.price_cents END AS price_cents,
            CASE WHEN p.withdrawn THEN 0 ELSE p.stock END AS stock
     FROM carts AS c
     LEFT JOIN cart_lines AS l ON l.iss = c.iss AND l.person = c.person
     LEFT JOIN products AS p ON p.id = l.product_id
     WHERE c.iss = $1 AND c.person = $2
     ORDER BY l.position";

async fn read(session: &mut Session<'_>, owner: &Subject) -> Result<Cart, sqlx::Error> {
    let rows: Vec<CartRow> = session.fetch_all(READ, args![owner.iss(), owner.id()]).await?;
    let version = rows.first().map_or(Ok(0), |row| u64::try_from(row.version)).map_err(unreadable)?;
    let lines: Vec<_> = rows.into_iter().filter_map(item).collect::<Result<_, _>>()?;
    Ok(Cart { version, total: total(&lines), lines, changes: Vec::new() })
}

fn item(row: CartRow) -> Option<Result<CartItem, sqlx::Error>> {
    let (id, pieces) = (row.product_id?, row.quantity?);
    Some(line(&id, pieces).and_then(|line| {
        Ok(CartItem {
            product_id: line.product_id,
            name: row.name.unwrap_or_default(),
            quantity: line.quantity,
            seen_price: Money::from_cents(row.seen_price_cents.unwrap_or_default()),
            price: row.price_cents.map(Money::from_cents),
            stock: u32::try_from(row.stock.unwrap_or_default()).map_err(unreadable)?,
        })
    }))
}

/// A line as the schema keeps it.
pub(super) fn line(id: &str, pieces: i64) -> Result<CartLine, sqlx::Error> {
    Ok(CartLine { product_id: ProductId::parse(id).map_err(unreadable)?, quantity: quantity(pieces)? })
}

/// A number of pieces as the schema keeps it.
pub(super) fn quantity(pieces: i64) -> Result<Quantity, sqlx::Error> {
    u32::try_from(pieces).map_err(unreadable).and_then(|pieces| Quantity::new(pieces).map_err(unreadable))
}

/// Seed files keep prices far below what could not be summed.
fn total(lines: &[CartItem]) -> Money {
    lines.iter().filter_map(|line| line.price?.times(line.quantity.get())).sum()
}

//! The catalogue's statements.

use serde::Serialize;
use shared::{Product, ProductId, ProductSort};

use super::catalogue_filter::CatalogueFilter;
use super::error::unreadable;
use super::product_row::ProductRow;
use super::search::{self, fold};
use super::session::{Session, args};
use super::{Store, StoreError, found};

/// A part of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PageOf<T> {
    /// At most as many as were asked for.
    pub(crate) items: Vec<T>,
    /// Whether there are more.
    pub(crate) has_more: bool,
}

impl<T> PageOf<T> {
    /// Of a list that was asked for one item more than wanted.
    pub(super) fn cut(mut items: Vec<T>, limit: u32) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let has_more = items.len() > limit;
        items.truncate(limit);
        Self { items, has_more }
    }
}

/// What is asked of one page, in the order of the arguments: how many, which shelf, after which product.
macro_rules! page {
    // The id makes each order a strict one, so that no product is shown twice or left out between two pages.
    (@after $column:literal $beyond:literal) => {
        concat!(" AND (", $column, ", id) ", $beyond, " (SELECT ", $column, ", id FROM products WHERE id = $3)")
    };
    (@first $column:literal $beyond:literal) => {
        ""
    };
    ($shelf:literal, $place:ident, $column:literal, $direction:literal, $beyond:literal) => {
        concat!(
            "SELECT id, name, summary, description, category, price_cents, stock FROM products
             WHERE withdrawn = FALSE",
            $shelf,
            page!(@$place $column $beyond),
            " ORDER BY ",
            $column,
            " ",
            $direction,
            ", id ",
            $direction,
            " LIMIT $1"
        )
    };
}

/// One statement for each kind of page, so that the database finds an index for it; with "or" in it there is none.
macro_rules! pages {
    ($column:literal, $direction:literal, $beyond:literal) => {
        [
            page!("", first, $column, $direction, $beyond),
            page!("", after, $column, $direction, $beyond),
            page!(" AND category = $2", first, $column, $direction, $beyond),
            page!(" AND category = $2", after, $column, $direction, $beyond),
        ]
    };
}

pub(super) const fn page_statement(sort: ProductSort, shelf: bool, after: bool) -> &'static str {
    let pages = match sort {
        ProductSort::Shop => pages!("position", "ASC", ">"),
        ProductSort::Name => pages!("sort_name", "ASC", ">"),
        ProductSort::Price => pages!("price_cents", "ASC", ">"),
        ProductSort::PriceDown => pages!("price_cents", "DESC", "<"),
    };
    pages[2 * shelf as usize + after as usize]
}

impl Store {
    /// A page of the products that fit. After a product that was never there stands nothing.
    pub(crate) async fn products(
        &self,
        filter: &CatalogueFilter,
        limit: u32,
    ) -> Result<PageOf<Product>, StoreError> {
        let mut lease = self.read().await?;
        let (mut session, wanted) = (lease.session(), i64::from(limit) + 1);
        let rows: Vec<ProductRow> = match &filter.search {
            Some(text) => found::page(&mut session, filter, text, wanted).await?,
            None => {
                let (shelf, after) = filter.args();
                let statement = page_statement(filter.sort, shelf.is_some(), after.is_some());
                session.fetch_all(statement, args![wanted, shelf, after]).await?
            }
        };
        let products = rows.into_iter().map(Product::try_from).collect::<Result<_, _>>()?;
        Ok(PageOf::cut(products, limit))
    }

    /// Those of these products that are sold, in the order of the shop.
    pub(crate) async fn products_of(&self, ids: &[ProductId]) -> Result<Vec<Product>, StoreError> {
        let wanted: Vec<Wanted<'_>> = ids.iter().map(|id| Wanted { id: id.as_str() }).collect();
        let wanted = serde_json::to_string(&wanted).map_err(|error| sqlx::Error::Encode(error.into()))?;
        let rows: Vec<ProductRow> = self.read().await?.session().fetch_all(FIND_ALL, args![&wanted]).await?;
        Ok(rows.into_iter().map(Product::try_from).collect::<Result<_, _>>()?)
    }

    /// How many products fit, on all pages together.
    pub(crate) async fn count_products(&self, filter: &CatalogueFilter) -> Result<u32, StoreError> {
        let mut lease = self.read().await?;
        let mut session = lease.session();
        let count = match &filter.search {
            Some(text) => found::count(&mut session, filter, text).await?,
            None => {
                let (count,): (i64,) = session
                    .fetch_one(
                        "SELECT CAST(COALESCE(SUM(products), 0) AS BIGINT) FROM product_counts
                         WHERE $1 IS NULL OR category = $1",
                        args![filter.args().0],
                    )
                    .await?;
                count
            }
        };
        Ok(u32::try_from(count).map_err(unreadable)?)
    }

    /// One product, unless it is unknown or withdrawn.
    pub(crate) async fn product(&self, id: &ProductId) -> Result<Option<Product>, StoreError> {
        Ok(find(&mut self.read().await?.session(), id).await?)
    }

    /// Puts these products, in this order, in the place of the whole catalogue. Those not among them are
    /// withdrawn, not deleted: orders name them.
    pub(crate) async fn replace_catalogue(&self, products: &[Product]) -> Result<(), StoreError> {
        self.transact_on_catalogue(async |session| {
            // By id, as checkouts take them: of two transactions one waits for the other.
            lock_all(session).await?;
            session.execute("UPDATE products SET withdrawn = TRUE", &[]).await?;
            for (position, product) in (0_i64..).zip(products) {
                upsert(session, position, product).await?;
            }
            write_indexes(session, products).await
        })
        .await
    }

    /// Indexes a catalogue that a program without this index has written.
    pub(super) async fn index_catalogue(&self) -> Result<(), StoreError> {
        let is_indexed: Option<(i64,)> = self
            .read()
            .await?
            .session()
            .fetch_optional("SELECT CAST(1 AS BIGINT) FROM search_grams LIMIT 1", &[])
            .await?;
        if is_indexed.is_some() || self.is_catalogue_empty().await? {
            return Ok(());
        }
        self.transact_on_catalogue(async |session| {
            lock_all(session).await?;
            let rows: Vec<ProductRow> = session
                .fetch_all(
                    "SELECT id, name, summary, description, category, price_cents, stock FROM products
                     WHERE withdrawn = FALSE",
                    &[],
                )
                .await?;
            let products: Vec<Product> = rows.into_iter().map(Product::try_from).collect::<Result<_, _>>()?;
            write_indexes(session, &products).await
        })
        .await
    }

    /// Whether no product was ever in the catalogue.
    pub(crate) async fn is_catalogue_empty(&self) -> Result<bool, StoreError> {
        let any: Option<(i64,)> =
            self.read().await?.session().fetch_optional("SELECT position FROM products LIMIT 1", &[]).await?;
        Ok(any.is_none())
    }
}

#[derive(Serialize)]
struct Wanted<'a> {
    id: &'a str,
}

/// The products of these ids.
pub(super) const FIND_ALL: &str =
    "SELECT p.id, name, summary, description, category, price_cents, stock
     FROM (SELECT DISTINCT value ->> 'id' AS id FROM json_each($1)) AS wish JOIN products AS p ON p.id = wish.id
     WHERE withdrawn = FALSE ORDER BY position, p.id";

/// One product.
pub(super) const FIND: &str =
    "SELECT id, name, summary, description, category, price_cents, stock FROM products
     WHERE id = $1 AND withdrawn = FALSE";

pub(super) async fn find(session: &mut Session<'_>, id: &ProductId) -> Result<Option<Product>, sqlx::Error> {
    let row: Option<ProductRow> = session.fetch_optional(FIND, args![id.as_str()]).await?;
    row.map(Product::try_from).transpose()
}

/// SQLite has its one writer already.
async fn lock_all(session: &mut Session<'_>) -> Result<(), sqlx::Error> {
    if matches!(session, Session::Postgres { .. }) {
        session.execute("SELECT id FROM products ORDER BY id FOR UPDATE", &[]).await?;
    }
    Ok(())
}

/// What is kept beside the products: how many there are, and what they are searched by.
async fn write_indexes(session: &mut Session<'_>, products: &[Product]) -> Result<(), StoreError> {
    session.execute("DELETE FROM product_counts", &[]).await?;
    session
        .execute(
            "INSERT INTO product_counts (category, products)
             SELECT category, COUNT(*) FROM products WHERE withdrawn = FALSE GROUP BY category",
            &[],
        )
        .await?;
    Ok(search::write(session, products).await?)
}

async fn upsert(session: &mut Session<'_>, position: i64, product: &Product) -> Result<(), sqlx::Error> {
    session
        .execute(
            "INSERT INTO products
                 (id, position, name, sort_name, summary, description, category, price_cents, stock,
                  withdrawn)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, FALSE)
             ON CONFLICT (id) DO UPDATE SET
                 position = excluded.position, name = excluded.name, sort_name = excluded.sort_name,
                 summary = excluded.summary, description = excluded.description,
                 category = excluded.category, price_cents = excluded.price_cents,
                 stock = excluded.stock, withdrawn = FALSE",
            args![
                product.id.as_str(),
                position,
                &product.name,
                &fold(&product.name),
                &product.summary,
                &product.description,
                product.category.slug(),
                product.price.cents(),
                product.stock
            ],
        )
        .await?;
    Ok(())
}

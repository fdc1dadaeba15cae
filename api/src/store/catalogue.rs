//! The catalogue's statements.

use shared::{Category, Money, Product, ProductId, ProductSort};
use sqlx::FromRow;

use super::error::unreadable;
use super::session::{Session, args};
use super::{Store, StoreError};

/// What a shopper looks for; everything in the shop's order, by default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct CatalogueFilter {
    /// One shelf only.
    pub(crate) category: Option<Category>,
    /// A piece of the name or the summary, in any case.
    pub(crate) search: Option<String>,
    /// In which order.
    pub(crate) sort: ProductSort,
    /// Only what comes after this product in that order.
    pub(crate) after: Option<ProductId>,
}

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

#[derive(FromRow)]
struct ProductRow {
    id: String,
    name: String,
    summary: String,
    description: String,
    category: String,
    price_cents: i64,
    stock: i64,
}

impl TryFrom<ProductRow> for Product {
    type Error = sqlx::Error;

    fn try_from(row: ProductRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: ProductId::parse(&row.id).map_err(unreadable)?,
            name: row.name,
            summary: row.summary,
            description: row.description,
            category: Category::from_slug(&row.category)
                .ok_or_else(|| sqlx::Error::Decode("unknown category".into()))?,
            price: Money::from_cents(row.price_cents),
            stock: u32::try_from(row.stock).map_err(unreadable)?,
        })
    }
}

/// Reads a page in one of the orders. The id makes each order a strict one, so that no product is shown twice
/// or left out between two pages.
macro_rules! page_in_order {
    ($column:literal, $direction:literal, $beyond:literal) => {
        concat!(
            "SELECT id, name, summary, description, category, price_cents, stock FROM products
             WHERE withdrawn = FALSE
               AND ($1 IS NULL OR category = $1)
               AND ($2 IS NULL OR search_text LIKE $2 ESCAPE '\\')
               AND ($3 IS NULL OR (",
            $column,
            ", id) ",
            $beyond,
            " (SELECT ",
            $column,
            ", id FROM products WHERE id = $3))
             ORDER BY ",
            $column,
            " ",
            $direction,
            ", id ",
            $direction,
            " LIMIT $4"
        )
    };
}

const fn page_statement(sort: ProductSort) -> &'static str {
    match sort {
        ProductSort::Shop => page_in_order!("position", "ASC", ">"),
        ProductSort::Name => page_in_order!("sort_name", "ASC", ">"),
        ProductSort::Price => page_in_order!("price_cents", "ASC", ">"),
        ProductSort::PriceDown => page_in_order!("price_cents", "DESC", "<"),
    }
}

impl Store {
    /// A page of the products that fit. After a product that was never there stands nothing.
    pub(crate) async fn products(
        &self,
        filter: &CatalogueFilter,
        limit: u32,
    ) -> Result<PageOf<Product>, StoreError> {
        let search = filter.search.as_deref().map(containing);
        let rows: Vec<ProductRow> = self
            .read()
            .await?
            .session()
            .fetch_all(
                page_statement(filter.sort),
                args![
                    filter.category.map(Category::slug),
                    search.as_deref(),
                    filter.after.as_ref().map(ProductId::as_str),
                    i64::from(limit) + 1
                ],
            )
            .await?;
        let products = rows.into_iter().map(Product::try_from).collect::<Result<_, _>>()?;
        Ok(PageOf::cut(products, limit))
    }

    /// How many products fit, on all pages together.
    pub(crate) async fn count_products(&self, filter: &CatalogueFilter) -> Result<u32, StoreError> {
        let search = filter.search.as_deref().map(containing);
        let (count,): (i64,) = self
            .read()
            .await?
            .session()
            .fetch_one(
                r"SELECT COUNT(*) FROM products
                  WHERE withdrawn = FALSE
                    AND ($1 IS NULL OR category = $1)
                    AND ($2 IS NULL OR search_text LIKE $2 ESCAPE '\')",
                args![filter.category.map(Category::slug), search.as_deref()],
            )
            .await?;
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
            Ok(())
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

pub(super) async fn find(session: &mut Session<'_>, id: &ProductId) -> Result<Option<Product>, sqlx::Error> {
    let row: Option<ProductRow> = session
        .fetch_optional(
            "SELECT id, name, summary, description, category, price_cents, stock FROM products
             WHERE id = $1 AND withdrawn = FALSE",
            args![id.as_str()],
        )
        .await?;
    row.map(Product::try_from).transpose()
}

/// SQLite has its one writer already.
async fn lock_all(session: &mut Session<'_>) -> Result<(), sqlx::Error> {
    if matches!(session, Session::Postgres(_)) {
        session.execute("SELECT id FROM products ORDER BY id FOR UPDATE", &[]).await?;
    }
    Ok(())
}

async fn upsert(session: &mut Session<'_>, position: i64, product: &Product) -> Result<(), sqlx::Error> {
    let search_text = fold(&format!("{}\n{}", product.name, product.summary));
    session
        .execute(
            "INSERT INTO products
                 (id, position, name, sort_name, summary, description, category, price_cents, stock,
                  search_text, withdrawn)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, FALSE)
             ON CONFLICT (id) DO UPDATE SET
                 position = excluded.position, name = excluded.name, sort_name = excluded.sort_name,
                 summary = excluded.summary, description = excluded.description,
                 category = excluded.category, price_cents = excluded.price_cents,
                 stock = excluded.stock, search_text = excluded.search_text, withdrawn = FALSE",
            args![
                product.id.as_str(),
                position,
                &product.name,
                &fold(&product.name),
                &product.summary,
                &product.description,
                product.category.slug(),
                product.price.cents(),
                product.stock,
                &search_text
            ],
        )
        .await?;
    Ok(())
}

fn fold(text: &str) -> String {
    text.to_lowercase()
}

/// The `LIKE` pattern for "contains", with the wildcards of the searched text taken literally.
fn containing(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in fold(text).chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

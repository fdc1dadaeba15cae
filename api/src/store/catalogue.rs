//! The catalogue's statements.

use shared::{Category, Money, Product, ProductId};
use sqlx::FromRow;

use super::error::unreadable;
use super::{Store, StoreError};

/// What a shopper looks for; everything, by default.
#[derive(Clone, Debug, Default)]
pub(crate) struct CatalogueFilter {
    /// One shelf only.
    pub(crate) category: Option<Category>,
    /// A piece of the name or the summary, in any case.
    pub(crate) search: Option<String>,
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

impl Store {
    /// The products that fit, in the shop's order.
    pub(crate) async fn products(&self, filter: &CatalogueFilter) -> Result<Vec<Product>, StoreError> {
        let rows: Vec<ProductRow> = sqlx::query_as(
            r"SELECT id, name, summary, description, category, price_cents, stock FROM products
              WHERE withdrawn = FALSE
                AND ($1 IS NULL OR category = $1)
                AND ($2 IS NULL OR search_text LIKE $2 ESCAPE '\')
              ORDER BY position, id",
        )
        .bind(filter.category.map(Category::slug))
        .bind(filter.search.as_deref().map(containing))
        .fetch_all(&self.readers)
        .await?;
        Ok(rows.into_iter().map(Product::try_from).collect::<Result<_, _>>()?)
    }

    /// One product, unless it is unknown or withdrawn.
    pub(crate) async fn product(&self, id: &ProductId) -> Result<Option<Product>, StoreError> {
        let row: Option<ProductRow> = sqlx::query_as(
            "SELECT id, name, summary, description, category, price_cents, stock FROM products
             WHERE id = $1 AND withdrawn = FALSE",
        )
        .bind(id.as_str())
        .fetch_optional(&self.readers)
        .await?;
        Ok(row.map(Product::try_from).transpose()?)
    }

    /// Puts these products, in this order, in the place of the whole catalogue. Those not among them are
    /// withdrawn, not deleted: orders name them.
    pub(crate) async fn replace_catalogue(&self, products: &[Product]) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        sqlx::query("UPDATE products SET withdrawn = TRUE").execute(&mut *transaction).await?;
        for (position, product) in (0_i64..).zip(products) {
            upsert(&mut transaction, position, product).await?;
        }
        Ok(transaction.commit().await?)
    }

    /// Whether no product was ever in the catalogue.
    pub(crate) async fn is_catalogue_empty(&self) -> Result<bool, StoreError> {
        let any: Option<i64> =
            sqlx::query_scalar("SELECT 1 FROM products LIMIT 1").fetch_optional(&self.readers).await?;
        Ok(any.is_none())
    }
}

async fn upsert(
    connection: &mut sqlx::SqliteConnection,
    position: i64,
    product: &Product,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO products
             (id, position, name, summary, description, category, price_cents, stock, search_text, withdrawn)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, FALSE)
         ON CONFLICT (id) DO UPDATE SET
             position = excluded.position, name = excluded.name, summary = excluded.summary,
             description = excluded.description, category = excluded.category,
             price_cents = excluded.price_cents, stock = excluded.stock,
             search_text = excluded.search_text, withdrawn = FALSE",
    )
    .bind(product.id.as_str())
    .bind(position)
    .bind(&product.name)
    .bind(&product.summary)
    .bind(&product.description)
    .bind(product.category.slug())
    .bind(product.price.cents())
    .bind(i64::from(product.stock))
    .bind(fold(&format!("{}\n{}", product.name, product.summary)))
    .execute(connection)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn product(id: &str, name: &str) -> Product {
        Product {
            id: ProductId::parse(id).unwrap(),
            name: name.to_owned(),
            summary: "Grün & 100% good".to_owned(),
            description: "never_searched".to_owned(),
            category: Category::Seeds,
            price: Money::from_cents(100),
            stock: 1,
        }
    }

    async fn store(products: &[Product]) -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("shop.sqlite").display());
        let store = super::super::open(&url).await.unwrap();
        store.replace_catalogue(products).await.unwrap();
        (folder, store)
    }

    async fn found(store: &Store, search: &str) -> usize {
        let filter = CatalogueFilter { search: Some(search.to_owned()), category: None };
        store.products(&filter).await.unwrap().len()
    }

    #[tokio::test]
    async fn a_search_ignores_case_and_takes_wildcards_literally() {
        let (_folder, store) = store(&[product("a", "Äpfel"), product("b", "Back\\slash")]).await;
        for (search, expected) in
            [("äPFEL", 1), ("GRÜN", 2), ("100%", 2), ("1%0", 0), ("_", 0), ("\\", 1), ("never", 0), ("%", 2)]
        {
            assert_eq!(found(&store, search).await, expected, "{search}");
        }
        store.close().await;
    }

    #[tokio::test]
    async fn a_product_that_left_the_catalogue_is_withdrawn() {
        let (_folder, store) = store(&[product("a", "A"), product("b", "B")]).await;
        store.replace_catalogue(&[product("b", "B2")]).await.unwrap();
        assert_eq!(store.product(&ProductId::parse("a").unwrap()).await.unwrap(), None);
        assert_eq!(store.products(&CatalogueFilter::default()).await.unwrap(), [product("b", "B2")]);
        assert!(!store.is_catalogue_empty().await.unwrap());
        store.close().await;
    }
}

//! What a search finds, page by page.
//!
//! The database's own search says which products match, and how well; that is as much work as there are matches,
//! however many products there are.

use shared::ProductSort;

use super::catalogue_filter::CatalogueFilter;
use super::product_row::ProductRow;
use super::search::{Matching, matching};
use super::session::{Session, args};

/// The products that match with the best degree of each, 0 to 2, as a table `found`.
macro_rules! found {
    ($best:literal, $name:literal, $anywhere:literal) => {
        concat!(
            "WITH found AS (
                 SELECT id, MIN(degree) AS degree FROM (
                     SELECT id, 0 AS degree FROM product_search WHERE ",
            $best,
            "
                     UNION ALL SELECT id, 1 FROM product_search WHERE ",
            $name,
            "
                     UNION ALL SELECT id, 2 FROM product_search WHERE ",
            $anywhere,
            "
                 ) AS degrees GROUP BY id
             ) "
        )
    };
    (sqlite) => {
        found!("product_search MATCH $1", "product_search MATCH $2", "product_search MATCH $3")
    };
    (postgres) => {
        found!("name @@ CAST($1 AS tsquery)", "name @@ CAST($2 AS tsquery)", "words @@ CAST($3 AS tsquery)")
    };
}

macro_rules! page_of_found {
    ($database:ident, $order:literal, $direction:literal, $beyond:literal) => {
        concat!(
            found!($database),
            "SELECT p.id, p.name, p.summary, p.description, p.category, p.price_cents, p.stock
             FROM found AS f JOIN products AS p ON p.id = f.id
             WHERE p.withdrawn = FALSE AND ($4 IS NULL OR p.category = $4)
               AND ($5 IS NULL OR (",
            $order,
            ", p.id) ",
            $beyond,
            " (
                    SELECT ",
            $order,
            ", p.id FROM found AS f JOIN products AS p ON p.id = f.id WHERE p.id = $5))
             ORDER BY ",
            $order,
            " ",
            $direction,
            ", p.id ",
            $direction,
            " LIMIT $6"
        )
    };
    ($database:ident, $sort:expr) => {
        match $sort {
            ProductSort::Shop => page_of_found!($database, "degree, position", "ASC", ">"),
            ProductSort::Name => page_of_found!($database, "sort_name", "ASC", ">"),
            ProductSort::Price => page_of_found!($database, "price_cents", "ASC", ">"),
            ProductSort::PriceDown => page_of_found!($database, "price_cents", "DESC", "<"),
        }
    };
}

pub(super) const fn page_statement(is_sqlite: bool, sort: ProductSort) -> &'static str {
    if is_sqlite { page_of_found!(sqlite, sort) } else { page_of_found!(postgres, sort) }
}

/// So many of the products that match.
pub(super) async fn page(
    session: &mut Session<'_>,
    filter: &CatalogueFilter,
    text: &str,
    limit: i64,
) -> Result<Vec<ProductRow>, sqlx::Error> {
    let Some(Matching { best, name, anywhere }) = matching(session, text).await? else {
        return Ok(Vec::new());
    };
    let statement = page_statement(matches!(session, Session::Sqlite(_)), filter.sort);
    let (shelf, after) = filter.args();
    session.fetch_all(statement, args![&best, &name, &anywhere, shelf, after, limit]).await
}

/// How many products match.
pub(super) async fn count(
    session: &mut Session<'_>,
    filter: &CatalogueFilter,
    text: &str,
) -> Result<i64, sqlx::Error> {
    let Some(Matching { anywhere, .. }) = matching(session, text).await? else { return Ok(0) };
    let statement = match session {
        Session::Sqlite(_) => {
            "SELECT COUNT(*) FROM product_search AS s JOIN products AS p ON p.id = s.id
             WHERE product_search MATCH $1 AND p.withdrawn = FALSE AND ($2 IS NULL OR p.category = $2)"
        }
        Session::Postgres { .. } => {
            "SELECT COUNT(*) FROM product_search AS s JOIN products AS p ON p.id = s.id
             WHERE s.words @@ CAST($1 AS tsquery) AND p.withdrawn = FALSE AND ($2 IS NULL OR p.category = $2)"
        }
    };
    let (count,): (i64,) = session.fetch_one(statement, args![&anywhere, filter.args().0]).await?;
    Ok(count)
}

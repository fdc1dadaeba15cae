//! The index of what is sold: for each product its words, in the form that the database searches by itself (SQLite's
//! FTS5, PostgreSQL's `tsvector`), and for each word the letters that stand together in it.

use std::collections::BTreeSet;

use serde::Serialize;
use shared::Product;

use super::words::{grams, words};
use crate::store::session::{Session, args};

/// So many rows are written with one statement.
const ROWS: usize = 5_000;

#[derive(Serialize)]
struct ProductRow<'a> {
    id: &'a str,
    name: String,
    words: String,
}

#[derive(Serialize)]
struct GramRow<'a> {
    gram: String,
    word: &'a str,
}

/// Puts these products in the place of what was indexed.
pub(in crate::store) async fn write(
    session: &mut Session<'_>,
    products: &[Product],
) -> Result<(), sqlx::Error> {
    session.execute("DELETE FROM product_search", args![]).await?;
    session.execute("DELETE FROM search_grams", args![]).await?;
    let mut all = BTreeSet::new();
    for products in products.chunks(ROWS) {
        let rows: Vec<ProductRow<'_>> = products.iter().map(|product| row(product, &mut all)).collect();
        let sql = match session {
            Session::Sqlite(_) => {
                "INSERT INTO product_search (id, name, words)
                 SELECT value ->> 'id', value ->> 'name', value ->> 'words' FROM json_each($1)"
            }
            Session::Postgres { .. } => {
                "INSERT INTO product_search (id, name, words)
                 SELECT value ->> 'id', array_to_tsvector(string_to_array(value ->> 'name', ' ')),
                        array_to_tsvector(string_to_array(value ->> 'words', ' '))
                 FROM json_each($1)"
            }
        };
        session.execute(sql, args![&json(&rows)?]).await?;
    }
    let grams: Vec<GramRow<'_>> =
        all.iter().flat_map(|word| grams(word).into_iter().map(move |gram| GramRow { gram, word })).collect();
    for rows in grams.chunks(ROWS) {
        session
            .execute(
                "INSERT INTO search_grams (gram, word)
                 SELECT value ->> 'gram', value ->> 'word' FROM json_each($1)",
                args![&json(rows)?],
            )
            .await?;
    }
    Ok(())
}

fn row<'a>(product: &'a Product, all: &mut BTreeSet<String>) -> ProductRow<'a> {
    let (name, summary) = (words(&product.name), words(&product.summary));
    let both: Vec<String> = name.union(&summary).cloned().collect();
    let row = ProductRow {
        id: product.id.as_str(),
        name: name.into_iter().collect::<Vec<_>>().join(" "),
        words: both.join(" "),
    };
    all.extend(both);
    row
}

/// These values as one argument of a statement.
fn json<T: Serialize>(values: &[T]) -> Result<String, sqlx::Error> {
    serde_json::to_string(values).map_err(|error| sqlx::Error::Encode(error.into()))
}

//! The catalogue, open to all: `GET /api/products?search=&category=` and `GET /api/products/{id}`.

use actix_web::http::header;
use actix_web::{Responder, web};
use serde::Deserialize;
use shared::{Category, ProductId, ProductPage};

use crate::error::ApiError;
use crate::store::{CatalogueFilter, Store};

/// The longest text to search for, in characters.
const MAX_SEARCH: usize = 100;

/// Stock changes with every order: caches may keep the answer, but must ask before they use it.
const CATALOGUE_CACHING: (header::HeaderName, &str) = (header::CACHE_CONTROL, "no-cache");

#[derive(Deserialize)]
pub(super) struct Wanted {
    search: Option<String>,
    category: Option<String>,
}

impl Wanted {
    fn into_filter(self) -> Result<CatalogueFilter, ApiError> {
        Ok(CatalogueFilter { category: category(self.category)?, search: search(self.search)? })
    }
}

pub(super) async fn list(
    store: web::Data<Store>,
    wanted: web::Query<Wanted>,
) -> Result<impl Responder, ApiError> {
    let products = store.products(&wanted.into_inner().into_filter()?).await?;
    Ok(web::Json(ProductPage { products }).customize().insert_header(CATALOGUE_CACHING))
}

pub(super) async fn show(store: web::Data<Store>, id: web::Path<String>) -> Result<impl Responder, ApiError> {
    let id = ProductId::parse(&id).map_err(|_| ApiError::NotFound)?;
    let product = store.product(&id).await?.ok_or(ApiError::NotFound)?;
    Ok(web::Json(product).customize().insert_header(CATALOGUE_CACHING))
}

/// An empty value is what an untouched form field sends.
fn category(slug: Option<String>) -> Result<Option<Category>, ApiError> {
    match slug.as_deref() {
        None | Some("") => Ok(None),
        Some(slug) => Category::from_slug(slug).map(Some).ok_or_else(|| {
            let slugs = Category::ALL.map(Category::slug).join(", ");
            ApiError::Parameter { parameter: "category", expected: format!("one of {slugs}").into() }
        }),
    }
}

fn search(text: Option<String>) -> Result<Option<String>, ApiError> {
    let text = text.map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "));
    if text.as_ref().is_some_and(|text| text.chars().count() > MAX_SEARCH) {
        return Err(ApiError::Parameter {
            parameter: "search",
            expected: format!("at most {MAX_SEARCH} characters long").into(),
        });
    }
    Ok(text.filter(|text| !text.is_empty()))
}

/// For `app_data`: errors of the query as [`ApiError`].
pub(crate) fn query_config() -> web::QueryConfig {
    web::QueryConfig::default().error_handler(|error, _| ApiError::Query(error).into())
}

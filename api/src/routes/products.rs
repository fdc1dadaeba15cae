//! The catalogue, open to all: `GET /api/products?search=&category=&sort=&limit=&cursor=`, `GET /api/products?ids=` and
//! `GET /api/products/{id}`.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use shared::{Category, MAX_PAGE_LIMIT, Product, ProductId, ProductPage, ProductSort, paths};
use utoipa::IntoParams;

use super::page::{WantedPage, chosen, given};
use crate::catalogue_answers::{CatalogueAnswers, Question};
use crate::conditional::Prepared;
use crate::error::ApiError;
use crate::store::{CatalogueFilter, Store};

/// The longest text to search for, in characters.
const MAX_SEARCH: usize = 100;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// Words of the name or the summary, or pieces of them, in any case. Where nothing has a word, a slip in it is
    /// forgiven. Without `sort` the best match stands first.
    #[param(max_length = 100)]
    search: Option<String>,
    /// One shelf only.
    #[param(value_type = Option<Category>)]
    category: Option<String>,
    /// In which order.
    #[param(value_type = Option<ProductSort>)]
    sort: Option<String>,
    /// These products and no others, their ids separated by commas; then no other parameter is looked at.
    #[param(pattern = "^[a-z0-9-]{1,64}(,[a-z0-9-]{1,64}){0,99}$", example = "apple-sapling,border-spade")]
    ids: Option<String>,
}

impl Wanted {
    fn question(&self, page: &WantedPage) -> Result<Question, ApiError> {
        match given(self.ids.as_deref()) {
            Some(ids) => ids_of(ids).map(Question::Products),
            None => Ok(Question::Page(self.filter(page)?, page.limit()?)),
        }
    }

    fn filter(&self, page: &WantedPage) -> Result<CatalogueFilter, ApiError> {
        let categories = Category::ALL.map(Category::slug);
        let sorts = ProductSort::ALL.map(ProductSort::slug);
        let sort = chosen("sort", self.sort.as_deref(), ProductSort::from_slug, &sorts)?;
        Ok(CatalogueFilter {
            category: chosen("category", self.category.as_deref(), Category::from_slug, &categories)?,
            search: search(self.search.as_deref())?,
            sort: sort.unwrap_or_default(),
            after: page.cursor(|id| ProductId::parse(id).ok())?,
        })
    }
}

#[utoipa::path(
    get, path = paths::PRODUCTS, tag = "open", operation_id = "products",
    summary = "The catalogue, by page",
    params(Wanted, WantedPage, ("If-None-Match" = Option<String>, Header, description = "The ETag of an earlier answer.")),
    responses(
        (status = 200, description = "One page of the matching products.", body = ProductPage,
            headers(("ETag" = String, description = "The ETag of this content."))),
        (status = 304, description = "The page has not changed."),
    ),
)]
pub(super) async fn list(
    request: HttpRequest,
    store: web::Data<Store>,
    wanted: web::Query<Wanted>,
    page: web::Query<WantedPage>,
    answers: web::Data<CatalogueAnswers<Question>>,
) -> Result<HttpResponse, ApiError> {
    answer(&request, &store, &answers, wanted.question(&page)?).await
}

#[utoipa::path(
    get, path = [paths::PRODUCTS, "/{id}"].concat(), tag = "open", operation_id = "product",
    summary = "One product",
    params(
        ("id" = ProductId, Path, description = "The product's id, e.g. apple-sapling."),
        ("If-None-Match" = Option<String>, Header, description = "The ETag of an earlier answer."),
    ),
    responses(
        (status = 200, description = "The product.", body = Product,
            headers(("ETag" = String, description = "The ETag of this content."))),
        (status = 304, description = "The product has not changed."),
    ),
)]
pub(super) async fn show(
    request: HttpRequest,
    store: web::Data<Store>,
    id: web::Path<String>,
    answers: web::Data<CatalogueAnswers<Question>>,
) -> Result<HttpResponse, ApiError> {
    let id = ProductId::parse(&id).map_err(|_| ApiError::NotFound)?;
    answer(&request, &store, &answers, Question::Product(id)).await
}

async fn answer(
    request: &HttpRequest,
    store: &Store,
    answers: &CatalogueAnswers<Question>,
    question: Question,
) -> Result<HttpResponse, ApiError> {
    Ok(prepared(store, answers, question).await?.answer(request))
}

/// The answer to this query, as [`list`] gives it.
pub(super) async fn answer_to(
    query: &str,
    store: &Store,
    answers: &CatalogueAnswers<Question>,
) -> Result<Arc<Prepared>, ApiError> {
    let wanted = web::Query::<Wanted>::from_query(query).map_err(ApiError::Query)?;
    let page = web::Query::<WantedPage>::from_query(query).map_err(ApiError::Query)?;
    prepared(store, answers, wanted.question(&page)?).await
}

async fn prepared(
    store: &Store,
    answers: &CatalogueAnswers<Question>,
    question: Question,
) -> Result<Arc<Prepared>, ApiError> {
    answers.get(store, question, async |question| prepare(store, question).await).await
}

async fn prepare(store: &Store, question: &Question) -> Result<Prepared, ApiError> {
    match question {
        Question::Page(filter, limit) => {
            let found = store.products(filter, *limit).await?;
            let total = store.count_products(filter).await?;
            let last = found.items.last().filter(|_| found.has_more);
            let next_cursor = last.map(|product| product.id.to_string());
            Prepared::json(&ProductPage { total, next_cursor, products: found.items })
        }
        Question::Products(ids) => {
            let products = store.products_of(ids).await?;
            let total = u32::try_from(products.len()).unwrap_or(u32::MAX);
            Prepared::json(&ProductPage { total, next_cursor: None, products })
        }
        Question::Product(id) => Prepared::json(&store.product(id).await?.ok_or(ApiError::NotFound)?),
    }
}

/// As many as a page has, at most.
fn ids_of(text: &str) -> Result<Vec<ProductId>, ApiError> {
    let ids: Option<Vec<ProductId>> = text.split(',').map(|id| ProductId::parse(id).ok()).collect();
    let most = usize::try_from(MAX_PAGE_LIMIT).unwrap_or(usize::MAX);
    ids.filter(|ids| ids.len() <= most).ok_or_else(|| ApiError::Parameter {
        parameter: "ids",
        expected: format!("at most {MAX_PAGE_LIMIT} ids of products, separated by commas").into(),
    })
}

/// Control characters are white space here: no name holds one, and PostgreSQL refuses one of them.
fn search(text: Option<&str>) -> Result<Option<String>, ApiError> {
    let text = shared::visible(&text.unwrap_or_default().replace(char::is_control, " "));
    if text.chars().count() > MAX_SEARCH {
        return Err(ApiError::Parameter {
            parameter: "search",
            expected: format!("at most {MAX_SEARCH} characters long").into(),
        });
    }
    Ok(Some(text).filter(|text| !text.is_empty()))
}

/// For `app_data`: errors of the query as [`ApiError`].
pub(crate) fn query_config() -> web::QueryConfig {
    web::QueryConfig::default().error_handler(|error, _| ApiError::Query(error).into())
}

//! The bearer's cart: `GET` and `PUT /api/cart`, `POST /api/cart/merge`.

use actix_web::web;
use shared::{Cart, CartLine, MAX_LINES, MergeCart, Problem, PutCart, paths, repeated_product};

use crate::error::ApiError;
use crate::json_body::JsonBody;
use crate::people::{Person, Reading, Writing};
use crate::store::Store;

#[utoipa::path(
    get, path = paths::CART, tag = "cart", operation_id = "cart",
    summary = "The person's cart at today's prices and stock",
    responses((status = 200, description = "The cart.", body = Cart)),
    security(("okta" = ["orders:read"]), ("bearer" = ["orders:read"])),
)]
pub(super) async fn show(
    person: Person<Reading>,
    store: web::Data<Store>,
) -> Result<web::Json<Cart>, ApiError> {
    Ok(web::Json(store.cart(&person.subject()).await?))
}

#[utoipa::path(
    put, path = paths::CART, tag = "cart", operation_id = "put_cart",
    summary = "Replaces the lines of the cart, if it is at this version",
    request_body = PutCart,
    responses(
        (status = 200, description = "The cart as it is now, and where it differs from the request.", body = Cart),
        (status = 409, description = "`cart_changed`: the cart is at another version.", body = Problem,
            content_type = "application/problem+json"),
    ),
    security(("okta" = ["orders:write"]), ("bearer" = ["orders:write"])),
)]
pub(super) async fn put(
    person: Person<Writing>,
    store: web::Data<Store>,
    JsonBody(cart): JsonBody<PutCart>,
) -> Result<web::Json<Cart>, ApiError> {
    check(&cart.lines)?;
    Ok(web::Json(store.put_cart(&person.subject(), cart.version, &cart.lines).await?))
}

#[utoipa::path(
    post, path = paths::CART_MERGE, tag = "cart", operation_id = "merge_cart",
    summary = "Merges a browser's cart into the person's, with the larger quantity of each product",
    request_body = MergeCart,
    responses((status = 200, description = "The cart as it is now, and every change.", body = Cart)),
    security(("okta" = ["orders:write"]), ("bearer" = ["orders:write"])),
)]
pub(super) async fn merge(
    person: Person<Writing>,
    store: web::Data<Store>,
    JsonBody(cart): JsonBody<MergeCart>,
) -> Result<web::Json<Cart>, ApiError> {
    check(&cart.lines)?;
    Ok(web::Json(store.merge_cart(&person.subject(), &cart.lines).await?))
}

fn check(lines: &[CartLine]) -> Result<(), ApiError> {
    if lines.len() > MAX_LINES {
        return Err(ApiError::Lines(format!("a cart has at most {MAX_LINES} lines")));
    }
    match repeated_product(lines) {
        None => Ok(()),
        Some(id) => {
            Err(ApiError::Lines(format!("{id} appears in more than one line: add up the quantities")))
        }
    }
}

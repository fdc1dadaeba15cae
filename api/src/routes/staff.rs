//! What only staff may: see everyone's orders, ship and cancel them, and take deliveries in.

use actix_web::{HttpRequest, web};
use serde::Deserialize;
use shared::{MAX_RESTOCK, Order, OrderPage, OrderStatus, Problem, Product, ProductId, Restock, paths};
use utoipa::IntoParams;

use super::orders::{page_of, read_number};
use super::page::{WantedPage, chosen};
use crate::error::ApiError;
use crate::idempotency::{Fingerprint, IdempotencyKey};
use crate::json_body::JsonBody;
use crate::order_number::OrderNumber;
use crate::people::{Reading, Staff, Writing};
use crate::store::{Delivery, OrderFilter, Store, Transition};
use crate::{audit, clock};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct WantedOrders {
    /// Those that stand here.
    #[param(value_type = Option<OrderStatus>)]
    status: Option<String>,
}

#[utoipa::path(
    get, path = paths::STAFF_ORDERS, tag = "staff", operation_id = "staff_orders",
    summary = "Everyone's orders, newest first, by page",
    params(WantedOrders, WantedPage),
    responses((status = 200, description = "A page of orders.", body = OrderPage)),
    security(("okta" = ["orders:read"]), ("bearer" = ["orders:read"])),
)]
pub(super) async fn orders(
    _: Staff<Reading>,
    store: web::Data<Store>,
    wanted: web::Query<WantedOrders>,
    page: web::Query<WantedPage>,
) -> Result<web::Json<OrderPage>, ApiError> {
    let words = OrderStatus::ALL.map(OrderStatus::as_str);
    let status = chosen("status", wanted.status.as_deref(), OrderStatus::parse, &words)?;
    let filter = OrderFilter { owner: None, status, before: page.cursor(OrderNumber::parse)? };
    Ok(web::Json(page_of(store.orders(&filter, page.limit()?).await?)))
}

#[utoipa::path(
    get, path = [paths::STAFF_ORDERS, "/{number}"].concat(), tag = "staff", operation_id = "staff_order",
    summary = "Anyone's order",
    params(("number" = String, Path, description = "The order's number, e.g. G-7K3M-92QF.")),
    responses((status = 200, description = "The order.", body = Order)),
    security(("okta" = ["orders:read"]), ("bearer" = ["orders:read"])),
)]
pub(super) async fn order(
    _: Staff<Reading>,
    store: web::Data<Store>,
    number: web::Path<String>,
) -> Result<web::Json<Order>, ApiError> {
    let order = store.order(None, &read_number(&number)?).await?;
    Ok(web::Json(order.ok_or(ApiError::NotFound)?))
}

#[utoipa::path(
    post, path = [paths::STAFF_ORDERS, "/{number}", paths::SHIP].concat(), tag = "staff", operation_id = "ship_order",
    summary = "Marks an order as shipped",
    params(("number" = String, Path, description = "The order's number, e.g. G-7K3M-92QF.")),
    responses(
        (status = 200, description = "The order, shipped now or before.", body = Order),
        (status = 409, description = "`status_conflict`: the order's status does not allow this.",
            body = Problem, content_type = "application/problem+json"),
    ),
    security(("okta" = ["orders:write"]), ("bearer" = ["orders:write"])),
)]
pub(super) async fn ship(
    staff: Staff<Writing>,
    store: web::Data<Store>,
    number: web::Path<String>,
) -> Result<web::Json<Order>, ApiError> {
    move_on(&staff, &store, &number, OrderStatus::Shipped).await
}

#[utoipa::path(
    post, path = [paths::STAFF_ORDERS, "/{number}", paths::CANCEL].concat(), tag = "staff",
    operation_id = "staff_cancel_order",
    summary = "Cancels anyone's order; its items return to stock",
    params(("number" = String, Path, description = "The order's number, e.g. G-7K3M-92QF.")),
    responses(
        (status = 200, description = "The order, cancelled now or before.", body = Order),
        (status = 409, description = "`status_conflict`: the order's status does not allow this.",
            body = Problem, content_type = "application/problem+json"),
    ),
    security(("okta" = ["orders:write"]), ("bearer" = ["orders:write"])),
)]
pub(super) async fn cancel(
    staff: Staff<Writing>,
    store: web::Data<Store>,
    number: web::Path<String>,
) -> Result<web::Json<Order>, ApiError> {
    move_on(&staff, &store, &number, OrderStatus::Cancelled).await
}

async fn move_on(
    staff: &Staff<Writing>,
    store: &Store,
    number: &str,
    to: OrderStatus,
) -> Result<web::Json<Order>, ApiError> {
    let number = read_number(number)?;
    let order = store.move_order(Transition { owner: None, number: &number, to, at: clock::now() }).await?;
    audit::order_moved(&staff.subject(), &order.number, to);
    Ok(web::Json(order))
}

#[utoipa::path(
    post, path = [paths::STAFF_PRODUCTS, "/{id}", paths::RESTOCK].concat(), tag = "staff", operation_id = "restock",
    summary = "Records a delivery",
    params(("id" = ProductId, Path, description = "The product that was delivered."), ("Idempotency-Key" = String, Header, description = "A fresh random value; send the same one when you retry.")),
    request_body = Restock,
    responses(
        (status = 200, description = "The product with its new stock.", body = Product),
        (status = 422, description = "`idempotency_key_reused`: the key belongs to another delivery.",
            body = Problem, content_type = "application/problem+json"),
    ),
    security(("okta" = ["orders:write"]), ("bearer" = ["orders:write"])),
)]
pub(super) async fn restock(
    staff: Staff<Writing>,
    store: web::Data<Store>,
    request: HttpRequest,
    id: web::Path<String>,
    JsonBody(restock): JsonBody<Restock>,
) -> Result<web::Json<Product>, ApiError> {
    let key = IdempotencyKey::from_headers(request.headers())?;
    let product_id = ProductId::parse(&id).map_err(|_| ApiError::NotFound)?;
    if !(1..=MAX_RESTOCK).contains(&restock.pieces) {
        return Err(ApiError::Pieces);
    }
    let delivery = Delivery {
        by: &staff.subject(),
        key: &key,
        fingerprint: &Fingerprint::of(&(&product_id, restock)).map_err(ApiError::Answer)?,
        product_id: &product_id,
        pieces: restock.pieces,
        at: clock::now(),
    };
    let product = store.restock(&delivery).await?;
    audit::restocked(delivery.by, &product_id, restock.pieces);
    Ok(web::Json(product))
}

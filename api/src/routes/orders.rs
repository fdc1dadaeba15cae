//! The bearer's orders: `POST /api/orders`, `GET /api/orders`, `GET /api/orders/{number}`.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, Responder, web};
use okta_actix::Bearer;
use shared::{NewOrder, OrderPage, paths};

use crate::checkout::{self, CheckedOrder};
use crate::error::ApiError;
use crate::idempotency::IdempotencyKey;
use crate::json_body::JsonBody;
use crate::store::Store;

/// Places an order. A repetition with the same key gets the same answer, 201 included.
pub(super) async fn place(
    bearer: Bearer,
    store: web::Data<Store>,
    request: HttpRequest,
    JsonBody(order): JsonBody<NewOrder>,
) -> Result<HttpResponse, ApiError> {
    let key = IdempotencyKey::from_headers(request.headers())?;
    let order = CheckedOrder::parse(order)?;
    let placed = checkout::place(&store, &bearer.subject(), &key, &order).await?;
    tracing::info!(order = placed.order.number, repeated = placed.repeated, "order placed");
    let location = format!("{}/{}", paths::ORDERS, placed.order.number);
    Ok(HttpResponse::Created().insert_header((header::LOCATION, location)).json(placed.order))
}

pub(super) async fn list(bearer: Bearer, store: web::Data<Store>) -> Result<impl Responder, ApiError> {
    Ok(web::Json(OrderPage { orders: store.orders(&bearer.subject()).await? }))
}

/// Another person's order is answered like one that was never placed.
pub(super) async fn show(
    bearer: Bearer,
    store: web::Data<Store>,
    number: web::Path<String>,
) -> Result<impl Responder, ApiError> {
    let order = store.order(&bearer.subject(), &number).await?;
    Ok(web::Json(order.ok_or(ApiError::NotFound)?))
}

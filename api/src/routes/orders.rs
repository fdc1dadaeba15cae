//! The bearer's orders: `POST /api/orders`, `GET /api/orders`, `GET /api/orders/{number}` and
//! `POST /api/orders/{number}/cancel`. Another person's order is answered like one that was never placed.

use std::time::Duration;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use okta_actix::StepUp;
use shared::{NewOrder, Order, OrderPage, OrderStatus, Problem, paths};

use super::page::WantedPage;
use crate::checkout::{self, CheckedOrder};
use crate::clock;
use crate::error::ApiError;
use crate::idempotency::IdempotencyKey;
use crate::idempotency_locks::IdempotencyLocks;
use crate::json_body::JsonBody;
use crate::order_number::OrderNumber;
use crate::people::{Person, Reading, Writing};
use crate::settings::Limits;
use crate::store::{Allowance, OrderFilter, PageOf, PlaceOrderError, Store, Transition};

/// What large orders, or many, ask of the sign-in: two factors, in the last 15 minutes.
const FOR_HIGH_VALUE: StepUp =
    StepUp::new().acr("urn:okta:loa:2fa:any").max_age(Duration::from_secs(15 * 60));

/// Orders the cart. A repetition with the same key gets the same answer, 201 included.
///
/// The total that the person agreed to decides about the second factor, because an order that costs anything
/// else is refused. The store adds what was ordered in the last 24 hours.
#[utoipa::path(
    post, path = paths::ORDERS, tag = "orders", operation_id = "place_order",
    summary = "Orders the cart, to be paid by invoice",
    description = "The same request with the same Idempotency-Key gets the same answer, for as long as the order is \
        kept. Where the orders of 24 hours cost more together than the shop's limit, the next one needs a sign-in with a \
        second factor in the last 15 minutes, or else 401 `insufficient_user_authentication` (RFC 9470).",
    params(("Idempotency-Key" = String, Header, description = "A fresh random value; send the same one when you retry.")),
    request_body = NewOrder,
    responses(
        (status = 201, description = "The order, placed now or by the first request with this key.", body = Order,
            headers(("Location" = String, description = "The order's address."))),
        (status = 409, description = "`cart_changed`, `cart_empty`, `total_changed`, `out_of_stock`, or \
            `idempotency_key_in_use`.", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "`idempotency_key_reused`: the key belongs to another request.",
            body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "`rate_limited`: too many requests in a minute, or too many orders in an hour.",
            body = Problem, content_type = "application/problem+json",
            headers(("Retry-After" = u64, description = "Seconds to wait."))),
    ),
    security(("okta" = ["orders:write"]), ("bearer" = ["orders:write"])),
)]
pub(super) async fn place(
    person: Person<Writing>,
    store: web::Data<Store>,
    locks: web::Data<IdempotencyLocks>,
    limits: web::Data<Limits>,
    request: HttpRequest,
    JsonBody(order): JsonBody<NewOrder>,
) -> Result<HttpResponse, actix_web::Error> {
    let key = IdempotencyKey::from_headers(request.headers()).map_err(ApiError::from)?;
    let order = CheckedOrder::parse(order).map_err(ApiError::from)?;
    let too_weak = person.step_up(FOR_HIGH_VALUE).err();
    if let Some(rejection) = &too_weak
        && order.expected_total() > limits.step_up_above
    {
        return Err(rejection.clone().into());
    }
    let without_step_up = too_weak.as_ref().map(|_| limits.step_up_above);
    let allowance = Allowance { without_step_up, orders_per_hour: limits.orders_per_hour.get() };
    let placed = checkout::place(&store, &locks, &person.subject(), &key, &order, allowance).await;
    let placed = placed.map_err(|error| match (error, too_weak) {
        (PlaceOrderError::StepUpNeeded, Some(rejection)) => rejection.into(),
        (error, _) => actix_web::Error::from(ApiError::from(error)),
    })?;
    tracing::info!(order = placed.order.number, repeated = placed.repeated, "order placed");
    let location = format!("{}/{}", paths::ORDERS, placed.order.number);
    Ok(HttpResponse::Created().insert_header((header::LOCATION, location)).json(placed.order))
}

#[utoipa::path(
    get, path = paths::ORDERS, tag = "orders", operation_id = "orders",
    summary = "The person's orders, newest first, by page",
    params(WantedPage),
    responses((status = 200, description = "A page of orders.", body = OrderPage)),
    security(("okta" = ["orders:read"]), ("bearer" = ["orders:read"])),
)]
pub(super) async fn list(
    person: Person<Reading>,
    store: web::Data<Store>,
    page: web::Query<WantedPage>,
) -> Result<web::Json<OrderPage>, ApiError> {
    let owner = person.subject();
    let before = page.cursor(OrderNumber::parse)?;
    let filter = OrderFilter { owner: Some(&owner), status: None, before };
    Ok(web::Json(page_of(store.orders(&filter, page.limit()?).await?)))
}

#[utoipa::path(
    get, path = [paths::ORDERS, "/{number}"].concat(), tag = "orders", operation_id = "order",
    summary = "One of the person's orders",
    params(("number" = String, Path, description = "The order's number, e.g. G-7K3M-92QF.")),
    responses((status = 200, description = "The order.", body = Order)),
    security(("okta" = ["orders:read"]), ("bearer" = ["orders:read"])),
)]
pub(super) async fn show(
    person: Person<Reading>,
    store: web::Data<Store>,
    number: web::Path<String>,
) -> Result<web::Json<Order>, ApiError> {
    let order = store.order(Some(&person.subject()), &read_number(&number)?).await?;
    Ok(web::Json(order.ok_or(ApiError::NotFound)?))
}

#[utoipa::path(
    post, path = [paths::ORDERS, "/{number}", paths::CANCEL].concat(), tag = "orders", operation_id = "cancel_order",
    summary = "Cancels an order that has not been shipped; its items return to stock",
    params(("number" = String, Path, description = "The order's number, e.g. G-7K3M-92QF.")),
    responses(
        (status = 200, description = "The order, cancelled now or before.", body = Order),
        (status = 409, description = "`status_conflict`: the order's status does not allow this.",
            body = Problem, content_type = "application/problem+json"),
    ),
    security(("okta" = ["orders:write"]), ("bearer" = ["orders:write"])),
)]
pub(super) async fn cancel(
    person: Person<Writing>,
    store: web::Data<Store>,
    number: web::Path<String>,
) -> Result<web::Json<Order>, ApiError> {
    let (owner, number) = (person.subject(), read_number(&number)?);
    let to = OrderStatus::Cancelled;
    let wish = Transition { owner: Some(&owner), number: &number, to, at: clock::now() };
    Ok(web::Json(store.move_order(wish).await?))
}

/// What is no number at all was never given to an order.
pub(super) fn read_number(text: &str) -> Result<OrderNumber, ApiError> {
    OrderNumber::parse(text).ok_or(ApiError::NotFound)
}

pub(super) fn page_of(found: PageOf<Order>) -> OrderPage {
    let last = found.items.last().filter(|_| found.has_more);
    OrderPage { next_cursor: last.map(|order| order.number.clone()), orders: found.items }
}

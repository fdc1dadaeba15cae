//! What the shop asks its API.
//!
//! The catalogue is open: it is asked for without a token and without waiting for the sign-in state. Everything
//! else goes through [`Auth::fetch`], which attaches and renews the token.

mod failure;
mod open;
mod wire;

use std::future::Future;
use std::pin::Pin;

use okta_sycamore::{ApiRequest, Auth, Json, read_json};
use okta_types::{Form, decimal};
use shared::{CartLine, Problem, ProductId, paths};

pub(crate) use failure::Failure;
pub(crate) use wire::{Wire, member, written_address, written_order};

use wire::written_lines;

/// How many orders are shown before one asks for more.
const ORDERS_AT_ONCE: u32 = 20;

/// An answer on its way. What is in it is for the caller to read: the waiting is compiled once.
pub(crate) type Answer = Pin<Box<dyn Future<Output = Result<Json, Failure>>>>;

/// Where the API is. Provided as part of the shop by the app.
#[derive(Clone, Copy)]
pub(crate) struct ShopApi {
    origin: &'static str,
}

impl ShopApi {
    /// The API at this origin, e.g. `http://localhost:8000`.
    pub(crate) fn new(origin: &str) -> Self {
        Self { origin: origin.trim_end_matches('/').to_owned().leak() }
    }

    /// A page of the catalogue: `products`, how many there are in all, `total`, and `next_cursor` where there is more.
    pub(crate) fn products(self, query: &str) -> Answer {
        let url = self.url(&[paths::PRODUCTS, "?", query].concat());
        Box::pin(async move {
            let (status, body) = open::get(&url).await?;
            read(status, &body)
        })
    }

    /// The person's cart; a [`Cart`](shared::Cart).
    pub(crate) fn cart(self, auth: Auth) -> Answer {
        ask(auth, ApiRequest::get(self.url(paths::CART)))
    }

    /// Makes the person's cart these lines, where it is still at that version; a [`Cart`](shared::Cart).
    pub(crate) fn put_cart(self, auth: Auth, version: u64, lines: &[CartLine]) -> Answer {
        let mut cart = written_lines(lines);
        cart.put("version", version as i64);
        ask(auth, ApiRequest::put(self.url(paths::CART), &cart))
    }

    /// Adds what was put into this browser to the person's cart; a [`Cart`](shared::Cart).
    pub(crate) fn merge_cart(self, auth: Auth, lines: &[CartLine]) -> Answer {
        ask(auth, ApiRequest::post(self.url(paths::CART_MERGE), &written_lines(lines)))
    }

    /// Messages for whoever has signed in: `messages`.
    pub(crate) fn messages(self, auth: Auth) -> Answer {
        ask(auth, ApiRequest::get(self.url(paths::MESSAGES)))
    }

    /// A page of orders, the newest first: `orders`, and `next_cursor` where there is more.
    pub(crate) fn orders(self, auth: Auth, whose: Whose, status: &str, cursor: Option<&str>) -> Answer {
        let query = page_query(ORDERS_AT_ONCE, cursor);
        let status = if status.is_empty() { String::new() } else { ["&status=", status].concat() };
        ask(auth, ApiRequest::get(self.url(&[whose.path(), &query, &status].concat())))
    }

    /// One [`Order`](shared::Order).
    pub(crate) fn order(self, auth: Auth, whose: Whose, number: &str) -> Answer {
        ask(auth, ApiRequest::get(self.url(&order_path(whose, number, ""))))
    }

    /// Has the order do this, [`paths::CANCEL`] or [`paths::SHIP`]; the [`Order`](shared::Order) as it is then.
    pub(crate) fn change_order(self, auth: Auth, whose: Whose, number: &str, change: &str) -> Answer {
        ask(auth, ApiRequest::post(self.url(&order_path(whose, number, change)), &Json::object()))
    }

    /// The request that places this order, in the form of `shared::NewOrder`. With the same key it may be repeated
    /// without harm.
    pub(crate) fn placing(self, order: &Json, key: &str) -> ApiRequest {
        ApiRequest::post(self.url(paths::ORDERS), order).header(paths::IDEMPOTENCY_KEY, key)
    }

    /// Puts so many more pieces on the shelf; the [`Product`](shared::Product) as it is then.
    pub(crate) fn restock(self, auth: Auth, id: &ProductId, pieces: u32, key: &str) -> Answer {
        let mut delivery = Json::object();
        delivery.put("pieces", i64::from(pieces));
        let path = [paths::STAFF_PRODUCTS, "/", id.as_str(), paths::RESTOCK].concat();
        ask(auth, ApiRequest::post(self.url(&path), &delivery).header(paths::IDEMPOTENCY_KEY, key))
    }

    fn url(self, path: &str) -> String {
        [self.origin, path].concat()
    }
}

/// Whose orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whose {
    /// The person's own.
    Own,
    /// Everyone's, for staff.
    Everyones,
}

impl Whose {
    fn path(self) -> &'static str {
        match self {
            Self::Own => paths::ORDERS,
            Self::Everyones => paths::STAFF_ORDERS,
        }
    }
}

fn page_query(limit: u32, cursor: Option<&str>) -> String {
    let form = Form::new().with("limit", &decimal(limit.into())).with_some("cursor", cursor);
    ["?", form.as_str()].concat()
}

fn order_path(whose: Whose, number: &str, change: &str) -> String {
    let number: String = number.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    [whose.path(), "/", &number, change].concat()
}

/// Sends a request with the person's token.
pub(crate) fn ask(auth: Auth, request: ApiRequest) -> Answer {
    Box::pin(async move {
        let answer = auth.fetch(request).await?;
        let challenge = answer.header("WWW-Authenticate").unwrap_or_default();
        if challenge.contains("insufficient_user_authentication") {
            return Err(Failure::StepUp);
        }
        read(answer.status(), answer.text()).map_err(Failure::of_person)
    })
}

fn read(status: u16, body: &str) -> Result<Json, Failure> {
    let answer = read_json(body);
    if (200..300).contains(&status) {
        answer.ok_or(Failure::Unreadable)
    } else {
        Err(Failure::Refused { status, problem: answer.as_ref().and_then(Problem::read).map(Box::new) })
    }
}

#[cfg(test)]
mod tests {
    use shared::Product;

    use super::*;

    fn products(status: u16, body: &str) -> Result<Vec<Product>, Failure> {
        read(status, body).and_then(|page| member(&page, "products").ok_or(Failure::Unreadable))
    }

    #[test]
    fn an_answer_is_read_and_a_refusal_keeps_its_code() {
        assert_eq!(products(200, r#"{"products":[]}"#), Ok(vec![]));
        for garbage in ["<html>", "", "{}", r#"{"products":[{}]}"#] {
            assert_eq!(products(200, garbage), Err(Failure::Unreadable), "{garbage}");
        }
        let problem = shared::ProblemCode::OutOfStock.problem(Some("1 left".to_owned()));
        let failure = products(409, &serde_json::to_string(&problem).unwrap()).unwrap_err();
        assert_eq!(failure.code(), Some("out_of_stock"));
    }
}

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
use shared::{NewOrder, Problem, paths};

pub(crate) use failure::Failure;
pub(crate) use wire::{Wire, member, written_lines};

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

    /// The whole catalogue in the shop's order: `products`.
    pub(crate) fn products(self) -> Answer {
        let url = self.url(paths::PRODUCTS);
        Box::pin(async move {
            let (status, body) = open::get(&url).await?;
            read(status, &body)
        })
    }

    /// The person's orders, newest first: `orders`.
    pub(crate) fn orders(self, auth: Auth) -> Answer {
        ask(auth, ApiRequest::get(self.url(paths::ORDERS)))
    }

    /// One [`Order`](shared::Order) of the person.
    pub(crate) fn order(self, auth: Auth, number: &str) -> Answer {
        let number: String = number.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
        ask(auth, ApiRequest::get(self.url(&[paths::ORDERS, "/", &number].concat())))
    }

    /// Messages for whoever has signed in: `messages`.
    pub(crate) fn messages(self, auth: Auth) -> Answer {
        ask(auth, ApiRequest::get(self.url(paths::MESSAGES)))
    }

    /// Places the order; an [`Order`](shared::Order). With the same key it may be repeated without harm.
    pub(crate) fn place(self, auth: Auth, order: &NewOrder, key: &str) -> Answer {
        let request = ApiRequest::post(self.url(paths::ORDERS), &written_lines(&order.lines));
        ask(auth, request.header(paths::IDEMPOTENCY_KEY, key))
    }

    fn url(self, path: &str) -> String {
        [self.origin, path].concat()
    }
}

fn ask(auth: Auth, request: ApiRequest) -> Answer {
    Box::pin(async move {
        let answer = auth.fetch(request).await?;
        read(answer.status(), answer.text())
    })
}

fn read(status: u16, body: &str) -> Result<Json, Failure> {
    let answer = read_json(body);
    if (200..300).contains(&status) {
        answer.ok_or(Failure::Unreadable)
    } else {
        Err(Failure::Refused { status, problem: answer.as_ref().and_then(Problem::read) })
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

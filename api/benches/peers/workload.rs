//! Who is asked for what.

use std::time::Duration;

use shared::paths;

use crate::customers::{Customer, Customers, HOST};
use crate::load::Requests;

/// What clients want.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Workload {
    /// Two messages, of anybody.
    Open,
    /// The same with one token again and again.
    KnownToken,
    /// The same with a token in each request that was not seen before.
    NewTokens,
    /// The same with one token that is bound to a key, and a fresh proof in each request.
    BoundToken,
    Catalogue,
    Product,
    /// One person's cart of two lines, with one token again and again.
    Cart,
    /// Orders of such carts, each of another person with a token that was not seen before.
    Checkout,
}

/// Who answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Peer {
    Grove,
    /// Nobody has to show a token here: people say who they are.
    BareActix,
    Jsonwebtoken,
    Fastify,
    Express,
}

/// The same answer as that of [`paths::MESSAGES`].
pub(crate) const OPEN_MESSAGES: &str = "/compared/messages";
/// The cart of whoever the header says.
pub(crate) const OPEN_CART: &str = "/compared/cart";
/// Orders of such a cart.
pub(crate) const OPEN_ORDERS: &str = "/compared/orders";
/// Where those say who they are that nobody asks for a token.
pub(crate) const PERSON: &str = "Person";

impl Workload {
    pub(crate) const ALL: [Self; 8] = [
        Self::Open,
        Self::KnownToken,
        Self::NewTokens,
        Self::BoundToken,
        Self::Catalogue,
        Self::Product,
        Self::Cart,
        Self::Checkout,
    ];

    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::KnownToken => "one token",
            Self::NewTokens => "new tokens",
            Self::BoundToken => "DPoP",
            Self::Catalogue => "catalogue",
            Self::Product => "one product",
            Self::Cart => "cart",
            Self::Checkout => "checkout",
        }
    }

    /// Those that it takes, fresh ones.
    pub(crate) fn proofs(self, customers: &Customers<'_>) -> Vec<String> {
        if self == Self::BoundToken { customers.proofs() } else { Vec::new() }
    }

    /// What to ask this peer.
    pub(crate) fn requests(self, peer: Peer, customers: &Customers<'_>, proofs: &[String]) -> Requests {
        let known = &customers.known;
        match self {
            Self::Open => Requests::Again(get(OPEN_MESSAGES, "")),
            Self::KnownToken => Requests::Again(get(paths::MESSAGES, &bearer(&known.token))),
            Self::NewTokens => Requests::once(&customers.strangers, |stranger| {
                get(paths::MESSAGES, &bearer(&stranger.token))
            }),
            Self::BoundToken => Requests::once(proofs, |proof| get(paths::MESSAGES, &customers.bound(proof))),
            Self::Catalogue => Requests::Again(get(paths::PRODUCTS, "")),
            Self::Product => Requests::Again(get(&[paths::PRODUCTS, "/apple-sapling"].concat(), "")),
            Self::Cart => Requests::Again(get(peer.cart(), &peer.credentials(known))),
            Self::Checkout => Requests::once(&customers.buyers, |buyer| peer.order(buyer)),
        }
    }

    /// The one of a bare framework that does the same without a token.
    pub(crate) fn without_token(self) -> Self {
        match self {
            Self::KnownToken | Self::NewTokens | Self::BoundToken => Self::Open,
            other => other,
        }
    }
}

impl Peer {
    pub(crate) const ALL: [Self; 5] =
        [Self::Grove, Self::BareActix, Self::Jsonwebtoken, Self::Fastify, Self::Express];

    pub(crate) fn title(self, workload: Workload) -> &'static str {
        match self {
            Self::Grove => "the API",
            Self::BareActix => "bare Actix",
            Self::Jsonwebtoken => "Actix + jsonwebtoken",
            Self::Fastify => "Fastify + jose",
            // Okta's knows no proofs.
            Self::Express if workload == Workload::BoundToken => "Express + Auth0's verifier",
            Self::Express => "Express + Okta's verifier",
        }
    }

    /// What is compiled while it runs needs longer, and longest for the first requests and the first tokens: until then the
    /// compiler's work would be counted, and the slow code that it replaces.
    pub(crate) fn warm_up(self, workload: Workload) -> Duration {
        match (self, workload) {
            (Self::Fastify | Self::Express, Workload::Open | Workload::KnownToken) => {
                Duration::from_millis(1500)
            }
            (Self::Fastify | Self::Express, _) => Duration::from_millis(300),
            _ => Duration::from_millis(150),
        }
    }

    /// With and without a token, Actix is measured once.
    pub(crate) fn takes_part_in(self, workload: Workload) -> bool {
        use Workload::{BoundToken, Cart, Checkout, KnownToken, NewTokens};
        match self {
            Self::BareActix => workload == workload.without_token(),
            Self::Jsonwebtoken => [KnownToken, NewTokens, BoundToken, Cart, Checkout].contains(&workload),
            _ => true,
        }
    }

    pub(crate) fn cart(self) -> &'static str {
        if self == Self::BareActix { OPEN_CART } else { paths::CART }
    }

    pub(crate) fn credentials(self, customer: &Customer) -> String {
        match self {
            Self::BareActix => format!("{PERSON}: {}\r\n", customer.id),
            _ => bearer(&customer.token),
        }
    }

    /// The whole cart.
    pub(crate) fn order(self, customer: &Customer) -> String {
        let path = if self == Self::BareActix { OPEN_ORDERS } else { paths::ORDERS };
        let (credentials, body) = (self.credentials(customer), &customer.order);
        format!(
            "POST {path} HTTP/1.1\r\nHost: {HOST}\r\n{credentials}Idempotency-Key: k\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
    }
}

pub(crate) fn get(path: &str, headers: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: {HOST}\r\n{headers}\r\n")
}

pub(crate) fn bearer(token: &str) -> String {
    format!("Authorization: Bearer {token}\r\n")
}

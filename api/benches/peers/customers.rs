//! Those who come, and what they show.

use okta_local::RunningOrg;
use serde_json::{Map, Value, json};
use shared::{Money, NewOrder, paths};

use crate::address::address;
use crate::database::total_of_cart;
use crate::prover::{ALICE, Prover, claims};

/// Under which name all are asked: it stands in proofs.
pub(crate) const HOST: &str = "localhost:8080";

/// More than a server answers in one measurement, so that it meets each once. (Where it answers more, the measurement ends.)
const STRANGERS: usize = 26_000;
const BUYERS: usize = 7_000;
const PROOFS: usize = 16_000;

pub(crate) struct Customers<'a> {
    org: &'a RunningOrg,
    pub(crate) known: Customer,
    pub(crate) strangers: Vec<Customer>,
    pub(crate) buyers: Vec<Customer>,
    bound_token: String,
}

/// Somebody with a token for this API, and a cart.
pub(crate) struct Customer {
    pub(crate) id: String,
    pub(crate) token: String,
    /// What orders the cart, as JSON.
    pub(crate) order: String,
}

impl<'a> Customers<'a> {
    pub(crate) fn gather(org: &'a RunningOrg) -> Self {
        println!("signing {} tokens …", STRANGERS + BUYERS);
        let people = |prefix: char, count| (0..count).map(move |i| Customer::new(org, prefix, i)).collect();
        let bound_token = token(org, "00ubound", |claims| {
            claims.insert("cnf".to_owned(), ALICE.cnf());
        });
        let (strangers, buyers) = (people('s', STRANGERS), people('b', BUYERS));
        Self { org, known: Customer::new(org, 'k', 0), strangers, buyers, bound_token }
    }

    /// Everybody who has a cart.
    pub(crate) fn with_carts(&self) -> impl Iterator<Item = &Customer> {
        self.buyers.iter().chain([&self.known])
    }

    pub(crate) fn issuer(&self) -> String {
        self.org.issuer().to_string()
    }

    /// Fresh ones for `GET /api/messages`: a proof is good for a minute.
    pub(crate) fn proofs(&self) -> Vec<String> {
        (0..PROOFS).map(|i| self.proof_of(&ALICE, "GET", &format!("NovJtQ_NrJ6cgy3h1-638A-{i}"))).collect()
    }

    /// One of the key that the token is bound to, or of another.
    pub(crate) fn proof_of(&self, prover: &Prover, method: &str, jti: &str) -> String {
        let url = format!("http://{HOST}{}", paths::MESSAGES);
        prover.prove(&claims(jti, method, &url, &self.bound_token, self.org.now()))
    }

    pub(crate) fn bound_token(&self) -> &str {
        &self.bound_token
    }

    /// The headers that show the token that is bound to a key.
    pub(crate) fn bound(&self, proof: &str) -> String {
        format!("Authorization: DPoP {}\r\nDPoP: {proof}\r\n", self.bound_token)
    }
}

impl Customer {
    fn new(org: &RunningOrg, prefix: char, number: usize) -> Self {
        let id = format!("00u{prefix}{number:08}");
        Self { token: token(org, &id, |_| ()), order: order(), id }
    }
}

/// As the org issues them, and none like the other.
fn token(org: &RunningOrg, uid: &str, customise: impl FnOnce(&mut Map<String, Value>)) -> String {
    org.mint_access_token(|claims| {
        claims.insert("uid".to_owned(), uid.into());
        claims.insert("scp".to_owned(), json!([paths::SCOPE_READ, paths::SCOPE_WRITE]));
        claims.insert("exp".to_owned(), json!(org.now().0 + 3 * 3600));
        customise(claims);
    })
}

fn order() -> String {
    let order =
        NewOrder { cart_version: 1, expected_total: Money::from_cents(total_of_cart()), address: address() };
    serde_json::to_string(&order).unwrap()
}

//! Those who buy: an org, their tokens, and who they are by them.

use api::Till;
use okta_actix::{Subject, Verifier};
use okta_local::{App, Org, RunningOrg};
use okta_types::UnixTime;
use serde_json::json;
use shared::{NewOrder, paths};

use crate::address::address;
use crate::products::two_lines;

/// The org of the buyers.
pub(crate) struct Buyers {
    pub(crate) org: RunningOrg,
    verifier: Verifier,
}

/// Somebody with a full cart, who only has to order it.
#[derive(Clone)]
pub(crate) struct Buyer {
    pub(crate) token: String,
    pub(crate) subject: Subject,
    pub(crate) order: NewOrder,
}

impl Buyers {
    pub(crate) async fn gather() -> Self {
        let app = App::spa("Grove").redirect_uri("http://localhost:8080/login/callback");
        let org = Org::builder().port(0).app(app).start().await.unwrap();
        let verifier =
            Verifier::builder(org.issuer().clone()).audience("api://default").client_id(org.client_id());
        let verifier = verifier.build().unwrap();
        verifier.warm().await.unwrap();
        Self { org, verifier }
    }

    /// So many people nobody has seen before, each with two things in the cart.
    pub(crate) async fn with_full_carts(&self, till: &Till, prefix: &str, people: usize) -> Vec<Buyer> {
        let mut buyers = Vec::with_capacity(people);
        for person in 0..people {
            let token = self.token(&format!("00u{prefix}{person:08}"));
            let subject = self.verifier.verify_at(&token, now()).await.unwrap().subject();
            let cart = till.fill_cart(&subject, &two_lines(person)).await.unwrap();
            let order =
                NewOrder { cart_version: cart.version, expected_total: cart.total, address: address() };
            buyers.push(Buyer { token, subject, order });
        }
        buyers
    }

    fn token(&self, uid: &str) -> String {
        self.org.mint_access_token(|claims| {
            claims.insert("uid".to_owned(), uid.into());
            claims.insert("scp".to_owned(), json!([paths::SCOPE_READ, paths::SCOPE_WRITE]));
        })
    }
}

#[expect(clippy::disallowed_methods, reason = "a measurement has no other clock")]
fn now() -> UnixTime {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    UnixTime(i64::try_from(since.as_secs()).unwrap())
}

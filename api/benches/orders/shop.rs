//! The API with many buyers, each with a full cart.

use std::num::NonZeroU32;

use api::{Application, Limits, Settings, StopHandle};
use okta_local::{App, Org, RunningOrg};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use shared::{Cart, paths};
use tokio::task::JoinHandle;

/// A running API and the org whose people buy.
pub(crate) struct Shop {
    base: String,
    http: Client,
    org: RunningOrg,
    stop: StopHandle,
    running: JoinHandle<std::io::Result<()>>,
}

/// An order that only has to be sent.
pub(crate) struct Checkout {
    url: String,
    http: Client,
    token: String,
    body: Value,
}

impl Shop {
    pub(crate) async fn open(url: &str) -> Self {
        let app = App::spa("Grove").redirect_uri("http://localhost:8080/login/callback");
        let org = Org::builder().port(0).app(app).start().await.unwrap();
        let settings = Settings {
            issuer: org.issuer().clone(),
            audience: "api://default".to_owned(),
            client_ids: vec![org.client_id().to_owned()],
            database_url: url.to_owned(),
            addr: ([127, 0, 0, 1], 0).into(),
            spa_origins: vec!["http://localhost:8080".to_owned()],
            limits: Limits { requests_per_minute: NonZeroU32::MAX, ..Limits::default() },
        };
        let application = Application::build(settings, None).await.unwrap();
        let (base, stop) = (format!("http://{}", application.addr()), application.handle());
        let http = Client::builder().no_proxy().build().unwrap();
        let shop = Self { base, http, org, stop, running: tokio::spawn(application.run()) };
        shop.stock_up().await;
        shop
    }

    /// More pieces than are ever bought here.
    async fn stock_up(&self) {
        let staff = self.token("00ustaff000000000001");
        for id in PRODUCTS {
            let path = format!("{}{}/{id}{}", self.base, paths::STAFF_PRODUCTS, paths::RESTOCK);
            let request = self.http.post(path).bearer_auth(&staff).header(paths::IDEMPOTENCY_KEY, id);
            let answer = request.json(&json!({"pieces": 100_000})).send().await.unwrap();
            assert_eq!(answer.status(), 200);
        }
    }

    /// So many people with two things in their carts.
    pub(crate) async fn fill_carts(&self, round: usize, people: usize) -> Vec<Checkout> {
        let mut checkouts = Vec::with_capacity(people);
        for person in 0..people {
            let token = self.token(&format!("00u{round:04}{person:013}"));
            let (one, other) = (PRODUCTS[person % PRODUCTS.len()], PRODUCTS[(person + 1) % PRODUCTS.len()]);
            let lines = json!([{"product_id": one, "quantity": 1}, {"product_id": other, "quantity": 2}]);
            let request = self.http.request(Method::PUT, format!("{}{}", self.base, paths::CART));
            let put = request.bearer_auth(&token).json(&json!({"version": 0, "lines": lines})).send();
            let cart: Cart = put.await.unwrap().json().await.unwrap();
            let address = json!({"name": "Alice Shopper", "street": "12 Orchard Lane", "city": "Portland",
                                 "region": "Oregon", "postal_code": "97201", "country": "US"});
            let body =
                json!({"cart_version": cart.version, "expected_total": cart.total, "address": address});
            let url = format!("{}{}", self.base, paths::ORDERS);
            checkouts.push(Checkout { url, http: self.http.clone(), token, body });
        }
        checkouts
    }

    fn token(&self, uid: &str) -> String {
        self.org.mint_access_token(|claims| {
            claims.insert("uid".to_owned(), uid.into());
            claims.insert("scp".to_owned(), json!([paths::SCOPE_READ, paths::SCOPE_WRITE]));
            claims.insert("groups".to_owned(), json!([paths::STAFF_GROUP]));
        })
    }

    pub(crate) async fn close(self) {
        self.stop.stop(true).await;
        self.running.await.unwrap().unwrap();
        self.org.stop().await;
    }
}

/// Cheap enough that no order asks for a second factor.
const PRODUCTS: [&str; 8] = [
    "chive-seeds",
    "pea-seeds",
    "tomato-seeds",
    "basil-seeds",
    "carrot-seeds",
    "sunflower-seeds",
    "lavender-seeds",
    "beetroot-seeds",
];

impl Checkout {
    pub(crate) async fn place(self) {
        let request = self.http.post(self.url).bearer_auth(self.token).header(paths::IDEMPOTENCY_KEY, "k");
        let answer = request.json(&self.body).send().await.unwrap();
        assert_eq!(answer.status(), 201, "{}", answer.text().await.unwrap());
    }
}

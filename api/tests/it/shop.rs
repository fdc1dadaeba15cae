//! A shop of one test's own: an org, the API on a port and a database file that nobody else has.

use std::net::TcpListener;
use std::num::NonZeroU32;
use std::ops::Deref;
use std::path::Path;

use api::{Application, Limits, Proofs, Replicas, Settings, StopHandle, TrustedProxies};
use okta_local::{App, Org, RunningOrg};
use okta_types::Issuer;
use reqwest::{Method, RequestBuilder};
use serde_json::{Map, Value, json};
use shared::{Cart, Order, OrderPage, Product, paths};
use tempfile::TempDir;
use tokio::task::JoinHandle;

use crate::answer::Answer;
use crate::database::Database;

/// The origin whose pages may call the API.
pub(crate) const SPA_ORIGIN: &str = "http://localhost:8080";

/// Those of a large machine: tests ask for much at the same time.
pub(crate) fn limits() -> Limits {
    Limits { in_flight: NonZeroU32::new(256).unwrap(), ..Limits::default() }
}

/// The API, running in the background.
pub(crate) struct Api {
    client: Client,
    /// Where the metrics are, in a shop that has some.
    metrics: Option<Client>,
    stop: StopHandle,
    running: JoinHandle<std::io::Result<()>>,
}

impl Deref for Api {
    type Target = Client;
    fn deref(&self) -> &Client {
        &self.client
    }
}

/// Somebody who calls the API at this address.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    base: String,
    http: reqwest::Client,
}

impl Api {
    /// Starts it as `main` does, except that the port is any free one.
    pub(crate) async fn start(issuer: &Issuer, client_id: &str, database_url: &str) -> Self {
        Self::start_with(issuer, client_id, database_url, Proofs::default(), limits()).await
    }

    /// Starts it with limits that a test can reach.
    pub(crate) async fn start_with(
        issuer: &Issuer,
        client_id: &str,
        database_url: &str,
        proofs: Proofs,
        limits: Limits,
    ) -> Self {
        Self::run(Self::settings(issuer, client_id, database_url, proofs, limits)).await
    }

    fn settings(
        issuer: &Issuer,
        client_id: &str,
        database_url: &str,
        proofs: Proofs,
        limits: Limits,
    ) -> Settings {
        Settings {
            issuer: issuer.clone(),
            org_addresses: Vec::new(),
            other_orgs: Vec::new(),
            universal_logout_org: None,
            audience: "api://default".to_owned(),
            require_at_jwt: false,
            client_ids: vec![client_id.to_owned()],
            database_url: database_url.to_owned(),
            addr: ([127, 0, 0, 1], 8000).into(),
            metrics_addr: None,
            spa_dir: None,
            docs: true,
            docs_client_id: None,
            renewal_frame: false,
            hsts: "max-age=63072000".to_owned(),
            spa_origins: vec![SPA_ORIGIN.to_owned()],
            proofs,
            trusted_proxies: TrustedProxies::default(),
            replicas: Replicas::default(),
            limits,
        }
    }

    async fn run(settings: Settings) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let application = Application::build(settings, Some(listener)).await.unwrap();
        let (client, stop) = (Client::of(&application.addr().to_string()), application.handle());
        let metrics = application.metrics_addr().map(|addr| Client::of(&addr.to_string()));
        Self { client, metrics, stop, running: tokio::spawn(application.run()) }
    }

    /// What Prometheus reads.
    pub(crate) async fn metrics(&self) -> String {
        let request = self.metrics.as_ref().unwrap().request(Method::GET, "/metrics");
        let response = request.send().await.unwrap().error_for_status().unwrap();
        let format = response.headers()["content-type"].to_str().unwrap();
        assert!(format.starts_with("application/openmetrics-text; version=1.0.0"), "{format}");
        response.text().await.unwrap()
    }

    pub(crate) async fn stop(self) {
        self.stop.stop(true).await;
        self.running.await.unwrap().unwrap();
    }
}

impl Client {
    /// For an API that listens here.
    pub(crate) fn of(address: &str) -> Self {
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { base: format!("http://{address}"), http }
    }

    /// The whole address.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, self.url(path))
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        Answer::read(self.request(Method::GET, path).send().await.unwrap()).await
    }

    pub(crate) async fn get_as(&self, token: &str, path: &str) -> Answer {
        Answer::read(self.request(Method::GET, path).bearer_auth(token).send().await.unwrap()).await
    }

    pub(crate) async fn send(&self, method: Method, path: &str, token: &str, body: &Value) -> Answer {
        Answer::read(self.request(method, path).bearer_auth(token).json(body).send().await.unwrap()).await
    }

    pub(crate) async fn post(&self, token: &str, path: &str) -> Answer {
        Answer::read(self.request(Method::POST, path).bearer_auth(token).send().await.unwrap()).await
    }

    pub(crate) async fn cart(&self, token: &str) -> Cart {
        self.get_as(token, paths::CART).await.expect(200).json()
    }

    /// Puts these lines into the cart, whatever was in it.
    pub(crate) async fn fill(&self, token: &str, body: &Value) -> Cart {
        let version = self.cart(token).await.version;
        let body = json!({"version": version, "lines": body["lines"]});
        self.send(Method::PUT, paths::CART, token, &body).await.expect(200).json()
    }

    /// Sends an order as it is.
    pub(crate) async fn order(&self, token: &str, key: &str, body: &Value) -> Answer {
        let request = self.request(Method::POST, paths::ORDERS).bearer_auth(token);
        Answer::read(request.header(paths::IDEMPOTENCY_KEY, key).json(body).send().await.unwrap()).await
    }

    /// Orders what is in the cart.
    pub(crate) async fn check_out(&self, token: &str, key: &str) -> Answer {
        let order = order_of(&self.cart(token).await);
        self.order(token, key, &order).await
    }

    /// Puts these lines into the cart and orders them.
    pub(crate) async fn buy(&self, token: &str, key: &str, body: &Value) -> Answer {
        let order = order_of(&self.fill(token, body).await);
        self.order(token, key, &order).await
    }

    pub(crate) async fn orders_of(&self, token: &str) -> Vec<Order> {
        self.get_as(token, paths::ORDERS).await.expect(200).json::<OrderPage>().orders
    }

    pub(crate) async fn product(&self, id: &str) -> Product {
        self.get(&format!("{}/{id}", paths::PRODUCTS)).await.expect(200).json()
    }
}

/// The API with its org and its database file.
pub(crate) struct Shop {
    pub(crate) api: Api,
    pub(crate) org: RunningOrg,
    pub(crate) folder: TempDir,
    pub(crate) database_url: String,
}

impl Shop {
    pub(crate) async fn open() -> Self {
        Self::open_on(Database::Sqlite).await
    }

    pub(crate) async fn open_on(database: Database) -> Self {
        Self::open_with(database, limits()).await
    }

    pub(crate) async fn open_with(database: Database, limits: Limits) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database_url = database.url(folder.path()).await;
        Self::open_at(database_url, folder, limits).await
    }

    pub(crate) async fn open_at(database_url: String, folder: TempDir, limits: Limits) -> Self {
        Self::open_as(database_url, folder, Proofs::default(), limits).await
    }

    /// On SQLite, and with settings of its own for tokens that are bound to a key.
    pub(crate) async fn open_with_proofs(proofs: Proofs) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database_url = Database::Sqlite.url(folder.path()).await;
        Self::open_as(database_url, folder, proofs, limits()).await
    }

    async fn open_as(database_url: String, folder: TempDir, proofs: Proofs, limits: Limits) -> Self {
        let org = org().await;
        let api = Api::start_with(org.issuer(), org.client_id(), &database_url, proofs, limits).await;
        Self { api, org, folder, database_url }
    }

    /// On SQLite, with metrics.
    pub(crate) async fn open_measured(limits: Limits) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database_url = Database::Sqlite.url(folder.path()).await;
        let org = org().await;
        let proofs = Proofs::default();
        let settings = Api::settings(org.issuer(), org.client_id(), &database_url, proofs, limits);
        let metrics_addr = Some(([127, 0, 0, 1], 0).into());
        let api = Api::run(Settings { metrics_addr, ..settings }).await;
        Self { api, org, folder, database_url }
    }

    /// Starts another API on the same database, with settings of its own.
    pub(crate) async fn replica(&self, change: impl FnOnce(&mut Settings)) -> Api {
        let (issuer, client_id) = (self.org.issuer(), self.org.client_id());
        let (proofs, limits) = (Proofs::default(), limits());
        let mut settings = Api::settings(issuer, client_id, &self.database_url, proofs, limits);
        settings.metrics_addr = Some(([127, 0, 0, 1], 0).into());
        change(&mut settings);
        Api::run(settings).await
    }

    /// Stops the API and starts it again on the same database.
    pub(crate) async fn reopen(self) -> Self {
        let Self { api, org, folder, database_url } = self;
        api.stop().await;
        let api = Api::start(org.issuer(), org.client_id(), &database_url).await;
        Self { api, org, folder, database_url }
    }

    pub(crate) async fn close(self) {
        self.api.stop().await;
        self.org.stop().await;
    }

    /// Puts this catalogue in the place of the shop's, with the program itself and while the API runs.
    pub(crate) fn sell(&self, products: &[(&str, i64, u32)]) {
        let products: Vec<_> = products
            .iter()
            .map(|(id, price, stock)| {
                json!({"id": id, "name": id, "summary": "s", "description": "d", "category": "care",
                       "price": price, "stock": stock})
            })
            .collect();
        let file = self.folder.path().join("products.json");
        std::fs::write(&file, serde_json::to_vec(&products).unwrap()).unwrap();
        let output = self.program().arg("seed").arg(&file).output().unwrap();
        assert!(output.status.success(), "{output:?}");
    }

    /// The program `api` on this shop's database.
    pub(crate) fn program(&self) -> std::process::Command {
        program_with(&self.database_url, self.folder.path())
    }

    /// A token of alice.
    pub(crate) fn alice(&self) -> String {
        self.token(|_| {})
    }

    /// A token of somebody else.
    pub(crate) fn bob(&self) -> String {
        self.someone("00ubob00000000000001")
    }

    /// A token of the person with this `uid`; the login stays alice's, for it must not matter.
    pub(crate) fn someone(&self, uid: &str) -> String {
        self.token(|claims| {
            claims.insert("uid".to_owned(), uid.into());
        })
    }

    /// A token of somebody who keeps the shop.
    pub(crate) fn staff(&self) -> String {
        self.token(|claims| {
            claims.insert("uid".to_owned(), "00ustaff000000000001".into());
            claims.insert("groups".to_owned(), json!([paths::STAFF_GROUP]));
        })
    }

    /// A token with all scopes of the shop, and with what a test makes of its claims.
    pub(crate) fn token(&self, customise: impl FnOnce(&mut Map<String, Value>)) -> String {
        self.org.mint_access_token(|claims| {
            let scopes = ["openid", "profile", "email", paths::SCOPE_READ, paths::SCOPE_WRITE];
            claims.insert("scp".to_owned(), json!(scopes));
            customise(claims);
        })
    }
}

async fn org() -> RunningOrg {
    let app = App::spa("Grove").redirect_uri(format!("{SPA_ORIGIN}/login/callback"));
    Org::builder().port(0).app(app).start().await.unwrap()
}

/// The program `api`, with a database and nothing else in its environment.
pub(crate) fn program(database: &Path) -> std::process::Command {
    program_with(&url_of(database), database.parent().unwrap())
}

fn program_with(database_url: &str, folder: &Path) -> std::process::Command {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_api"));
    command.env_clear().env("DATABASE_URL", database_url);
    // A `.env` of the workspace must not be found.
    command.current_dir(folder);
    command
}

/// An order of this cart, to an address that a parcel reaches.
pub(crate) fn order_of(cart: &Cart) -> Value {
    json!({"cart_version": cart.version, "expected_total": cart.total, "address": address()})
}

pub(crate) fn address() -> Value {
    json!({"name": "Alice Shopper", "street": "12 Orchard Lane", "city": "Portland", "region": "Oregon",
           "postal_code": "97201", "country": "US"})
}

pub(crate) fn lines(lines: &[(&str, u32)]) -> Value {
    let lines: Vec<_> =
        lines.iter().map(|(id, quantity)| json!({"product_id": id, "quantity": quantity})).collect();
    json!({ "lines": lines })
}

pub(crate) fn url_of(database: &Path) -> String {
    format!("sqlite:{}", database.display())
}

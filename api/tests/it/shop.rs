//! A shop of one test's own: an org, the API on a port and a database file that nobody else has.

use std::net::TcpListener;
use std::path::{Path, PathBuf};

use api::{Application, Settings, StopHandle};
use okta_local::{App, Org, RunningOrg};
use okta_types::Issuer;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use shared::{Order, OrderPage, Product, paths};
use tempfile::TempDir;
use tokio::task::JoinHandle;

use crate::answer::Answer;

/// The origin whose pages may call the API.
pub(crate) const SPA_ORIGIN: &str = "http://localhost:8080";

/// The API, running in the background.
pub(crate) struct Api {
    base: String,
    stop: StopHandle,
    running: JoinHandle<std::io::Result<()>>,
    http: reqwest::Client,
}

impl Api {
    /// Starts it as `main` does, except that the port is any free one.
    pub(crate) async fn start(issuer: &Issuer, client_id: &str, database: &Path) -> Self {
        let settings = Settings {
            issuer: issuer.clone(),
            audience: "api://default".to_owned(),
            client_ids: vec![client_id.to_owned()],
            database_url: url_of(database),
            addr: ([127, 0, 0, 1], 8000).into(),
            spa_origins: vec![SPA_ORIGIN.to_owned()],
        };
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let application = Application::build(settings, Some(listener)).await.unwrap();
        let (base, stop) = (format!("http://{}", application.addr()), application.handle());
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { base, stop, running: tokio::spawn(application.run()), http }
    }

    pub(crate) async fn stop(self) {
        self.stop.stop(true).await;
        self.running.await.unwrap().unwrap();
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base))
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        Answer::read(self.request(Method::GET, path).send().await.unwrap()).await
    }

    pub(crate) async fn get_as(&self, token: &str, path: &str) -> Answer {
        Answer::read(self.request(Method::GET, path).bearer_auth(token).send().await.unwrap()).await
    }

    pub(crate) async fn order(&self, token: &str, key: &str, body: &Value) -> Answer {
        let request = self.request(Method::POST, paths::ORDERS).bearer_auth(token);
        Answer::read(request.header(paths::IDEMPOTENCY_KEY, key).json(body).send().await.unwrap()).await
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
}

impl Shop {
    pub(crate) async fn open() -> Self {
        let app = App::spa("Grove").redirect_uri(format!("{SPA_ORIGIN}/login/callback"));
        let org = Org::builder().port(0).app(app).start().await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let api = Api::start(org.issuer(), org.client_id(), &database_in(&folder)).await;
        Self { api, org, folder }
    }

    /// Stops the API and starts it again on the same file.
    pub(crate) async fn reopen(self) -> Self {
        let Self { api, org, folder } = self;
        api.stop().await;
        let api = Api::start(org.issuer(), org.client_id(), &database_in(&folder)).await;
        Self { api, org, folder }
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
        let output = program(&database_in(&self.folder)).arg("seed").arg(&file).output().unwrap();
        assert!(output.status.success(), "{output:?}");
    }

    /// A token of alice.
    pub(crate) fn alice(&self) -> String {
        self.org.mint_access_token(|_| {})
    }

    /// A token of somebody else.
    pub(crate) fn bob(&self) -> String {
        self.someone("00ubob00000000000001")
    }

    /// A token of the person with this `uid`; the login stays alice's, for it must not matter.
    pub(crate) fn someone(&self, uid: &str) -> String {
        self.org.mint_access_token(|claims| {
            claims.insert("uid".to_owned(), uid.into());
        })
    }
}

/// The program `api`, with a database and nothing else in its environment.
pub(crate) fn program(database: &Path) -> std::process::Command {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_api"));
    command.env_clear().env("DATABASE_URL", url_of(database));
    // A `.env` of the workspace must not be found.
    command.current_dir(database.parent().unwrap());
    command
}

pub(crate) fn lines(lines: &[(&str, u32)]) -> Value {
    let lines: Vec<_> =
        lines.iter().map(|(id, quantity)| json!({"product_id": id, "quantity": quantity})).collect();
    json!({ "lines": lines })
}

pub(crate) fn database_in(folder: &TempDir) -> PathBuf {
    folder.path().join("grove.sqlite")
}

fn url_of(database: &Path) -> String {
    format!("sqlite:{}", database.display())
}

//! The API on a port, for orders that go the whole way.

use std::num::NonZeroU32;

use api::{Application, Limits, Proofs, Replicas, Settings, StopHandle, TrustedProxies};
use okta_local::RunningOrg;
use reqwest::Client;
use shared::{Money, paths};
use tokio::task::JoinHandle;

use crate::buyers::Buyer;

pub(crate) struct Server {
    url: String,
    http: Client,
    stop: StopHandle,
    running: JoinHandle<std::io::Result<()>>,
}

impl Server {
    pub(crate) async fn start(org: &RunningOrg, database_url: &str) -> Self {
        let settings = Settings {
            issuer: org.issuer().clone(),
            org_addresses: Vec::new(),
            other_orgs: Vec::new(),
            universal_logout_org: None,
            audience: "api://default".to_owned(),
            require_at_jwt: false,
            client_ids: vec![org.client_id().to_owned()],
            database_url: database_url.to_owned(),
            addr: ([127, 0, 0, 1], 0).into(),
            metrics_addr: None,
            spa_dir: None,
            docs: true,
            docs_client_id: None,
            renewal_frame: false,
            hsts: "max-age=63072000".to_owned(),
            spa_origins: vec!["http://localhost:8080".to_owned()],
            proofs: Proofs::default(),
            trusted_proxies: TrustedProxies::default(),
            replicas: Replicas::default(),
            limits: Limits {
                requests_per_minute: NonZeroU32::MAX,
                orders_per_hour: NonZeroU32::MAX,
                step_up_above: Money::from_cents(i64::MAX),
                ..Limits::default()
            },
        };
        let application = Application::build(settings, None).await.unwrap();
        let (url, stop) = (format!("http://{}{}", application.addr(), paths::ORDERS), application.handle());
        let http = Client::builder().no_proxy().build().unwrap();
        Self { url, http, stop, running: tokio::spawn(application.run()) }
    }

    pub(crate) async fn order(&self, buyer: &Buyer) {
        let request = self.http.post(&self.url).bearer_auth(&buyer.token).header(paths::IDEMPOTENCY_KEY, "k");
        let answer = request.json(&buyer.order).send().await.unwrap();
        assert_eq!(answer.status(), 201, "{}", answer.text().await.unwrap());
    }

    pub(crate) async fn stop(self) {
        self.stop.stop(true).await;
        self.running.await.unwrap().unwrap();
    }
}

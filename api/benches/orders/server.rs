//! The API on a port, for orders that go the whole way.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::Mutex;

use api::{Application, Limits, Proofs, Replicas, Settings, StopHandle, TrustedProxies};
use okta_local::RunningOrg;
use shared::{Money, paths};
use tokio::task::JoinHandle;

use crate::buyers::Buyer;
use crate::http::{Connection, request};

pub(crate) struct Server {
    addr: SocketAddr,
    /// As many as buyers were busy at a time.
    idle: Mutex<Vec<Connection>>,
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
        let (addr, stop) = (application.addr(), application.handle());
        Self { addr, idle: Mutex::default(), stop, running: tokio::spawn(application.run()) }
    }

    /// They look at their cart, as everybody does who then orders it.
    pub(crate) async fn look(&self, buyer: &Buyer) {
        self.send(200, &request("GET", paths::CART, &authorization(buyer), "")).await;
    }

    pub(crate) async fn order(&self, buyer: &Buyer) {
        let headers = format!("{}{}: k\r\n", authorization(buyer), paths::IDEMPOTENCY_KEY);
        let order = serde_json::to_string(&buyer.order).unwrap();
        self.send(201, &request("POST", paths::ORDERS, &headers, &order)).await;
    }

    async fn send(&self, status: u16, request: &str) {
        let idle = self.idle.lock().unwrap().pop();
        let mut connection =
            idle.unwrap_or_else(|| Connection::new(self.addr, IpAddr::V4(Ipv4Addr::LOCALHOST)));
        let answer = connection.send(request).await.unwrap();
        assert_eq!(answer.status, status, "{}", answer.body);
        self.idle.lock().unwrap().push(connection);
    }

    pub(crate) async fn stop(self) {
        self.stop.stop(true).await;
        self.running.await.unwrap().unwrap();
    }
}

fn authorization(buyer: &Buyer) -> String {
    format!("Authorization: Bearer {}\r\n", buyer.token)
}

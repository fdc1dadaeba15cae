//! The API on a port, for orders that go the whole way.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Mutex;

use api::{Application, StopHandle};
use okta_local::RunningOrg;
use shared::paths;
use tokio::task::JoinHandle;

use crate::buyers::Buyer;
use crate::http::{Connection, request};
use crate::settings::settings;

pub(crate) struct Server {
    addr: SocketAddr,
    /// As many as buyers were busy at a time.
    idle: Mutex<Vec<Connection>>,
    stop: StopHandle,
    running: JoinHandle<std::io::Result<()>>,
}

impl Server {
    pub(crate) async fn start(org: &RunningOrg, database_url: &str) -> Self {
        let client_id = org.client_id().to_owned();
        let settings = settings(org.issuer().clone(), client_id, database_url.to_owned());
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

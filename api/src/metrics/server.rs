//! The port where Prometheus looks.

use std::io;
use std::net::{SocketAddr, TcpListener};

use actix_web::dev::{Server, ServerHandle};
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{App, HttpResponse, HttpServer, web};
use prometheus_client::encoding::text;
use prometheus_client::registry::Registry;

/// The text format of OpenMetrics 1.0, which Prometheus reads.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
const PATH: &str = "/metrics";

/// The server of the metrics, which runs from its start on.
#[derive(Debug)]
pub(crate) struct MetricsServer {
    addr: SocketAddr,
    handle: ServerHandle,
}

impl MetricsServer {
    /// Answers on `listener`, in a task of its own.
    pub(crate) fn start(listener: TcpListener, registry: Registry) -> io::Result<Self> {
        let addr = listener.local_addr()?;
        let server = serve(listener, registry)?;
        let handle = server.handle();
        tokio::spawn(server);
        Ok(Self { addr, handle })
    }

    /// Where it listens.
    pub(crate) fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Waits for nobody.
    pub(crate) async fn stop(self) {
        self.handle.stop(false).await;
    }
}

fn serve(listener: TcpListener, registry: Registry) -> io::Result<Server> {
    let registry = web::Data::new(registry);
    let app = move || App::new().app_data(registry.clone()).route(PATH, web::get().to(show));
    Ok(HttpServer::new(app).workers(1).disable_signals().listen(listener)?.run())
}

async fn show(registry: web::Data<Registry>) -> HttpResponse {
    let mut text = String::new();
    match text::encode(&mut text, &registry) {
        Ok(()) => HttpResponse::Ok().insert_header((CONTENT_TYPE, OPEN_METRICS)).body(text),
        Err(_) => HttpResponse::InternalServerError().finish(),
    }
}

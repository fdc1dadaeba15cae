//! Serves a build of the SPA on a port of its own, as a static host would.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, RwLock};

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpRequest, HttpServer, web};
use api::spa::{Site, answer};

pub use api::spa::{SpaError, SpaSettings};

/// The server, running in the background of the current runtime.
#[derive(Debug)]
pub struct SpaServer {
    address: SocketAddr,
    settings: SpaSettings,
    site: Arc<RwLock<Arc<Site>>>,
    handle: ServerHandle,
}

impl SpaServer {
    /// Reads the build and serves it on `listener`.
    ///
    /// # Errors
    /// Where the build is missing or incomplete, or the listener is of no use.
    pub fn start(listener: TcpListener, settings: SpaSettings) -> Result<Self, SpaServerError> {
        let site = Arc::new(RwLock::new(Arc::new(Site::read(&settings)?)));
        let address = listener.local_addr().map_err(SpaServerError::Listen)?;
        let shared_site = web::Data::from(Arc::clone(&site));
        let server = HttpServer::new(move || {
            App::new().app_data(shared_site.clone()).default_service(web::to(respond))
        })
        .workers(1)
        .disable_signals()
        .shutdown_timeout(1)
        .listen(listener)
        .map_err(SpaServerError::Listen)?
        .run();
        let handle = server.handle();
        tokio::spawn(server);
        Ok(Self { address, settings, site, handle })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Reads the build again; the old one stays where the new one is incomplete.
    ///
    /// # Errors
    /// Where it is missing or incomplete.
    pub fn reload(&self) -> Result<(), SpaError> {
        let fresh = Arc::new(Site::read(&self.settings)?);
        *self.site.write().unwrap_or_else(std::sync::PoisonError::into_inner) = fresh;
        Ok(())
    }

    /// Answers what has begun, then ends.
    pub async fn stop(self) {
        self.handle.stop(true).await;
    }
}

async fn respond(site: web::Data<RwLock<Arc<Site>>>, request: HttpRequest) -> actix_web::HttpResponse {
    let site = Arc::clone(&site.read().unwrap_or_else(std::sync::PoisonError::into_inner));
    answer(&site, &request)
}

/// Why the SPA is not served.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SpaServerError {
    /// The build is missing or incomplete.
    #[error(transparent)]
    Site(#[from] SpaError),
    /// The listener is of no use.
    #[error("cannot listen for the SPA")]
    Listen(#[source] io::Error),
}

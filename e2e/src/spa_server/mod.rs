//! Serves a build of the SPA the way a production host should: history fallback, configuration island,
//! strict headers, compressed forms.
//!
//! Not a general file server: everything is read into memory at the start, and only `GET` and `HEAD` exist.

mod answer;
mod files;
mod headers;
mod island;
mod script_tags;
mod site;

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::{Arc, RwLock};

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpRequest, HttpServer, web};
use shared::SpaConfig;

use site::Site;

/// What is served, and for whom.
#[derive(Clone, Debug)]
pub struct SpaSettings {
    /// The folder that Trunk wrote.
    pub dist: PathBuf,
    /// What the page's island says.
    pub config: SpaConfig,
    /// Whether browsers reach the page by `https` (through a proxy, for this server speaks `http`).
    pub https: bool,
}

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
    /// [`SpaError`] where the build is not there or not whole.
    pub fn start(listener: TcpListener, settings: SpaSettings) -> Result<Self, SpaError> {
        let site = Arc::new(RwLock::new(Arc::new(Site::read(&settings)?)));
        let address = listener.local_addr().map_err(SpaError::Listen)?;
        let shared_site = web::Data::from(Arc::clone(&site));
        let server = HttpServer::new(move || {
            App::new().app_data(shared_site.clone()).default_service(web::to(respond))
        })
        .workers(1)
        .disable_signals()
        .shutdown_timeout(1)
        .listen(listener)
        .map_err(SpaError::Listen)?
        .run();
        let handle = server.handle();
        tokio::spawn(server);
        Ok(Self { address, settings, site, handle })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Reads the build again; the old one stays where the new one is not whole.
    ///
    /// # Errors
    /// As [`SpaServer::start`].
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
    answer::answer(&site, &request)
}

/// Why the SPA cannot be served.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SpaError {
    /// No `index.html`.
    #[error("the SPA is not built: there is no index.html in {}; run `cargo verify --only spa`", dist.display())]
    NotBuilt {
        /// Where it was looked for.
        dist: PathBuf,
    },
    /// `index.html` without the element for the configuration.
    #[error("index.html has no <script type=\"application/json\" id=\"{}\">", shared::SPA_CONFIG_ELEMENT_ID)]
    NoIsland,
    /// An issuer or API address without scheme, host and port.
    #[error("{0:?} is not an address with a scheme and a host")]
    Address(String),
    /// Something that cannot stand in a header.
    #[error("{0:?} cannot stand in a header")]
    Header(String),
    /// A file that cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// The listener is of no use.
    #[error("cannot listen for the SPA")]
    Listen(#[source] io::Error),
}

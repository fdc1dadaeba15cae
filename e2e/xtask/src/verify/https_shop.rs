//! The shop as the API serves it in production, for a script that puts TLS before it.

use std::fs;
use std::io;
use std::net::{Ipv4Addr, TcpListener};

use api::Settings;
use okta_local::RunningOrg;
use okta_types::{Issuer, IssuerError};
use tempfile::TempDir;

use crate::process::Job;
use crate::spa_build::SpaProfile;
use crate::stack::{RunningApi, StackError, local_settings};

/// An API that serves the release build of the shop, and takes itself to be reached at `https://localhost` and a port. Its org
/// has TLS as well, as those in use have: nobody answers there, for nobody signs in.
pub(super) struct HttpsShop {
    pub(super) org: RunningOrg,
    api: RunningApi,
    /// Where the script is to listen.
    port: u16,
    /// The database, the certificate and its key; removed with the shop.
    folder: TempDir,
}

impl HttpsShop {
    pub(super) async fn start(org: RunningOrg) -> Result<Self, HttpsShopError> {
        let folder = tempfile::tempdir()?;
        let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()])?;
        fs::write(folder.path().join("cert.pem"), certified.cert.pem())?;
        fs::write(folder.path().join("key.pem"), certified.signing_key.serialize_pem())?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        // Free until the script takes it: nobody else is told of it.
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let settings = Settings {
            issuer: Issuer::parse(&format!("https://127.0.0.1:{port}/oauth2/default"))?,
            database_url: format!("sqlite:{}", folder.path().join("grove.sqlite").display()),
            addr: listener.local_addr()?,
            spa_dir: Some(SpaProfile::Release.dist(&okta_cli::workspace())),
            spa_origins: vec![format!("https://localhost:{port}")],
            hsts: "max-age=63072000".to_owned(),
            docs: false,
            ..local_settings(&org, vec![org.client_id().to_owned()])
        };
        let api = RunningApi::start(settings, listener).await?;
        Ok(Self { org, api, port, folder })
    }

    pub(super) fn tell(&self, job: Job) -> Job {
        let certificate = self.folder.path().join("cert.pem");
        job.variable("API_URL", self.api.url())
            .variable("TLS_PORT", self.port.to_string())
            .variable("TLS_KEY", self.folder.path().join("key.pem"))
            .variable("TLS_CERT", &certificate)
            .variable("NODE_EXTRA_CA_CERTS", &certificate)
    }

    pub(super) async fn stop(self) {
        self.api.stop().await;
        self.org.stop().await;
    }
}

/// Why there is no such shop.
#[derive(Debug, thiserror::Error)]
pub(super) enum HttpsShopError {
    #[error("there is no place for it")]
    Place(#[from] io::Error),
    #[error(transparent)]
    Issuer(#[from] IssuerError),
    #[error("no certificate can be made")]
    Certificate(#[from] rcgen::Error),
    #[error(transparent)]
    Stack(#[from] StackError),
}

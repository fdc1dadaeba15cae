//! The org, the API and the SPA in one process on loopback, as `cargo dev` and the browser tests run them.
//!
//! All three listeners are bound before anything starts: each part must know the others' addresses.
//! They are bound to 127.0.0.1, the org to ::1 too, and called `localhost`, which browsers take for a secure context.

mod error;
mod external_org;
mod listeners;
mod running_api;

use std::path::{Path, PathBuf};

use api::{Limits, Proofs, Replicas, Settings};
use okta_cli::DOCS_APP;
use okta_local::{App, Org, OrgBuilder, RunningOrg};
use okta_types::Issuer;
use shared::{SpaConfig, paths};
use tempfile::TempDir;

use crate::spa_server::{SpaError, SpaServer, SpaSettings};

pub use error::StackError;
pub use external_org::ExternalOrg;
pub use listeners::{ListenError, Listeners, Ports};
pub(crate) use running_api::RunningApi;

/// The audience of the local org's `default` authorization server, as in a new Okta org.
const AUDIENCE: &str = "api://default";

/// Grove, running in the background of the current runtime.
#[derive(Debug)]
pub struct Stack {
    org: Option<RunningOrg>,
    api: RunningApi,
    /// `None` where the API serves the SPA as well.
    spa: Option<SpaServer>,
    spa_url: String,
    database: PathBuf,
    // Removed with the stack.
    _folder: Option<TempDir>,
}

impl Stack {
    /// A stack that serves this build of the SPA, on any free ports, with an empty database.
    pub fn builder(dist: PathBuf) -> StackBuilder {
        StackBuilder {
            dist,
            database: None,
            listeners: None,
            external: None,
            binds_tokens: true,
            one_origin: false,
        }
    }

    /// Where the shop is, e.g. `http://localhost:8080`.
    pub fn spa_url(&self) -> &str {
        &self.spa_url
    }

    /// Where the API is, e.g. `http://localhost:8000`.
    pub fn api_url(&self) -> String {
        self.api.url()
    }

    /// The issuer whose tokens the API accepts.
    pub fn issuer(&self) -> &str {
        self.api.settings().issuer.as_str()
    }

    /// The SPA's client id at the org.
    pub fn client_id(&self) -> &str {
        self.api.settings().client_ids.first().map_or("", String::as_str)
    }

    /// The local org; `None` where the stack uses another.
    pub fn org(&self) -> Option<&RunningOrg> {
        self.org.as_ref()
    }

    /// The file of the SQLite database.
    pub fn database(&self) -> &Path {
        &self.database
    }

    /// Ends the API and starts it again: same port, same database.
    ///
    /// # Errors
    /// As [`StackBuilder::start`].
    pub async fn restart_api(&mut self) -> Result<(), StackError> {
        self.api.restart().await
    }

    /// Ends the API, as where there is no network to it; [`Self::restart_api`] starts it again.
    pub async fn end_api(&mut self) {
        self.api.end().await;
    }

    /// Serves the SPA as it is built now, unless it is the API that does.
    ///
    /// # Errors
    /// Where the build is incomplete; the previous one stays.
    pub fn reload_spa(&self) -> Result<(), SpaError> {
        self.spa.as_ref().map_or(Ok(()), SpaServer::reload)
    }

    /// Ends all three, each after what it has begun to answer.
    pub async fn stop(self) {
        let stop_org = async {
            if let Some(org) = self.org {
                org.stop().await;
            }
        };
        let stop_spa = async {
            if let Some(spa) = self.spa {
                spa.stop().await;
            }
        };
        tokio::join!(stop_spa, self.api.stop(), stop_org);
    }
}

/// What differs from stack to stack.
pub struct StackBuilder {
    dist: PathBuf,
    database: Option<PathBuf>,
    listeners: Option<Listeners>,
    external: Option<ExternalOrg>,
    binds_tokens: bool,
    one_origin: bool,
}

impl StackBuilder {
    /// The API serves the SPA too, on one port and one origin, with pages that it prepares (`SPA_DIR`).
    #[must_use]
    pub fn on_one_origin(mut self) -> Self {
        self.one_origin = true;
        self
    }

    /// The shop's app gets bearer tokens, where the org is the local one. Else it asks for proofs of possession
    /// (`dpop_bound_access_tokens`).
    #[must_use]
    pub fn with_bearer_tokens(mut self) -> Self {
        self.binds_tokens = false;
        self
    }

    /// A database that outlives the stack; its folder is made where it is missing.
    #[must_use]
    pub fn database(mut self, file: PathBuf) -> Self {
        self.database = Some(file);
        self
    }

    /// Ports of one's own choice.
    #[must_use]
    pub fn listeners(mut self, listeners: Listeners) -> Self {
        self.listeners = Some(listeners);
        self
    }

    /// Another org in place of the local one.
    #[must_use]
    pub fn org(mut self, external: Option<ExternalOrg>) -> Self {
        self.external = external;
        self
    }

    /// Starts org, API and SPA, in this order.
    ///
    /// # Errors
    /// [`StackError`], by part.
    pub async fn start(self) -> Result<Stack, StackError> {
        let listeners = match self.listeners {
            Some(listeners) => listeners,
            None => Listeners::bind(&Ports::ANY, self.external.is_none())?,
        };
        let spa_url = listeners.spa_url()?;
        let api_url = if self.one_origin { spa_url.clone() } else { listeners.api_url()? };
        let (api_listener, spa_listener) =
            if self.one_origin { (listeners.spa, None) } else { (listeners.api, Some(listeners.spa)) };
        let (database, folder) = database(self.database)?;
        let org = match (&self.external, listeners.org) {
            (None, Some(org)) => Some(start_org(org, &spa_url, &api_url, self.binds_tokens).await?),
            _ => None,
        };
        let settings = Settings {
            database_url: format!("sqlite:{}", database.display()),
            addr: api_listener.local_addr().map_err(StackError::Address)?,
            spa_dir: self.one_origin.then(|| self.dist.clone()),
            spa_origins: vec![spa_url.clone()],
            ..org_settings(org.as_ref(), self.external)?
        };
        let config = SpaConfig {
            issuer: settings.issuer.as_str().to_owned(),
            org_addresses: settings.org_addresses.clone(),
            client_id: settings.client_ids.first().cloned().unwrap_or_default(),
            api_origin: api_url,
            renewal_frame: settings.renewal_frame,
        };
        let api = RunningApi::start(settings, api_listener).await?;
        let spa = SpaSettings { dist: self.dist, config, https: false };
        let spa = spa_listener.map(|listener| SpaServer::start(listener, spa)).transpose()?;
        Ok(Stack { org, api, spa, spa_url, database, _folder: folder })
    }
}

pub(crate) async fn start_org(
    listeners: Vec<std::net::TcpListener>,
    spa_url: &str,
    api_url: &str,
    binds_tokens: bool,
) -> Result<RunningOrg, StackError> {
    let app = App::spa("Grove")
        .redirect_uri(format!("{spa_url}{}", paths::LOGIN_CALLBACK))
        .post_logout_redirect_uri(spa_url)
        .initiate_login_uri(format!("{spa_url}{}", paths::LOGIN))
        .on_dashboard()
        .sign_up()
        .universal_logout(format!("{api_url}{}", paths::GLOBAL_TOKEN_REVOCATION));
    let app = if binds_tokens { app.dpop_bound_access_tokens() } else { app };
    // The API's documentation signs people in too, to try calls, and makes no proofs.
    let docs = App::spa(DOCS_APP).redirect_uri(format!("{api_url}{}", paths::DOCS_CALLBACK));
    let builder = listeners.into_iter().fold(Org::builder().app(app).app(docs), OrgBuilder::listener);
    builder.start().await.map_err(|error| StackError::Org(Box::new(error)))
}

/// What the API must know of the org; the rest is filled in by the caller.
fn org_settings(org: Option<&RunningOrg>, external: Option<ExternalOrg>) -> Result<Settings, StackError> {
    match (org, external) {
        // People's app first: it is the one the SPA is given.
        (Some(org), _) => {
            Ok(local_settings(org, vec![org.client_id().to_owned(), org.service_client().client_id]))
        }
        (None, Some(external)) => Ok(external.into_settings()),
        (None, None) => Err(StackError::NoOrg),
    }
}

/// What an API that takes the tokens of these clients must know of a local org; where it listens, what it keeps and
/// whose pages may call it is filled in by the caller.
pub(crate) fn local_settings(org: &RunningOrg, client_ids: Vec<String>) -> Settings {
    Settings {
        issuer: org.issuer().clone(),
        org_addresses: Vec::new(),
        universal_logout_org: Issuer::parse(org.base_url()).ok(),
        audience: AUDIENCE.to_owned(),
        client_ids,
        database_url: String::new(),
        addr: ([127, 0, 0, 1], 0).into(),
        metrics_addr: None,
        spa_dir: None,
        docs: true,
        docs_client_id: org.client_id_of(DOCS_APP),
        renewal_frame: false,
        hsts: String::new(),
        spa_origins: Vec::new(),
        proofs: Proofs::default(),
        replicas: Replicas::default(),
        limits: Limits::default(),
    }
}

fn database(chosen: Option<PathBuf>) -> Result<(PathBuf, Option<TempDir>), StackError> {
    match chosen {
        Some(file) => {
            let folder = file.parent().unwrap_or(Path::new("."));
            std::fs::create_dir_all(folder).map_err(StackError::Folder)?;
            Ok((file, None))
        }
        None => {
            let folder = tempfile::tempdir().map_err(StackError::Folder)?;
            Ok((folder.path().join("grove.sqlite"), Some(folder)))
        }
    }
}

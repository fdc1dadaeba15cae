//! Whether clients that nobody here wrote get along with okta-local: Okta's SDKs manage it, OpenID clients sign
//! people in, and SDKs for single-page apps call the shop's API from a browser. The scripts stand in `e2e/strangers`; each
//! is run on an org of its own, and again on one that fails, which it has to notice.

use std::fs;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::time::Duration;

use api::Settings;
use okta_local::{ClientLimits, Endpoint, Fault, Org, RunningOrg, StartError};
use tempfile::TempDir;
use tokio::time::timeout;

use crate::process::{Job, ProcessError};
use crate::stack::{RunningApi, StackError, local_settings};
use crate::tools::{Chromium, Tool, Toolbox};

/// The password of everybody in a new org.
const PASSWORD: &str = "Grove-2026!";

/// More requests than any script makes.
const ALWAYS: usize = 1000;

/// How long one script may take, with whom it talks.
const TIME_LIMIT: Duration = Duration::from_secs(120);

/// The one client whose tokens the API takes: the script makes its app.
const API_CLIENT: &str = "browser-sdks";

/// Where the script's pages are, as the browser sees it: `HOME` in `sign_in.mjs`.
const PAGES: &str = "http://localhost:8080";

/// A script of `e2e/strangers`, and what it needs of an org.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Script {
    language: Language,
    file: &'static str,
    /// Without which it has to fail.
    needs: Endpoint,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Language {
    Python,
    Node,
    /// Node, which drives Chromium; the API is beside the org.
    Browser,
}

const SCRIPTS: [Script; 7] = [
    Script { language: Language::Python, file: "test_management.py", needs: Endpoint::ApiTrustedOrigins },
    Script { language: Language::Node, file: "management.test.mjs", needs: Endpoint::ApiTrustedOrigins },
    Script { language: Language::Node, file: "openid_client.test.mjs", needs: Endpoint::Introspect },
    Script { language: Language::Node, file: "oauth4webapi.test.mjs", needs: Endpoint::Introspect },
    Script { language: Language::Node, file: "par.test.mjs", needs: Endpoint::Par },
    Script { language: Language::Node, file: "jwt_verifier.test.mjs", needs: Endpoint::Keys },
    Script { language: Language::Browser, file: "dpop_in_browser.test.mjs", needs: Endpoint::Token },
];

/// What the scripts need.
pub(super) const TOOLS: [Tool; 3] = [Tool::PythonSdk, Tool::NodeClients, Tool::Chromium];

/// Runs all scripts, once [`TOOLS`] are there; goes on after one that fails.
pub(super) async fn run(tools: &Toolbox) -> Result<(), StrangersError> {
    bring_scripts(&tools.strangers_source().join("node"), &tools.strangers_node())
        .map_err(StrangersError::Scripts)?;
    let mut failed = Vec::new();
    for script in SCRIPTS {
        println!("\n-- {}", script.file);
        if let Err(error) = script.succeeds(tools).await {
            eprintln!("failed: {}", okta_cli::error_chain(&error));
            failed.push(script.file);
        }
    }
    if failed.is_empty() { Ok(()) } else { Err(StrangersError::Failed(failed.join(", "))) }
}

/// Node looks for packages beside a script, so the scripts go to where the packages are.
fn bring_scripts(source: &Path, folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(source)? {
        let path = entry?.path();
        if let (Some(name), Some("mjs")) = (path.file_name(), path.extension().and_then(|e| e.to_str())) {
            fs::copy(&path, folder.join(name))?;
        }
    }
    Ok(())
}

impl Script {
    async fn succeeds(self, tools: &Toolbox) -> Result<(), StrangersError> {
        let around = Surroundings::of(self.language).await?;
        within_time(self.job(tools, &around).run()).await?;
        around.stop().await;
        self.notices(tools).await
    }

    /// Runs it on an org that answers some requests with 500 only.
    async fn notices(self, tools: &Toolbox) -> Result<(), StrangersError> {
        let around = Surroundings::of(self.language).await?;
        around.org.inject(self.needs, Fault::Fail(500), ALWAYS);
        let seen = within_time(self.job(tools, &around).output()).await;
        around.stop().await;
        match seen {
            Err(StrangersError::Process(ProcessError::Failed { .. })) => {
                println!("ok  {} fails when the org does", self.file);
                Ok(())
            }
            Err(other) => Err(other),
            Ok(_) => Err(StrangersError::Blind),
        }
    }

    fn job(self, tools: &Toolbox, around: &Surroundings) -> Job {
        let job = match self.language {
            Language::Python => Job::new(tools.strangers_python(), ["-B", self.file])
                .folder(&tools.strangers_source().join("python")),
            Language::Node | Language::Browser => {
                Job::new("node", ["--test", "--test-reporter=spec", self.file])
                    .folder(&tools.strangers_node())
            }
        };
        around.tell(job)
    }
}

/// What a script talks to.
struct Surroundings {
    org: RunningOrg,
    api: Option<ApiBeside>,
}

/// The API, and what goes with it.
struct ApiBeside {
    api: RunningApi,
    // Removed with the API.
    _database: TempDir,
}

impl Surroundings {
    async fn of(language: Language) -> Result<Self, StrangersError> {
        let org = Org::builder().client_limits(ClientLimits::LiftedForTests).start().await?;
        let api = if language == Language::Browser { Some(ApiBeside::start(&org).await?) } else { None };
        Ok(Self { org, api })
    }

    fn tell(&self, job: Job) -> Job {
        let job = job
            .variable("ORG_URL", self.org.base_url())
            .variable("API_TOKEN", self.org.api_token().expose())
            .variable("PASSWORD", PASSWORD)
            // Okta's Node SDK would ask a proxy for what is on this machine.
            .variable("HTTPS_PROXY", "")
            .variable("https_proxy", "");
        let Some(ApiBeside { api, .. }) = &self.api else { return job };
        job.variable("API_URL", api.url())
            .variable("API_CLIENT_ID", API_CLIENT)
            .variable("CHROMIUM", Chromium::find().map(|found| found.browser).unwrap_or_default())
    }

    async fn stop(self) {
        if let Some(ApiBeside { api, .. }) = self.api {
            api.stop().await;
        }
        self.org.stop().await;
    }
}

impl ApiBeside {
    async fn start(org: &RunningOrg) -> Result<Self, StrangersError> {
        let database = tempfile::tempdir().map_err(StrangersError::Api)?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(StrangersError::Api)?;
        let settings = Settings {
            database_url: format!("sqlite:{}", database.path().join("grove.sqlite").display()),
            addr: listener.local_addr().map_err(StrangersError::Api)?,
            spa_origins: vec![PAGES.to_owned()],
            ..local_settings(org, vec![API_CLIENT.to_owned()])
        };
        Ok(Self { api: RunningApi::start(settings, listener).await?, _database: database })
    }
}

async fn within_time<T>(running: impl Future<Output = Result<T, ProcessError>>) -> Result<T, StrangersError> {
    Ok(timeout(TIME_LIMIT, running).await.map_err(|_| StrangersError::Late)??)
}

/// Why the step failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum StrangersError {
    #[error("the scripts cannot be copied to where their packages are")]
    Scripts(#[source] io::Error),
    #[error("the org does not start")]
    Org(#[from] StartError),
    #[error("there is no place for the API")]
    Api(#[source] io::Error),
    #[error(transparent)]
    Stack(#[from] StackError),
    #[error(transparent)]
    Process(#[from] ProcessError),
    #[error("it did not end within {} s", TIME_LIMIT.as_secs())]
    Late,
    #[error("it does not fail when the org does")]
    Blind,
    #[error("{0}")]
    Failed(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_script_is_run() {
        let source = okta_cli::workspace().join("e2e/strangers");
        let mut found: Vec<String> = ["python", "node"]
            .iter()
            .flat_map(|language| fs::read_dir(source.join(language)).unwrap())
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.starts_with("test_") || name.ends_with(".test.mjs"))
            .collect();
        let mut run: Vec<_> = SCRIPTS.iter().map(|script| script.file.to_owned()).collect();
        found.sort();
        run.sort();
        assert_eq!(found, run);
    }
}

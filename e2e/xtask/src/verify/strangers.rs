//! Whether clients that nobody here wrote get along with okta-local: Okta's SDKs manage it, OpenID clients sign
//! people in, and SDKs for single-page apps call the shop's API from a browser. And what strangers who judge headers say of
//! the shop. The scripts stand in `e2e/strangers`; each is run on an org of its own, and again on one that fails, which it
//! has to notice.

use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::time::Duration;

use api::Settings;
use okta_local::{ClientLimits, Endpoint, Fault, Org, RunningOrg, StartError};
use tempfile::TempDir;
use tokio::time::timeout;

use crate::process::{Job, ProcessError};
use crate::spa_build::SpaProfile;
use crate::stack::{RunningApi, Stack, StackError, local_settings};
use crate::tools::{Chromium, Tool, Toolbox, bring_scripts};

use super::https_shop::{HttpsShop, HttpsShopError};

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
    needs: Needs,
}

/// Without what it has to fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Needs {
    Org(Endpoint),
    /// Of the shop's answers, in lower case.
    Header(&'static str),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Language {
    Python,
    Node,
    /// Node, with the shop as it is deployed.
    Https,
    /// Node, which drives Chromium; the API is beside the org.
    Browser,
    /// Playwright's runner, with Chromium and all of Grove.
    Playwright,
}

const SCRIPTS: [Script; 9] = [
    Script {
        language: Language::Python,
        file: "test_management.py",
        needs: Needs::Org(Endpoint::ApiTrustedOrigins),
    },
    Script {
        language: Language::Node,
        file: "management.test.mjs",
        needs: Needs::Org(Endpoint::ApiTrustedOrigins),
    },
    Script {
        language: Language::Node,
        file: "openid_client.test.mjs",
        needs: Needs::Org(Endpoint::Introspect),
    },
    Script {
        language: Language::Node,
        file: "oauth4webapi.test.mjs",
        needs: Needs::Org(Endpoint::Introspect),
    },
    Script { language: Language::Node, file: "par.test.mjs", needs: Needs::Org(Endpoint::Par) },
    Script { language: Language::Node, file: "jwt_verifier.test.mjs", needs: Needs::Org(Endpoint::Keys) },
    Script {
        language: Language::Https,
        file: "headers.test.mjs",
        needs: Needs::Header("content-security-policy"),
    },
    Script {
        language: Language::Browser,
        file: "dpop_in_browser.test.mjs",
        needs: Needs::Org(Endpoint::Token),
    },
    Script {
        language: Language::Playwright,
        file: "sign_in.spec.mjs",
        needs: Needs::Org(Endpoint::Authorize),
    },
];

/// The examples for those who test with Playwright.
const PLAYWRIGHT: &str = "e2e/examples/playwright";

/// What the scripts need.
pub(super) const TOOLS: [Tool; 3] = [Tool::PythonSdk, Tool::NodeClients, Tool::Chromium];

/// Runs all scripts, once [`TOOLS`] are there; goes on after one that fails.
pub(super) async fn run(tools: &Toolbox) -> Result<(), StrangersError> {
    for source in [tools.strangers_source().join("node"), okta_cli::workspace().join(PLAYWRIGHT)] {
        bring_scripts(&source, &tools.strangers_node()).map_err(StrangersError::Scripts)?;
    }
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

impl Script {
    async fn succeeds(self, tools: &Toolbox) -> Result<(), StrangersError> {
        let around = Surroundings::of(self.language).await?;
        within_time(self.job(tools, &around).run()).await?;
        around.stop().await;
        self.notices(tools).await
    }

    /// Runs it without what it needs: on an org that answers some requests with 500 only, or where a header gets lost.
    async fn notices(self, tools: &Toolbox) -> Result<(), StrangersError> {
        let around = Surroundings::of(self.language).await?;
        let job = match self.needs {
            Needs::Header(name) => self.job(tools, &around).variable("LEAVE_OUT", name),
            Needs::Org(endpoint) => {
                if let Some(org) = around.org() {
                    org.inject(endpoint, Fault::Fail(500), ALWAYS);
                }
                self.job(tools, &around)
            }
        };
        let seen = within_time(job.output()).await;
        around.stop().await;
        match seen {
            Err(StrangersError::Process(ProcessError::Failed { .. })) => {
                println!("ok  {} fails where something is wrong", self.file);
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
            Language::Node | Language::Https | Language::Browser => {
                Job::new("node", ["--test", "--test-reporter=spec", self.file])
                    .folder(&tools.strangers_node())
            }
            Language::Playwright => {
                Job::new("node", ["node_modules/@playwright/test/cli.js", "test", "--workers=1", self.file])
                    .folder(&tools.strangers_node())
            }
        };
        around.tell(job)
    }
}

/// What a script talks to.
enum Surroundings {
    Org(RunningOrg),
    OrgAndApi(RunningOrg, Box<ApiBeside>),
    Https(Box<HttpsShop>),
    Grove(Box<Stack>),
}

/// The API, and what goes with it.
struct ApiBeside {
    api: RunningApi,
    // Removed with the API.
    _database: TempDir,
}

impl Surroundings {
    async fn of(language: Language) -> Result<Self, StrangersError> {
        if language == Language::Playwright {
            let stack = Stack::builder(SpaProfile::Release.dist(&okta_cli::workspace())).start().await?;
            return Ok(Self::Grove(Box::new(stack)));
        }
        let org = Org::builder().client_limits(ClientLimits::LiftedForTests).start().await?;
        Ok(match language {
            Language::Https => Self::Https(Box::new(HttpsShop::start(org).await?)),
            Language::Browser => {
                let api = ApiBeside::start(&org).await?;
                Self::OrgAndApi(org, Box::new(api))
            }
            _ => Self::Org(org),
        })
    }

    fn org(&self) -> Option<&RunningOrg> {
        match self {
            Self::Org(org) | Self::OrgAndApi(org, _) => Some(org),
            Self::Https(shop) => Some(&shop.org),
            Self::Grove(stack) => stack.org(),
        }
    }

    fn tell(&self, job: Job) -> Job {
        let job = job
            .variable("PASSWORD", PASSWORD)
            // Okta's Node SDK would ask a proxy for what is on this machine.
            .variable("HTTPS_PROXY", "")
            .variable("https_proxy", "");
        let job = match self.org() {
            Some(org) => {
                job.variable("ORG_URL", org.base_url()).variable("API_TOKEN", org.api_token().expose())
            }
            None => job,
        };
        let chromium = || Chromium::find().map(|found| found.browser).unwrap_or_default();
        match self {
            Self::Org(_) => job,
            Self::Https(shop) => shop.tell(job),
            Self::OrgAndApi(_, beside) => job
                .variable("API_URL", beside.api.url())
                .variable("API_CLIENT_ID", API_CLIENT)
                .variable("CHROMIUM", chromium()),
            Self::Grove(stack) => job.variable("SHOP_URL", stack.spa_url()).variable("CHROMIUM", chromium()),
        }
    }

    async fn stop(self) {
        match self {
            Self::Org(org) => org.stop().await,
            Self::OrgAndApi(org, beside) => {
                beside.api.stop().await;
                org.stop().await;
            }
            Self::Https(shop) => shop.stop().await,
            Self::Grove(stack) => stack.stop().await,
        }
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
    #[error("the shop does not start")]
    Https(#[from] HttpsShopError),
    #[error(transparent)]
    Stack(#[from] StackError),
    #[error(transparent)]
    Process(#[from] ProcessError),
    #[error("it did not end within {} s", TIME_LIMIT.as_secs())]
    Late,
    #[error("it does not fail where something is wrong")]
    Blind,
    #[error("{0}")]
    Failed(String),
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn every_script_is_run() {
        let source = okta_cli::workspace().join("e2e/strangers");
        let mut found: Vec<String> = ["python", "node"]
            .iter()
            .map(|language| source.join(language))
            .chain([okta_cli::workspace().join(PLAYWRIGHT)])
            .flat_map(|folder| fs::read_dir(folder).unwrap())
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| {
                name.starts_with("test_") || name.ends_with(".test.mjs") || name.ends_with(".spec.mjs")
            })
            .collect();
        let mut run: Vec<_> = SCRIPTS.iter().map(|script| script.file.to_owned()).collect();
        found.sort();
        run.sort();
        assert_eq!(found, run);
    }
}

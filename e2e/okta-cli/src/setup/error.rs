//! Why an org was not set up.

use std::io;
use std::path::PathBuf;

use crate::management::{ApiTokenError, ManagementError, OrgUrlError};

/// The variable with the org's address, named as in Okta's SDKs.
pub(super) const ORG_URL: &str = "OKTA_CLIENT_ORGURL";
/// The variable with the API token, named as in Okta's SDKs.
pub(crate) const TOKEN: &str = "OKTA_CLIENT_TOKEN";

/// Why an org was not set up.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SetupError {
    #[error("which org? Give --org, or set {ORG_URL}, e.g. https://dev-123456.okta.com")]
    NoOrg,
    #[error("--org (or {ORG_URL}) {0}")]
    Org(#[from] OrgUrlError),
    #[error("{TOKEN} {0}")]
    Token(#[from] ApiTokenError),
    #[error("--{option} {text:?}: {problem}")]
    Origin { option: &'static str, text: String, problem: String },
    #[error("--name must not be empty")]
    Name,
    #[error("the API token cannot be read: set {TOKEN}")]
    NoToken(#[source] io::Error),
    #[error("cannot ask for confirmation without a terminal; pass `--yes`, or `--dry-run` to see the plan")]
    NobodyToAsk(#[source] io::Error),
    #[error("{0}")]
    Blocked(String),
    #[error("{title} failed; what was made before it is kept, and running this again continues from there")]
    Step {
        title: String,
        #[source]
        cause: ManagementError,
    },
    #[error(
        "the org has changed since the plan was shown, so nothing was done; run this again for a new plan:\n  {0}"
    )]
    Changed(String),
    #[error(
        "the org has changed since the plan was shown: {0}. What was made before it is kept; run this again for a new \
         plan"
    )]
    ChangedOnTheWay(String),
    #[error(transparent)]
    Management(#[from] ManagementError),
    #[error("{} cannot be written", path.display())]
    DotEnv {
        path: PathBuf,
        #[source]
        cause: io::Error,
    },
}

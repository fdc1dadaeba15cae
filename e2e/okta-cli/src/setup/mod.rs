//! `cargo okta setup`: makes in an org what Grove needs, or takes it away again.
//!
//! The plan is made by looking at the org, shown, and carried out only after a yes. Everything is found again by
//! its name, so a second run changes nothing, and one that was cut short goes on where it stopped. What was made is
//! marked as such in the org; what somebody else made stays theirs.

mod app;
mod dot_env;
mod error;
mod found;
mod known;
mod marks;
mod merge;
mod names;
mod others;
mod plan;
mod removal;
mod resource;
mod wanted;

use std::io;
use std::path::Path;

use okta_types::HttpUrl;

use self::dot_env::Written;
use self::error::{ORG_URL, SetupError};
use self::known::{Known, NEW};
use self::names::{SERVER, SERVICE, SPA};
use self::plan::Plan;
use self::removal::Removal;
use self::resource::{Resource, Verdict};
use self::wanted::Wanted;
use super::ask;
use super::environment::Environment;
use super::management::{ApiToken, Management, ManagementError, OrgUrl};

pub(super) use self::error::TOKEN;

/// Creates or updates the app integration, trusted origins, scopes, claims and access policy.
#[derive(Debug, clap::Args)]
pub(super) struct Setup {
    /// The org's address, e.g. https://dev-123456.okta.com [env: OKTA_CLIENT_ORGURL]
    #[arg(long, value_name = "URL")]
    org: Option<String>,
    /// What the app is called; the service app is "{name} service"
    #[arg(long, default_value = "Grove")]
    name: String,
    /// The authorization server's id or name
    #[arg(long, default_value = "default", value_name = "ID")]
    server: String,
    /// Where the shop is served in development
    #[arg(long, default_value = "http://localhost:8080", value_name = "ORIGIN")]
    dev: String,
    /// Where the shop is served in production; may be given several times
    #[arg(long, value_name = "ORIGIN")]
    production: Vec<String>,
    /// The group whose members may sign in, instead of everybody
    #[arg(long)]
    group: Option<String>,
    /// Has the org bind the shop's tokens to a key (DPoP, Proof of possession). Without it the setting stays as it is. First
    /// make sure that the API and the shop take such tokens
    #[arg(long)]
    dpop: bool,
    /// The same for the service app, whose tokens backend developers then use with `cargo okta call`: `curl` alone makes no
    /// proofs
    #[arg(long)]
    dpop_service: bool,
    /// Shows the plan and changes nothing
    #[arg(long)]
    dry_run: bool,
    /// Does not ask for confirmation
    #[arg(long)]
    yes: bool,
    /// Removes what an earlier run made
    #[arg(long)]
    remove: bool,
}

impl Setup {
    /// Carries the command out.
    pub(super) async fn run(self, environment: &Environment) -> Result<(), SetupError> {
        let wanted = self.wanted()?;
        let org = self.org.clone().or_else(|| environment.get(ORG_URL)).ok_or(SetupError::NoOrg)?;
        let org = OrgUrl::parse(&org)?;
        let token = match environment.get(TOKEN) {
            Some(token) => token,
            None => ask::secret(&format!("API token of {org}: ")).map_err(SetupError::NoToken)?,
        };
        let token = ApiToken::parse(&token)?;
        let management = Management::new(org, &token, |wait| {
            eprintln!("  the org's rate limit is reached; continuing in {} s", wait.as_secs());
        })?;
        let file = environment.file();
        match self.remove {
            true => self.take_away(&management, &wanted, file).await,
            false => self.make(&management, &wanted, file).await,
        }
    }

    fn wanted(&self) -> Result<Wanted, SetupError> {
        if self.name.trim().is_empty() {
            return Err(SetupError::Name);
        }
        let mut origins = vec![origin("dev", &self.dev)?];
        for production in &self.production {
            origins.push(origin("production", production)?);
        }
        Ok(Wanted {
            label: self.name.clone(),
            server: self.server.clone(),
            origins,
            group: self.group.clone(),
            dpop: self.dpop,
            dpop_service: self.dpop_service,
        })
    }

    async fn make(&self, management: &Management, wanted: &Wanted, file: &Path) -> Result<(), SetupError> {
        let resources = wanted.resources();
        let plan = Plan::of(management, &resources).await?;
        print!("{}:\n{}", management.org(), plan.text());
        if let Some((resource, verdict)) = plan.blocked() {
            return Err(SetupError::Blocked(self.remedy_of(resource, verdict)));
        }
        if !plan.is_idle() && (self.dry_run || !self.is_confirmed("Make these changes?")?) {
            println!("Nothing was changed.");
            return Ok(());
        }
        if self.dry_run {
            return Ok(());
        }
        let mut known = match plan.is_idle() {
            true => plan.known,
            false => {
                refuse_changes(plan.differences(&Plan::of(management, &resources).await?))?;
                plan.carry_out(management).await?
            }
        };
        learn_secret(management, &mut known).await?;
        write_dot_env(file, &entries(management, &known, &wanted.origins))
    }

    fn remedy_of(&self, resource: &Resource, verdict: &Verdict) -> String {
        match (verdict, resource.name.as_str()) {
            (Verdict::InTheWay(what), _) => format!(
                "{} already exists with a different configuration: {what}. It stays as it is: choose another name with \
                 --name, or rename it",
                resource.title
            ),
            (_, SERVER) => format!(
                "the org has no authorization server {:?}: see Security › API › Authorization Servers, and pass its \
                 name or id with --server",
                self.server
            ),
            _ => format!(
                "the org has no {}: create it under Directory › Groups, or omit --group",
                resource.title
            ),
        }
    }

    async fn take_away(
        &self,
        management: &Management,
        wanted: &Wanted,
        file: &Path,
    ) -> Result<(), SetupError> {
        let resources = wanted.resources();
        let removal = Removal::plan(management, &resources).await?;
        print!("{}:\n{}", management.org(), removal.text());
        if removal.is_empty() {
            println!("  nothing found that this command made for {:?}", self.name);
        }
        if self.dry_run || !(removal.is_empty() || self.is_confirmed("Remove all of this?")?) {
            println!("Nothing was changed.");
            return Ok(());
        }
        let shown = removal;
        let mut removal = Removal::plan(management, &resources).await?;
        refuse_changes(shown.differences(&removal))?;
        learn_secret(management, &mut removal.known).await?;
        removal.carry_out(management).await?;
        let lines = dot_env::remove(file, &entries(management, &removal.known, &wanted.origins))
            .map_err(|cause| at(file, cause))?;
        if lines > 0 {
            println!("  removed  {lines} lines of {}", file.display());
        }
        Ok(())
    }

    fn is_confirmed(&self, question: &str) -> Result<bool, SetupError> {
        if self.yes { Ok(true) } else { ask::yes(question).map_err(SetupError::NobodyToAsk) }
    }
}

/// What was agreed to is what was shown: nothing else is done.
fn refuse_changes(differences: Vec<String>) -> Result<(), SetupError> {
    if differences.is_empty() { Ok(()) } else { Err(SetupError::Changed(differences.join("\n  "))) }
}

fn write_dot_env(file: &Path, entries: &[dot_env::Entry]) -> Result<(), SetupError> {
    let written = dot_env::write(file, entries).map_err(|cause| at(file, cause))?;
    println!("{} (readable only by you):", file.display());
    for ((name, value), written) in entries.iter().zip(written) {
        let shown = if name.ends_with("SECRET") { "…" } else { value };
        match written {
            Written::Added => println!("  + added   {name}={shown}"),
            Written::Same => println!("    exists  {name}"),
            Written::Kept => {
                println!("  ! kept    {name}: its value differs from the org's, {shown}")
            }
        }
    }
    Ok(())
}

/// Asks for the service app's secret, which Okta tells with the app only to who makes or changes it.
async fn learn_secret(management: &Management, known: &mut Known) -> Result<(), ManagementError> {
    let has_none = |app: &&serde_json::Value| app["credentials"]["oauthClient"]["client_secret"].is_null();
    let Some(mut app) = known.resource(SERVICE).filter(has_none).cloned() else { return Ok(()) };
    let path = format!("/api/v1/apps/{}/credentials/secrets", known.id(SERVICE));
    let secrets = management.list(&path).await?;
    if let Some(active) = secrets.iter().find(|secret| secret["status"] == "ACTIVE") {
        app["credentials"]["oauthClient"]["client_secret"] = active["client_secret"].clone();
        known.learn(SERVICE, app);
    }
    Ok(())
}

/// What the programs have to be told about the org.
fn entries(management: &Management, known: &Known, origins: &[String]) -> Vec<dot_env::Entry> {
    let server = known.resource(SERVER);
    let text = |value: Option<&serde_json::Value>| {
        value.and_then(|value| value.as_str()).unwrap_or_default().to_owned()
    };
    let issuer = text(server.map(|server| &server["issuer"]));
    let issuer = if issuer.is_empty() { management.org().issuer("default") } else { issuer };
    let clients = [SPA, SERVICE].map(|app| known.id(app));
    let secret = known.resource(SERVICE).map(|app| &app["credentials"]["oauthClient"]["client_secret"]);
    let mut entries = vec![
        ("OKTA_OAUTH2_ISSUER", issuer),
        ("SPA_ORIGINS", origins.join(",")),
        (dot_env::CLIENT_IDS, clients.join(",")),
        ("OKTA_API_AUDIENCE", text(server.map(|server| &server["audiences"][0]))),
        ("OKTA_SERVICE_CLIENT_ID", clients[1].to_owned()),
        ("OKTA_SERVICE_CLIENT_SECRET", text(secret)),
    ];
    entries.retain(|(_, value)| !value.is_empty() && !value.contains(NEW));
    entries
}

/// Scheme, host and port; the host in any case.
fn origin(option: &'static str, text: &str) -> Result<String, SetupError> {
    let checked = match HttpUrl::parse(text.trim().trim_end_matches('/')) {
        Ok(url) if url.path() != "/" || url.has_query_or_fragment() => {
            Err(format!("give only scheme, host and port: {}", url.origin()))
        }
        Ok(url) if url.origin().is_https() || url.origin().is_loopback() => Ok(url.origin().to_string()),
        Ok(_) => Err("has to be https; only localhost may use http".to_owned()),
        Err(error) => Err(error.to_string()),
    };
    checked.map_err(|problem| SetupError::Origin { option, text: text.to_owned(), problem })
}

fn at(path: &Path, cause: io::Error) -> SetupError {
    SetupError::DotEnv { path: path.to_owned(), cause }
}

//! `cargo okta setup`: makes in an org what Grove needs, or takes it away again.
//!
//! The plan is made by looking at the org, shown, and carried out only after a yes. Everything is found again by
//! its name, so a second run changes nothing, and one that was cut short goes on where it stopped. What was made is
//! marked as such in the org; what somebody else made stays theirs.

mod app;
mod dot_env;
mod known;
mod merge;
mod removal;
mod resource;
mod wanted;

use std::io;
use std::path::{Path, PathBuf};

use okta_types::HttpUrl;

use self::dot_env::Written;
use self::known::{Known, NEW};
use self::removal::Removal;
use self::resource::{Making, Resource, Verdict};
use self::wanted::{SERVER, SERVICE, SPA, Wanted};
use super::ask;
use super::environment::Environment;
use super::management::{ApiToken, ApiTokenError, Management, ManagementError, OrgUrl, OrgUrlError};

/// The variable with the org's address, named as in Okta's SDKs.
pub(super) const ORG_URL: &str = "OKTA_CLIENT_ORGURL";
/// The variable with the API token, named as in Okta's SDKs.
pub(super) const TOKEN: &str = "OKTA_CLIENT_TOKEN";

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

/// Why an org was not set up.
#[derive(Debug, thiserror::Error)]
pub(super) enum SetupError {
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
    #[error(transparent)]
    Management(#[from] ManagementError),
    #[error("{} cannot be written", path.display())]
    DotEnv {
        path: PathBuf,
        #[source]
        cause: io::Error,
    },
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
        })
    }

    async fn make(&self, management: &Management, wanted: &Wanted, file: &Path) -> Result<(), SetupError> {
        let resources = wanted.resources();
        let mut known = Known::default();
        let mut plan = Vec::new();
        for resource in &resources {
            let verdict = resource.judge(management, &mut known).await?;
            if resource.making == Making::Peek {
                continue;
            }
            let blocked = matches!(verdict, Verdict::Missing | Verdict::InTheWay(_));
            plan.push((resource, verdict));
            // What comes after it may not even be there to look at.
            if blocked {
                break;
            }
        }
        println!("{}:", management.org());
        for (resource, verdict) in &plan {
            print!("{}", line(resource, verdict));
        }
        self.refuse_what_is_blocked(&plan)?;
        let idle = plan.iter().all(|(_, verdict)| *verdict == Verdict::Stands);
        if !idle && (self.dry_run || !self.is_confirmed("Make these changes?")?) {
            println!("Nothing was changed.");
            return Ok(());
        }
        if !idle {
            known = carry_out(management, &resources).await?;
        }
        if self.dry_run {
            return Ok(());
        }
        learn_secret(management, &mut known).await?;
        write_dot_env(file, &entries(management, &known, &wanted.origins))
    }

    fn refuse_what_is_blocked(&self, plan: &[(&Resource, Verdict)]) -> Result<(), SetupError> {
        let blocked = plan.iter().find_map(|(resource, verdict)| match verdict {
            Verdict::Missing => Some(self.remedy_of(resource)),
            Verdict::InTheWay(what) => Some(format!(
                "{} already exists with a different configuration: {what}. It stays as it is: choose another name with --name, or \
                 rename it",
                resource.title
            )),
            _ => None,
        });
        blocked.map_or(Ok(()), |text| Err(SetupError::Blocked(text)))
    }

    fn remedy_of(&self, resource: &Resource) -> String {
        match resource.name.as_str() {
            SERVER => format!(
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
        let mut removal = Removal::plan(management, &resources).await?;
        print!("{}:\n{}", management.org(), removal.text());
        if removal.is_empty() {
            println!("  nothing found that this command made for {:?}", self.name);
        }
        if self.dry_run || !(removal.is_empty() || self.is_confirmed("Remove all of this?")?) {
            println!("Nothing was changed.");
            return Ok(());
        }
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

/// Makes all of it so, one after the other, with a line each.
async fn carry_out(management: &Management, resources: &[Resource]) -> Result<Known, SetupError> {
    let mut known = Known::default();
    for resource in resources {
        let failed = |cause| SetupError::Step { title: resource.title.clone(), cause };
        match resource.apply(management, &mut known).await.map_err(failed)? {
            Verdict::Create => {
                println!("  created  {}", resource.title);
                if resource.recorded {
                    known.record(management, &resource.name).await.map_err(failed)?;
                }
            }
            Verdict::Update(_) => println!("  updated  {}", resource.title),
            Verdict::Stands | Verdict::Missing | Verdict::InTheWay(_) => {}
        }
    }
    Ok(known)
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

fn line(resource: &Resource, verdict: &Verdict) -> String {
    let title = &resource.title;
    match verdict {
        Verdict::Stands => format!("    exists  {title}\n"),
        Verdict::Create => format!("  + create  {title}\n"),
        Verdict::Missing | Verdict::InTheWay(_) => format!("  ! stop    {title}\n"),
        Verdict::Update(changes) => {
            let rows = changes.iter().map(|change| {
                let meaning = meaning_of(&change.place);
                format!("              {} {}{meaning}\n", change.place, change.what)
            });
            format!("  ~ update  {title}\n{}", rows.collect::<String>())
        }
    }
}

/// What a member is called in the Admin Console, where its own name does not tell.
fn meaning_of(place: &str) -> &'static str {
    match place {
        "settings.implicitAssignment" => {
            " (leaves Federation Broker Mode: only those who are assigned may sign in)"
        }
        "settings.oauthClient.idp_initiated_login.mode" => {
            " (Login initiated by Either Okta or App, Redirect to app to initiate login (OIDC Compliant))"
        }
        "visibility.hide.web" => " (Display application icon to users: a tile for those who are assigned)",
        _ => "",
    }
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

//! The API's configuration, by environment. Names are those of Okta's own samples where they have one.
//!
//! All mistakes are reported together, by variable, with what to do: nobody should have to start the
//! program once for each of them.

mod limits;
mod log_format;
mod other_orgs;
mod parse;
mod proxy_header;
mod reader;
mod replicas;
mod trusted_proxies;
mod variables;

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

use okta_types::{HttpUrl, Issuer, Origin};
use shared::SpaConfig;

pub use self::limits::Limits;
pub use self::log_format::LogFormat;
pub use self::other_orgs::OtherOrg;
pub use self::proxy_header::ProxyHeader;
pub use self::reader::{Mistake, SettingsError};
pub use self::replicas::Replicas;
pub use self::trusted_proxies::TrustedProxies;
pub use self::variables::{environment_help, environment_names, environment_table};

use self::reader::Reader;
use self::variables::{
    ADDR, AUDIENCE, CLIENT_ID, DATABASE_URL, DOCS, DOCS_CLIENT_ID, HSTS, ISSUER, METRICS_ADDR, ORG_ADDRESSES,
    ORIGINS, OTHER_ORGS, PUBLIC_URL, RENEWAL_FRAME, REQUIRE_AT_JWT, REQUIRE_DPOP, SPA_DIR,
    UNIVERSAL_LOGOUT_ORG,
};

/// Where `cargo dev` serves the SPA.
const DEVELOPMENT_ORIGIN: &str = "http://localhost:8080";

/// Everything the API must be told. `Debug` leaves the database's address out: a password may stand in it.
#[derive(Clone, PartialEq, Eq)]
pub struct Settings {
    /// `OKTA_OAUTH2_ISSUER`: the custom authorization server, e.g. `https://dev-1.okta.com/oauth2/default`.
    pub issuer: Issuer,
    /// `OKTA_ORG_ADDRESSES`: what else the org's dashboard may call itself, e.g. `https://dev-1.okta.com`.
    pub org_addresses: Vec<String>,
    /// `UNIVERSAL_LOGOUT_ORG`: the org that may end people's sessions here, if any, e.g. `https://dev-1.okta.com`.
    pub universal_logout_org: Option<Issuer>,
    /// `OKTA_API_AUDIENCE`: the `aud` that access tokens must have.
    pub audience: String,
    /// `REQUIRE_AT_JWT`: whether access tokens have the form of RFC 9068 instead of Okta's.
    pub require_at_jwt: bool,
    /// `OKTA_OAUTH2_CLIENT_ID`: the apps whose tokens are accepted (`cid`).
    pub client_ids: Vec<String>,
    /// `OKTA_OTHER_ORGS`: further orgs, each with pages of its own.
    pub other_orgs: Vec<OtherOrg>,
    /// `DATABASE_URL`, e.g. `sqlite:grove.sqlite` or `postgres://user:password@localhost/grove`.
    pub database_url: String,
    /// `API_ADDR`: where to listen, unless a listener is handed over.
    pub addr: SocketAddr,
    /// `METRICS_ADDR`: where Prometheus finds `/metrics`; without it, nowhere.
    pub metrics_addr: Option<SocketAddr>,
    /// `SPA_DIR`: a build of the SPA to serve beside the API.
    pub spa_dir: Option<PathBuf>,
    /// `API_DOCS`: whether there is a page of the documentation.
    pub docs: bool,
    /// `API_DOCS_CLIENT_ID`: the app by which that page signs people in; without it, the first of the
    /// [`client_ids`](Self::client_ids).
    pub docs_client_id: Option<String>,
    /// `RENEWAL_FRAME`: whether the SPA may ask the org in a hidden frame, to renew a session without a refresh token.
    pub renewal_frame: bool,
    /// `HSTS`: how every answer insists on TLS, where clients come by it.
    pub hsts: String,
    /// `SPA_ORIGINS`: the origins whose pages may call the API (CORS), e.g. `http://localhost:8080`. With an SPA
    /// of its own, where that is found; without any it is at `localhost` and the API's port.
    pub spa_origins: Vec<String>,
    /// Tokens that are bound to a key.
    pub proofs: Proofs,
    /// Who is believed about the addresses of clients.
    pub trusted_proxies: TrustedProxies,
    /// What several processes of one shop need of each other.
    pub replicas: Replicas,
    /// What is enough.
    pub limits: Limits,
}

/// Tokens that are bound to a key, and come with a proof of it (DPoP, RFC 9449).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proofs {
    /// `PUBLIC_URL`: where clients reach the API. Empty: at [`spa_origins`](Settings::spa_origins) or on this machine.
    pub public_urls: Vec<HttpUrl>,
    /// `REQUIRE_DPOP`: whether no other tokens are taken.
    pub required: bool,
}

impl Proofs {
    fn read(reader: &mut Reader<impl Fn(&'static str) -> Option<String>>) -> Option<Self> {
        let public_urls = reader.read_if_set(&PUBLIC_URL, parse::public_urls);
        let required = reader.read(&REQUIRE_DPOP, parse::flag);
        Some(Self { public_urls: public_urls?.unwrap_or_default(), required: required? })
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("issuer", &self.issuer)
            .field("org_addresses", &self.org_addresses)
            .field("universal_logout_org", &self.universal_logout_org)
            .field("audience", &self.audience)
            .field("require_at_jwt", &self.require_at_jwt)
            .field("client_ids", &self.client_ids)
            .field("other_orgs", &self.other_orgs)
            .field("addr", &self.addr)
            .field("metrics_addr", &self.metrics_addr)
            .field("spa_dir", &self.spa_dir)
            .field("docs", &self.docs)
            .field("docs_client_id", &self.docs_client_id)
            .field("renewal_frame", &self.renewal_frame)
            .field("hsts", &self.hsts)
            .field("spa_origins", &self.spa_origins)
            .field("proofs", &self.proofs)
            .field("trusted_proxies", &self.trusted_proxies)
            .field("replicas", &self.replicas)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

impl Settings {
    /// Reads the process's environment.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn from_env() -> Result<Self, SettingsError> {
        Self::read(|name| std::env::var(name).ok())
    }

    /// Reads from anything that gives a value for a name. An empty value counts as none.
    fn read(value_of: impl Fn(&'static str) -> Option<String>) -> Result<Self, SettingsError> {
        let mut reader = Reader::new(value_of);
        let issuer = reader.read(&ISSUER, parse::issuer);
        let org_addresses = reader.read_if_set(&ORG_ADDRESSES, parse::org_addresses);
        let universal_logout_org = reader.read_if_set(&UNIVERSAL_LOGOUT_ORG, parse::org);
        let client_ids = reader.read(&CLIENT_ID, parse::client_ids);
        let audience = reader.read(&AUDIENCE, parse::audience);
        let other_orgs = reader.read_if_set(&OTHER_ORGS, other_orgs::read);
        let require_at_jwt = reader.read(&REQUIRE_AT_JWT, parse::flag);
        let database_url = reader.read(&DATABASE_URL, parse::database_url);
        let addr = reader.read(&ADDR, parse::addr);
        let metrics_addr = reader.read_if_set(&METRICS_ADDR, parse::addr);
        let spa_dir = reader.read_if_set(&SPA_DIR, parse::folder);
        let docs = reader.read_if_set(&DOCS, parse::switch);
        let docs_client_id = reader.read_if_set(&DOCS_CLIENT_ID, parse::client_id);
        let renewal_frame = reader.read(&RENEWAL_FRAME, parse::flag);
        let hsts = reader.read(&HSTS, parse::hsts);
        let origins = reader.read_if_set(&ORIGINS, parse::origins);
        let proofs = Proofs::read(&mut reader);
        let trusted_proxies = TrustedProxies::read(&mut reader);
        let (replicas, limits) = (Replicas::read(&mut reader), Limits::read(&mut reader));
        match (
            (
                issuer,
                (org_addresses, universal_logout_org),
                client_ids,
                (audience, other_orgs, require_at_jwt),
                proofs,
            ),
            (
                database_url,
                (addr, metrics_addr, trusted_proxies),
                spa_dir,
                (docs, docs_client_id),
                (renewal_frame, hsts),
                origins,
                (replicas, limits),
            ),
        ) {
            (
                (
                    Some(issuer),
                    (Some(org_addresses), Some(universal_logout_org)),
                    Some(client_ids),
                    (Some(audience), Some(other_orgs), Some(require_at_jwt)),
                    Some(proofs),
                ),
                (
                    Some(database_url),
                    (Some(addr), Some(metrics_addr), Some(trusted_proxies)),
                    Some(spa_dir),
                    (Some(docs), Some(docs_client_id)),
                    (Some(renewal_frame), Some(hsts)),
                    Some(origins),
                    (Some(replicas), Some(limits)),
                ),
            ) => Ok(Self {
                docs: docs.unwrap_or_else(|| is_in_development(spa_dir.is_some(), origins.as_deref())),
                docs_client_id,
                issuer,
                org_addresses: org_addresses.unwrap_or_default(),
                universal_logout_org,
                audience,
                require_at_jwt,
                client_ids,
                other_orgs: other_orgs.unwrap_or_default(),
                database_url,
                addr,
                metrics_addr,
                spa_origins: origins.unwrap_or_else(|| default_origins(spa_dir.is_some())),
                renewal_frame,
                hsts,
                spa_dir,
                proofs,
                trusted_proxies,
                replicas,
                limits,
            }),
            _ => Err(reader.into_error()),
        }
    }

    /// The apps whose tokens are accepted; that of the documentation is one while there is its page.
    pub(crate) fn accepted_client_ids(&self) -> impl Iterator<Item = &str> {
        let of_docs = self.docs_client_id.iter().filter(|_| self.docs);
        self.client_ids.iter().chain(of_docs).map(String::as_str)
    }

    /// What an SPA is told that finds the API at this origin.
    pub fn spa_config(&self, api_origin: String) -> SpaConfig {
        SpaConfig {
            issuer: self.issuer.to_string(),
            org_addresses: self.org_addresses.clone(),
            client_id: self.client_ids.first().cloned().unwrap_or_default(),
            api_origin,
            renewal_frame: self.renewal_frame,
            other_orgs: self.other_orgs.iter().map(OtherOrg::for_spa).collect(),
        }
    }

    /// Where browsers find the SPA of [`spa_dir`](Self::spa_dir), which is where they find the API then.
    pub(crate) fn spa_origin(&self, port: u16) -> String {
        let mut origins = self.spa_origins.iter();
        let secure = origins.clone().find(|origin| origin.starts_with("https:"));
        secure.or_else(|| origins.next()).cloned().unwrap_or_else(|| format!("http://localhost:{port}"))
    }
}

/// Whether the shop is on this machine and has an origin of its own.
fn is_in_development(own_spa: bool, origins: Option<&[String]>) -> bool {
    let is_here = |origin: &String| Origin::of(origin).is_ok_and(|origin| origin.is_loopback());
    !own_spa && origins.is_none_or(|origins| origins.iter().all(is_here))
}

/// Of its own SPA the API learns the port only when it listens.
fn default_origins(own_spa: bool) -> Vec<String> {
    if own_spa { Vec::new() } else { vec![DEVELOPMENT_ORIGIN.to_owned()] }
}

/// Why a file such as `.env` cannot be read, without the line that the error holds: a password may stand in it.
pub fn env_file_problem(error: &dotenvy::Error) -> String {
    match error {
        dotenvy::Error::LineParse(..) => {
            "every line must be like NAME=value, with single quotes around a value that \
            holds spaces, quotes, $ or \\"
                .to_owned()
        }
        other => other.to_string(),
    }
}

/// Reads `DATABASE_URL` alone, for the commands that need nothing else.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn database_url_from_env() -> Result<String, SettingsError> {
    let mut reader = Reader::new(|name| std::env::var(name).ok());
    reader.read(&DATABASE_URL, parse::database_url).ok_or_else(|| reader.into_error())
}

#[cfg(test)]
mod tests {
    use shared::Money;

    use super::variables::{
        DATABASE_CONNECTIONS, MAX_IN_FLIGHT, PROXY_HEADER, REQUESTS_PER_MINUTE,
        REQUESTS_PER_MINUTE_PER_ADDRESS, STEP_UP_ABOVE, TRUSTED_PROXIES, Variable,
    };
    use super::*;

    const GOOD: [(&str, &str); 2] =
        [(ISSUER.name, "https://dev-1.okta.com/oauth2/default"), (CLIENT_ID.name, "0oa1, 0oa2")];

    fn read(variables: &[(&str, &str)]) -> Result<Settings, SettingsError> {
        Settings::read(|name| {
            variables
                .iter()
                .rev()
                .find(|(variable, _)| *variable == name)
                .map(|(_, value)| (*value).to_owned())
        })
    }

    #[track_caller]
    fn check(variable: &'static Variable, value: &str, problem: &str) {
        let error = read(&[GOOD[0], GOOD[1], (variable.name, value)]).expect_err(value);
        assert_eq!(error.mistakes().len(), 1, "{error}");
        assert_eq!(error.mistakes()[0].variable, variable.name);
        assert!(error.mistakes()[0].problem.contains(problem), "{error}");
    }

    #[test]
    fn issuer_and_client_id_suffice() {
        let settings = read(&GOOD).unwrap();
        assert_eq!(settings.client_ids, ["0oa1", "0oa2"]);
        assert_eq!(settings.audience, "api://default");
        assert_eq!(settings.database_url, "sqlite:grove.sqlite");
        assert_eq!(settings.addr.to_string(), "127.0.0.1:8000");
        assert_eq!(settings.metrics_addr, None);
        assert_eq!(settings.spa_origins, ["http://localhost:8080"]);
        assert_eq!(settings.limits, Limits::default());
        assert_eq!(settings.trusted_proxies, TrustedProxies::default());
        assert_eq!(settings.limits.step_up_above, Money::from_cents(50_000));
    }

    #[test]
    fn the_password_of_the_database_is_not_printed() {
        let url = "postgres://grove:s3cret@localhost/grove";
        let settings = read(&[GOOD[0], GOOD[1], (DATABASE_URL.name, url)]).unwrap();
        assert!(!format!("{settings:?}").contains("s3cret"));
        let error = read(&[GOOD[0], GOOD[1], (DATABASE_URL.name, "postgres://grove:s3cret@localhost:x/y")]);
        assert!(!format!("{:?}", error.unwrap_err()).contains("s3cret"));
    }

    #[test]
    fn all_mistakes_are_reported_together_by_name() {
        let error = read(&[(ADDR.name, "8000"), (ORIGINS.name, "*"), (CLIENT_ID.name, " ")]).unwrap_err();
        let names: Vec<_> = error.mistakes().iter().map(|mistake| mistake.variable).collect();
        assert_eq!(names, [ISSUER, CLIENT_ID, ADDR, ORIGINS].map(|variable| variable.name));
        assert_eq!(error.to_string().lines().count(), 5);
    }

    #[test]
    fn each_mistake_says_what_to_do() {
        check(&ISSUER, "https://dev-1.okta.com", "https://dev-1.okta.com/oauth2/default");
        check(&ISSUER, "https://dev-1-admin.okta.com/oauth2/default", "leave out \"-admin\"");
        check(&ISSUER, "https://{yourOktaDomain}/oauth2/default", "placeholder");
        check(&ORG_ADDRESSES, "dev-1.okta.com", "must start with https://");
        check(&ORG_ADDRESSES, "https://dev-1-admin.okta.com", "leave out \"-admin\"");
        check(&CLIENT_ID, "{clientId}", "placeholder {clientId}");
        check(&CLIENT_ID, "0oa1 0oa2", "not a client id");
        check(&AUDIENCE, "api default", "not an audience");
        check(&DATABASE_URL, "mysql://x", "must start with sqlite:");
        check(&DATABASE_URL, "sqlite::memory:", "would lose every order");
        check(&STEP_UP_ABOVE, "$500", "use dollars");
        check(&REQUESTS_PER_MINUTE, "0", "of at least 1");
        check(&MAX_IN_FLIGHT, "many", "of at least 1");
        check(&DATABASE_CONNECTIONS, "-1", "of at least 1");
        check(&PUBLIC_URL, "api.example.com", "must start with https://");
        check(&PUBLIC_URL, "https://api.example.com/?a=b", "has a query or a fragment");
        check(&REQUIRE_DPOP, "yes", "use true or false");
        check(&REQUIRE_AT_JWT, "on", "use true or false");
        check(&RENEWAL_FRAME, "yes", "use true or false");
        check(&DOCS, "yes", "use on or off");
        check(&DOCS_CLIENT_ID, "0oa1,0oa2", "names more than one client id");
        check(&HSTS, "includeSubDomains", "use max-age=SECONDS");
        check(&HSTS, "max-age=1; x\r\ny", "use max-age=SECONDS");
        check(
            &TRUSTED_PROXIES,
            "10.0.0.1, proxy.local",
            "holds \"proxy.local\": use IP addresses and networks",
        );
        check(&TRUSTED_PROXIES, "10.0.0.1/8", "the network is 10.0.0.0/8");
        check(&TRUSTED_PROXIES, "::/0", "which is everybody");
        check(&PROXY_HEADER, "Via", "use X-Forwarded-For or Forwarded");
        check(&REQUESTS_PER_MINUTE_PER_ADDRESS, "0", "of at least 1");
        check(&ADDR, "localhost", "use an IP address and a port");
        check(&METRICS_ADDR, "9464", "use an IP address and a port");
        check(&ORIGINS, "https://*.example.com", "wildcards");
        check(&ORIGINS, "https://shop.example.com/app", "i.e. https://shop.example.com");
        check(&ORIGINS, "shop.example.com", "must start with https://");
    }

    #[test]
    fn proofs_are_taken_and_may_be_required() {
        assert_eq!(read(&GOOD).unwrap().proofs, Proofs::default());
        let variables =
            [(PUBLIC_URL.name, "https://a.test/shop, http://localhost:1"), (REQUIRE_DPOP.name, "true")];
        let proofs = read(&[GOOD[0], GOOD[1], variables[0], variables[1]]).unwrap().proofs;
        let urls: Vec<_> = proofs.public_urls.iter().map(ToString::to_string).collect();
        assert_eq!(
            (urls, proofs.required),
            (vec!["https://a.test/shop".to_owned(), "http://localhost:1".to_owned()], true)
        );
    }

    #[test]
    fn the_org_may_have_other_addresses() {
        let settings =
            read(&[GOOD[0], GOOD[1], (ORG_ADDRESSES.name, "https://dev-1.okta.com/ ,https://id.shop.test")]);
        assert_eq!(settings.unwrap().org_addresses, ["https://dev-1.okta.com", "https://id.shop.test"]);
        assert!(read(&GOOD).unwrap().org_addresses.is_empty());
    }

    #[test]
    fn there_may_be_further_orgs_and_the_shop_is_told_of_them() {
        let birch = "/birch https://birch.okta.com/oauth2/default 0oa3";
        let settings = read(&[GOOD[0], GOOD[1], (OTHER_ORGS.name, birch)]).unwrap();
        let config = settings.spa_config("http://localhost:8000".to_owned());
        assert_eq!((config.client_id.as_str(), config.other_orgs[0].client_id.as_str()), ("0oa1", "0oa3"));
        assert_eq!(config.other_orgs[0].path, "/birch");
        assert!(read(&GOOD).unwrap().other_orgs.is_empty());
        check(&OTHER_ORGS, "/birch", "its issuer and its client id");
        check(&OTHER_ORGS, "/orders https://birch.okta.com/oauth2/default 0oa3", "choose another one");
    }

    #[test]
    fn origins_are_kept_as_browsers_send_them() {
        let settings =
            read(&[GOOD[0], GOOD[1], (ORIGINS.name, "HTTPS://Shop.example.com/,http://localhost:8080")]);
        assert_eq!(settings.unwrap().spa_origins, ["https://shop.example.com", "http://localhost:8080"]);
    }

    #[test]
    fn a_shop_of_its_own_is_at_its_first_secure_origin_or_on_its_port() {
        let own = |origins: &str| {
            let variables = [GOOD[0], GOOD[1], (SPA_DIR.name, "spa"), (ORIGINS.name, origins)];
            read(&variables).unwrap()
        };
        assert_eq!(own("").spa_origin(8000), "http://localhost:8000");
        assert!(own("").spa_origins.is_empty());
        assert_eq!(own("http://shop.test").spa_origin(8000), "http://shop.test");
        assert_eq!(own("http://localhost:8080,https://shop.test").spa_origin(8000), "https://shop.test");
        assert_eq!(own("").spa_dir, Some(PathBuf::from("spa")));
        assert_eq!(read(&GOOD).unwrap().spa_dir, None);
    }

    #[test]
    fn the_documentation_shares_no_origin_with_the_shop_unless_asked_for() {
        let docs = |variables: &[(&str, &str)]| read(&[&GOOD, variables].concat()).unwrap().docs;
        assert!(docs(&[]) && !docs(&[(DOCS.name, "off")]));
        assert!(!docs(&[(ORIGINS.name, "https://shop.example.com")]));
        assert!(docs(&[(ORIGINS.name, "http://localhost:8081,http://[::1]:8080")]));
        assert!(!docs(&[(SPA_DIR.name, "spa")]) && docs(&[(SPA_DIR.name, "spa"), (DOCS.name, "on")]));
    }
}

//! The API's configuration, by environment. Names are those of Okta's own samples where they have one.
//!
//! All mistakes are reported together, by variable, with what to do: nobody should have to start the
//! program once for each of them.

use std::fmt;
use std::net::SocketAddr;
use std::num::NonZeroU32;

use okta_types::{Issuer, Origin};
use shared::Money;

use crate::store;

/// The variable with the authorization server's issuer.
pub(crate) const ISSUER: &str = "OKTA_OAUTH2_ISSUER";
/// The variable with the apps that may call the API.
pub(crate) const CLIENT_ID: &str = "OKTA_OAUTH2_CLIENT_ID";
/// The variable with the audience that tokens must be for.
pub(crate) const AUDIENCE: &str = "OKTA_API_AUDIENCE";
/// The variable with the database's address.
pub(crate) const DATABASE_URL: &str = "DATABASE_URL";
/// The variable with the address to listen on.
pub(crate) const ADDR: &str = "API_ADDR";
/// The variable with the origins whose pages may call the API.
pub(crate) const ORIGINS: &str = "SPA_ORIGINS";
/// The variable with the sum above which an order needs a second factor.
pub(crate) const STEP_UP_ABOVE: &str = "STEP_UP_ABOVE";
/// The variable with the pace of one person.
pub(crate) const REQUESTS_PER_MINUTE: &str = "REQUESTS_PER_MINUTE";
/// The variable with the requests that are worked on at a time.
pub(crate) const MAX_IN_FLIGHT: &str = "MAX_IN_FLIGHT";
/// The variable with the size of the database's pool.
pub(crate) const DATABASE_CONNECTIONS: &str = "DATABASE_CONNECTIONS";

const DEFAULT_AUDIENCE: &str = "api://default";
const DEFAULT_DATABASE_URL: &str = "sqlite:grove.sqlite";
const DEFAULT_ADDR: &str = "127.0.0.1:8000";
const DEFAULT_ORIGINS: &str = "http://localhost:8080";
const DEFAULT_STEP_UP_ABOVE: &str = "500.00";
const DEFAULT_REQUESTS_PER_MINUTE: &str = "600";
const DEFAULT_MAX_IN_FLIGHT: &str = "256";
const DEFAULT_DATABASE_CONNECTIONS: &str = "10";

/// Everything the API must be told. `Debug` leaves the database's address out: a password may stand in it.
#[derive(Clone, PartialEq, Eq)]
pub struct Settings {
    /// `OKTA_OAUTH2_ISSUER`: the custom authorization server, e.g. `https://dev-1.okta.com/oauth2/default`.
    pub issuer: Issuer,
    /// `OKTA_API_AUDIENCE`: the `aud` that access tokens must have.
    pub audience: String,
    /// `OKTA_OAUTH2_CLIENT_ID`: the apps whose tokens are accepted (`cid`).
    pub client_ids: Vec<String>,
    /// `DATABASE_URL`, e.g. `sqlite:grove.sqlite` or `postgres://user:password@localhost/grove`.
    pub database_url: String,
    /// `API_ADDR`: where to listen, unless a listener is handed over.
    pub addr: SocketAddr,
    /// `SPA_ORIGINS`: the origins whose pages may call the API (CORS), e.g. `http://localhost:8080`.
    pub spa_origins: Vec<String>,
    /// What is enough.
    pub limits: Limits,
}

/// How much is enough; [`Limits::default`] is what the variables default to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// `STEP_UP_ABOVE`: an order that costs more needs a second factor, in a sign-in of the last 15 minutes.
    pub step_up_above: Money,
    /// `REQUESTS_PER_MINUTE`: of one person.
    pub requests_per_minute: NonZeroU32,
    /// `MAX_IN_FLIGHT`: requests that are worked on at a time.
    pub in_flight: NonZeroU32,
    /// `DATABASE_CONNECTIONS`: at most so many; with SQLite, that read.
    pub database_connections: NonZeroU32,
}

impl Default for Limits {
    fn default() -> Self {
        let mut reader = Reader::new(|_| None);
        Self::read(&mut reader).unwrap_or_else(|| unreachable!("the defaults are limits"))
    }
}

impl Limits {
    fn read(reader: &mut Reader<impl Fn(&'static str) -> Option<String>>) -> Option<Self> {
        let step_up_above = reader.optional(STEP_UP_ABOVE, DEFAULT_STEP_UP_ABOVE, parse_money);
        let requests_per_minute =
            reader.optional(REQUESTS_PER_MINUTE, DEFAULT_REQUESTS_PER_MINUTE, parse_count);
        let in_flight = reader.optional(MAX_IN_FLIGHT, DEFAULT_MAX_IN_FLIGHT, parse_count);
        let database_connections =
            reader.optional(DATABASE_CONNECTIONS, DEFAULT_DATABASE_CONNECTIONS, parse_count);
        Some(Self {
            step_up_above: step_up_above?,
            requests_per_minute: requests_per_minute?,
            in_flight: in_flight?,
            database_connections: database_connections?,
        })
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("issuer", &self.issuer)
            .field("audience", &self.audience)
            .field("client_ids", &self.client_ids)
            .field("addr", &self.addr)
            .field("spa_origins", &self.spa_origins)
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
        let issuer = reader.required(
            ISSUER,
            "set it to the issuer of your authorization server, e.g. https://dev-1.okta.com/oauth2/default",
            parse_issuer,
        );
        let client_ids = reader.required(
            CLIENT_ID,
            "set it to the client id of your app integration (0oa…), several with commas between them",
            parse_client_ids,
        );
        let audience = reader.optional(AUDIENCE, DEFAULT_AUDIENCE, parse_audience);
        let database_url = reader.optional(DATABASE_URL, DEFAULT_DATABASE_URL, parse_database_url);
        let addr = reader.optional(ADDR, DEFAULT_ADDR, parse_addr);
        let spa_origins = reader.optional(ORIGINS, DEFAULT_ORIGINS, parse_origins);
        let limits = Limits::read(&mut reader);
        match (issuer, client_ids, audience, database_url, addr, spa_origins, limits) {
            (
                Some(issuer),
                Some(client_ids),
                Some(audience),
                Some(database_url),
                Some(addr),
                Some(spa_origins),
                Some(limits),
            ) => Ok(Self { issuer, audience, client_ids, database_url, addr, spa_origins, limits }),
            _ => Err(SettingsError { mistakes: reader.mistakes }),
        }
    }
}

/// Reads `DATABASE_URL` alone, for the commands that need nothing else.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn database_url_from_env() -> Result<String, SettingsError> {
    let mut reader = Reader::new(|name| std::env::var(name).ok());
    reader
        .optional(DATABASE_URL, DEFAULT_DATABASE_URL, parse_database_url)
        .ok_or(SettingsError { mistakes: reader.mistakes })
}

/// All that is wrong with the configuration; one line for each mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsError {
    mistakes: Vec<Mistake>,
}

impl SettingsError {
    /// The mistakes, in the order of [`Settings`].
    pub fn mistakes(&self) -> &[Mistake] {
        &self.mistakes
    }
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the configuration has mistakes:")?;
        self.mistakes.iter().try_for_each(|mistake| write!(f, "\n  {} {}", mistake.variable, mistake.problem))
    }
}

impl std::error::Error for SettingsError {}

/// One mistake: `{variable} {problem}` is a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The variable's name.
    pub variable: &'static str,
    /// What is wrong and what to do.
    pub problem: String,
}

struct Reader<F> {
    value_of: F,
    mistakes: Vec<Mistake>,
}

impl<F: Fn(&'static str) -> Option<String>> Reader<F> {
    fn new(value_of: F) -> Self {
        Self { value_of, mistakes: Vec::new() }
    }

    fn required<T>(
        &mut self,
        variable: &'static str,
        remedy: &str,
        parse: fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        match self.value(variable) {
            Some(text) => self.parsed(variable, &text, parse),
            None => self.mistake(variable, format!("is not set: {remedy}")),
        }
    }

    fn optional<T>(
        &mut self,
        variable: &'static str,
        default: &str,
        parse: fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        let text = self.value(variable).unwrap_or_else(|| default.to_owned());
        self.parsed(variable, &text, parse)
    }

    fn value(&self, variable: &'static str) -> Option<String> {
        (self.value_of)(variable).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
    }

    fn parsed<T>(
        &mut self,
        variable: &'static str,
        text: &str,
        parse: fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        match parse(text) {
            Ok(value) => Some(value),
            Err(problem) => self.mistake(variable, problem),
        }
    }

    fn mistake<T>(&mut self, variable: &'static str, problem: String) -> Option<T> {
        self.mistakes.push(Mistake { variable, problem });
        None
    }
}

fn parse_issuer(text: &str) -> Result<Issuer, String> {
    let issuer = Issuer::parse(text).map_err(|error| error.to_string())?;
    if issuer.is_org() {
        return Err(format!(
            "is the org authorization server, whose access tokens only Okta can verify: \
             use a custom one, e.g. {issuer}/oauth2/default"
        ));
    }
    Ok(issuer)
}

fn parse_client_ids(text: &str) -> Result<Vec<String>, String> {
    let ids = comma_list(text);
    if ids.is_empty() {
        return Err("names no client id".to_owned());
    }
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    match ids.iter().find(|id| !id.bytes().all(allowed)) {
        Some(id) if id.contains(['{', '}']) => {
            Err(format!("still holds the placeholder {id}: put your app's client id in its place"))
        }
        Some(id) => Err(format!("holds {id:?}, which is no client id: copy it from the app's General tab")),
        None => Ok(ids),
    }
}

fn parse_audience(text: &str) -> Result<String, String> {
    if text.contains(['{', '}']) || text.contains(char::is_whitespace) {
        return Err("is no audience: copy it from Security > API > your authorization server".to_owned());
    }
    Ok(text.to_owned())
}

fn parse_database_url(text: &str) -> Result<String, String> {
    store::check_url(text).map(|()| text.to_owned()).map_err(|error| error.to_string())
}

fn parse_addr(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| format!("is {text:?}: use an IP address and a port, e.g. {DEFAULT_ADDR}"))
}

/// Dollars, with or without cents.
fn parse_money(text: &str) -> Result<Money, String> {
    let (dollars, cents) = text.split_once('.').unwrap_or((text, "00"));
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let cents = (is_number(dollars) && is_number(cents) && cents.len() == 2)
        .then(|| [dollars, cents].concat().parse().ok())
        .flatten();
    cents.map(Money::from_cents).ok_or_else(|| format!("is {text:?}: use dollars, e.g. 500 or 500.00"))
}

fn parse_count(text: &str) -> Result<NonZeroU32, String> {
    text.parse().map_err(|_| format!("is {text:?}: use a whole number from 1 on"))
}

fn parse_origins(text: &str) -> Result<Vec<String>, String> {
    let origins = comma_list(text);
    if origins.is_empty() {
        return Err(format!("names no origin, e.g. {DEFAULT_ORIGINS}"));
    }
    origins.iter().map(|origin| parse_origin(origin)).collect()
}

/// Exact origins only: a path, a wildcard or a missing scheme would silently match nothing.
fn parse_origin(text: &str) -> Result<String, String> {
    if text.contains('*') {
        return Err(format!("holds {text:?}: wildcards are not accepted, name each origin"));
    }
    let origin = Origin::of(text).map_err(|error| format!("holds {text:?}, which {error}"))?.to_string();
    if text.trim_end_matches('/').eq_ignore_ascii_case(&origin) {
        Ok(origin)
    } else {
        Err(format!("holds {text:?}: leave out everything after the host and the port, i.e. {origin}"))
    }
}

fn comma_list(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: [(&str, &str); 2] =
        [(ISSUER, "https://dev-1.okta.com/oauth2/default"), (CLIENT_ID, "0oa1, 0oa2")];

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
    fn check(variable: &'static str, value: &str, problem: &str) {
        let error = read(&[GOOD[0], GOOD[1], (variable, value)]).expect_err(value);
        assert_eq!(error.mistakes().len(), 1, "{error}");
        assert_eq!(error.mistakes()[0].variable, variable);
        assert!(error.mistakes()[0].problem.contains(problem), "{error}");
    }

    #[test]
    fn issuer_and_client_id_suffice() {
        let settings = read(&GOOD).unwrap();
        assert_eq!(settings.client_ids, ["0oa1", "0oa2"]);
        assert_eq!(settings.audience, "api://default");
        assert_eq!(settings.database_url, "sqlite:grove.sqlite");
        assert_eq!(settings.addr.to_string(), "127.0.0.1:8000");
        assert_eq!(settings.spa_origins, ["http://localhost:8080"]);
        assert_eq!(settings.limits, Limits::default());
        assert_eq!(settings.limits.step_up_above, Money::from_cents(50_000));
    }

    #[test]
    fn sums_are_in_dollars() {
        for (text, cents) in [("0", Some(0)), ("12", Some(1200)), ("12.50", Some(1250))] {
            assert_eq!(parse_money(text).ok().map(Money::cents), cents, "{text}");
        }
        for bad in ["", "-1", "1.5", "1.500", "$5", "1,000", "1e3", "99999999999999999999", ".50"] {
            assert!(parse_money(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_password_of_the_database_is_not_printed() {
        let url = "postgres://grove:s3cret@localhost/grove";
        let settings = read(&[GOOD[0], GOOD[1], (DATABASE_URL, url)]).unwrap();
        assert!(!format!("{settings:?}").contains("s3cret"));
        let error = read(&[GOOD[0], GOOD[1], (DATABASE_URL, "postgres://grove:s3cret@localhost:x/y")]);
        assert!(!format!("{:?}", error.unwrap_err()).contains("s3cret"));
    }

    #[test]
    fn all_mistakes_are_reported_together_by_name() {
        let error = read(&[(ADDR, "8000"), (ORIGINS, "*"), (CLIENT_ID, " ")]).unwrap_err();
        let names: Vec<_> = error.mistakes().iter().map(|mistake| mistake.variable).collect();
        assert_eq!(names, [ISSUER, CLIENT_ID, ADDR, ORIGINS]);
        assert_eq!(error.to_string().lines().count(), 5);
    }

    #[test]
    fn each_mistake_says_what_to_do() {
        check(ISSUER, "https://dev-1.okta.com", "https://dev-1.okta.com/oauth2/default");
        check(ISSUER, "https://dev-1-admin.okta.com/oauth2/default", "leave out \"-admin\"");
        check(ISSUER, "https://{yourOktaDomain}/oauth2/default", "placeholder");
        check(CLIENT_ID, "{clientId}", "placeholder {clientId}");
        check(CLIENT_ID, "0oa1 0oa2", "no client id");
        check(AUDIENCE, "api default", "no audience");
        check(DATABASE_URL, "mysql://x", "must start with sqlite:");
        check(DATABASE_URL, "sqlite::memory:", "would lose every order");
        check(STEP_UP_ABOVE, "$500", "use dollars");
        check(REQUESTS_PER_MINUTE, "0", "from 1 on");
        check(MAX_IN_FLIGHT, "many", "from 1 on");
        check(DATABASE_CONNECTIONS, "-1", "from 1 on");
        check(ADDR, "localhost", "use an IP address and a port");
        check(ORIGINS, "https://*.example.com", "wildcards");
        check(ORIGINS, "https://shop.example.com/app", "i.e. https://shop.example.com");
        check(ORIGINS, "shop.example.com", "must start with https://");
    }

    #[test]
    fn origins_are_kept_as_browsers_send_them() {
        let settings =
            read(&[GOOD[0], GOOD[1], (ORIGINS, "HTTPS://Shop.example.com/,http://localhost:8080")]);
        assert_eq!(settings.unwrap().spa_origins, ["https://shop.example.com", "http://localhost:8080"]);
    }
}

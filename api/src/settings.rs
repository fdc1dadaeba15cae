//! The API's configuration, by environment. Names are those of Okta's own samples where they have one.
//!
//! All mistakes are reported together, by variable, with what to do: nobody should have to start the
//! program once for each of them.

use std::fmt;
use std::net::SocketAddr;

use okta_types::{Issuer, Origin};

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

const DEFAULT_AUDIENCE: &str = "api://default";
const DEFAULT_DATABASE_URL: &str = "sqlite:grove.sqlite";
const DEFAULT_ADDR: &str = "127.0.0.1:8000";
const DEFAULT_ORIGINS: &str = "http://localhost:8080";

/// Everything the API must be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// `OKTA_OAUTH2_ISSUER`: the custom authorization server, e.g. `https://dev-1.okta.com/oauth2/default`.
    pub issuer: Issuer,
    /// `OKTA_API_AUDIENCE`: the `aud` that access tokens must have.
    pub audience: String,
    /// `OKTA_OAUTH2_CLIENT_ID`: the apps whose tokens are accepted (`cid`).
    pub client_ids: Vec<String>,
    /// `DATABASE_URL`, e.g. `sqlite:grove.sqlite`.
    pub database_url: String,
    /// `API_ADDR`: where to listen, unless a listener is handed over.
    pub addr: SocketAddr,
    /// `SPA_ORIGINS`: the origins whose pages may call the API (CORS), e.g. `http://localhost:8080`.
    pub spa_origins: Vec<String>,
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
        match (issuer, client_ids, audience, database_url, addr, spa_origins) {
            (
                Some(issuer),
                Some(client_ids),
                Some(audience),
                Some(database_url),
                Some(addr),
                Some(spa_origins),
            ) => Ok(Self { issuer, audience, client_ids, database_url, addr, spa_origins }),
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

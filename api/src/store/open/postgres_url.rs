//! The address of a PostgreSQL database, read as `psql` reads it (libpq's *Connection URIs*), and not as the address
//! of a web page: a password may hold `#` and `?`, the host may be missing or a folder in the query.
//!
//! What is wrong is said by its place alone. Whatever stands in the text may be a piece of the password.

use std::borrow::Cow;
use std::net::IpAddr;
use std::str::FromStr;

use sqlx::postgres::{PgConnectOptions, PgSslMode};
use url::form_urlencoded::Serializer;

use super::OpenError;
use super::scheme::POSTGRES;

/// Parameters that the driver takes.
const TAKEN: [&str; 13] = [
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "options",
    "statement-cache-capacity",
    POOL_MODE,
];

/// Says nothing to the driver; it is named as in PgBouncer's own configuration.
const POOL_MODE: &str = "pool_mode";

/// Parameters of libpq that say nothing to the driver, or that are settled here.
const PASSED_OVER: [&str; 32] = [
    "application_name",
    "channel_binding",
    "client_encoding",
    "connect_timeout",
    "fallback_application_name",
    "gssdelegation",
    "gssencmode",
    "gsslib",
    "keepalives",
    "keepalives_count",
    "keepalives_idle",
    "keepalives_interval",
    "krbsrvname",
    "load_balance_hosts",
    "max_protocol_version",
    "min_protocol_version",
    "passfile",
    "replication",
    "require_auth",
    "requirepeer",
    "service",
    "ssl_max_protocol_version",
    "ssl_min_protocol_version",
    "sslcertmode",
    "sslcompression",
    "sslcrl",
    "sslcrldir",
    "sslnegotiation",
    "sslpassword",
    "sslsni",
    "target_session_attrs",
    "tcp_user_timeout",
];

const SSL_MODES: [&str; 6] = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];

const IN_PASSWORD: &str = "(in a password, write %2F for / and %40 for @)";

/// What stands between the program and the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) enum PoolMode {
    /// Nothing, or a pooler that gives each connection one of its own for as long as it lasts.
    Session,
    /// A pooler that gives a connection to whoever begins a transaction, until that ends (PgBouncer's `pool_mode`).
    Transaction,
}

impl PoolMode {
    /// Whether the server that has prepared a statement is there when it is used again.
    pub(in crate::store) fn keeps_statements(self) -> bool {
        self == Self::Session
    }
}

/// Reads an address.
///
/// # Errors
/// [`OpenError::Address`] with the place.
pub(super) fn read(url: &str) -> Result<(PgConnectOptions, PoolMode), OpenError> {
    let rest = POSTGRES.iter().find_map(|scheme| url.strip_prefix(scheme)).unwrap_or(url);
    let rest = rest.strip_prefix("//").ok_or(wrong("the scheme", "must be followed by //"))?;
    let mut parts = Parts::default();
    let rest = parts.read_credentials(rest)?;
    let (server, rest) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    parts.read_server(server)?;
    let (database, query) = rest.split_once('?').unwrap_or((rest, ""));
    parts.read_database(database)?;
    for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
        parts.read_parameter(parameter)?;
    }
    let mode = parts.take_pool_mode();
    Ok((parts.options()?, mode))
}

fn wrong(place: &'static str, problem: impl Into<Cow<'static, str>>) -> OpenError {
    OpenError::Address { place, problem: problem.into() }
}

/// What an address says, by the driver's names; of two that say the same the later one counts.
#[derive(Default)]
struct Parts(Vec<(&'static str, String)>);

impl Parts {
    /// Everything to the first `@`, if it comes before the first `/`; of several before a `?`, the last: an address
    /// that is the user's name, and a password, may hold one.
    fn read_credentials<'u>(&mut self, rest: &'u str) -> Result<&'u str, OpenError> {
        let authority = &rest[..rest.find('/').unwrap_or(rest.len())];
        let before_query = &authority[..authority.find('?').unwrap_or(authority.len())];
        let Some(end) = before_query.rfind('@').or_else(|| authority.find('@')) else { return Ok(rest) };
        let (user, password) = rest[..end].split_once(':').unwrap_or((&rest[..end], ""));
        self.put("user", "the user's name", user)?;
        self.put("password", "the password", password)?;
        Ok(&rest[end + 1..])
    }

    /// `host`, `host:port`, `[IPv6 address]:port`, or nothing of it.
    fn read_server(&mut self, server: &str) -> Result<(), OpenError> {
        if server.contains(',') {
            return Err(wrong("the host", "must be one server: this program does not choose among several"));
        }
        let (host, port) = match server.strip_prefix('[') {
            Some(rest) => {
                let (host, port) = rest.split_once(']').ok_or(wrong("the host", "has a [ without its ]"))?;
                if host.is_empty() || !(port.is_empty() || port.starts_with(':')) {
                    return Err(wrong("the host", "must be like [::1] or [::1]:5432"));
                }
                (host, port.strip_prefix(':').unwrap_or(port))
            }
            None => server.split_once(':').unwrap_or((server, "")),
        };
        self.put("host", "the host", host)?;
        self.put("port", "the port", port)
    }

    /// An `@` here belongs to a password with a `/` nearly always, and the server would repeat it in its answer.
    fn read_database(&mut self, path: &str) -> Result<(), OpenError> {
        if path.contains('@') {
            return Err(wrong("the database's name", format!("contains an @ {IN_PASSWORD}")));
        }
        self.put("dbname", "the database's name", path.strip_prefix('/').unwrap_or(path))
    }

    fn read_parameter(&mut self, parameter: &str) -> Result<(), OpenError> {
        const PLACE: &str = "a parameter after the ?";
        let (name, value) = parameter.split_once('=').ok_or(wrong(PLACE, "must be like name=value"))?;
        let name = decoded(PLACE, name)?;
        if name == "ssl" && value == "true" {
            return self.put("sslmode", "sslmode", "require");
        }
        if let Some(taken) = TAKEN.iter().find(|taken| **taken == name) {
            return self.put(taken, taken, value);
        }
        if let Some(parameter) = PASSED_OVER.iter().find(|passed_over| **passed_over == name) {
            tracing::warn!(parameter, "a parameter of DATABASE_URL is ignored");
            return Ok(());
        }
        Err(wrong(PLACE, format!("has a name that PostgreSQL does not know {IN_PASSWORD}")))
    }

    fn put(&mut self, name: &'static str, place: &'static str, text: &str) -> Result<(), OpenError> {
        if text.is_empty() {
            return Ok(());
        }
        let value = decoded(place, text)?;
        check(name, &value).map_or(Ok(()), |problem| Err(wrong(place, problem)))?;
        self.0.retain(|(earlier, _)| *earlier != name);
        self.0.push((name, value));
        Ok(())
    }

    fn take_pool_mode(&mut self) -> PoolMode {
        let said = self.0.extract_if(.., |(name, _)| *name == POOL_MODE).last();
        match said {
            Some((_, mode)) if mode == "transaction" => PoolMode::Transaction,
            _ => PoolMode::Session,
        }
    }

    /// By way of the driver's own reader, which looks into `~/.pgpass` as well.
    fn options(self) -> Result<PgConnectOptions, OpenError> {
        let names_mode = self.0.iter().any(|(name, _)| *name == "sslmode");
        let query = Serializer::new(String::new()).extend_pairs(self.0).finish();
        let options = PgConnectOptions::from_str(&format!("postgres:///?{query}"))
            .map_err(|_| wrong("it", "cannot be read by the driver"))?;
        Ok(match options.get_ssl_mode() {
            _ if is_local(&options) => options,
            // The driver would go on in plaintext where the server has no TLS, or is said to have none.
            PgSslMode::Allow | PgSslMode::Prefer => options.ssl_mode(PgSslMode::Require),
            _ if !names_mode => options.ssl_mode(PgSslMode::Require),
            _ => options,
        })
    }
}

/// Whether the way to the server does not leave this machine.
fn is_local(options: &PgConnectOptions) -> bool {
    let host = options.get_host();
    let is_loopback = host.parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback());
    options.get_socket().is_some() || host.starts_with('/') || host == "localhost" || is_loopback
}

/// What the driver would refuse, with the text in its message.
fn check(name: &str, value: &str) -> Option<Cow<'static, str>> {
    let good = match name {
        "port" => value.parse::<u16>().is_ok_and(|port| port > 0),
        "hostaddr" => value.parse::<std::net::IpAddr>().is_ok(),
        "host" => !value.contains(','),
        "sslmode" => SSL_MODES.contains(&value),
        POOL_MODE => ["session", "transaction"].contains(&value),
        "statement-cache-capacity" => value.parse::<usize>().is_ok(),
        _ => true,
    };
    let problem = match name {
        _ if good => return None,
        "port" => format!("must be a number from 1 to 65535 {IN_PASSWORD}"),
        "hostaddr" => "must be an IP address".to_owned(),
        "host" => "must be one server: this program does not choose among several".to_owned(),
        "sslmode" => format!("must be one of {}", SSL_MODES.join(", ")),
        POOL_MODE => "must be session or transaction".to_owned(),
        _ => "must be a number".to_owned(),
    };
    Some(problem.into())
}

/// Without its escapes (RFC 3986 §2.1); a `+` is a plus sign.
fn decoded(place: &'static str, text: &str) -> Result<String, OpenError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut pieces = text.split('%');
    bytes.extend(pieces.next().unwrap_or_default().bytes());
    for piece in pieces {
        let digits = piece.get(..2).filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(byte.ok_or(wrong(place, "holds a % that does not begin an escape: write it as %25"))?);
        bytes.extend(piece.bytes().skip(2));
    }
    let text = String::from_utf8(bytes).map_err(|_| wrong(place, "is not in UTF-8"))?;
    if text.contains('\0') { Err(wrong(place, "holds a NUL character")) } else { Ok(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the driver makes of it: host, port, user, database.
    #[track_caller]
    fn check(url: &str, host: &str, port: u16, user: &str, database: Option<&str>) {
        let (options, mode) = read(url).unwrap_or_else(|error| panic!("{url}: {error}"));
        assert_eq!(mode, PoolMode::Session, "{url}");
        let host_of =
            options.get_socket().map_or(options.get_host().into(), |socket| socket.to_string_lossy());
        let found = (host_of.as_ref(), options.get_port(), options.get_username(), options.get_database());
        assert_eq!(found, (host, port, user, database), "{url}");
    }

    /// The pairs that are read, the password among them.
    fn pairs(url: &str) -> Vec<(&'static str, String)> {
        let mut parts = Parts::default();
        let rest = parts.read_credentials(url.strip_prefix("postgres://").unwrap()).unwrap();
        parts.read_server(&rest[..rest.find(['/', '?']).unwrap_or(rest.len())]).unwrap();
        parts.0
    }

    #[test]
    fn an_address_is_read_as_psql_reads_it() {
        check("postgres://u:p@db.example.com:5433/shop", "db.example.com", 5433, "u", Some("shop"));
        check("postgresql://u@db/shop?sslmode=require", "db", 5432, "u", Some("shop"));
        check("postgres://u:p@[::1]/shop", "::1", 5432, "u", Some("shop"));
        check("postgres://u:p@[::1]:5433/shop", "::1", 5433, "u", Some("shop"));
        check("postgres://u:p@/shop?host=/run/postgresql", "/run/postgresql", 5432, "u", Some("shop"));
        check(
            "postgres:///shop?host=/run/postgresql&user=u&port=5433",
            "/run/postgresql",
            5433,
            "u",
            Some("shop"),
        );
        check("postgres://u:p@%2Frun%2Fpostgresql/shop", "/run/postgresql", 5432, "u", Some("shop"));
        check("postgres://u:p@db:/shop", "db", 5432, "u", Some("shop"));
        check("postgres://a%40b:p@db/sh%20op", "db", 5432, "a@b", Some("sh op"));
        check("postgres://u:p@db/shop?hostaddr=127.0.0.1&ssl=true", "127.0.0.1", 5432, "u", Some("shop"));
        check(
            "postgres://u:p@db/shop?connect_timeout=10&channel_binding=require",
            "db",
            5432,
            "u",
            Some("shop"),
        );
        check("postgres://q:5432?w@db/shop", "db", 5432, "q", Some("shop"));
        check("postgres://db?user=u&dbname=shop", "db", 5432, "u", Some("shop"));
        check("postgres://u:p@db/shop?user=other", "db", 5432, "other", Some("shop"));
    }

    #[test]
    fn a_password_may_hold_what_ends_a_web_address() {
        for (written, password) in [
            ("p#w", "p#w"),
            ("p?w", "p?w"),
            ("p@w", "p@w"),
            ("p:w", "p:w"),
            ("p%2Fw", "p/w"),
            ("p+w", "p+w"),
            ("p%25", "p%"),
        ] {
            let pairs = pairs(&format!("postgres://u:{written}@db/shop"));
            assert_eq!(pairs[1], ("password", password.to_owned()), "{written}");
            assert_eq!(pairs[2], ("host", "db".to_owned()), "{written}");
        }
    }

    #[test]
    fn plaintext_to_another_machine_must_be_asked_for() {
        for (url, mode) in [
            ("postgres://u:p@db.example.com/shop", PgSslMode::Require),
            ("postgres://u:p@192.0.2.1/shop?sslmode=prefer", PgSslMode::Require),
            ("postgres://u:p@[2001:db8::1]/shop?sslmode=allow", PgSslMode::Require),
            ("postgres://u:p@localhost/shop?hostaddr=192.0.2.1", PgSslMode::Require),
            ("postgres://u:p@db.example.com/shop?sslmode=verify-full", PgSslMode::VerifyFull),
            ("postgres://u:p@db.example.com/shop?sslmode=disable", PgSslMode::Disable),
            ("postgres://u:p@localhost/shop", PgSslMode::Prefer),
            ("postgres://u:p@127.0.0.2/shop", PgSslMode::Prefer),
            ("postgres://u:p@[::1]/shop", PgSslMode::Prefer),
            ("postgres://u:p@/shop?host=/run/postgresql", PgSslMode::Prefer),
        ] {
            let found = read(url).unwrap().0.get_ssl_mode();
            assert_eq!(format!("{found:?}"), format!("{mode:?}"), "{url}");
        }
    }

    #[test]
    fn a_pooler_is_named_as_it_names_its_mode() {
        for (url, expected) in [
            ("postgres://u:p@db/shop?pool_mode=transaction", PoolMode::Transaction),
            ("postgres://u:p@db/shop?pool_mode=transaction&sslmode=require", PoolMode::Transaction),
            ("postgres://u:p@db/shop?pool_mode=session", PoolMode::Session),
        ] {
            assert_eq!(read(url).unwrap().1, expected, "{url}");
        }
        refused("postgres://u:SECRET@db/shop?pool_mode=statement", "must be session or transaction");
    }

    #[track_caller]
    fn refused(url: &str, expected: &str) {
        let error = read(url).map(drop).expect_err(url).to_string();
        assert!(error.contains(expected) && !error.contains("SECRET"), "{url}: {error}");
    }

    #[test]
    fn what_is_wrong_is_told_by_its_place_and_never_by_its_text() {
        for (url, expected) in [
            ("postgres:u:SECRET@db/shop", "the scheme must be followed by //"),
            ("postgres:/u:SECRET@db/shop", "the scheme must be followed by //"),
            (
                "postgres://u:SECRET/x@db/shop",
                "the port must be a number from 1 to 65535 (in a password, write %2F",
            ),
            (
                "postgres://u:5432/SECRET@db/shop",
                "the database's name contains an @ (in a password, write %2F",
            ),
            ("postgres://u:SECRET@db:port/shop", "the port must be a number"),
            ("postgres://u:x@db:SECRET/shop", "the port must be a number"),
            ("postgres://u:x@db:0/shop", "the port must be a number"),
            ("postgres://u:x@db:99999/shop", "the port must be a number"),
            ("postgres://u:SECRET%@db/shop", "the password holds a % that does not begin an escape"),
            ("postgres://u:%SECRET@db/shop", "the password holds a % that does not begin an escape"),
            ("postgres://u:SECRET%ff@db/shop", "the password is not in UTF-8"),
            ("postgres://u:SECRET%00@db/shop", "the password holds a NUL"),
            ("postgres://u:SECRET@[::1/shop", "the host has a [ without its ]"),
            ("postgres://u:SECRET@[]/shop", "the host must be like [::1]"),
            ("postgres://u:SECRET@[::1]5432/shop", "the host must be like [::1]"),
            ("postgres://u:SECRET@a,b/shop", "the host must be one server"),
            ("postgres://u:x@db/shop?SECRET", "a parameter after the ? must be like name=value"),
            (
                "postgres://u:x@db/shop?SECRET=1",
                "a parameter after the ? has a name that PostgreSQL does not know",
            ),
            ("postgres://u:x@db/shop?sslmode=SECRET", "sslmode must be one of disable,"),
            ("postgres://u:x@db/shop?hostaddr=SECRET", "hostaddr must be an IP address"),
            ("postgres://u:x@db/shop?port=SECRET", "port must be a number"),
        ] {
            refused(url, expected);
        }
    }
}

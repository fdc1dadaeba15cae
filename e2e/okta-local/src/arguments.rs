//! The program's arguments.

use std::net::IpAddr;
use std::path::PathBuf;

/// What the program can be told.
pub(crate) const USAGE: &str = "\
Usage: okta-local [--port PORT] [--redirect-uri URI]... [--post-logout-redirect-uri URI]...

  --port PORT                       port on 127.0.0.1 and ::1, 0 for any (default 9000)
  --redirect-uri URI                sign-in redirect URI of the app \"Grove\", may be repeated
                                    (default http://localhost:8080/login/callback)
  --post-logout-redirect-uri URI    sign-out redirect URI, may be repeated
                                    (default http://localhost:8080)
  --seed FILE                       people, apps, scopes, claims and policies from a TOML file
  --state FILE                      stores everything that changes in this file, across restarts
  --control-port PORT               serves the control plane on this port, 0 for any
  --bind ADDRESS                    listens on this address instead of loopback, such as 0.0.0.0 in a
                                    container with a published port. Anybody who can reach it can
                                    sign in as anyone. Its URLs stay http://localhost:PORT
  --help                            print this text";

/// What the program was told.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Arguments {
    pub(crate) port: u16,
    pub(crate) bind: Option<IpAddr>,
    pub(crate) control_port: Option<u16>,
    pub(crate) seed: Option<PathBuf>,
    pub(crate) state: Option<PathBuf>,
    pub(crate) redirect_uris: Vec<String>,
    pub(crate) post_logout_redirect_uris: Vec<String>,
}

/// What is wrong with the arguments.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ArgumentError {
    #[error("unknown argument {0}")]
    Unknown(String),
    #[error("{0} needs a value")]
    NoValue(String),
    #[error("{0} is not a port number")]
    Port(String),
    #[error("{0} is neither an IP address nor localhost")]
    Address(String),
}

const NAMES: [&str; 7] = [
    "--bind",
    "--state",
    "--port",
    "--control-port",
    "--seed",
    "--redirect-uri",
    "--post-logout-redirect-uri",
];

fn port(value: String) -> Result<u16, ArgumentError> {
    value.parse().map_err(|_| ArgumentError::Port(value))
}

/// `localhost` is what the program listens on anyway.
fn address(value: String) -> Result<Option<IpAddr>, ArgumentError> {
    if value == "localhost" {
        return Ok(None);
    }
    value.parse().map(Some).map_err(|_| ArgumentError::Address(value))
}

impl Arguments {
    /// Reads them; `None` asks for help. Accepts `--name value` and `--name=value`.
    pub(crate) fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Option<Self>, ArgumentError> {
        let mut read = Self {
            port: 9000,
            bind: None,
            control_port: None,
            seed: None,
            state: None,
            redirect_uris: Vec::new(),
            post_logout_redirect_uris: Vec::new(),
        };
        let mut rest = arguments.into_iter();
        while let Some(argument) = rest.next() {
            let (name, inline) = match argument.split_once('=') {
                Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
                None => (argument, None),
            };
            if name == "--help" || name == "-h" {
                return Ok(None);
            }
            if !NAMES.contains(&name.as_str()) {
                return Err(ArgumentError::Unknown(name));
            }
            let value = inline.or_else(|| rest.next()).ok_or_else(|| ArgumentError::NoValue(name.clone()))?;
            match name.as_str() {
                "--port" => read.port = port(value)?,
                "--bind" => read.bind = address(value)?,
                "--seed" => read.seed = Some(value.into()),
                "--state" => read.state = Some(value.into()),
                "--control-port" => read.control_port = Some(port(value)?),
                "--redirect-uri" => read.redirect_uris.push(value),
                _ => read.post_logout_redirect_uris.push(value),
            }
        }
        Ok(Some(read.with_defaults()))
    }

    fn with_defaults(mut self) -> Self {
        if self.redirect_uris.is_empty() {
            self.redirect_uris.push("http://localhost:8080/login/callback".to_owned());
        }
        if self.post_logout_redirect_uris.is_empty() {
            self.post_logout_redirect_uris.push("http://localhost:8080".to_owned());
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Option<Arguments>, ArgumentError> {
        Arguments::parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn arguments_have_defaults_and_two_spellings() {
        let defaults = parse("").unwrap().unwrap();
        assert_eq!((defaults.port, defaults.redirect_uris.len()), (9000, 1));
        let told =
            parse("--port=0 --redirect-uri http://a/?x=1 --redirect-uri=http://b/?y=2").unwrap().unwrap();
        assert_eq!((told.port, told.control_port), (0, None));
        assert_eq!(parse("--control-port 1").unwrap().unwrap().control_port, Some(1));
        assert_eq!(told.redirect_uris, ["http://a/?x=1", "http://b/?y=2"]);
        assert_eq!(parse("--bind ::1").unwrap().unwrap().bind, "::1".parse().ok());
        assert_eq!(parse("--bind localhost").unwrap().unwrap().bind, None);
        assert_eq!(parse("--port 1 --help"), Ok(None));
    }

    #[test]
    fn a_mistake_is_named() {
        assert_eq!(parse("--prot 1"), Err(ArgumentError::Unknown("--prot".into())));
        assert_eq!(parse("--port"), Err(ArgumentError::NoValue("--port".into())));
        assert_eq!(parse("--port 99999"), Err(ArgumentError::Port("99999".into())));
        assert_eq!(parse("--bind nowhere"), Err(ArgumentError::Address("nowhere".into())));
    }
}

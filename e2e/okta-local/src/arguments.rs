//! The program's arguments.

use std::net::{AddrParseError, IpAddr};
use std::path::PathBuf;
use std::str::FromStr;

use okta_local::SmtpServer;

/// Runs an Okta-compatible org until Ctrl-C or SIGTERM
#[derive(Debug, PartialEq, Eq, clap::Parser)]
#[command(name = "okta-local", args_override_self = true)]
pub(crate) struct Arguments {
    /// Port on 127.0.0.1 and ::1; 0 for any
    #[arg(long, default_value_t = 9000)]
    pub(crate) port: u16,
    /// Sign-in redirect URI of the app "Grove"; may be repeated
    #[arg(long = "redirect-uri", value_name = "URI", default_value = "http://localhost:8080/login/callback")]
    pub(crate) redirect_uris: Vec<String>,
    /// Sign-out redirect URI of the app; may be repeated
    #[arg(long = "post-logout-redirect-uri", value_name = "URI", default_value = "http://localhost:8080")]
    pub(crate) post_logout_redirect_uris: Vec<String>,
    /// People, apps, scopes, claims and policies from a TOML file
    #[arg(long, value_name = "FILE")]
    pub(crate) seed: Option<PathBuf>,
    /// Stores everything that changes in this file, across restarts
    #[arg(long, value_name = "FILE")]
    pub(crate) state: Option<PathBuf>,
    /// Serves the control plane on this port; 0 for any
    #[arg(long, value_name = "PORT")]
    pub(crate) control_port: Option<u16>,
    /// Lets everybody prove a second factor by mail
    #[arg(long)]
    pub(crate) email_authenticator: bool,
    /// Lets people sign in with passkeys
    #[arg(long)]
    pub(crate) passkeys: bool,
    /// Sends the org's mail to this server as well, without TLS
    #[arg(long, value_name = "HOST:PORT")]
    pub(crate) smtp: Option<SmtpServer>,
    /// Listens on this address instead of loopback, such as 0.0.0.0 in a container with a published port
    ///
    /// Anybody who can reach it can sign in as anyone. Its URLs stay http://localhost:PORT.
    #[arg(long, value_name = "ADDRESS")]
    bind: Option<Address>,
}

impl Arguments {
    /// Where to listen; `None` for loopback.
    pub(crate) fn bind(&self) -> Option<IpAddr> {
        self.bind.and_then(|Address(address)| address)
    }
}

/// An IP address, or `localhost`, which is what the program listens on anyway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Address(Option<IpAddr>);

impl FromStr for Address {
    type Err = AddrParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "localhost" { Ok(Self(None)) } else { text.parse().map(Some).map(Self) }
    }
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory as _, Parser as _};

    use super::*;

    fn parse(line: &str) -> Result<Arguments, String> {
        let arguments = std::iter::once("okta-local").chain(line.split_whitespace());
        Arguments::try_parse_from(arguments).map_err(|error| error.to_string())
    }

    #[test]
    fn the_arguments_are_well_formed() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn arguments_have_defaults_and_two_spellings() {
        let defaults = parse("").unwrap();
        assert_eq!((defaults.port, defaults.control_port), (9000, None));
        assert_eq!(defaults.redirect_uris, ["http://localhost:8080/login/callback"]);
        assert_eq!(defaults.post_logout_redirect_uris, ["http://localhost:8080"]);
        let told = parse("--port=0 --redirect-uri http://a/?x=1 --redirect-uri=http://b/?y=2").unwrap();
        assert_eq!(told.port, 0);
        assert_eq!(told.redirect_uris, ["http://a/?x=1", "http://b/?y=2"]);
        assert_eq!(parse("--smtp localhost:1025").unwrap().smtp, Some(SmtpServer::new("localhost", 1025)));
        assert!(!defaults.email_authenticator && parse("--email-authenticator").unwrap().email_authenticator);
        assert!(!defaults.passkeys && parse("--passkeys").unwrap().passkeys);
        assert_eq!(parse("--control-port 1").unwrap().control_port, Some(1));
        assert_eq!(parse("--port 1 --port 2").unwrap().port, 2);
        assert_eq!(parse("--bind ::1").unwrap().bind(), "::1".parse().ok());
        assert_eq!(parse("--bind localhost").unwrap().bind(), None);
    }

    #[test]
    fn a_mistake_is_named() {
        for (line, named) in [
            ("--prot 1", "unexpected argument '--prot'"),
            ("--port", "a value is required for '--port <PORT>'"),
            ("--port 99999", "invalid value '99999' for '--port <PORT>'"),
            ("--smtp localhost", "it must be HOST:PORT"),
            ("--bind nowhere", "invalid value 'nowhere' for '--bind <ADDRESS>'"),
        ] {
            let error = parse(line).unwrap_err();
            assert!(error.contains(named), "{line}: {error}");
        }
    }
}

//! The arguments of `cargo dev`.

use std::path::PathBuf;

use crate::stack::Ports;

pub(super) const HELP: &str = "\
Runs Grove on this machine: a local Okta-compatible org, the API and the shop.

Usage: cargo dev [OPTIONS]
       cargo dev build [OPTIONS]   makes a folder for a server; see cargo dev build --help

  --port-org N    the org's port   [9000]
  --port-api N    the API's port   [8000]
  --port-spa N    the shop's port  [8080]
  --port-base N   all three: org N+1000, API N, shop N+80
  --watch         builds the SPA again when its sources change
  --dist FOLDER   serves this build of the SPA instead of making one
  --database FILE where the database is kept       [target/dev/grove.sqlite]
  --env FILE      reads variables from this file   [.env]
  --help          this text

With OKTA_OAUTH2_ISSUER and OKTA_OAUTH2_CLIENT_ID set, in the environment or in .env (which cargo okta setup
writes), that org is used in place of the local one.
";

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Parsed {
    Run(Options),
    Help,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Options {
    pub(super) ports: Ports,
    pub(super) watch: bool,
    pub(super) dist: Option<PathBuf>,
    pub(super) database: Option<PathBuf>,
    pub(super) env: Option<PathBuf>,
}

impl Options {
    /// Reads the arguments; later ones win.
    pub(super) fn parse(mut args: impl Iterator<Item = String>) -> Result<Parsed, String> {
        let mut options =
            Self { ports: Ports::DEVELOPMENT, watch: false, dist: None, database: None, env: None };
        while let Some(arg) = args.next() {
            let ports = &mut options.ports;
            match arg.as_str() {
                "--help" | "-h" => return Ok(Parsed::Help),
                "--watch" => options.watch = true,
                "--port-org" => ports.org = port(&arg, args.next())?,
                "--port-api" => ports.api = port(&arg, args.next())?,
                "--port-spa" => ports.spa = port(&arg, args.next())?,
                "--port-base" => *ports = base(&arg, args.next())?,
                "--dist" => options.dist = Some(path(&arg, args.next())?),
                "--database" => options.database = Some(path(&arg, args.next())?),
                "--env" => options.env = Some(path(&arg, args.next())?),
                other => return Err(format!("{other:?} is not an option")),
            }
        }
        match options.watch && options.dist.is_some() {
            true => Err("--watch builds, and --dist says not to".to_owned()),
            false => Ok(Parsed::Run(options)),
        }
    }
}

fn path(flag: &str, value: Option<String>) -> Result<PathBuf, String> {
    value.map(PathBuf::from).ok_or_else(|| format!("{flag} needs a path"))
}

fn port(flag: &str, value: Option<String>) -> Result<u16, String> {
    let port = value.and_then(|text| text.parse().ok()).filter(|port| *port != 0);
    port.ok_or_else(|| format!("{flag} needs a port, 1 to 65535"))
}

fn base(flag: &str, value: Option<String>) -> Result<Ports, String> {
    let base = port(flag, value)?;
    let all = base.checked_add(1000).map(|org| Ports { org, api: base, spa: base + 80 });
    all.ok_or_else(|| format!("{flag} needs a port up to {}", u16::MAX - 1000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(args: &str, expected: Result<Parsed, &str>) {
        let parsed = Options::parse(args.split_whitespace().map(str::to_owned));
        assert_eq!(parsed, expected.map_err(str::to_owned), "{args}");
    }

    fn run(org: u16, api: u16, spa: u16, watch: bool) -> Result<Parsed, &'static str> {
        Ok(Parsed::Run(Options {
            ports: Ports { org, api, spa },
            watch,
            dist: None,
            database: None,
            env: None,
        }))
    }

    #[test]
    fn ports_can_be_moved_one_by_one_or_together() {
        check("", run(9000, 8000, 8080, false));
        check("--port-api 1234 --watch", run(9000, 1234, 8080, true));
        check("--port-base 18000 --port-spa 5", run(19000, 18000, 5, false));
        check("--watch --help", Ok(Parsed::Help));
    }

    #[test]
    fn a_mistake_is_named() {
        check("--port-spa", Err("--port-spa needs a port, 1 to 65535"));
        check("--port-spa 0", Err("--port-spa needs a port, 1 to 65535"));
        check("--port-base 65000", Err("--port-base needs a port up to 64535"));
        check("--env", Err("--env needs a path"));
        check("--watch --dist a", Err("--watch builds, and --dist says not to"));
        check("--ports", Err("\"--ports\" is not an option"));
    }
}

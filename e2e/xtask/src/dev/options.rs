//! The arguments of `cargo dev`.

use std::path::PathBuf;

use clap::value_parser;

use super::{build, cluster};
use crate::stack::Ports;

/// The highest port that leaves room for the org's, which is 1000 above it.
const HIGHEST_BASE: i64 = 64535;

/// Runs Grove on this machine: a local Okta-compatible org, the API and the shop
///
/// With OKTA_OAUTH2_ISSUER and OKTA_OAUTH2_CLIENT_ID set, in the environment or in .env (which cargo okta setup writes),
/// that org is used in place of the local one.
#[derive(Debug, clap::Parser)]
#[command(
    name = "cargo dev",
    bin_name = "cargo dev",
    args_override_self = true,
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true
)]
pub(super) struct Options {
    /// The org's port [default: 9000]
    #[arg(long, value_name = "PORT", value_parser = value_parser!(u16).range(1..))]
    port_org: Option<u16>,
    /// The API's port [default: 8000]
    #[arg(long, value_name = "PORT", value_parser = value_parser!(u16).range(1..))]
    port_api: Option<u16>,
    /// The shop's port [default: 8080]
    #[arg(long, value_name = "PORT", value_parser = value_parser!(u16).range(1..))]
    port_spa: Option<u16>,
    /// All three ports: the API's PORT, the shop's PORT + 80, the org's PORT + 1000
    #[arg(long, value_name = "PORT", value_parser = value_parser!(u16).range(1..=HIGHEST_BASE))]
    port_base: Option<u16>,
    /// Builds the SPA again when its sources change
    #[arg(long, conflicts_with = "dist")]
    pub(super) watch: bool,
    /// Serves this build of the SPA instead of making one
    #[arg(long, value_name = "FOLDER")]
    pub(super) dist: Option<PathBuf>,
    /// Where the database is kept [default: target/dev/grove.sqlite]
    #[arg(long, value_name = "FILE")]
    pub(super) database: Option<PathBuf>,
    /// The file with variables; those of the environment come first [default: .env of the workspace]
    #[arg(long, value_name = "FILE")]
    pub(super) env: Option<PathBuf>,
    #[command(subcommand)]
    pub(super) command: Option<Command>,
}

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Makes one folder with the API, the shop, and configurations for common servers
    Build(build::Options),
    /// Runs three processes of the API behind HAProxy, with PostgreSQL and Redis: the shop as on several machines
    Cluster(cluster::Options),
}

impl Options {
    /// Where the parts listen: a port that is named comes before the base.
    pub(super) fn ports(&self) -> Ports {
        let base = self.port_base.map(|api| Ports { org: api + 1000, api, spa: api + 80 });
        let Ports { org, api, spa } = base.unwrap_or(Ports::DEVELOPMENT);
        Ports {
            org: self.port_org.unwrap_or(org),
            api: self.port_api.unwrap_or(api),
            spa: self.port_spa.unwrap_or(spa),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory as _, Parser as _};

    use super::*;

    fn parse(args: &str) -> Result<Options, String> {
        let args = std::iter::once("dev").chain(args.split_whitespace());
        Options::try_parse_from(args).map_err(|error| error.to_string())
    }

    #[track_caller]
    fn check(args: &str, org: u16, api: u16, spa: u16) {
        assert_eq!(parse(args).unwrap().ports(), Ports { org, api, spa }, "{args}");
    }

    #[test]
    fn the_options_are_well_formed() {
        Options::command().debug_assert();
    }

    #[test]
    fn ports_can_be_moved_one_by_one_or_together() {
        check("", 9000, 8000, 8080);
        check("--port-api 1234 --watch", 9000, 1234, 8080);
        check("--port-base 18000 --port-spa 5", 19000, 18000, 5);
        check("--port-api 1 --port-api 2", 9000, 2, 8080);
        check("--port-base 64535", 65535, 64535, 64615);
    }

    #[test]
    fn a_folder_for_a_server_is_a_command_of_its_own() {
        assert!(matches!(parse("build --out a").unwrap().command, Some(Command::Build(_))));
        assert!(parse("--watch build").is_err());
    }

    #[test]
    fn a_mistake_is_named() {
        for (args, named) in [
            ("--port-spa", "a value is required for '--port-spa <PORT>'"),
            ("--port-spa 0", "invalid value '0' for '--port-spa <PORT>'"),
            ("--port-base 65000", "invalid value '65000' for '--port-base <PORT>'"),
            ("--env", "a value is required for '--env <FILE>'"),
            ("--watch --dist a", "'--watch' cannot be used with '--dist <FOLDER>'"),
            ("--ports", "unexpected argument '--ports'"),
        ] {
            let error = parse(args).unwrap_err();
            assert!(error.contains(named), "{args}: {error}");
        }
    }
}

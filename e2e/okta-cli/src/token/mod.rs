//! `cargo okta token`: an access token for a backend developer, printed alone on standard output.
//!
//! Without other configuration it speaks to the local org that `cargo dev` runs.

mod asking;
mod browser;
mod decode;
mod error;
mod hosted_page;
mod id_token;
mod request;
mod target;
mod verify;

use std::io::{self, Read as _};
use std::process::ExitCode;

pub(super) use self::asking::{Asking, Binding};
pub(super) use self::error::TokenError;
pub use self::target::DOCS_APP;
pub(super) use self::target::Target;
use super::environment::Environment;

/// Gets an access token through the SPA's app or the service app
#[derive(Debug, clap::Args)]
pub(super) struct Token {
    #[command(flatten)]
    asking: Asking,
    /// Gets a token that is bound to a key (DPoP). The key is thrown away: to use such a token, see cargo okta call
    #[arg(long)]
    dpop: bool,
    /// Reads a token from standard input instead of getting one
    #[arg(long, conflicts_with_all = ["user", "client", "scope", "dpop"])]
    stdin: bool,
    /// Prints the token's header and claims instead of the token, without verifying it
    #[arg(long, conflicts_with = "verify")]
    decode: bool,
    /// Prints whether the API would accept the token, and why; fails if it would not, or not without a proof (DPoP)
    #[arg(long, conflicts_with = "dpop")]
    verify: bool,
}

impl Token {
    /// Prints the token, its claims, or the verdict.
    pub(super) async fn run(self, environment: &Environment) -> Result<ExitCode, TokenError> {
        let target = Target::read(environment)?;
        let token = if self.stdin { read_token()? } else { self.get(&target, environment).await? };
        if self.verify {
            return verify::report(&target, &token).await;
        }
        if self.decode {
            println!("{}", decode::claims(&token).map_err(TokenError::NoToken)?);
        } else {
            println!("{token}");
        }
        Ok(ExitCode::SUCCESS)
    }

    async fn get(&self, target: &Target, environment: &Environment) -> Result<String, TokenError> {
        let binding = if self.dpop { Binding::Required } else { Binding::Never };
        let credential = self.asking.get(target, environment, binding).await?;
        if credential.prover.is_some() {
            eprintln!(
                "This token is bound to a key that nobody has any more: it opens nothing. To call the API with one, run \
                 cargo okta call METHOD URL."
            );
        }
        Ok(credential.token)
    }
}

fn read_token() -> Result<String, TokenError> {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text).map_err(TokenError::Stdin)?;
    let token = text.trim();
    let token = ["Bearer ", "DPoP "].iter().find_map(|scheme| token.strip_prefix(scheme)).unwrap_or(token);
    if token.is_empty() { Err(TokenError::NoToken("standard input was empty")) } else { Ok(token.to_owned()) }
}

//! `cargo okta token`: an access token for a backend developer, printed alone on standard output.
//!
//! Without other configuration it speaks to the local org that `cargo dev` runs.

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
use std::sync::Arc;
use std::time::Duration;

use okta_types::Metadata;
use reqwest::Client;

use self::browser::Callback;
use self::error::TokenError;
use self::request::AuthorizationRequest;
use self::target::Target;
use super::ask;
use super::environment::Environment;
use super::grant;

/// Gets an access token through the SPA's app or the service app
#[derive(Debug, clap::Args)]
pub(super) struct Token {
    /// Signs this person in without a browser; with the local org only. Password: OKTA_PASSWORD, or asked for
    #[arg(long, value_name = "LOGIN", conflicts_with = "client")]
    user: Option<String>,
    /// Gets a token for the service app itself, by client credentials
    #[arg(long)]
    client: bool,
    /// Scopes, separated by spaces
    #[arg(long)]
    scope: Option<String>,
    /// Reads a token from standard input instead of getting one
    #[arg(long, conflicts_with_all = ["user", "client", "scope"])]
    stdin: bool,
    /// Prints the token's header and claims instead of the token, without verifying it
    #[arg(long, conflicts_with = "verify")]
    decode: bool,
    /// Prints whether the API would accept the token, and why; fails if it would not
    #[arg(long)]
    verify: bool,
    /// Where the browser returns to: an address of this machine that is registered with the app
    #[arg(long, value_name = "URI")]
    redirect_uri: Option<String>,
    /// How long to wait for the sign-in with a browser
    #[arg(long, value_name = "SECONDS", default_value_t = 600, value_parser = clap::value_parser!(u64).range(1..))]
    timeout: u64,
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
        let http = crate::http::for_origin_of(target.issuer.as_str())
            .timeout(Duration::from_secs(30))
            .build()
            .map_err(TokenError::Http)?;
        let metadata = target.discover(&http).await?;
        if self.client {
            let (id, secret) = target.service()?;
            let scope = self.scope.as_deref().unwrap_or("orders:read");
            return Ok(grant::client_credentials(&http, &metadata.token_endpoint, id, secret, scope).await?);
        }
        let redirect_uri = self.redirect_uri.clone().unwrap_or_else(|| target.redirect_uri());
        let scope = self.scope.as_deref().unwrap_or("openid profile email orders:read orders:write");
        let request =
            AuthorizationRequest::new(&http, &metadata, &target.client_id, &redirect_uri, scope).await?;
        let redemption = Redemption { http: &http, metadata: &metadata, client_id: &target.client_id, scope };
        let Some(login) = &self.user else {
            return self.by_browser(redemption, Arc::new(request)).await;
        };
        let code = hosted_page::sign_in(&http, target, &request, login, &password(environment)?).await?;
        redemption.redeem(&request, &code).await
    }

    async fn by_browser(
        &self,
        redemption: Redemption<'_>,
        request: Arc<AuthorizationRequest>,
    ) -> Result<String, TokenError> {
        let mut callback = Callback::listen(&request)?;
        browser::open(&request);
        let token = match callback.code(Duration::from_secs(self.timeout)).await {
            Ok(code) => redemption.redeem(&request, &code).await,
            Err(error) => Err(error.into()),
        };
        callback.close(token.is_ok()).await;
        token
    }
}

/// How a code becomes a token.
struct Redemption<'a> {
    http: &'a Client,
    metadata: &'a Metadata,
    client_id: &'a str,
    scope: &'a str,
}

impl Redemption<'_> {
    /// The access token, once the ID token beside it says that it answers the request.
    async fn redeem(&self, request: &AuthorizationRequest, code: &str) -> Result<String, TokenError> {
        let Self { http, metadata, client_id, scope } = self;
        let (endpoint, uri) = (&metadata.token_endpoint, &request.redirect_uri);
        let verifier = request.verifier();
        let tokens = grant::authorization_code(http, endpoint, client_id, uri, code, verifier).await?;
        if scope.split(' ').any(|scope| scope == "openid") {
            let id_token = tokens.id_token.as_deref();
            id_token::verify(http, metadata, client_id, &request.nonce, id_token).await?;
        }
        Ok(tokens.access_token)
    }
}

fn password(environment: &Environment) -> Result<String, TokenError> {
    match environment.get("OKTA_PASSWORD") {
        Some(password) => Ok(password),
        None => ask::secret("Password: ").map_err(TokenError::Password),
    }
}

fn read_token() -> Result<String, TokenError> {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text).map_err(TokenError::Stdin)?;
    let token = text.trim();
    let token = token.strip_prefix("Bearer ").unwrap_or(token);
    if token.is_empty() { Err(TokenError::NoToken("standard input was empty")) } else { Ok(token.to_owned()) }
}

//! Whom a token is for, and how it is got.

use std::sync::Arc;
use std::time::Duration;

use okta_types::{AuthScheme, Metadata};

use super::browser::{self, Callback};
use super::error::TokenError;
use super::request::AuthorizationRequest;
use super::target::Target;
use super::{hosted_page, id_token};
use crate::ask;
use crate::dpop::{Credential, Prover};
use crate::environment::Environment;
use crate::grant::{self, TokenEndpoint, Tokens};

/// Who asks for a token, and for what.
#[derive(Debug, clap::Args)]
pub(crate) struct Asking {
    /// Signs this person in without a browser; with the local org only. Password: OKTA_PASSWORD, or asked for
    #[arg(long, value_name = "LOGIN", conflicts_with = "client")]
    user: Option<String>,
    /// Gets a token for the service app itself, by client credentials
    #[arg(long)]
    client: bool,
    /// Scopes, separated by spaces
    #[arg(long)]
    scope: Option<String>,
    /// Where the browser returns to: an address of this machine that is registered with the app
    #[arg(long, value_name = "URI")]
    redirect_uri: Option<String>,
    /// How long to wait for the sign-in with a browser
    #[arg(long, value_name = "SECONDS", default_value_t = 600, value_parser = clap::value_parser!(u64).range(1..))]
    timeout: u64,
}

/// Whether a key is offered to bind the token to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Binding {
    /// None: the token is for whoever holds it.
    Never,
    /// Where the org takes proofs; whether the token is bound is the app's setting.
    WhereOffered,
    /// A bearer token is an error.
    Required,
}

impl Asking {
    /// Asks the org.
    pub(crate) async fn get(
        &self,
        target: &Target,
        environment: &Environment,
        binding: Binding,
    ) -> Result<Credential, TokenError> {
        let http = crate::http::for_origin_of(target.issuer.as_str())
            .timeout(Duration::from_secs(30))
            .build()
            .map_err(TokenError::Http)?;
        let metadata = target.discover(&http).await?;
        let offered = binding != Binding::Never && Prover::suits(&metadata);
        let prover = offered.then(Prover::generate);
        if binding == Binding::Required && prover.is_none() {
            return Err(TokenError::NotOffered(target.issuer.clone()));
        }
        let endpoint = TokenEndpoint { http: &http, url: &metadata.token_endpoint, prover: prover.as_ref() };
        let tokens = self.ask(target, environment, &metadata, endpoint).await?;
        match tokens.scheme {
            AuthScheme::DPoP => Ok(Credential { token: tokens.access_token, prover }),
            _ if binding == Binding::Required => Err(TokenError::Unbound),
            _ => Ok(Credential { token: tokens.access_token, prover: None }),
        }
    }

    async fn ask(
        &self,
        target: &Target,
        environment: &Environment,
        metadata: &Metadata,
        endpoint: TokenEndpoint<'_>,
    ) -> Result<Tokens, TokenError> {
        if self.client {
            let (id, secret) = target.service()?;
            let scope = self.scope.as_deref().unwrap_or("orders:read");
            return Ok(grant::client_credentials(endpoint, id, secret, scope).await?);
        }
        let redirect_uri = self.redirect_uri.clone().unwrap_or_else(|| target.redirect_uri());
        let scope = self.scope.as_deref().unwrap_or("openid profile email orders:read orders:write");
        let client_id = target.client_id.as_str();
        let request =
            AuthorizationRequest::new(endpoint.http, metadata, client_id, &redirect_uri, scope).await?;
        let redemption = Redemption { endpoint, metadata, client_id, scope };
        let Some(login) = &self.user else {
            return self.by_browser(redemption, Arc::new(request)).await;
        };
        let password = password(environment)?;
        let code = hosted_page::sign_in(endpoint.http, target, &request, login, &password).await?;
        redemption.redeem(&request, &code).await
    }

    async fn by_browser(
        &self,
        redemption: Redemption<'_>,
        request: Arc<AuthorizationRequest>,
    ) -> Result<Tokens, TokenError> {
        let mut callback = Callback::listen(&request)?;
        browser::open(&request);
        let tokens = match callback.code(Duration::from_secs(self.timeout)).await {
            Ok(code) => redemption.redeem(&request, &code).await,
            Err(error) => Err(error.into()),
        };
        callback.close(tokens.is_ok()).await;
        tokens
    }
}

/// How a code becomes a token.
struct Redemption<'a> {
    endpoint: TokenEndpoint<'a>,
    metadata: &'a Metadata,
    client_id: &'a str,
    scope: &'a str,
}

impl Redemption<'_> {
    /// The tokens, once the ID token among them says that it answers the request.
    async fn redeem(&self, request: &AuthorizationRequest, code: &str) -> Result<Tokens, TokenError> {
        let Self { endpoint, metadata, client_id, scope } = self;
        let (uri, verifier) = (&request.redirect_uri, request.verifier());
        let tokens = grant::authorization_code(*endpoint, client_id, uri, code, verifier).await?;
        if scope.split(' ').any(|scope| scope == "openid") {
            let id_token = tokens.id_token.as_deref();
            id_token::verify(endpoint.http, metadata, client_id, &request.nonce, id_token).await?;
        }
        Ok(tokens)
    }
}

fn password(environment: &Environment) -> Result<String, TokenError> {
    match environment.get("OKTA_PASSWORD") {
        Some(password) => Ok(password),
        None => ask::secret("Password: ").map_err(TokenError::Password),
    }
}

//! `cargo okta call`: one request to the API with an access token, and with a proof where the token is bound to a key
//! (DPoP, RFC 9449). The token is never shown.

use std::io::{self, Write as _};
use std::process::ExitCode;
use std::time::Duration;

use okta_types::Origin;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue};
use reqwest::{Method, RequestBuilder};
use url::Url;

use super::environment::Environment;
use crate::dpop::{Answer, Credential, PROOF};
use crate::token::{Asking, Binding, Target, TokenError};

/// Gets an access token and calls the API with it
///
/// The token is bound to a fresh key where the app's setting says so (Proof of possession, DPoP), and the request then
/// has a proof; otherwise it is a bearer token. The status goes to standard error and the body to standard output.
/// Success is a status of 2xx.
#[derive(Debug, clap::Args)]
pub(super) struct Call {
    /// E.g. GET
    #[arg(value_parser = method)]
    method: Method,
    /// E.g. http://localhost:8000/api/orders
    #[arg(value_parser = url)]
    url: Url,
    /// The body; JSON unless a header says otherwise
    #[arg(long, value_name = "BODY")]
    data: Option<String>,
    /// Another header of the request; may be given several times
    #[arg(long, value_name = "NAME: VALUE", value_parser = header)]
    header: Vec<(HeaderName, HeaderValue)>,
    /// Shows the headers of the answer as well
    #[arg(long, short, visible_short_alias = 'v')]
    include: bool,
    #[command(flatten)]
    asking: Asking,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum CallError {
    #[error(transparent)]
    Token(#[from] TokenError),
    #[error("{0} does not answer")]
    Unreachable(String, #[source] reqwest::Error),
    #[error("the answer cannot be printed")]
    Output(#[from] io::Error),
}

impl Call {
    /// Prints the answer.
    pub(super) async fn run(self, environment: &Environment) -> Result<ExitCode, CallError> {
        let target = Target::read(environment).map_err(TokenError::from)?;
        let credential = self.asking.get(&target, environment, Binding::WhereOffered).await?;
        let answer = self.send(&credential).await.map_err(|error| {
            CallError::Unreachable(self.url.origin().ascii_serialization(), error.without_url())
        })?;
        self.print(&answer)?;
        Ok(if answer.status.is_success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    async fn send(&self, credential: &Credential) -> reqwest::Result<Answer> {
        credential.send(self.request()?).await
    }

    fn request(&self) -> reqwest::Result<RequestBuilder> {
        let http = crate::http::for_origin_of(self.url.as_str()).timeout(Duration::from_secs(60)).build()?;
        let mut request = http.request(self.method.clone(), self.url.clone());
        if let Some(data) = &self.data {
            request = request.body(data.clone());
            if !self.header.iter().any(|(name, _)| name == CONTENT_TYPE) {
                request = request.header(CONTENT_TYPE, "application/json");
            }
        }
        Ok(self.header.iter().fold(request, |request, (name, value)| request.header(name, value)))
    }

    fn print(&self, answer: &Answer) -> io::Result<()> {
        eprintln!("{:?} {}", answer.version, answer.status);
        if self.include {
            for (name, value) in &answer.headers {
                eprintln!("{name}: {}", String::from_utf8_lossy(value.as_bytes()));
            }
        }
        let mut out = io::stdout().lock();
        out.write_all(&answer.body)?;
        if !answer.body.is_empty() && !answer.body.ends_with(b"\n") {
            out.write_all(b"\n")?;
        }
        out.flush()
    }
}

/// Proofs name the method to the letter, so that it is sent as the standards spell it.
fn method(text: &str) -> Result<Method, String> {
    text.to_ascii_uppercase().parse().map_err(|_| "is no method, e.g. GET".to_owned())
}

/// Where a token may be sent: not in the clear, except within this machine.
fn url(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| format!("is no address: {error}"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must hold no user name and no password".to_owned());
    }
    let is_safe = Origin::of(url.as_str()).is_ok_and(|origin| origin.is_https() || origin.is_loopback());
    if !is_safe {
        return Err("has to be https; only this machine may use http".to_owned());
    }
    Ok(url)
}

fn header(text: &str) -> Result<(HeaderName, HeaderValue), String> {
    let (name, value) = text.split_once(':').ok_or("has to be like \"Name: value\"")?;
    let name: HeaderName = name.trim().parse().map_err(|_| "has no name of a header")?;
    let value: HeaderValue = value.trim().parse().map_err(|_| "has no value of a header")?;
    if name == AUTHORIZATION || name == PROOF {
        return Err(format!("{name} is what this command is for"));
    }
    Ok((name, value))
}

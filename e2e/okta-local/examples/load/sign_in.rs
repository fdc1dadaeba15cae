//! A complete sign-in over HTTP by a browser that was never here before: `/authorize`, password, code, tokens.

use std::error::Error;
use std::net::Ipv4Addr;

use okta_types::{CodeVerifier, Form, parse_query};
use reqwest::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use reqwest::{Client, Response};

/// The app's.
pub(crate) const CALLBACK: &str = "http://localhost:8080/login/callback";

/// Browsers at work at once.
const BROWSERS: usize = 4;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// How to sign in somewhere.
pub(crate) struct SignIn {
    issuer: String,
    base_url: String,
    client_id: String,
    verifier: CodeVerifier,
    http: Client,
}

impl SignIn {
    /// At this issuer, for this app, with the account that every org has.
    pub(crate) fn at(issuer: &str, client_id: &str) -> Self {
        let http = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .resolve("localhost", (Ipv4Addr::LOCALHOST, 0).into())
            .build()
            .expect("a client without a proxy can be built");
        let base_url = issuer.split("/oauth2/").next().unwrap_or_default().to_owned();
        let verifier = CodeVerifier::from_random([7; 32]);
        Self { issuer: issuer.to_owned(), base_url, client_id: client_id.to_owned(), verifier, http }
    }

    /// So many, by a few browsers at once.
    pub(crate) async fn many(&self, count: usize) -> Outcome<()> {
        let some = async |count: usize| -> Outcome<()> {
            for _ in 0..count {
                self.once().await?;
            }
            Ok(())
        };
        let share = count / BROWSERS;
        tokio::try_join!(some(share), some(share), some(share), some(count - 3 * share))?;
        Ok(())
    }

    async fn once(&self) -> Outcome<()> {
        let page = self.http.get(format!("{}/v1/authorize?{}", self.issuer, self.request().as_str()));
        let page = expect(page.send().await?, 200)?;
        let cookie = page.headers().get(SET_COOKIE).and_then(|value| value.to_str().ok());
        let cookie = cookie.and_then(|cookie| cookie.split(';').next()).ok_or("no cookie")?.to_owned();
        let page = page.text().await?;
        let state_token = page.split("name=\"stateToken\"").nth(1).and_then(|rest| rest.split('"').nth(1));
        let form = Form::new()
            .with("stateToken", state_token.ok_or("no state token")?)
            .with("identifier", "alice@example.com")
            .with("credentials.passcode", "Grove-2026!");
        let answer = self.post(&format!("{}/login/verify", self.base_url), &cookie, &form).await?;
        let answer = expect(answer, 303)?;
        let location = answer.headers().get(LOCATION).and_then(|value| value.to_str().ok());
        let query = location.and_then(|location| location.split_once('?')).ok_or("no way back")?.1;
        let code = parse_query(query).into_iter().find(|(name, _)| name == "code").ok_or("no code")?.1;
        answer.bytes().await?;
        let form = Form::new()
            .with("grant_type", "authorization_code")
            .with("client_id", &self.client_id)
            .with("redirect_uri", CALLBACK)
            .with("code", &code)
            .with("code_verifier", self.verifier.expose());
        let tokens = expect(self.post(&format!("{}/v1/token", self.issuer), "", &form).await?, 200)?;
        match tokens.text().await?.contains("\"refresh_token\"") {
            true => Ok(()),
            false => Err("no refresh token".into()),
        }
    }

    fn request(&self) -> Form {
        Form::new()
            .with("client_id", &self.client_id)
            .with("response_type", "code")
            .with("redirect_uri", CALLBACK)
            .with("scope", "openid profile email offline_access")
            .with("state", "the state")
            .with("nonce", "the nonce")
            .with("code_challenge", self.verifier.challenge().as_str())
            .with("code_challenge_method", "S256")
    }

    async fn post(&self, url: &str, cookie: &str, form: &Form) -> reqwest::Result<Response> {
        let request = self.http.post(url).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        request.header(COOKIE, cookie).body(form.as_str().to_owned()).send().await
    }
}

fn expect(answer: Response, status: u16) -> Outcome<Response> {
    if answer.status().as_u16() == status {
        Ok(answer)
    } else {
        Err(format!("{} answered {}", answer.url().path(), answer.status()).into())
    }
}

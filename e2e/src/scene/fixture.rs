//! Signed in without a page: tokens got from the org over HTTP, the session written where the SPA keeps it.
//!
//! The record's form is that of `okta-auth` (format 3; 2 for bearer tokens), written down here once more on purpose: what the tests put
//! in place must not come from the code they test. `signed_in::the_quick_way_in_equals_the_slow_one` compares both.
//! The org's own session comes along as cookies, so that a sign-out has something to end.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use okta_types::Metadata;
use reqwest::Client;
use reqwest::header::SET_COOKIE;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use url::Url;
use xtask::stack::Stack;

use super::Person;
use super::proof::ProvenSignIn;
use crate::browser::{Tab, skip};

/// What the shop asks for.
const SCOPE: &str = "openid profile email offline_access orders:read orders:write";
/// A file of the shop that runs nothing.
const QUIET_PAGE: &str = "/art/logo.svg";

/// A sign-in that has taken place.
pub struct SignIn {
    issuer: String,
    session: Value,
    cookies: Vec<(String, String)>,
    /// The key that its tokens are bound to.
    key: Option<ProvenSignIn>,
}

/// What goes out and what judges the answer.
struct Request {
    authorize: Url,
    redirect_uri: String,
    state: String,
    verifier: String,
}

impl SignIn {
    /// Signs this person in at the org of the stack, as an app at the shop's address.
    ///
    /// # Panics
    /// Where the org refuses.
    pub async fn over_http(stack: &Stack, person: Person) -> Self {
        let http = okta_cli::http::for_origin_of(stack.issuer()).build().unwrap();
        let (issuer, client_id) = (stack.issuer().to_owned(), stack.client_id().to_owned());
        let metadata = format!("{issuer}/.well-known/openid-configuration");
        let metadata: Metadata = http.get(metadata).send().await.unwrap().json().await.unwrap();
        let request = Request::new(&metadata, &client_id, stack.spa_url());
        let account = person.account();
        let mut org = OrgSession { http: &http, cookies: Vec::new() };
        let code = org.code(&request, &account.login, &account.password).await;
        let form = [
            ("grant_type", "authorization_code"),
            ("client_id", &client_id),
            ("code", &code),
            ("code_verifier", &request.verifier),
            ("redirect_uri", &request.redirect_uri),
        ];
        let exchange = http.post(&metadata.token_endpoint).header("origin", stack.spa_url()).form(&form);
        let mut key = ProvenSignIn::where_offered(&metadata);
        let answer = match &mut key {
            Some(key) => key.exchange(exchange).await,
            None => exchange.send().await.unwrap(),
        };
        let tokens: Value = answer.json().await.unwrap();
        // An app that does not ask for proofs gets bearer tokens all the same.
        let key = key.filter(|_| tokens["token_type"] == "DPoP");
        let session = session(&issuer, &client_id, &tokens, &request.state, key.as_ref());
        Self { issuer, session, cookies: org.cookies, key }
    }

    /// Has the browser know it, as if the person had signed in there. The next page that is opened shows it.
    pub async fn put_into(&self, tab: &Tab) {
        let key = format!("okta-auth.{}.session", self.session["client_id"].as_str().unwrap());
        let org = Url::parse(&self.issuer).unwrap();
        if Url::parse(tab.app()).unwrap().host() != org.host() {
            tab.open_url(&format!("{}/.well-known/openid-configuration", self.issuer)).await;
            self.bake(tab).await;
        }
        tab.open(QUIET_PAGE).await;
        if Url::parse(tab.app()).unwrap().host() == org.host() {
            self.bake(tab).await;
        }
        if let Some(own) = &self.key {
            own.keep(tab, self.session["key"].as_str().unwrap()).await;
        }
        let script = "localStorage.setItem(arguments[0], arguments[1])";
        tab.run(script, vec![key.into(), self.session.to_string().into()]).await;
    }

    /// Gets what is at this address, with the access token, and a proof where that is bound to a key.
    ///
    /// # Panics
    /// Where nothing is answered.
    pub async fn get(&self, url: &str) -> reqwest::Response {
        let token = self.session["access_token"].as_str().unwrap_or_default();
        let request = okta_cli::http::loopback().get(url);
        match &self.key {
            Some(key) => {
                key.send(request.header("authorization", format!("DPoP {token}")), Some(token)).await
            }
            None => request.bearer_auth(token).send().await.unwrap(),
        }
    }

    /// Cookies know no ports: on this machine the shop's host is the org's.
    async fn bake(&self, tab: &Tab) {
        for (name, value) in &self.cookies {
            tab.add_cookie(name, value).await;
        }
    }
}

impl Request {
    fn new(metadata: &Metadata, client_id: &str, app: &str) -> Self {
        let [state, nonce, verifier] = [(); 3].map(|()| BASE64URL.encode(okta_cli::random::bytes::<32>()));
        let redirect_uri = format!("{app}{}", shared::paths::LOGIN_CALLBACK);
        let challenge = BASE64URL.encode(Sha256::digest(&verifier));
        let query = [
            ("client_id", client_id),
            ("response_type", "code"),
            ("redirect_uri", &redirect_uri),
            ("scope", SCOPE),
            ("state", &state),
            ("nonce", &nonce),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        let authorize = Url::parse_with_params(&metadata.authorization_endpoint, query).unwrap();
        Self { authorize, redirect_uri, state, verifier }
    }

    /// The code, once the org sends the browser back.
    fn code_in(&self, location: &str) -> Option<String> {
        let query = location.strip_prefix(&self.redirect_uri)?;
        let pairs: Vec<_> = url::form_urlencoded::parse(query.trim_start_matches('?').as_bytes()).collect();
        let value =
            |name: &str| pairs.iter().find(|(own, _)| own == name).map(|(_, value)| value.to_string());
        assert_eq!(value("state").as_deref(), Some(self.state.as_str()), "the org answers another request");
        Some(
            value("code")
                .unwrap_or_else(|| panic!("the org refuses: {}", value("error").unwrap_or_default())),
        )
    }
}

/// A conversation with the org that keeps its cookies.
struct OrgSession<'a> {
    http: &'a Client,
    cookies: Vec<(String, String)>,
}

impl OrgSession<'_> {
    /// By the form of the local org, or by Okta's authentication API and a session token.
    async fn code(&mut self, request: &Request, login: &str, password: &str) -> String {
        let page = self.send(self.http.get(request.authorize.clone())).await;
        if let Some(code) = location(&page).and_then(|to| request.code_in(&to)) {
            return code;
        }
        let html = page.text().await.unwrap();
        let Some(form) = html.split_once("id=\"okta-sign-in\" method=\"post\"").map(|(_, form)| form) else {
            return self.code_by_session_token(request, login, password).await;
        };
        let (action, state_token) =
            (attribute(form, "action"), attribute(&form[after(form, "stateToken")..], "value"));
        let action = request.authorize.join(&action).unwrap();
        let fields =
            [("stateToken", state_token.as_str()), ("identifier", login), ("credentials.passcode", password)];
        let mut answer = self.send(self.http.post(action).form(&fields)).await;
        for _ in 0..5 {
            let Some(to) = location(&answer) else { break };
            if let Some(code) = request.code_in(&to) {
                return code;
            }
            answer = self.send(self.http.get(request.authorize.join(&to).unwrap())).await;
        }
        panic!("the org gives {login} no code: is the password right, and no second factor asked for?")
    }

    /// A real org's page is a program; its API takes a password too, where the policy asks for no more.
    async fn code_by_session_token(&mut self, request: &Request, login: &str, password: &str) -> String {
        let credentials = json!({ "username": login, "password": password });
        let url = request.authorize.join("/api/v1/authn").unwrap();
        let answer: Value =
            self.send(self.http.post(url).json(&credentials)).await.json().await.unwrap_or_default();
        let Some(token) = answer["sessionToken"].as_str() else {
            skip("needs an account that the org signs in by password alone over /api/v1/authn")
        };
        let mut authorize = request.authorize.clone();
        authorize.query_pairs_mut().append_pair("sessionToken", token);
        let answer = self.send(self.http.get(authorize)).await;
        location(&answer).and_then(|to| request.code_in(&to)).unwrap()
    }

    async fn send(&mut self, request: reqwest::RequestBuilder) -> reqwest::Response {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let response = request.header("cookie", cookies.join("; ")).send().await.unwrap();
        for cookie in response.headers().get_all(SET_COOKIE).iter().filter_map(|cookie| cookie.to_str().ok())
        {
            if let Some((name, value)) = cookie.split(';').next().and_then(|pair| pair.split_once('=')) {
                self.cookies.retain(|(known, _)| known != name);
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        response
    }
}

/// What `okta-auth` writes down of a token answer.
fn session(issuer: &str, client_id: &str, tokens: &Value, state: &str, key: Option<&ProvenSignIn>) -> Value {
    let lifetime = tokens["expires_in"].as_i64().unwrap();
    let issued_at = issued_at(tokens["id_token"].as_str().unwrap());
    let mut session = json!({
        "v": if key.is_some() { 3 } else { 2 },
        "issuer": issuer,
        "client_id": client_id,
        "access_token": tokens["access_token"],
        "id_token": tokens["id_token"],
        "refresh_token": tokens["refresh_token"],
        "scopes": tokens["scope"],
        "state": state,
        "target": "/",
        "expires_at": issued_at + lifetime,
        "offset": 0,
        "lifetime": lifetime,
    });
    for (name, value) in
        key.map(|key| key.record(client_id, state, issued_at)).iter().flat_map(Value::as_object).flatten()
    {
        session[name] = value.clone();
    }
    session
}

/// The ID token's `iat`: browser, org and test share a clock.
fn issued_at(id_token: &str) -> i64 {
    let claims = BASE64URL.decode(id_token.split('.').nth(1).unwrap()).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    claims["iat"].as_i64().unwrap()
}

fn location(response: &reqwest::Response) -> Option<String> {
    response.headers().get("location")?.to_str().ok().map(str::to_owned)
}

fn after(text: &str, part: &str) -> usize {
    text.find(part).map_or(0, |at| at + part.len())
}

/// The first value of an attribute, in double quotes as the local org writes them.
fn attribute(html: &str, name: &str) -> String {
    let value = html.split_once(&format!("{name}=\"")).and_then(|(_, rest)| rest.split_once('"'));
    value.map(|(value, _)| value.replace("&amp;", "&")).unwrap_or_default()
}

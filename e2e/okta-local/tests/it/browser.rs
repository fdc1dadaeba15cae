//! An org for each test, and what stands before it: a browser with cookies, and an app that keeps secrets.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use okta_local::{App, ClientLimits, Org, OrgBuilder, PasswordHashing, RunningOrg};
use okta_types::{CodeVerifier, Form, base64url, parse_query};
use reqwest::header::{CONTENT_TYPE, COOKIE, HeaderMap, LOCATION, SET_COOKIE};
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use serde_json::Value;
use tokio::sync::OnceCell;

pub(crate) const CALLBACK: &str = "http://localhost:8080/login/callback";
pub(crate) const HOME: &str = "http://localhost:8080";
pub(crate) const ORIGIN: &str = "http://localhost:8080";
pub(crate) const ALICE: &str = "alice@example.com";
pub(crate) const PASSWORD: &str = "Grove-2026!";
pub(crate) const SCOPES: &str = "openid profile email offline_access";

/// An org on any port with the app "Grove" and a second one.
pub(crate) async fn org() -> RunningOrg {
    let grove = App::spa("Grove").redirect_uri(CALLBACK).post_logout_redirect_uri(HOME);
    let other = App::spa("Other").redirect_uri("http://localhost:9999/cb");
    builder().app(grove).app(other).start().await.expect("an org on any port starts")
}

/// An org that many tests share: nobody moves its clock or changes what it is set to.
pub(crate) async fn still_org() -> &'static RunningOrg {
    static STILL: OnceCell<RunningOrg> = OnceCell::const_new();
    STILL.get_or_init(org).await
}

/// An org without apps yet, quick at passwords and patient with its callers.
pub(crate) fn builder() -> OrgBuilder {
    let org = Org::builder().password_hashing(PasswordHashing::LoweredForTests);
    org.client_limits(ClientLimits::LiftedForTests)
}

/// A client that follows no redirect, keeps no cookie and resolves `localhost` to where the org listens.
pub(crate) fn http() -> Client {
    let address = (Ipv4Addr::LOCALHOST, 0).into();
    Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .resolve("localhost", address)
        .build()
        .expect("a client without a proxy can be built")
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) async fn to(request: RequestBuilder) -> Self {
        Self::of(request.send().await.expect("the org answers")).await
    }

    pub(crate) async fn of(response: Response) -> Self {
        let (status, headers) = (response.status(), response.headers().clone());
        // What every answer of the org carries.
        let id = headers["x-okta-request-id"].as_bytes();
        assert!(id.len() == 32 && id.iter().all(u8::is_ascii_hexdigit), "{headers:?}");
        assert!(headers["x-content-type-options"] == "nosniff");
        Self { status, headers, body: response.text().await.expect("a body") }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().expect("ASCII"))
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// `error` and `error_description` of a JSON body.
    pub(crate) fn error(&self) -> (String, String) {
        let body = self.json();
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        (text("error"), text("error_description"))
    }

    pub(crate) fn location(&self) -> &str {
        self.header(LOCATION.as_str()).unwrap_or_else(|| panic!("no redirect: {self:?}"))
    }

    /// A parameter of the redirect's query.
    pub(crate) fn returned(&self, name: &str) -> Option<String> {
        let (_, query) = self.location().split_once('?')?;
        parse_query(query).into_iter().find(|(n, _)| n == name).map(|(_, value)| value)
    }

    pub(crate) fn code(&self) -> String {
        assert!(self.location().starts_with(&format!("{CALLBACK}?")), "{self:?}");
        self.returned("code").unwrap_or_else(|| panic!("no code: {self:?}"))
    }

    /// The value of a hidden or filled-in field.
    pub(crate) fn field(&self, name: &str) -> String {
        let marker = format!("name=\"{name}\"");
        let input = self.body.split("<input").find(|input| input.contains(&marker));
        let value = input.and_then(|input| input.split_once("value=\"")).and_then(|(_, v)| v.split_once('"'));
        value.unwrap_or_else(|| panic!("no field {name}: {self:?}")).0.to_owned()
    }

    pub(crate) fn is_sign_in_page(&self) -> bool {
        self.status == StatusCode::OK && self.body.contains("id=\"okta-sign-in\"")
    }
}

/// A browser: keeps cookies, follows nothing.
pub(crate) struct Browser<'a> {
    org: &'a RunningOrg,
    http: Client,
    cookies: RefCell<BTreeMap<String, String>>,
}

impl<'a> Browser<'a> {
    pub(crate) fn new(org: &'a RunningOrg) -> Self {
        Self { org, http: http(), cookies: RefCell::default() }
    }

    pub(crate) async fn get(&self, url: &str) -> Answer {
        let response = self.http.get(url).header(COOKIE, self.cookie_header()).send().await;
        self.keep(response.expect("the org answers")).await
    }

    pub(crate) async fn post(&self, url: &str, form: &Form) -> Answer {
        let request = self.http.post(url).header(COOKIE, self.cookie_header());
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let response = request.body(form.as_str().to_owned()).send().await;
        self.keep(response.expect("the org answers")).await
    }

    /// Answers a page of the org with these fields, at this path.
    pub(crate) async fn submit(&self, path: &str, page: &Answer, fields: &[(&str, &str)]) -> Answer {
        let token = Form::new().with("stateToken", &page.field("stateToken"));
        let form = fields.iter().fold(token, |form, (name, value)| form.with(name, value));
        self.post(&format!("{}{path}", self.org.base_url()), &form).await
    }

    /// `/authorize` with the usual parameters, each of which `change` may replace or leave out.
    pub(crate) async fn authorize(&self, change: &[(&str, Option<&str>)]) -> Answer {
        self.get(&format!("{}/v1/authorize?{}", self.org.issuer(), authorize_query(self.org, change))).await
    }

    /// Fills in the sign-in page.
    pub(crate) async fn sign_in(&self, page: &Answer, login: &str, password: &str) -> Answer {
        assert!(page.is_sign_in_page(), "{page:?}");
        let form = Form::new()
            .with("stateToken", &page.field("stateToken"))
            .with("identifier", login)
            .with("credentials.passcode", password);
        self.post(&format!("{}/login/verify", self.org.base_url()), &form).await
    }

    /// From nothing to a code.
    pub(crate) async fn code_for(&self, login: &str, change: &[(&str, Option<&str>)]) -> String {
        let page = self.authorize(change).await;
        self.sign_in(&page, login, PASSWORD).await.code()
    }

    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.borrow().get(name).cloned()
    }

    fn cookie_header(&self) -> String {
        let cookies = self.cookies.borrow();
        cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    async fn keep(&self, response: Response) -> Answer {
        for header in response.headers().get_all(SET_COOKIE) {
            let header = header.to_str().expect("ASCII");
            assert!(header.contains("HttpOnly") && header.contains("SameSite=Lax"), "{header}");
            let (name, value) = header.split(';').next().and_then(|c| c.split_once('=')).expect("a cookie");
            match header.contains("Max-Age=0") {
                true => self.cookies.borrow_mut().remove(name),
                false => self.cookies.borrow_mut().insert(name.to_owned(), value.to_owned()),
            };
        }
        Answer::of(response).await
    }
}

/// The verifier of all these tests.
pub(crate) fn verifier() -> CodeVerifier {
    CodeVerifier::from_random([7; 32])
}

pub(crate) fn authorize_query(org: &RunningOrg, change: &[(&str, Option<&str>)]) -> String {
    let challenge = verifier().challenge();
    let usual = [
        ("client_id", org.client_id()),
        ("response_type", "code"),
        ("response_mode", "query"),
        ("redirect_uri", CALLBACK),
        ("scope", SCOPES),
        ("state", "the state"),
        ("nonce", "the nonce"),
        ("code_challenge", challenge.as_str()),
        ("code_challenge_method", "S256"),
    ];
    changed(&usual, change).as_str().to_owned()
}

/// Pairs with some replaced, left out or added.
pub(crate) fn changed(usual: &[(&str, &str)], change: &[(&str, Option<&str>)]) -> Form {
    let kept = usual.iter().filter(|(name, _)| !change.iter().any(|(n, _)| n == name));
    let added = change.iter().filter_map(|(name, value)| Some((*name, (*value)?)));
    kept.copied().chain(added).fold(Form::new(), |form, (name, value)| form.with(name, value))
}

/// Posts a form to an endpoint below the issuer, as an app does.
pub(crate) async fn post(org: &RunningOrg, endpoint: &str, form: &Form, headers: &[(&str, &str)]) -> Answer {
    let mut request = http().post(format!("{}/v1/{endpoint}", org.issuer()));
    request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = request.body(form.as_str().to_owned()).send().await;
    Answer::of(response.expect("the org answers")).await
}

/// The usual form to redeem a code with, parts of it changed.
pub(crate) fn redemption(org: &RunningOrg, code: &str, change: &[(&str, Option<&str>)]) -> Form {
    let verifier = verifier();
    let usual = [
        ("grant_type", "authorization_code"),
        ("client_id", org.client_id()),
        ("redirect_uri", CALLBACK),
        ("code", code),
        ("code_verifier", verifier.expose()),
    ];
    changed(&usual, change)
}

/// Redeems a code with the usual parameters, some of them changed.
pub(crate) async fn redeem(org: &RunningOrg, code: &str, change: &[(&str, Option<&str>)]) -> Answer {
    post(org, "token", &redemption(org, code, change), &[]).await
}

/// Asks for a token as the service app does, its secret in the form.
pub(crate) async fn serve(org: &RunningOrg, scope: Option<&str>) -> Answer {
    let service = org.service_client();
    let form = Form::new()
        .with("grant_type", "client_credentials")
        .with("client_id", &service.client_id)
        .with("client_secret", service.client_secret.expose())
        .with_some("scope", scope);
    post(org, "token", &form, &[]).await
}

/// Uses a refresh token.
pub(crate) async fn refresh(org: &RunningOrg, token: &str, change: &[(&str, Option<&str>)]) -> Answer {
    let usual = [("grant_type", "refresh_token"), ("client_id", org.client_id()), ("refresh_token", token)];
    post(org, "token", &changed(&usual, change), &[]).await
}

/// The whole way: sign-in of alice in a fresh browser, and her tokens.
pub(crate) async fn tokens(org: &RunningOrg) -> Value {
    let code = Browser::new(org).code_for(ALICE, &[]).await;
    let answer = redeem(org, &code, &[]).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    answer.json()
}

/// What `/introspect` says of a token.
pub(crate) async fn introspect(org: &RunningOrg, token: &str) -> Value {
    let form = Form::new().with("token", token).with("client_id", org.client_id());
    post(org, "introspect", &form, &[]).await.json()
}

/// Header and payload of a token, unverified.
pub(crate) fn parts(token: &str) -> (Value, Value) {
    let mut parts = token.split('.').map(|part| {
        let bytes = base64url::decode(part).expect("base64url");
        serde_json::from_slice(&bytes).unwrap_or(Value::Null)
    });
    (parts.next().expect("a header"), parts.next().expect("a payload"))
}

/// A text member.
pub(crate) fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("no {name}: {value}"))
}

//! The checks, in the order in which they make sense. A check whose ground does not hold is skipped, so that one
//! mistake is one failing line.

use okta_sycamore::{Json, read_json};
use okta_types::{AuthScheme, Form, Issuer};
use shared::diagnosis::{self, Outcome, Schemes};
use shared::paths;

/// One check, by the name that `cargo okta doctor` gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) check: &'static str,
    pub(super) outcome: Outcome,
}

/// What is looked at.
pub(super) struct Place {
    pub(super) issuer: String,
    pub(super) client_id: String,
    /// The API's origin.
    pub(super) api: String,
    /// The page's origin.
    pub(super) origin: String,
    pub(super) device: Device,
}

/// What the browser offers.
pub(super) struct Device {
    /// It keeps what it is given, for the tab and for longer.
    pub(super) keeps: bool,
    /// The page is in a secure context: `https`, or of this machine.
    pub(super) secure: bool,
    /// It has WebCrypto.
    pub(super) crypto: bool,
    /// It has Web Locks.
    pub(super) locks: bool,
}

/// A request: `POST` where it has a form, else `GET`.
pub(super) struct Request {
    pub(super) url: String,
    pub(super) form: Option<Vec<(&'static str, String)>>,
    /// The scheme in which a token is shown that nobody issued, without a proof, if one is shown.
    pub(super) forged: Option<AuthScheme>,
}

/// An answer that the browser lets the page see.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    pub(super) status: u16,
    pub(super) body: String,
    /// `Date`, seconds; browsers show it of the page's own origin only.
    pub(super) date: Option<i64>,
    /// `WWW-Authenticate`.
    pub(super) challenge: String,
}

impl Seen {
    fn is_ok(&self) -> bool {
        (200..300).contains(&self.status)
    }

    fn json(&self) -> Json {
        read_json(&self.body).unwrap_or_default()
    }
}

/// Where the checks see by.
pub(super) trait Network {
    fn place(&self) -> &Place;
    /// `None` where nothing comes that the page may see: browsers do not tell why.
    async fn ask(&self, request: Request) -> Option<Seen>;
    /// The browser's clock, seconds.
    fn now(&self) -> i64;
}

const OF_THE_ORG: [&str; 8] = [
    "issuer-exact",
    "custom-server",
    "discovery",
    "keys",
    "client-id",
    "redirect-uri",
    "refresh-token",
    "trusted-origin",
];
/// A request that the browser ended.
const SILENCE: &str = "the browser shows no answer";

/// Takes a line down, and says whether its check holds.
trait Tell: FnMut(&'static str, Outcome) -> bool {}

impl<F: FnMut(&'static str, Outcome) -> bool> Tell for F {}

/// Makes all checks and hands over each line as it comes.
pub(super) async fn examine(network: &impl Network, mut told: impl FnMut(Line)) {
    let mut tell = |check, outcome: Outcome| {
        let held = outcome.is_ok();
        told(Line { check, outcome });
        held
    };
    let place = network.place();
    for (check, outcome) in of_the_device(&place.device) {
        tell(check, outcome);
    }
    tell("clock", clock(network).await);
    of_the_org(network, &mut tell).await;
    of_the_api(network, &mut tell).await;
}

fn of_the_device(device: &Device) -> [(&'static str, Outcome); 3] {
    let check = |holds, seen: &str, cause: &str, remedy: &str| match holds {
        true => Outcome::ok(seen),
        false => Outcome::failed(cause, remedy),
    };
    let crypto = match (device.secure, device.crypto) {
        (false, _) => Outcome::failed(
            "the page is not in a secure context, so the browser offers no WebCrypto",
            "open it by https, or as http://localhost",
        ),
        (true, crypto) => {
            check(crypto, "WebCrypto is available", "the browser has no WebCrypto", "use a current browser")
        }
    };
    let storage = check(
        device.keeps,
        "the browser stores what it is given",
        "the browser stores nothing for this page",
        "allow this site to store data, or leave private browsing",
    );
    let locks = check(
        device.locks,
        "tabs can wait for each other",
        "the browser has no Web Locks, so two tabs may renew at once",
        "use a current browser; until then, the grace period of the app's refresh tokens covers it",
    );
    [("web-crypto", crypto), ("storage", storage), ("locks", locks)]
}

/// The org's `Date` is hidden from pages of other origins; whoever serves this page has a clock too.
async fn clock(network: &impl Network) -> Outcome {
    let seen = network.ask(get(format!("{}/", network.place().origin))).await;
    match seen.and_then(|seen| seen.date) {
        Some(date) => diagnosis::clock(network.now() - date, "the clock of this page's server"),
        None => Outcome::skipped("the server of this page does not say what time it is"),
    }
}

fn skip(checks: &[&'static str], why: &str, tell: &mut impl Tell) {
    for check in checks {
        tell(check, Outcome::skipped(why));
    }
}

async fn of_the_org(network: &impl Network, tell: &mut impl Tell) {
    let place = network.place();
    // The page does not start with an issuer that is none.
    let Ok(issuer) = Issuer::parse(&place.issuer) else { return };
    let document = match network.ask(get(issuer.discovery_url())).await {
        None => {
            tell("reachable", diagnosis::unreachable(&issuer, SILENCE));
            return skip(&OF_THE_ORG, "needs an issuer that answers", tell);
        }
        Some(seen) if !seen.is_ok() => {
            let summary = seen.json();
            tell("reachable", diagnosis::no_discovery(&issuer, seen.status, text(&summary, "errorSummary")));
            return skip(&OF_THE_ORG, "needs an issuer that answers", tell);
        }
        Some(seen) => seen.json(),
    };
    tell("reachable", diagnosis::reachable(&issuer));
    let exact = tell("issuer-exact", diagnosis::issuer_exact(&issuer, text(&document, "issuer")));
    let custom = tell("custom-server", diagnosis::custom_server(&issuer));
    if !(exact && custom) {
        return skip(&OF_THE_ORG[2..], "needs the right issuer", tell);
    }
    let sound = tell("discovery", discovery(network, &issuer, &document).await);
    tell("keys", keys(network, &document).await);
    if !sound {
        return skip(&OF_THE_ORG[4..], "needs a valid discovery document", tell);
    }
    let known =
        network.ask(get([&issuer.discovery_url(), "?", &client_query(&place.client_id)].concat())).await;
    let known = known.is_some_and(|seen| seen.is_ok());
    if !tell("client-id", diagnosis::client_id(&place.client_id, known)) {
        return skip(&OF_THE_ORG[5..], "needs a client id that the org knows", tell);
    }
    of_the_app(network, &document, tell).await;
}

/// The org answers a page at the token endpoint where the page's origin is that of one of the app's sign-in redirect
/// URIs, and elsewhere where it is a trusted one.
async fn of_the_app(network: &impl Network, document: &Json, tell: &mut impl Tell) {
    let place = network.place();
    let endpoint = |name| text(document, name).unwrap_or_default().to_owned();
    let form = [
        ("grant_type", "refresh_token".to_owned()),
        ("client_id", place.client_id.clone()),
        ("refresh_token", "diagnostics".to_owned()),
        ("scope", "openid offline_access".to_owned()),
    ];
    let refused = network.ask(Request { form: Some(form.to_vec()), ..get(endpoint("token_endpoint")) }).await;
    let redirect_uri = [&place.origin, paths::LOGIN_CALLBACK].concat();
    tell("redirect-uri", diagnosis::redirect_uri(&redirect_uri, refused.is_some()));
    match refused {
        Some(seen) => {
            let error = seen.json();
            let error = text(&error, "error").unwrap_or_default().to_owned();
            tell("refresh-token", diagnosis::refresh_token(&place.client_id, &error))
        }
        None => tell("refresh-token", Outcome::skipped("needs a registered redirect URI")),
    };
    let seen = network.ask(get(endpoint("userinfo_endpoint"))).await;
    tell("trusted-origin", diagnosis::trusted_origin(&place.origin, seen.is_some()));
}

/// The document of OpenID Connect, and that of RFC 8414, which has to agree with it.
async fn discovery(network: &impl Network, issuer: &Issuer, document: &Json) -> Outcome {
    let url = [issuer.as_str(), "/.well-known/oauth-authorization-server"].concat();
    let Some(other) = network.ask(get(url.clone())).await else {
        return diagnosis::document_missing(&url, SILENCE);
    };
    let other = other.json();
    let shared = ["issuer", "authorization_endpoint", "token_endpoint", "jwks_uri"];
    if let Some(member) = shared.into_iter().find(|member| document.get(member) != other.get(member)) {
        return diagnosis::documents_differ(member);
    }
    let own = [issuer.origin().map(|origin| origin.to_string()).unwrap_or_default().as_str(), "/"].concat();
    for name in ["authorization_endpoint", "token_endpoint", "jwks_uri"] {
        match text(document, name) {
            None => return diagnosis::endpoint_missing(),
            Some(url) if !url.starts_with(&own) => return diagnosis::foreign_endpoint(url),
            Some(_) => {}
        }
    }
    let methods =
        document.get("code_challenge_methods_supported").and_then(Json::as_array).unwrap_or_default();
    diagnosis::pkce(methods.iter().any(|method| method.as_str() == Some("S256")))
}

async fn keys(network: &impl Network, document: &Json) -> Outcome {
    let url = text(document, "jwks_uri").unwrap_or_default().to_owned();
    let why = match network.ask(get(url)).await {
        None => Some(SILENCE.to_owned()),
        Some(seen) if !seen.is_ok() => Some(format!("status {}", seen.status)),
        Some(seen) => {
            let set = seen.json();
            let keys = set.get("keys").and_then(Json::as_array).unwrap_or_default();
            let usable = |key: &&Json| text(key, "kty") == Some("RSA") && text(key, "kid").is_some();
            keys.iter().find(usable).is_none().then(|| "there is none for RS256".to_owned())
        }
    };
    diagnosis::keys("the browser", why.as_deref())
}

async fn of_the_api(network: &impl Network, tell: &mut impl Tell) {
    let api = &network.place().api;
    let url = |path: &str| [api, path].concat();
    let greeting = match network.ask(get(url(paths::HELLO))).await {
        Some(seen) if seen.is_ok() => diagnosis::api_reachable(api),
        Some(seen) => diagnosis::api_no_greeting(&url(paths::HELLO), seen.status),
        None => api_silent(api, &network.place().origin),
    };
    if !tell("api-reachable", greeting) {
        tell("api-ready", Outcome::skipped("needs an API that answers"));
        tell("api-refuses", Outcome::skipped("needs an API that answers"));
        return;
    }
    let ready = match network.ask(get(url(paths::READYZ))).await {
        Some(seen) if seen.is_ok() => diagnosis::api_ready(None),
        Some(seen) => {
            let problem = seen.json();
            let status = seen.status.to_string();
            diagnosis::api_ready(Some(text(&problem, "detail").unwrap_or(&status)))
        }
        None => diagnosis::api_unreachable(api, SILENCE),
    };
    if tell("api-ready", ready) {
        tell("api-refuses", refuses(network, &url(paths::MESSAGES)).await);
    } else {
        tell("api-refuses", Outcome::skipped("needs an API that is ready"));
    }
}

/// Whether it is away or keeps its answer from this page, no browser tells.
fn api_silent(api: &str, origin: &str) -> Outcome {
    let (Outcome::Failed { cause, remedy }, Outcome::Failed { cause: or, remedy: or_else }) =
        (diagnosis::api_unreachable(api, SILENCE), diagnosis::api_cors_refused(origin))
    else {
        return Outcome::skipped(SILENCE);
    };
    Outcome::failed([&cause, "; or ", &or].concat(), [&remedy, "; or ", &or_else].concat())
}

async fn refuses(network: &impl Network, url: &str) -> Outcome {
    let mut schemes = Schemes::default();
    for (with_token, what) in [(false, "no token"), (true, "a forged token")] {
        let forged = with_token.then(|| schemes.scheme());
        let Some(seen) = network.ask(Request { forged, ..get(url.to_owned()) }).await else {
            return diagnosis::api_refuses(Some(&["with ", what, " the API gives no answer"].concat()));
        };
        if !with_token {
            schemes = Schemes::of(&seen.challenge);
        }
        if !schemes.is_refusal(seen.status, &seen.challenge, with_token) {
            let wrong = format!("with {what} the API answers {} and {:?}", seen.status, seen.challenge);
            return diagnosis::api_refuses(Some(&wrong));
        }
    }
    diagnosis::api_refuses(None)
}

fn get(url: String) -> Request {
    Request { url, form: None, forged: None }
}

fn client_query(client_id: &str) -> String {
    Form::new().with("client_id", client_id).as_str().to_owned()
}

fn text<'a>(json: &'a Json, name: &str) -> Option<&'a str> {
    json.get(name).and_then(Json::as_str)
}

#[cfg(test)]
mod tests;

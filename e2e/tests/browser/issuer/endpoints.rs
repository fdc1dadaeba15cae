//! The endpoints, and an API.

use actix_web::http::StatusCode;
use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_ORIGIN, AUTHORIZATION, CACHE_CONTROL, LOCATION,
};
use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use url::form_urlencoded;

use super::behaviour::{Object, Published};
use super::keys::{self, OTHER, SIGNING};
use super::record::{Asked, Pending};
use super::{CLIENT_ID, MESSAGE, SUB, Site, clock};

/// What 256 bits are in base64url.
const FULL_LENGTH: usize = 43;

pub(super) fn routes(config: &mut ServiceConfig) {
    let issuer = web::scope("/oauth2/default")
        .route("/.well-known/openid-configuration", web::get().to(discovery))
        .route("/v1/authorize", web::get().to(authorize))
        .route("/v1/token", web::post().to(token))
        .route("/v1/keys", web::get().to(usual_keys))
        .route("/nobody/guesses.json", web::get().to(other_keys))
        .route("/v1/userinfo", web::get().to(userinfo))
        .route("/v1/revoke", web::post().to(revoke))
        .route("/v1/logout", web::post().to(logout));
    config
        .service(issuer)
        .route("/api/messages", web::get().to(messages))
        .default_service(web::method(actix_web::http::Method::OPTIONS).to(preflight));
}

/// Any page may read the answer.
fn answer(status: u16, body: &Value) -> HttpResponse {
    let status = StatusCode::from_u16(status).unwrap();
    HttpResponse::build(status).insert_header((ACCESS_CONTROL_ALLOW_ORIGIN, "*")).json(body)
}

async fn preflight() -> HttpResponse {
    HttpResponse::NoContent()
        .insert_header((ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .insert_header((ACCESS_CONTROL_ALLOW_HEADERS, "authorization, content-type"))
        .finish()
}

async fn discovery(site: Data<Site>) -> HttpResponse {
    let issuer = &site.issuer;
    let keys = match site.behaviour.published {
        Published::Elsewhere => "nobody/guesses.json?version=2",
        _ => "v1/keys",
    };
    let mut document = object(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/v1/authorize"),
        "token_endpoint": format!("{issuer}/v1/token"),
        "jwks_uri": format!("{issuer}/{keys}"),
        "userinfo_endpoint": format!("{issuer}/v1/userinfo"),
        "revocation_endpoint": format!("{issuer}/v1/revoke"),
        "end_session_endpoint": format!("{issuer}/v1/logout"),
        "code_challenge_methods_supported": ["S256"],
    }));
    (site.behaviour.discovery)(&mut document);
    answer(200, &Value::Object(document))
}

/// Signs the person in and sends them back at once.
async fn authorize(site: Data<Site>, request: HttpRequest) -> HttpResponse {
    let record = &site.record;
    record.note(Asked::Authorize);
    let asked = Parameters::of(request.query_string().as_bytes());
    record.expect(asked.get("response_type") == "code", "the response type is not code");
    record.expect(asked.get("client_id") == CLIENT_ID, "another client id");
    record.expect(asked.get("scope").split(' ').any(|scope| scope == "openid"), "no openid");
    record.expect(asked.get("code_challenge_method") == "S256", "no S256");
    for name in ["code_challenge", "state", "nonce"] {
        record.expect(asked.get(name).len() >= FULL_LENGTH, &format!("{name} is short"));
    }
    let code = record.secret("code");
    let redirect_uri = asked.get("redirect_uri").to_owned();
    record.begin(Pending {
        code: code.clone(),
        nonce: asked.get("nonce").to_owned(),
        challenge: asked.get("code_challenge").to_owned(),
        redirect_uri: redirect_uri.clone(),
        at: clock::now(),
    });
    let mut response = vec![("code".to_owned(), code), ("state".to_owned(), asked.get("state").to_owned())];
    (site.behaviour.response)(&mut response);
    redirect(&redirect_uri, &response)
}

fn redirect(to: &str, parameters: &[(String, String)]) -> HttpResponse {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    let address = if query.is_empty() { to.to_owned() } else { format!("{to}?{query}") };
    HttpResponse::SeeOther().insert_header((LOCATION, address)).finish()
}

async fn token(site: Data<Site>, request: HttpRequest, body: web::Bytes) -> HttpResponse {
    let asked = Parameters::of(&body);
    site.record
        .expect(request.query_string().is_empty(), "something stands in the address of a token request");
    site.record.expect(asked.get("client_id") == CLIENT_ID, "another client id at the token endpoint");
    if asked.get("grant_type") == "refresh_token" { refresh(&site, &asked) } else { redeem(&site, &asked) }
}

fn redeem(site: &Site, asked: &Parameters) -> HttpResponse {
    let record = &site.record;
    record.note(Asked::Code);
    let Some(pending) = record.redeem(asked.get("code")) else {
        record.expect(false, "a code that was not given, or a second time");
        return answer(400, &json!({"error": "invalid_grant"}));
    };
    record.expect(asked.get("redirect_uri") == pending.redirect_uri, "another redirect URI");
    let challenge = BASE64URL.encode(Sha256::digest(asked.get("code_verifier")));
    record.expect(challenge == pending.challenge, "the verifier does not fit");
    let mut tokens = tokens(site, |_| {});
    (site.behaviour.token)(&mut tokens);
    answer(site.behaviour.token_status, &Value::Object(tokens))
}

fn refresh(site: &Site, asked: &Parameters) -> HttpResponse {
    let record = &site.record;
    record.note(Asked::Refresh);
    if record.refresh_token().as_deref() != Some(asked.get("refresh_token")) {
        record.expect(false, "a refresh token that is not the last one");
        return answer(400, &json!({"error": "invalid_grant"}));
    }
    let mut tokens = tokens(site, |claims| {
        claims.remove("nonce");
        (site.behaviour.renewed_claims)(claims);
    });
    if site.behaviour.keeps_refresh_token {
        record.rotate(asked.get("refresh_token"));
    }
    (site.behaviour.renewed)(&mut tokens);
    answer(200, &Value::Object(tokens))
}

/// RFC 6749 §5.1, with an ID token; `last` has the last word on its claims.
fn tokens(site: &Site, last: impl FnOnce(&mut Object)) -> Object {
    let record = &site.record;
    let (access_token, refresh_token) = (record.secret("access"), record.secret("refresh"));
    record.rotate(&refresh_token);
    let mut claims = claims(site, &access_token);
    (site.behaviour.claims)(&mut claims);
    last(&mut claims);
    let mut header = object(json!({"alg": "RS256", "kid": SIGNING.kid()}));
    (site.behaviour.header)(&mut header);
    let id_token = keys::jwt(header, claims, site.behaviour.signed, CLIENT_ID);
    record.gave(&id_token);
    object(json!({
        "token_type": "Bearer",
        "expires_in": 3600,
        "access_token": access_token,
        "refresh_token": refresh_token,
        "id_token": id_token,
        "scope": "openid profile email offline_access",
    }))
}

/// OpenID Connect Core §2, as Okta has them.
fn claims(site: &Site, access_token: &str) -> Object {
    let now = clock::now();
    object(json!({
        "iss": site.issuer,
        "aud": CLIENT_ID,
        "sub": SUB,
        "name": "Robin Robot",
        "iat": now,
        "exp": now + 3600,
        "auth_time": site.record.signed_in_at(),
        "nonce": site.record.nonce(),
        "at_hash": BASE64URL.encode(&Sha256::digest(access_token)[..16]),
    }))
}

async fn usual_keys(site: Data<Site>) -> HttpResponse {
    site.record.note(Asked::Keys);
    match site.behaviour.published {
        Published::One => key_set(&[SIGNING.jwk()]),
        Published::Both => key_set(&[OTHER.jwk(), SIGNING.jwk()]),
        Published::Elsewhere => answer(404, &json!({})),
        Published::RotatedJustBeforeSigning => {
            let mut before = key_set(&[OTHER.jwk()]);
            if site.record.count(Asked::Keys) > 1 {
                return key_set(&[OTHER.jwk(), SIGNING.jwk()]);
            }
            let kept = actix_web::http::header::HeaderValue::from_static("max-age=3600");
            before.headers_mut().insert(CACHE_CONTROL, kept);
            before
        }
    }
}

async fn other_keys(site: Data<Site>) -> HttpResponse {
    site.record.note(Asked::Keys);
    key_set(&[OTHER.jwk(), SIGNING.jwk()])
}

fn key_set(keys: &[Value]) -> HttpResponse {
    answer(200, &json!({"keys": keys}))
}

async fn userinfo(site: Data<Site>, request: HttpRequest) -> HttpResponse {
    site.record.note(Asked::UserInfo);
    site.record.expect(carries_a_token(&request), "userinfo was asked without a bearer token in the header");
    let mut claims = object(json!({"sub": SUB, "name": "Robin Robot", "zoneinfo": "Europe/Berlin"}));
    (site.behaviour.userinfo)(&mut claims);
    answer(200, &Value::Object(claims))
}

async fn revoke(site: Data<Site>) -> HttpResponse {
    site.record.note(Asked::Revoke);
    answer(200, &json!({}))
}

async fn logout(site: Data<Site>, body: web::Bytes) -> HttpResponse {
    site.record.note(Asked::Logout);
    let asked = Parameters::of(&body);
    site.record.expect(!asked.get("id_token_hint").is_empty(), "no id_token_hint");
    let state = Some(asked.get("state").to_owned()).filter(|state| !state.is_empty());
    let state = (site.behaviour.logout_state)(state);
    let parameters: Vec<_> = state.map(|state| ("state".to_owned(), state)).into_iter().collect();
    redirect(asked.get("post_logout_redirect_uri"), &parameters)
}

async fn messages(site: Data<Site>, request: HttpRequest) -> HttpResponse {
    site.record.note(Asked::Api);
    if !carries_a_token(&request) {
        return answer(401, &json!({}));
    }
    answer(200, &json!({"messages": [{"text": "Hello."}, {"text": MESSAGE}]}))
}

fn carries_a_token(request: &HttpRequest) -> bool {
    let header = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    header.is_some_and(|value| value.starts_with("Bearer access-")) && request.query_string().is_empty()
}

fn object(value: Value) -> Object {
    match value {
        Value::Object(object) => object,
        _ => Map::new(),
    }
}

/// Of a query or a form.
struct Parameters(Vec<(String, String)>);

impl Parameters {
    fn of(text: &[u8]) -> Self {
        Self(form_urlencoded::parse(text).into_owned().collect())
    }

    /// Empty where there is none.
    fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value)
    }
}

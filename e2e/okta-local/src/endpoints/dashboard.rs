//! The end-user dashboard, and what a click on one of its tiles does (OpenID Connect Core §4).
//!
//! People sign in to it as to any app, at the org's own authorization server; nobody redeems the code.

use actix_web::http::StatusCode;
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use okta_types::{Form, IdClaims, Scopes};
use serde_json::Value;

use super::resource::resource;
use super::{answer, cookies};
use crate::catalogue::{Code, Refusal};
use crate::grants::Grant;
use crate::org::authorization_server::ORG_SERVER;
use crate::org::client::Client;
use crate::org::dashboard::InitiatedLogin;
use crate::org::integration::Integration;
use crate::org::policy::Lifetimes;
use crate::org::return_address::with_query;
use crate::org::session::Session;
use crate::org::state::Directory;
use crate::org::tenant::{About, Tenant};
use crate::org::user::User;
use crate::pages::dashboard::DashboardPage;
use crate::pages::{error, response};
use crate::parameters::Parameters;
use crate::paths;
use crate::system_log::Outcome;
use crate::tokens::Issuance;
use crate::unverified::{DASHBOARD_CLIENT_ID, SETTINGS_MAX_AGE};

/// Adds the routes.
pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(resource("/").route(web::get().to(home)))
        .service(resource(paths::DASHBOARD).route(web::get().to(dashboard)))
        .service(resource(paths::DASHBOARD_CALLBACK).route(web::get().to(callback)))
        .service(resource(paths::SIGN_OUT).route(web::get().to(sign_out)));
    for path in ["/home/{name}/{app}", "/home/{name}/{app}/{link}"] {
        config.service(resource(path).route(web::get().to(tile)));
    }
}

async fn home(tenant: web::Data<Tenant>) -> HttpResponse {
    answer::redirect(StatusCode::FOUND, &format!("{}{}", tenant.base_url, paths::DASHBOARD))
}

async fn dashboard(tenant: web::Data<Tenant>, request: HttpRequest) -> HttpResponse {
    let shown = with_person(&tenant, &request, |directory, user, _| {
        let tiles: Vec<_> =
            directory.tiles_of(user).map(|client| (client.app.label.as_str(), client.link_path())).collect();
        let offers_passkey = directory.authenticators.passkeys && user.passkeys().next().is_none();
        DashboardPage { login: &user.login, tiles: &tiles, offers_passkey }.respond()
    });
    shown.unwrap_or_else(|| sign_in(&tenant, request.path(), &[]))
}

/// Where a sign-in to the dashboard ends: at the page that it was for. The code is not needed, for the session is
/// there.
async fn callback(tenant: web::Data<Tenant>, request: HttpRequest) -> HttpResponse {
    let query = Parameters::parse(request.query_string());
    match query.get("error") {
        Some("login_required") => return error::bad_request(&Code::RequestExpired.into()),
        Some(_) => return error::bad_request(&Code::AccessDenied.into()),
        None => {}
    }
    let is_tile = |path: &str| path.starts_with("/home/") && path.bytes().all(|byte| byte.is_ascii_graphic());
    let is_meant = |path: &&str| *path == paths::SETTINGS || is_tile(path);
    let path = query.get("state").filter(is_meant).unwrap_or(paths::DASHBOARD);
    answer::redirect(StatusCode::SEE_OTHER, &format!("{}{path}", tenant.base_url))
}

async fn sign_out(tenant: web::Data<Tenant>, request: HttpRequest) -> HttpResponse {
    let mut state = tenant.state();
    let ended = cookies::session(&request).and_then(|sid| state.sessions.end(&sid, tenant.now()));
    if let Some(user) = ended.and_then(|session| state.directory.user(&session.user_id)) {
        tenant.record(
            "user.session.end",
            Outcome::Success,
            About { actor: Some(&user.login), client_id: None },
        );
    }
    let location = format!("{}{}", tenant.base_url, paths::SIGNED_OUT);
    let mut response = answer::redirect(StatusCode::FOUND, &location);
    // A cookie without a value is always one.
    let _ = response.add_cookie(&cookies::clear_session());
    response
}

/// A click on a tile, or a link to one.
async fn tile(tenant: web::Data<Tenant>, request: HttpRequest) -> HttpResponse {
    let way = with_person(&tenant, &request, |directory, user, session| {
        let client =
            directory.clients.iter().find(|client| client.active && client.link_path() == request.path());
        client.map(|client| way(&tenant, directory, client, user, session))
    });
    match way {
        None => sign_in(&tenant, request.path(), &[]),
        Some(None) => error::not_found(),
        Some(Some(Ok(Way::SecondFactorFirst))) => {
            sign_in(&tenant, request.path(), &[("acr_values", "urn:okta:loa:2fa:any")])
        }
        Some(Some(Ok(way))) => way.go(&tenant),
        Some(Some(Err(refusal))) => error::bad_request(&refusal),
    }
}

/// Where a click on a tile leads.
enum Way {
    /// To the app's initiate-login address, with `iss` in the query.
    To(String),
    /// To a second factor, which the app wants before anybody is signed in to it.
    SecondFactorFirst,
    /// To that address with an ID token of these claims.
    WithIdToken(String, Box<IdClaims>),
}

impl Way {
    fn go(self, tenant: &Tenant) -> HttpResponse {
        match self {
            Self::To(uri) => answer::redirect(StatusCode::FOUND, &uri),
            Self::SecondFactorFirst => sign_in(tenant, paths::DASHBOARD, &[]),
            Self::WithIdToken(uri, claims) => {
                response::form_post(&uri, &vec![("id_token", tenant.keys.sign(&claims))])
            }
        }
    }
}

fn way(
    tenant: &Tenant,
    directory: &Directory,
    client: &Client,
    user: &User,
    session: &Session,
) -> Result<Way, Refusal> {
    if !directory.may_use(client, user) {
        return Err(Code::UserNotAssigned.into());
    }
    if let Some(integration) = &client.integration {
        return bookmarked(integration).map(Way::To).ok_or(Code::FeatureNotEnabled.into());
    }
    let mode = client.initiated_login();
    if mode == InitiatedLogin::Disabled {
        return Err(Code::IdpInitatedFlowDisabled.into());
    }
    let uri = client.app.initiate_login_uri.as_ref().ok_or(Code::MissingInitiateLoginUri)?;
    // The app gets a token here without a sign-in of its own that would ask for what it wants.
    if mode == InitiatedLogin::Okta && !directory.lets_in(&client.id, session) {
        return Ok(Way::SecondFactorFirst);
    }
    if mode == InitiatedLogin::Okta {
        let claims = id_claims(tenant, directory, client, user, session)?;
        return Ok(Way::WithIdToken(uri.clone(), Box::new(claims)));
    }
    Ok(Way::To(with_query(uri, &Form::new().with("iss", &tenant.base_url))))
}

/// Where a bookmark leads; the other kinds of apps are kept here, and nobody is signed in to them.
fn bookmarked(integration: &Integration) -> Option<String> {
    let url = integration.settings.get("app")?.get("url").and_then(Value::as_str)?;
    (integration.name == "bookmark").then(|| url.to_owned())
}

/// Of an ID token that nobody asked for: it has no nonce, and the org itself issues it.
fn id_claims(
    tenant: &Tenant,
    directory: &Directory,
    client: &Client,
    user: &User,
    session: &Session,
) -> Result<IdClaims, Refusal> {
    let scopes: Scopes = client.initiated_scopes().collect();
    let grant = Grant {
        server_id: ORG_SERVER.to_owned(),
        client_id: client.id.clone(),
        user_id: user.id.clone(),
        scopes: scopes.clone(),
        auth_time: session.auth_time,
        amr: session.amr.clone(),
        acr: None,
        nonce: None,
    };
    let issuance = Issuance {
        issuer: &tenant.base_url,
        server: directory.server(ORG_SERVER).ok_or(Code::ServerError)?,
        directory,
        user,
        grant: &grant,
        scopes: &scopes,
        refresh_family: None,
        lifetimes: Lifetimes::default(),
        now: tenant.now(),
    };
    Ok(issuance.id_claims(None))
}

/// Asks whoever has a session that the org's policy lets in; `None` where nobody has.
fn with_person<T>(
    tenant: &Tenant,
    request: &HttpRequest,
    ask: impl FnOnce(&Directory, &User, &Session) -> T,
) -> Option<T> {
    let mut state = tenant.state();
    let session = state.sessions.find(&cookies::session(request)?, tenant.now())?;
    if !state.directory.lets_in(DASHBOARD_CLIENT_ID, &session) {
        return None;
    }
    let user = state.directory.user(&session.user_id)?;
    Some(ask(&state.directory, user, &session))
}

/// Has the browser sign in lately, with all that the person has, and come back to this page.
pub(super) fn sign_in_again(tenant: &Tenant, path: &str) -> HttpResponse {
    let max_age = SETTINGS_MAX_AGE.as_secs().to_string();
    sign_in(tenant, path, &[("max_age", &max_age), ("acr_values", "urn:okta:loa:2fa:any:ifpossible")])
}

/// Has the browser sign in and come back to this page.
fn sign_in(tenant: &Tenant, path: &str, wanted: &[(&str, &str)]) -> HttpResponse {
    let query = Form::new()
        .with("client_id", DASHBOARD_CLIENT_ID)
        .with("redirect_uri", &format!("{}{}", tenant.base_url, paths::DASHBOARD_CALLBACK))
        .with("response_type", "code")
        .with("scope", "openid")
        .with("state", path);
    let query = wanted.iter().fold(query, |query, (name, value)| query.with(name, value));
    let location = with_query(&tenant.endpoint(ORG_SERVER, "authorize"), &query);
    answer::redirect(StatusCode::FOUND, &location)
}

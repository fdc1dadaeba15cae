//! Refresh tokens of an app (`/apps/{id}/tokens`), of a person for an app (`/users/{id}/clients/{client}/tokens`) and of
//! an authorization server for an app (`/authorizationServers/{id}/clients/{client}/tokens`): listed, read, revoked.

use actix_web::web::{self, Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use super::answer::{Answer, no_content};
use super::authorization_servers::{self, SERVERS};
use super::page::{self, Pages};
use super::refusal::Refusal;
use super::resource::at;
use super::server_id::ServerId;
use super::shape::given;
use super::{lookup, targets};
use crate::grants::{Grant, Renewable};
use crate::org::authorization_server::AuthorizationServer;
use crate::org::client::Client;
use crate::org::state::{Directory, State};
use crate::org::tenant::{ADMINISTRATOR, About, Tenant};
use crate::parameters::Parameters;
use crate::system_log::{Outcome, event_of};
use crate::timestamp::iso;

const PAGES: Pages = Pages { expands: Some("scope"), ..Pages::of(20, 200) };

/// What Okta calls a refresh token in its refusals.
const TOKEN: &str = "OAuth2RefreshTokenTx";

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(at("/apps/{id}/tokens").route(web::get().to(of_app)).route(web::delete().to(revoke_of_app)))
        .service(
            at("/apps/{id}/tokens/{token}")
                .route(web::get().to(one_of_app))
                .route(web::delete().to(revoke_one_of_app)),
        );
    let base = "/users/{id}/clients/{client}/tokens";
    config.service(at(base).route(web::get().to(of_user)).route(web::delete().to(revoke_of_user))).service(
        at(&format!("{base}/{{token}}"))
            .route(web::get().to(one_of_user))
            .route(web::delete().to(revoke_one_of_user)),
    );
    let base = format!("{SERVERS}/{{id}}/clients/{{client}}/tokens");
    config
        .service(at(&base).route(web::get().to(of_server)).route(web::delete().to(revoke_of_server)))
        .service(
            at(&format!("{base}/{{token}}"))
                .route(web::get().to(one_of_server))
                .route(web::delete().to(revoke_one_of_server)),
        );
}

/// Whose tokens a path means.
struct Scope {
    /// Where they are, below the API.
    path: String,
    client_id: String,
    user_id: Option<String>,
    server_id: Option<String>,
}

impl Scope {
    fn app(state: &State, id: &str) -> Result<Self, Refusal> {
        let client_id = lookup::app(&state.directory, id)?.id.clone();
        let path = format!("/apps/{id}/tokens");
        Ok(Self { path, client_id, user_id: None, server_id: None })
    }

    fn user(state: &State, id: &str, client_id: &str) -> Result<Self, Refusal> {
        let user_id = Some(lookup::user(&state.directory, id)?.id.clone());
        let client_id = client(&state.directory, client_id)?.id.clone();
        Ok(Self {
            path: format!("/users/{id}/clients/{client_id}/tokens"),
            client_id,
            user_id,
            server_id: None,
        })
    }

    fn server(state: &State, id: &str, client_id: &str) -> Result<Self, Refusal> {
        let server = authorization_servers::find(&state.directory, id)?;
        let client_id = client(&state.directory, client_id)?.id.clone();
        let path = format!("{SERVERS}/{}/clients/{client_id}/tokens", server.api_id());
        Ok(Self { path, client_id, user_id: None, server_id: Some(server.id.clone()) })
    }

    fn means(&self, grant: &Grant) -> bool {
        grant.client_id == self.client_id
            && self.user_id.as_ref().is_none_or(|id| *id == grant.user_id)
            && self.server_id.as_ref().is_none_or(|id| *id == grant.server_id)
    }

    fn tokens(&self, tenant: &Tenant, state: &State) -> Vec<Renewable> {
        state.grants.renewable(tenant.now(), |grant| self.means(grant))
    }

    fn token(&self, tenant: &Tenant, state: &State, id: &str) -> Result<Renewable, Refusal> {
        let found = self.tokens(tenant, state).into_iter().find(|token| token.id == id);
        found.ok_or_else(|| Refusal::not_found(&format!("{}.{id}", self.client_id), TOKEN))
    }

    fn list(&self, tenant: &Tenant, state: &State, request: &HttpRequest) -> Answer {
        let with_scopes = expands_scope(request);
        let shown = |token: &Renewable| self.show(tenant, &state.directory, token, with_scopes);
        let items = self.tokens(tenant, state).iter().map(shown).collect();
        page::respond(tenant, request, items, PAGES)
    }

    fn get(&self, tenant: &Tenant, state: &State, id: &str, request: &HttpRequest) -> Answer {
        let token = self.token(tenant, state, id)?;
        let shown = self.show(tenant, &state.directory, &token, expands_scope(request));
        Ok(HttpResponse::Ok().json(shown))
    }

    fn revoke_all(&self, tenant: &Tenant, state: &mut State) -> Answer {
        self.tokens(tenant, state).iter().for_each(|token| revoke(tenant, state, token));
        Ok(no_content())
    }

    fn revoke_one(&self, tenant: &Tenant, state: &mut State, id: &str) -> Answer {
        let token = self.token(tenant, state, id)?;
        revoke(tenant, state, &token);
        Ok(no_content())
    }

    fn show(&self, tenant: &Tenant, directory: &Directory, token: &Renewable, with_scopes: bool) -> Value {
        let grant = &token.grant;
        let own = format!("{}/api/v1{}/{}", tenant.base_url, self.path, token.id);
        let server = directory.servers.iter().find(|server| server.id == grant.server_id);
        let scopes: Vec<_> = grant.scopes.iter().collect();
        let mut shown = json!({
            "id": token.id,
            "status": "ACTIVE",
            "created": iso(token.created_at),
            "lastUpdated": iso(token.updated_at),
            "expiresAt": iso(token.expires_at),
            "issuer": tenant.issuer(&grant.server_id),
            "clientId": grant.client_id,
            "userId": grant.user_id,
            "scopes": scopes,
            "_links": links(tenant, directory, grant, &own),
        });
        if let Some(server) = server.filter(|_| with_scopes) {
            let scopes: Vec<_> = scopes.iter().filter_map(|name| shown_scope(tenant, server, name)).collect();
            shown["_embedded"] = json!({ "scopes": scopes });
        }
        shown
    }
}

/// The OAuth client of that id, active or not.
pub(super) fn client<'a>(directory: &'a Directory, id: &str) -> Result<&'a Client, Refusal> {
    lookup::app(directory, id).map_err(|_| Refusal::not_found(id, "PublicClientApp"))
}

/// Whether an answer is to hold what its scopes mean.
pub(super) fn expands_scope(request: &HttpRequest) -> bool {
    Parameters::parse(request.query_string()).get("expand") == Some("scope")
}

/// A scope in an answer about something else.
pub(super) fn shown_scope(tenant: &Tenant, server: &AuthorizationServer, name: &str) -> Option<Value> {
    let scope = server.scopes.iter().find(|scope| scope.name == name)?;
    let own = format!("{}/api/v1{SERVERS}/{}/scopes/{}", tenant.base_url, server.api_id(), scope.id);
    Some(json!({
        "id": scope.id, "name": scope.name, "displayName": scope.display_name, "description": given(&scope.description),
        "_links": {"scope": {"href": own, "title": scope.display_name}},
    }))
}

/// Links to who and what somebody's grant is about, and to itself, in Okta's order.
pub(super) fn parties(
    tenant: &Tenant,
    directory: &Directory,
    (client_id, user_id, server_id): (&str, &str, &str),
    own: Vec<(&str, Value)>,
) -> Value {
    let api = format!("{}/api/v1", tenant.base_url);
    let label = lookup::app(directory, client_id).map(|client| client.app.label.as_str()).unwrap_or_default();
    let titled = |href: String, title: &str| json!({"href": href, "title": title});
    let mut links = json!({"app": titled(format!("{api}/apps/{client_id}"), label)});
    let custom = directory.servers.iter().find(|server| server.id == server_id && !server.is_orgs_own());
    if let Some(server) = custom {
        let href = format!("{api}{SERVERS}/{}", server.api_id());
        links["authorizationServer"] = titled(href, &server.name);
    }
    own.into_iter().for_each(|(name, link)| links[name] = link);
    links["client"] = titled(format!("{}/oauth2/v1/clients/{client_id}", tenant.base_url), label);
    let name = directory.user(user_id).map(|user| user.name()).unwrap_or_default();
    links["user"] = titled(format!("{api}/users/{user_id}"), &name);
    links
}

fn links(tenant: &Tenant, directory: &Directory, grant: &Grant, own: &str) -> Value {
    let revoke = json!({"href": own, "hints": {"allow": ["DELETE"]}});
    let own = vec![("self", json!({ "href": own })), ("revoke", revoke)];
    parties(tenant, directory, (&grant.client_id, &grant.user_id, &grant.server_id), own)
}

fn revoke(tenant: &Tenant, state: &mut State, token: &Renewable) {
    state.grants.revoke_renewable(&token.id);
    let grant = &token.grant;
    let user = state.directory.user(&grant.user_id).map(targets::user);
    let app = lookup::app(&state.directory, &grant.client_id).ok().map(targets::app);
    let targets = user.into_iter().chain(app).collect();
    let about = About { actor: Some(ADMINISTRATOR), client_id: None };
    let event = event_of(&grant.server_id, "app.oauth2.as.token.revoke");
    tenant.record_with(event, Outcome::Success, about, targets, Vec::new());
}

async fn of_app(tenant: Data<Tenant>, id: Path<String>, request: HttpRequest) -> Answer {
    let state = tenant.state();
    Scope::app(&state, &id)?.list(&tenant, &state, &request)
}

async fn one_of_app(tenant: Data<Tenant>, path: Path<(String, String)>, request: HttpRequest) -> Answer {
    let state = tenant.state();
    Scope::app(&state, &path.0)?.get(&tenant, &state, &path.1, &request)
}

async fn revoke_of_app(tenant: Data<Tenant>, id: Path<String>) -> Answer {
    let mut state = tenant.state();
    Scope::app(&state, &id)?.revoke_all(&tenant, &mut state)
}

async fn revoke_one_of_app(tenant: Data<Tenant>, path: Path<(String, String)>) -> Answer {
    let mut state = tenant.state();
    Scope::app(&state, &path.0)?.revoke_one(&tenant, &mut state, &path.1)
}

async fn of_user(tenant: Data<Tenant>, path: Path<(String, String)>, request: HttpRequest) -> Answer {
    let state = tenant.state();
    Scope::user(&state, &path.0, &path.1)?.list(&tenant, &state, &request)
}

async fn one_of_user(
    tenant: Data<Tenant>,
    path: Path<(String, String, String)>,
    request: HttpRequest,
) -> Answer {
    let state = tenant.state();
    Scope::user(&state, &path.0, &path.1)?.get(&tenant, &state, &path.2, &request)
}

async fn revoke_of_user(tenant: Data<Tenant>, path: Path<(String, String)>) -> Answer {
    let mut state = tenant.state();
    Scope::user(&state, &path.0, &path.1)?.revoke_all(&tenant, &mut state)
}

async fn revoke_one_of_user(tenant: Data<Tenant>, path: Path<(String, String, String)>) -> Answer {
    let mut state = tenant.state();
    Scope::user(&state, &path.0, &path.1)?.revoke_one(&tenant, &mut state, &path.2)
}

async fn of_server(tenant: Data<Tenant>, path: Path<(ServerId, String)>, request: HttpRequest) -> Answer {
    let state = tenant.state();
    Scope::server(&state, &path.0, &path.1)?.list(&tenant, &state, &request)
}

async fn one_of_server(
    tenant: Data<Tenant>,
    path: Path<(ServerId, String, String)>,
    request: HttpRequest,
) -> Answer {
    let state = tenant.state();
    Scope::server(&state, &path.0, &path.1)?.get(&tenant, &state, &path.2, &request)
}

async fn revoke_of_server(tenant: Data<Tenant>, path: Path<(ServerId, String)>) -> Answer {
    let mut state = tenant.state();
    Scope::server(&state, &path.0, &path.1)?.revoke_all(&tenant, &mut state)
}

async fn revoke_one_of_server(tenant: Data<Tenant>, path: Path<(ServerId, String, String)>) -> Answer {
    let mut state = tenant.state();
    Scope::server(&state, &path.0, &path.1)?.revoke_one(&tenant, &mut state, &path.2)
}

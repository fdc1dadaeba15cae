//! Metadata of an authorization server (OpenID Connect Discovery §3, RFC 8414 §2), all keys in Okta's order.
//!
//! It lists what Okta's servers list, which is more than this org serves so far.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;

use super::answer;
use super::api_scopes::API_SCOPES;
use super::server_id::ServerId;
use crate::counters::Endpoint;
use crate::org::authorization_server::AuthorizationServer;
use crate::org::tenant::Tenant;
use crate::parameters::Parameters;
use crate::{cors, okta_error};

/// Which of the two documents a URL is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Document {
    /// `openid-configuration`.
    OpenId,
    /// `oauth-authorization-server`.
    OAuth,
}

/// Answers a metadata document (OpenID Connect Discovery §4, RFC 8414 §3).
pub(super) async fn document(
    tenant: web::Data<Tenant>,
    path: ServerId,
    request: HttpRequest,
) -> HttpResponse {
    tenant.counters.count(Endpoint::Discovery);
    let document = request.app_data::<Document>().copied().unwrap_or(Document::OpenId);
    let mut response = answer(&tenant, &path, &request, document);
    cors::share_with_trusted(&tenant, &request, &mut response);
    response
}

fn answer(tenant: &Tenant, server: &str, request: &HttpRequest, document: Document) -> HttpResponse {
    let state = tenant.state();
    let Some(server) = state.directory.server(server) else { return answer::no_such_server(server) };
    let query = Parameters::parse(request.query_string());
    if query.get("client_id").is_some_and(|id| state.directory.client(id).is_none()) {
        let summary = "Invalid value for 'client_id' parameter";
        return okta_error::respond(StatusCode::BAD_REQUEST, "invalid_client", summary);
    }
    HttpResponse::Ok().insert_header(("Cache-Control", "max-age=86400, must-revalidate")).json(metadata(
        tenant,
        server,
        document,
        Settings { response_iss: state.response_iss, pushing: state.directory.requires_pushed_requests },
    ))
}

type List = Vec<&'static str>;

/// Algorithms that Okta takes from others.
const ALGORITHMS: [&str; 9] =
    ["HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "ES256", "ES384", "ES512"];

#[derive(Serialize)]
struct Metadata {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    userinfo_endpoint: Option<String>,
    registration_endpoint: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    jwks_uri: Option<String>,
    response_types_supported: List,
    response_modes_supported: List,
    grant_types_supported: List,
    subject_types_supported: List,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token_signing_alg_values_supported: Option<List>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token_encryption_alg_values_supported: Option<List>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token_encryption_enc_values_supported: Option<List>,
    scopes_supported: Vec<String>,
    token_endpoint_auth_methods_supported: List,
    claims_supported: List,
    code_challenge_methods_supported: List,
    introspection_endpoint: String,
    introspection_endpoint_auth_methods_supported: List,
    revocation_endpoint: String,
    revocation_endpoint_auth_methods_supported: List,
    end_session_endpoint: String,
    request_parameter_supported: bool,
    request_object_signing_alg_values_supported: List,
    device_authorization_endpoint: String,
    pushed_authorization_request_endpoint: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    require_pushed_authorization_requests: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    backchannel_token_delivery_modes_supported: Option<List>,
    #[serde(skip_serializing_if = "Option::is_none")]
    backchannel_authentication_request_signing_alg_values_supported: Option<List>,
    dpop_signing_alg_values_supported: List,
    #[serde(skip_serializing_if = "Option::is_none")]
    frontchannel_logout_supported: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    frontchannel_logout_session_supported: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    identity_chaining_requested_token_types_supported: Option<List>,
    #[serde(skip_serializing_if = "Option::is_none")]
    authorization_response_iss_parameter_supported: Option<bool>,
}

/// What a test may turn on, and Okta's documents do not say.
struct Settings {
    response_iss: bool,
    pushing: bool,
}

fn metadata(
    tenant: &Tenant,
    server: &AuthorizationServer,
    document: Document,
    settings: Settings,
) -> Metadata {
    let endpoint = |name: &str| tenant.endpoint(&server.id, name);
    let open_id = document == Document::OpenId;
    let custom = !server.is_orgs_own();
    // The access tokens of the org's own server are for the org alone, so that document names no keys.
    let orgs_oauth = !custom && !open_id;
    Metadata {
        issuer: tenant.issuer(&server.id),
        authorization_endpoint: endpoint("authorize"),
        token_endpoint: endpoint("token"),
        userinfo_endpoint: open_id.then(|| endpoint("userinfo")),
        registration_endpoint: format!("{}/oauth2/v1/clients", tenant.base_url),
        jwks_uri: (!orgs_oauth).then(|| endpoint("keys")),
        response_types_supported: response_types(open_id),
        response_modes_supported: vec!["query", "fragment", "form_post", "okta_post_message"],
        grant_types_supported: grant_types(open_id, custom),
        subject_types_supported: vec!["public"],
        id_token_signing_alg_values_supported: open_id.then(|| vec!["RS256"]),
        id_token_encryption_alg_values_supported: open_id
            .then(|| vec!["RSA-OAEP-256", "RSA-OAEP-384", "RSA-OAEP-512"]),
        id_token_encryption_enc_values_supported: open_id.then(|| vec!["A256GCM"]),
        scopes_supported: scopes(server, orgs_oauth),
        token_endpoint_auth_methods_supported: auth_methods(),
        claims_supported: claims(open_id),
        code_challenge_methods_supported: vec!["S256"],
        introspection_endpoint: endpoint("introspect"),
        introspection_endpoint_auth_methods_supported: auth_methods(),
        revocation_endpoint: endpoint("revoke"),
        revocation_endpoint_auth_methods_supported: auth_methods(),
        end_session_endpoint: endpoint("logout"),
        request_parameter_supported: true,
        request_object_signing_alg_values_supported: ALGORITHMS.to_vec(),
        device_authorization_endpoint: endpoint("device/authorize"),
        pushed_authorization_request_endpoint: endpoint("par"),
        require_pushed_authorization_requests: settings.pushing.then_some(true),
        backchannel_token_delivery_modes_supported: custom.then(|| vec!["poll"]),
        backchannel_authentication_request_signing_alg_values_supported: custom.then(|| ALGORITHMS.to_vec()),
        dpop_signing_alg_values_supported: ALGORITHMS[3..].to_vec(),
        frontchannel_logout_supported: orgs_oauth.then_some(true),
        frontchannel_logout_session_supported: orgs_oauth.then_some(true),
        identity_chaining_requested_token_types_supported: orgs_oauth
            .then(|| vec!["urn:ietf:params:oauth:token-type:id-jag"]),
        authorization_response_iss_parameter_supported: settings.response_iss.then_some(true),
    }
}

fn response_types(open_id: bool) -> List {
    let all = ["code", "id_token", "code id_token", "code token", "id_token token", "code id_token token"];
    let token = (!open_id).then_some("token");
    all[..1].iter().copied().chain(token).chain(all[1..].iter().copied()).collect()
}

fn grant_types(open_id: bool, custom: bool) -> List {
    let client_credentials = (!open_id).then_some("client_credentials");
    let ciba = custom.then_some("urn:openid:params:grant-type:ciba");
    let exchange = (!custom).then_some("urn:ietf:params:oauth:grant-type:token-exchange");
    ["authorization_code", "implicit", "refresh_token", "password"]
        .into_iter()
        .chain(client_credentials)
        .chain(["urn:ietf:params:oauth:grant-type:device_code"])
        .chain(ciba)
        .chain([
            "urn:okta:params:oauth:grant-type:otp",
            "http://auth0.com/oauth/grant-type/mfa-otp",
            "urn:okta:params:oauth:grant-type:oob",
            "http://auth0.com/oauth/grant-type/mfa-oob",
        ])
        .chain(exchange)
        .collect()
}

fn auth_methods() -> List {
    vec!["client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt", "none"]
}

/// Those that the server has and does not hide, an administrator's first.
fn scopes(server: &AuthorizationServer, orgs_oauth: bool) -> Vec<String> {
    if server.is_orgs_own() {
        let apis = API_SCOPES.iter().filter(|_| orgs_oauth);
        return apis.chain(&ORG_SCOPES).map(|name| (*name).to_owned()).collect();
    }
    let of =
        |system: bool| server.scopes.iter().filter(move |scope| scope.published && scope.system == system);
    let named = of(false).chain(of(true)).map(|scope| scope.name.clone());
    named.chain(["interclient_access".to_owned()]).collect()
}

const ORG_SCOPES: [&str; 7] = ["openid", "email", "profile", "address", "phone", "offline_access", "groups"];

fn claims(open_id: bool) -> List {
    if !open_id {
        return vec!["ver", "jti", "iss", "aud", "iat", "exp", "cid", "uid", "scp", "sub"];
    }
    vec![
        "iss",
        "ver",
        "sub",
        "aud",
        "iat",
        "exp",
        "jti",
        "auth_time",
        "amr",
        "idp",
        "nonce",
        "name",
        "nickname",
        "preferred_username",
        "given_name",
        "middle_name",
        "family_name",
        "email",
        "email_verified",
        "profile",
        "zoneinfo",
        "locale",
        "address",
        "phone_number",
        "picture",
        "website",
        "gender",
        "birthdate",
        "updated_at",
        "at_hash",
        "c_hash",
    ]
}

//! Metadata of an authorization server (OpenID Connect Discovery §3, RFC 8414 §2), all keys in Okta's order.
//!
//! It lists what Okta's servers list, which is more than this org serves so far.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;

use super::{ServerId, answer};
use crate::counters::Endpoint;
use crate::org::authorization_server::ORG_SERVER;
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

/// Answers a document.
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
    if !answer::has_server(&state, server) {
        return answer::no_such_server(server);
    }
    let query = Parameters::parse(request.query_string());
    if query.get("client_id").is_some_and(|id| state.directory.client(id).is_none()) {
        let summary = "Invalid value for 'client_id' parameter";
        return okta_error::respond(StatusCode::BAD_REQUEST, "invalid_client", summary);
    }
    HttpResponse::Ok().insert_header(("Cache-Control", "max-age=86400, must-revalidate")).json(metadata(
        tenant,
        server,
        document,
        state.response_iss,
    ))
}

type List = Vec<&'static str>;

#[derive(Serialize)]
struct Metadata {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    userinfo_endpoint: Option<String>,
    registration_endpoint: String,
    jwks_uri: String,
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
    scopes_supported: List,
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
    authorization_response_iss_parameter_supported: Option<bool>,
}

fn metadata(tenant: &Tenant, server: &str, document: Document, response_iss: bool) -> Metadata {
    let endpoint = |name: &str| tenant.endpoint(server, name);
    let open_id = document == Document::OpenId;
    Metadata {
        issuer: tenant.issuer(server),
        authorization_endpoint: endpoint("authorize"),
        token_endpoint: endpoint("token"),
        userinfo_endpoint: open_id.then(|| endpoint("userinfo")),
        registration_endpoint: format!("{}/oauth2/v1/clients", tenant.base_url),
        jwks_uri: endpoint("keys"),
        response_types_supported: response_types(open_id),
        response_modes_supported: vec!["query", "fragment", "form_post", "okta_post_message"],
        grant_types_supported: grant_types(open_id),
        subject_types_supported: vec!["public"],
        id_token_signing_alg_values_supported: open_id.then(|| vec!["RS256"]),
        id_token_encryption_alg_values_supported: open_id
            .then(|| vec!["RSA-OAEP-256", "RSA-OAEP-384", "RSA-OAEP-512"]),
        id_token_encryption_enc_values_supported: open_id.then(|| vec!["A256GCM"]),
        scopes_supported: if server == ORG_SERVER { org_scopes() } else { scopes() },
        token_endpoint_auth_methods_supported: auth_methods(),
        claims_supported: claims(open_id),
        code_challenge_methods_supported: vec!["S256"],
        introspection_endpoint: endpoint("introspect"),
        introspection_endpoint_auth_methods_supported: auth_methods(),
        revocation_endpoint: endpoint("revoke"),
        revocation_endpoint_auth_methods_supported: auth_methods(),
        end_session_endpoint: endpoint("logout"),
        request_parameter_supported: true,
        request_object_signing_alg_values_supported: vec![
            "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "ES256", "ES384", "ES512",
        ],
        device_authorization_endpoint: endpoint("device/authorize"),
        pushed_authorization_request_endpoint: endpoint("par"),
        authorization_response_iss_parameter_supported: response_iss.then_some(true),
    }
}

fn response_types(open_id: bool) -> List {
    let all = ["code", "id_token", "code id_token", "code token", "id_token token", "code id_token token"];
    let token = (!open_id).then_some("token");
    all[..1].iter().copied().chain(token).chain(all[1..].iter().copied()).collect()
}

fn grant_types(open_id: bool) -> List {
    let client_credentials = (!open_id).then_some("client_credentials");
    ["authorization_code", "implicit", "refresh_token", "password"]
        .into_iter()
        .chain(client_credentials)
        .chain(["urn:ietf:params:oauth:grant-type:device_code"])
        .collect()
}

fn auth_methods() -> List {
    vec!["client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt", "none"]
}

fn scopes() -> List {
    vec![
        "okta.myAccount.email.manage",
        "okta.myAccount.email.read",
        "okta.myAccount.oktaApplications.read",
        "okta.myAccount.organization.read",
        "okta.myAccount.phone.manage",
        "okta.myAccount.phone.read",
        "okta.myAccount.profile.manage",
        "okta.myAccount.profile.read",
        "openid",
        "profile",
        "email",
        "address",
        "phone",
        "offline_access",
        "device_sso",
    ]
}

fn org_scopes() -> List {
    vec!["openid", "email", "profile", "address", "phone", "offline_access", "groups"]
}

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

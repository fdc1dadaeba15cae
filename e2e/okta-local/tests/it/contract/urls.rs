//! Where an org's authorization servers are and what their metadata says (okta 4.1).

use okta_local::RunningOrg;
use serde_json::Value;

use super::wire::{head, like, refused_by_api, texts};
use crate::browser::{
    ALICE, Answer, Browser, PASSWORD, authorize_query, http, parts, redeem, still_org, text,
};

async fn get(url: String) -> Answer {
    Answer::to(http().get(url)).await
}

/// The metadata of a server, all keys in Okta's order; `{i}` is the issuer, `{e}` where its endpoints are, `{d}` the org.
fn document(org: &RunningOrg, pattern: &str, issuer: &str, endpoints: &str) -> String {
    let compact: String = pattern.split_whitespace().collect();
    let compact = compact.replace('+', " ");
    compact.replace("{i}", issuer).replace("{e}", endpoints).replace("{d}", org.base_url())
}

const AUTH_METHODS: &str =
    r#"["client_secret_basic","client_secret_post","client_secret_jwt","private_key_jwt","none"]"#;

const OPENID: &str = r#"{"issuer":"{i}","authorization_endpoint":"{e}/v1/authorize","token_endpoint":"{e}/v1/token",
    "userinfo_endpoint":"{e}/v1/userinfo","registration_endpoint":"{d}/oauth2/v1/clients","jwks_uri":"{e}/v1/keys",
    "response_types_supported":["code","id_token","code+id_token","code+token","id_token+token","code+id_token+token"],
    "response_modes_supported":["query","fragment","form_post","okta_post_message"],
    "grant_types_supported":["authorization_code","implicit","refresh_token","password",
        "urn:ietf:params:oauth:grant-type:device_code",{grants}],
    "subject_types_supported":["public"],
    "id_token_signing_alg_values_supported":["RS256"],
    "id_token_encryption_alg_values_supported":["RSA-OAEP-256","RSA-OAEP-384","RSA-OAEP-512"],
    "id_token_encryption_enc_values_supported":["A256GCM"],
    "scopes_supported":{scopes},
    "token_endpoint_auth_methods_supported":{methods},
    "claims_supported":["iss","ver","sub","aud","iat","exp","jti","auth_time","amr","idp","nonce","name","nickname",
        "preferred_username","given_name","middle_name","family_name","email","email_verified","profile","zoneinfo",
        "locale","address","phone_number","picture","website","gender","birthdate","updated_at","at_hash","c_hash"],
    {tail}}"#;

/// What both documents end with.
const TAIL: &str = r#""code_challenge_methods_supported":["S256"],
    "introspection_endpoint":"{e}/v1/introspect","introspection_endpoint_auth_methods_supported":{methods},
    "revocation_endpoint":"{e}/v1/revoke","revocation_endpoint_auth_methods_supported":{methods},
    "end_session_endpoint":"{e}/v1/logout","request_parameter_supported":true,
    "request_object_signing_alg_values_supported":["HS256","HS384","HS512","RS256","RS384","RS512","ES256","ES384","ES512"],
    "device_authorization_endpoint":"{e}/v1/device/authorize",
    "pushed_authorization_request_endpoint":"{e}/v1/par",{last}"#;

/// What a custom server has and the org's own has not.
const CUSTOM: [(&str, &str); 2] = [
    (
        "{grants}",
        r#""urn:openid:params:grant-type:ciba","urn:okta:params:oauth:grant-type:otp",
            "http://auth0.com/oauth/grant-type/mfa-otp","urn:okta:params:oauth:grant-type:oob",
            "http://auth0.com/oauth/grant-type/mfa-oob""#,
    ),
    (
        "{last}",
        r#""backchannel_token_delivery_modes_supported":["poll"],
            "backchannel_authentication_request_signing_alg_values_supported":
                ["HS256","HS384","HS512","RS256","RS384","RS512","ES256","ES384","ES512"],
            "dpop_signing_alg_values_supported":["RS256","RS384","RS512","ES256","ES384","ES512"]"#,
    ),
];

/// And the other way round.
const ORGS: [(&str, &str); 2] = [
    (
        "{grants}",
        r#""urn:okta:params:oauth:grant-type:otp","http://auth0.com/oauth/grant-type/mfa-otp",
            "urn:okta:params:oauth:grant-type:oob","http://auth0.com/oauth/grant-type/mfa-oob",
            "urn:ietf:params:oauth:grant-type:token-exchange""#,
    ),
    ("{last}", r#""dpop_signing_alg_values_supported":["RS256","RS384","RS512","ES256","ES384","ES512"]"#),
];

const OAUTH: &str = r#"{"issuer":"{i}","authorization_endpoint":"{e}/v1/authorize","token_endpoint":"{e}/v1/token",
    "registration_endpoint":"{d}/oauth2/v1/clients","jwks_uri":"{e}/v1/keys",
    "response_types_supported":["code","token","id_token","code+id_token","code+token","id_token+token",
        "code+id_token+token"],
    "response_modes_supported":["query","fragment","form_post","okta_post_message"],
    "grant_types_supported":["authorization_code","implicit","refresh_token","password","client_credentials",
        "urn:ietf:params:oauth:grant-type:device_code",{grants}],
    "subject_types_supported":["public"],
    "scopes_supported":{scopes},
    "token_endpoint_auth_methods_supported":{methods},
    "claims_supported":["ver","jti","iss","aud","iat","exp","cid","uid","scp","sub"],
    {tail}}"#;

const SCOPES: &str = r#"["orders:read","orders:write",
    "okta.myAccount.appAuthenticator.maintenance.manage",
    "okta.myAccount.appAuthenticator.maintenance.read",
    "okta.myAccount.appAuthenticator.manage",
    "okta.myAccount.appAuthenticator.read",
    "okta.myAccount.authenticators.manage",
    "okta.myAccount.authenticators.read",
    "okta.myAccount.customAuthenticator.manage",
    "okta.myAccount.customAuthenticator.read",
    "okta.myAccount.email.manage",
    "okta.myAccount.email.read",
    "okta.myAccount.manage",
    "okta.myAccount.oktaApplications.read",
    "okta.myAccount.organization.read",
    "okta.myAccount.password.manage",
    "okta.myAccount.password.read",
    "okta.myAccount.phone.manage",
    "okta.myAccount.phone.read",
    "okta.myAccount.profile.manage",
    "okta.myAccount.profile.read",
    "okta.myAccount.read",
    "openid","profile","email","address","phone","offline_access","device_sso","interclient_access"]"#;

const ORG_SCOPES: &str = r#"["openid","email","profile","address","phone","offline_access","groups"]"#;

fn with_lists(pattern: &str, scopes: &str, parts: [(&str, &str); 2]) -> String {
    let whole =
        pattern.replace("{tail}", TAIL).replace("{scopes}", scopes).replace("{methods}", AUTH_METHODS);
    parts.iter().fold(whole, |whole, (name, part)| whole.replace(name, part))
}

#[tokio::test]
async fn discovery_of_a_custom_server_has_all_keys_in_order() {
    let org = still_org().await;
    let issuer = org.issuer().as_str();
    let expected = document(org, &with_lists(OPENID, SCOPES, CUSTOM), issuer, issuer);
    let address = format!("{issuer}/.well-known/openid-configuration");
    for query in ["", &format!("?client_id={}", org.client_id())] {
        let answer = get(format!("{address}{query}")).await;
        head(&answer, 200, &[("content-type", "application/json"), ("location", "")]);
        assert_eq!(answer.body, expected);
    }
}

#[tokio::test]
async fn the_oauth_variant_is_at_two_addresses() {
    let org = still_org().await;
    let issuer = org.issuer().as_str();
    let expected = document(org, &with_lists(OAUTH, SCOPES, CUSTOM), issuer, issuer);
    for address in [
        format!("{issuer}/.well-known/oauth-authorization-server"),
        format!("{}/.well-known/oauth-authorization-server/oauth2/default", org.base_url()),
    ] {
        assert_eq!(get(address).await.body, expected);
    }
}

#[tokio::test]
async fn discovery_of_the_orgs_own_server() {
    let org = still_org().await;
    let (issuer, endpoints) = (org.base_url(), format!("{}/oauth2", org.base_url()));
    let answer = get(format!("{issuer}/.well-known/openid-configuration")).await;
    assert_eq!(answer.body, document(org, &with_lists(OPENID, ORG_SCOPES, ORGS), issuer, &endpoints));
}

#[tokio::test]
async fn the_oauth_document_of_the_orgs_own_server_names_no_keys_and_the_scopes_of_oktas_apis() {
    let org = still_org().await;
    let answer = get(format!("{}/.well-known/oauth-authorization-server", org.base_url())).await;
    let metadata = answer.json();
    assert_eq!(metadata.get("jwks_uri"), None);
    let scopes: Vec<_> =
        metadata["scopes_supported"].as_array().unwrap().iter().map(|s| s.as_str().unwrap()).collect();
    assert_eq!(scopes[..2], ["okta.users.manage", "okta.users.manage.self"]);
    let of_people = ["openid", "email", "profile", "address", "phone", "offline_access", "groups"];
    assert_eq!(scopes[scopes.len() - 7..], of_people);
    assert!(scopes[..scopes.len() - 7].iter().all(|scope| scope.starts_with("okta.")) && scopes.len() > 70);
    let end = r#""dpop_signing_alg_values_supported":["RS256","RS384","RS512","ES256","ES384","ES512"],"frontchannel_logout_supported":true,"frontchannel_logout_session_supported":true,"identity_chaining_requested_token_types_supported":["urn:ietf:params:oauth:token-type:id-jag"]}"#;
    assert!(answer.body.ends_with(end), "{}", answer.body);
}

#[tokio::test]
async fn a_server_publishes_its_own_scopes_and_none_of_anothers() {
    let org = crate::browser::org().await;
    let api = async |path: &str, body: Value| {
        let request = http().post(format!("{}/api/v1/authorizationServers{path}", org.base_url()));
        let request = request.header("Authorization", format!("SSWS {}", org.api_token().expose()));
        Answer::to(request.json(&body)).await.json()
    };
    let server = api("", serde_json::json!({"name": "Garden", "audiences": ["api://garden"]})).await;
    let scopes = format!("/{}/scopes", text(&server, "id"));
    api(&scopes, serde_json::json!({"name": "pricing", "metadataPublish": "ALL_CLIENTS"})).await;
    api(&scopes, serde_json::json!({"name": "hidden"})).await;
    let metadata = get(format!("{}/.well-known/openid-configuration", text(&server, "issuer"))).await.json();
    let expected = "pricing openid profile email address phone offline_access device_sso interclient_access";
    let expected: Vec<_> = expected.split(' ').collect();
    assert_eq!(metadata["scopes_supported"], serde_json::json!(expected));
}

/// Each is there: what it answers to nothing is not that there is no such path.
#[tokio::test]
async fn all_endpoints_are_below_both_issuers() {
    let org = still_org().await;
    for base in [org.issuer().as_str(), &format!("{}/oauth2", org.base_url())] {
        for endpoint in ["authorize", "token", "keys", "userinfo", "introspect", "revoke", "logout"] {
            let answer = get(format!("{base}/v1/{endpoint}")).await;
            assert_ne!(answer.status, 404, "{base} {endpoint}");
        }
    }
}

#[tokio::test]
async fn an_issuer_is_named_in_what_it_issues() {
    let org = still_org().await;
    let code = Browser::new(org).code_for(ALICE, &[]).await;
    let tokens = redeem(org, &code, &[]).await.json();
    for token in ["access_token", "id_token"] {
        assert_eq!(text(&parts(text(&tokens, token)).1, "iss"), format!("{}/oauth2/default", org.base_url()));
    }
}

#[tokio::test]
async fn access_tokens_are_yours_to_verify_on_a_custom_server_and_opaque_on_the_orgs_own() {
    let org = still_org().await;
    let published = async |server: &str, token: &str| {
        let header: Value = serde_json::from_str(&texts(token).0).expect("JSON");
        let keys = Answer::to(http().get(format!("{}{server}/v1/keys", org.base_url()))).await.json();
        keys["keys"].as_array().expect("keys").iter().any(|key| key["kid"] == header["kid"])
    };
    let code = Browser::new(org).code_for(ALICE, &[]).await;
    let tokens = redeem(org, &code, &[]).await.json();
    assert!(published("/oauth2/default", text(&tokens, "access_token")).await);
    let browser = Browser::new(org);
    let query = authorize_query(org, &[]);
    let page = browser.get(&format!("{}/oauth2/v1/authorize?{query}", org.base_url())).await;
    let code = browser.sign_in(&page, ALICE, PASSWORD).await.code();
    let form = crate::browser::redemption(org, &code, &[]);
    let request = http().post(format!("{}/oauth2/v1/token", org.base_url())).body(form.as_str().to_owned());
    let request = request.header("Content-Type", "application/x-www-form-urlencoded");
    let tokens = Answer::to(request).await.json();
    assert!(!published("/oauth2", text(&tokens, "access_token")).await);
    assert!(published("/oauth2", text(&tokens, "id_token")).await);
    assert!(!published("/oauth2/default", text(&tokens, "id_token")).await, "each has keys of its own");
}

#[tokio::test]
async fn errors_of_metadata_have_the_shape_of_oktas_apis() {
    let org = still_org().await;
    let summary = "Not found: Resource not found: nope (AuthorizationServer)";
    for address in [
        "/oauth2/nope/.well-known/openid-configuration",
        "/oauth2/nope/.well-known/oauth-authorization-server",
        "/.well-known/oauth-authorization-server/oauth2/nope",
        "/oauth2/nope/v1/keys",
        "/oauth2/nope/v1/authorize",
        "/oauth2/nope/v1/userinfo",
    ] {
        refused_by_api(&get(format!("{}{address}", org.base_url())).await, 404, "E0000007", summary);
    }
    let unknown = get(format!("{}?client_id=nope", org.issuer().discovery_url())).await;
    head(&unknown, 400, &[("content-type", "application/json")]);
    let body = r#"{"errorCode":"invalid_client","errorSummary":"Invalid value for 'client_id' parameter","errorLink":"invalid_client","errorId":"oae…","errorCauses":[]}"#;
    like(&unknown.body, body);
}

//! Apps as a live org answers: members, values and words of exchanges with one.

use okta_local::RunningOrg;
use reqwest::Method;
use serde_json::{Value, json};

use super::{call, get};
use crate::browser::{Answer, http, org, text};

/// What Okta's Terraform provider sends to make an app of that type.
pub(super) fn terraform(kind: &str, grants: &[&str], response_types: &[&str]) -> Value {
    json!({
        "accessibility": {},
        "credentials": {
            "oauthClient": {
                "autoKeyRotation": true, "pkce_required": false, "token_endpoint_auth_method": "client_secret_basic",
            },
            "userNameTemplate": {"template": "${source.login}", "type": "BUILT_IN"},
        },
        "label": "Garden", "name": "oidc_client", "signOnMode": "OPENID_CONNECT",
        "settings": {
            "notes": {},
            "oauthClient": {
                "application_type": kind, "consent_method": "TRUSTED", "dpop_bound_access_tokens": false,
                "grant_types": grants, "idp_initiated_login": {"default_scope": [], "mode": "DISABLED"},
                "issuer_mode": "ORG_URL", "redirect_uris": ["http://localhost:8080/login/callback"],
                "response_types": response_types, "wildcard_redirect": "DISABLED",
            },
        },
        "visibility": {"hide": {"iOS": true, "web": true}},
    })
}

pub(super) async fn made(org: &RunningOrg, body: &Value) -> Value {
    let answer = call(org, Method::POST, "/apps?activate=true", body).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

#[tokio::test]
async fn a_web_app_has_all_members_of_a_live_orgs() {
    let org = org().await;
    let body = terraform("web", &["authorization_code", "implicit"], &["code", "token", "id_token"]);
    let app = made(&org, &body).await;
    let id = text(&app, "id");
    let organization =
        Answer::to(http().get(format!("{}/.well-known/okta-organization", org.base_url()))).await;
    let organization = organization.json();
    let url = |rest: &str| format!("{}/api/v1/apps/{id}{rest}", org.base_url());
    let policy = |name: &str| app["_links"][name]["href"].clone();
    let link = app["_links"]["appLinks"][0]["href"].as_str().unwrap_or_default();
    let tail = link.strip_prefix(&format!("{}/home/oidc_client/{id}/aln", org.base_url()));
    assert_eq!(tail.map(str::len), Some(17), "{link}");
    let signing = &app["credentials"]["signing"]["kid"];
    assert_eq!(signing.as_str().map(str::len), Some(43));
    let expected = json!({
        "id": id, "orn": format!("orn:okta:idp:{}:apps:oidc_client:{id}", text(&organization, "id")),
        "name": "oidc_client", "label": "Garden", "status": "ACTIVE",
        "created": app["created"], "lastUpdated": app["lastUpdated"],
        "accessibility": {"selfService": false, "errorRedirectUrl": null, "loginRedirectUrl": null},
        "visibility": {
            "autoLaunch": false, "autoSubmitToolbar": false, "hide": {"iOS": true, "web": true},
            "appLinks": {"oidc_client_link": true},
        },
        "features": [], "signOnMode": "OPENID_CONNECT",
        "credentials": {
            "userNameTemplate": {"template": "${source.login}", "type": "BUILT_IN"},
            "signing": {"kid": signing},
            "oauthClient": {
                "autoKeyRotation": true, "client_id": id,
                "client_secret": app["credentials"]["oauthClient"]["client_secret"],
                "token_endpoint_auth_method": "client_secret_basic", "pkce_required": false,
            },
        },
        "universalLogout": {
            "status": "DISABLED", "supportType": "FULL", "identityStack": "NOT_SHARED",
            "protocol": "GLOBAL_TOKEN_REVOCATION",
        },
        "settings": {
            "app": {}, "manualProvisioning": false, "implicitAssignment": false, "emOptInStatus": "NONE",
            "notifications": {"vpn": {"network": {"connection": "DISABLED"}, "message": null, "helpUrl": null}},
            "notes": {"admin": null, "enduser": null},
            "oauthClient": {
                "client_uri": null, "logo_uri": null, "redirect_uris": ["http://localhost:8080/login/callback"],
                "response_types": ["code", "token", "id_token"], "grant_types": ["authorization_code", "implicit"],
                "application_type": "web", "consent_method": "TRUSTED", "issuer_mode": "ORG_URL",
                "idp_initiated_login": {"mode": "DISABLED", "default_scope": []}, "wildcard_redirect": "DISABLED",
                "dpop_bound_access_tokens": false, "participate_slo": false,
            },
        },
        "_links": {
            "uploadLogo": {"href": url("/logo"), "hints": {"allow": ["POST"]}},
            "appLinks": [{
                "name": "oidc_client_link", "href": link, "type": "text/html",
            }],
            "profileEnrollment": {"href": policy("profileEnrollment")},
            "policies": {"href": url("/policies"), "hints": {"allow": ["PUT"]}},
            "groups": {"href": url("/groups")},
            "logo": [{
                "name": "medium", "href": format!("{}/assets/img/logos/default.png", org.base_url()), "type": "image/png",
            }],
            "clientCredentials": [{"name": "secrets", "href": url("/credentials/secrets")}],
            "accessPolicy": {"href": policy("accessPolicy")},
            "users": {"href": url("/users")},
            "deactivate": {"href": url("/lifecycle/deactivate")},
        },
    });
    assert_eq!(app, expected);
    assert_eq!(text(&app["credentials"]["oauthClient"], "client_secret").len(), 64);
    let policies = format!("{}/api/v1/policies/rst", org.base_url());
    for name in ["accessPolicy", "profileEnrollment"] {
        assert!(policy(name).as_str().is_some_and(|href| href.starts_with(&policies)), "{name}");
    }
}

#[tokio::test]
async fn every_type_has_the_grants_and_methods_that_okta_lets_it_have() {
    let org = org().await;
    for (kind, grants, response_types) in [
        ("web", &["authorization_code"][..], &["code"][..]),
        ("web", &["authorization_code", "refresh_token", "client_credentials"], &["code"]),
        ("web", &["urn:openid:params:grant-type:ciba", "authorization_code", "refresh_token"], &["code"]),
        ("browser", &["implicit"], &["token", "id_token"]),
        ("browser", &["authorization_code", "refresh_token"], &["code"]),
        ("native", &["authorization_code", "implicit", "password"], &["token", "id_token", "code"]),
        ("native", &["password"], &[]),
        ("native", &["urn:ietf:params:oauth:grant-type:device_code", "refresh_token"], &[]),
        ("native", &["authorization_code", "urn:ietf:params:oauth:grant-type:token-exchange"], &["code"]),
        (
            "native",
            &[
                "authorization_code",
                "urn:okta:params:oauth:grant-type:otp",
                "urn:okta:params:oauth:grant-type:oob",
            ],
            &["code"],
        ),
        (
            "native",
            &[
                "authorization_code",
                "http://auth0.com/oauth/grant-type/mfa-otp",
                "http://auth0.com/oauth/grant-type/mfa-oob",
            ],
            &["code"],
        ),
        ("service", &["client_credentials"], &["token"]),
    ] {
        for method in ["client_secret_basic", "client_secret_post", "client_secret_jwt"] {
            let mut body = terraform(kind, grants, response_types);
            body["credentials"]["oauthClient"]["token_endpoint_auth_method"] = json!(method);
            let app = made(&org, &body).await;
            let settings = &app["settings"]["oauthClient"];
            assert_eq!(settings["grant_types"], json!(grants), "{kind}");
            if !response_types.is_empty() {
                assert_eq!(settings["response_types"], json!(response_types), "{kind}");
            }
            assert_eq!(app["credentials"]["oauthClient"]["token_endpoint_auth_method"], method);
            let path = format!("/apps/{}", text(&app, "id"));
            let again = call(&org, Method::PUT, &path, &app).await;
            assert_eq!(
                (again.status.as_u16(), &again.json()["settings"]),
                (200, &app["settings"]),
                "{again:?}"
            );
        }
    }
}

#[tokio::test]
async fn what_an_app_is_given_is_what_is_read_again() {
    let org = org().await;
    let mut body = terraform("web", &["authorization_code"], &["code"]);
    body["accessibility"] =
        json!({"selfService": true, "errorRedirectUrl": "https://example.com/e", "loginRedirectUrl": null});
    body["visibility"] = json!({
        "autoLaunch": true, "autoSubmitToolbar": true, "hide": {"iOS": false, "web": false},
        "appLinks": {"oidc_client_link": false},
    });
    body["profile"] = json!({"groups": {"whitelist": ["Gardeners"]}});
    body["credentials"]["userNameTemplate"] =
        json!({"template": "user.email", "type": "CUSTOM", "pushStatus": "PUSH"});
    body["credentials"]["oauthClient"]["autoKeyRotation"] = json!(false);
    body["settings"]["notes"] = json!({"admin": "for us", "enduser": "for you"});
    body["settings"]["implicitAssignment"] = json!(true);
    let settings = json!({
        "client_uri": "https://example.com/client", "logo_uri": "https://example.com/logo.png",
        "issuer_mode": "DYNAMIC", "wildcard_redirect": "SUBDOMAIN", "network": {"connection": "ANYWHERE"},
        "participate_slo": true, "frontchannel_logout_uri": "https://example.com/logout",
        "frontchannel_logout_session_required": true, "jwks_uri": "https://example.com/keys",
        "idp_initiated_login": {"mode": "SPEC", "default_scope": ["openid"]},
        "redirect_uris": ["https://*.example.com/callback"], "some_later_setting": {"of": ["okta's"]},
    });
    for (name, value) in settings.as_object().unwrap() {
        body["settings"]["oauthClient"][name] = value.clone();
    }
    let app = made(&org, &body).await;
    let path = format!("/apps/{}", text(&app, "id"));
    let check = |app: &Value| {
        for place in [
            "/accessibility",
            "/visibility",
            "/profile",
            "/settings/notes",
            "/settings/implicitAssignment",
            "/credentials/userNameTemplate",
            "/credentials/oauthClient/autoKeyRotation",
        ] {
            assert_eq!(app.pointer(place), body.pointer(place), "{place}");
        }
        for (name, value) in settings.as_object().unwrap() {
            assert_eq!(&app["settings"]["oauthClient"][name], value, "{name}");
        }
    };
    check(&app);
    check(&get(&org, &path).await);
    let again = call(&org, Method::PUT, &path, &app).await;
    check(&again.json());
    let usual = terraform("web", &["authorization_code"], &["code"]);
    let reset = call(&org, Method::PUT, &path, &usual).await.json();
    assert_eq!(
        reset["settings"]["notes"],
        json!({"admin": null, "enduser": null}),
        "what is left out is as in a new app"
    );
    let bookmark = json!({
        "name": "bookmark", "label": "Mark", "signOnMode": "BOOKMARK",
        "settings": {"app": {"url": "https://example.com", "requestIntegration": false}, "notes": {"admin": "seen"}},
        "visibility": {"hide": {"iOS": true, "web": false}}, "accessibility": {"selfService": true},
    });
    let app = made(&org, &bookmark).await;
    assert_eq!(
        (&app["settings"]["notes"]["admin"], &app["visibility"]["hide"]),
        (&json!("seen"), &bookmark["visibility"]["hide"])
    );
    assert_eq!(app["accessibility"]["selfService"], true);
}

#[tokio::test]
async fn what_was_not_given_is_left_out() {
    let org = org().await;
    let app = made(&org, &terraform("web", &["authorization_code"], &["code"])).await;
    for name in
        ["initiate_login_uri", "post_logout_redirect_uris", "refresh_token", "jwks", "jwks_uri", "network"]
    {
        assert_eq!(app["settings"]["oauthClient"].get(name), None, "{name}");
    }
    let mut body = terraform("web", &["authorization_code", "refresh_token"], &["code"]);
    body["settings"]["oauthClient"]["refresh_token"] = json!({"rotation_type": "STATIC", "leeway": 0});
    let app = made(&org, &body).await;
    assert_eq!(app["settings"]["oauthClient"]["refresh_token"], json!({"rotation_type": "STATIC"}));
}

#[tokio::test]
async fn a_secret_that_is_not_repeated_stays() {
    let org = org().await;
    let body = terraform("web", &["authorization_code"], &["code"]);
    let app = made(&org, &body).await;
    let (path, secret) =
        (format!("/apps/{}", text(&app, "id")), &app["credentials"]["oauthClient"]["client_secret"]);
    let with = async |secret: Value, method: &str| {
        let mut body = body.clone();
        body["credentials"]["oauthClient"]["client_secret"] = secret;
        body["credentials"]["oauthClient"]["token_endpoint_auth_method"] = json!(method);
        let answer = call(&org, Method::PUT, &path, &body).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()["credentials"]["oauthClient"]["client_secret"].clone()
    };
    assert_eq!(&with(json!(""), "client_secret_basic").await, secret);
    assert_eq!(&with(json!(null), "client_secret_post").await, secret);
    assert_eq!(with(json!("of my own choice"), "client_secret_jwt").await, "of my own choice");
}

#[tokio::test]
async fn refusals_of_apps_have_a_live_orgs_words() {
    let org = org().await;
    for (place, value, field, cause) in [
        (
            "/settings/oauthClient/redirect_uris",
            json!(["https://example.com/#x"]),
            "redirect_uris",
            "redirect_uris: ''redirect_uris'' must not contain a fragment identifier.",
        ),
        (
            "/credentials/oauthClient/token_endpoint_auth_method",
            json!("magic"),
            "tokenAuthMethod",
            "tokenAuthMethod: The field has an invalid value",
        ),
        (
            "/settings/oauthClient/refresh_token",
            json!({"rotation_type": "SPIN"}),
            "rotationType",
            "rotationType: The field has an invalid value",
        ),
        (
            "/credentials/oauthClient/token_endpoint_auth_method",
            json!("none"),
            "token_endpoint_auth_method",
            "token_endpoint_auth_method: 'token_endpoint_auth_method' is invalid. Valid values: [client_secret_basic, \
             client_secret_post, client_secret_jwt, private_key_jwt].",
        ),
    ] {
        let mut body = terraform("web", &["authorization_code", "refresh_token"], &["code"]);
        body["settings"]["oauthClient"]["refresh_token"] = json!({"rotation_type": "STATIC"});
        *body.pointer_mut(place).unwrap() = value;
        let error = call(&org, Method::POST, "/apps", &body).await.json();
        assert_eq!(error["errorSummary"], format!("Api validation failed: {field}"), "{error}");
        assert_eq!(error["errorCauses"], json!([{"errorSummary": cause}]));
    }
}

#[tokio::test]
async fn summaries_name_the_setting_and_not_its_path() {
    let org = org().await;
    for (name, value) in [
        ("application_type", json!("car")),
        ("grant_types", json!(["client_credentials"])),
        ("response_types", json!(["token"])),
        ("redirect_uris", json!([])),
        ("post_logout_redirect_uris", json!(["/here"])),
        ("initiate_login_uri", json!("here")),
        ("consent_method", json!("MAYBE")),
    ] {
        let mut body = terraform("browser", &["authorization_code"], &["code"]);
        body["settings"]["oauthClient"][name] = value;
        let error = call(&org, Method::POST, "/apps", &body).await.json();
        assert_eq!(error["errorSummary"], format!("Api validation failed: {name}"), "{error}");
    }
}

#[tokio::test]
async fn what_terraform_asks_beside_an_app_is_answered() {
    let org = org().await;
    let app = made(&org, &terraform("web", &["authorization_code"], &["code"])).await;
    let id = text(&app, "id");
    let organization =
        Answer::to(http().get(format!("{}/.well-known/okta-organization", org.base_url()))).await;
    let organization = organization.json();
    assert!(text(&organization, "id").starts_with("00o"));
    assert_eq!(
        (&organization["pipeline"], &organization["_links"]["organization"]["href"]),
        (&json!("idx"), &json!(org.base_url()))
    );
    let policies = get(&org, "/policies?type=ACCESS_POLICY").await;
    let policy = &policies[0];
    assert_eq!(
        (&policy["type"], &policy["status"], &policy["system"]),
        (&json!("ACCESS_POLICY"), &json!("ACTIVE"), &json!(true))
    );
    assert_eq!((&policy["priority"], policy.get("conditions")), (&json!(1), Some(&Value::Null)));
    assert_eq!(policy["_embedded"], json!({"resourceType": "APP"}));
    let own = text(policy, "id");
    assert_eq!(app["_links"]["accessPolicy"]["href"], format!("{}/api/v1/policies/{own}", org.base_url()));
    let mut alone = policy.clone();
    alone.as_object_mut().unwrap().shift_remove("_embedded");
    assert_eq!(get(&org, &format!("/policies/{own}")).await, alone);
    assert_eq!(
        call(&org, Method::PUT, &format!("/apps/{id}/policies/{own}"), &Value::Null).await.status,
        204
    );
    let unknown = call(&org, Method::PUT, &format!("/apps/{id}/policies/rstnone"), &Value::Null).await.json();
    assert_eq!(unknown["errorSummary"], "Not found: Resource not found: rstnone (Policy)");
    assert_eq!(
        call(&org, Method::PUT, &format!("/apps/0oanone/policies/{own}"), &Value::Null).await.status,
        404
    );
    assert_eq!(get(&org, "/policies?type=PASSWORD").await, json!([]));
    assert_eq!(call(&org, Method::GET, "/policies?type=PIGEON", &Value::Null).await.status, 400);
    let claim = format!("/internal/apps/{id}/settings/oauth/idToken");
    assert_eq!(get(&org, &claim).await["valueType"], "NONE");
    let given =
        json!({"valueType": "GROUPS", "groupFilterType": "EQUALS", "name": "groups", "value": "Gardeners"});
    assert_eq!(call(&org, Method::POST, &claim, &given).await.status, 200);
    let read = get(&org, &claim).await;
    for (name, value) in given.as_object().unwrap() {
        assert_eq!(&read[name], value, "{name}");
    }
    assert_eq!(read["audience"], id);
}

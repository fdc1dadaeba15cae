//! Everything that Grove needs of an org, in the order in which it has to be made.

use serde_json::{Value, json};
use url::form_urlencoded;

use super::resource::{Known, Making, Resource, Test};

/// Marks what this command made where the resource has a description.
const MADE_BY: &str = "Made by `cargo okta setup`.";
/// The group that everybody in an org is in.
const EVERYONE: &str = "Everyone";

pub(super) const SPA: &str = "spa";
pub(super) const SERVICE: &str = "service";
pub(super) const SERVER: &str = "server";
const GROUP: &str = "group";
const POLICY: &str = "policy";

/// What was asked for.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    /// The label of the app; the service app's is `{label} service`.
    pub(super) label: String,
    /// The id of the authorization server, e.g. `default`.
    pub(super) server: String,
    /// Where the SPA is served: development and production.
    pub(super) origins: Vec<String>,
    /// The group whose members may sign in.
    pub(super) group: Option<String>,
}

impl Wanted {
    /// The resources.
    pub(super) fn resources(&self) -> Vec<Resource> {
        let mut all = vec![
            self.authorization_server(),
            self.spa(),
            self.assigned_group(),
            self.assignment(),
            self.service(),
        ];
        all.extend(self.origins.iter().map(|origin| self.trusted_origin(origin)));
        all.push(self.scope("orders:read", "See your orders"));
        all.push(self.scope("orders:write", "Place and cancel orders"));
        all.push(self.groups_claim("groups in access tokens", "RESOURCE"));
        all.push(self.groups_claim("groups in ID tokens", "IDENTITY"));
        all.extend([self.policy(), self.rule()]);
        all
    }

    fn at_server(&self, what: &str) -> Box<dyn Fn(&Known) -> String + Send + Sync> {
        let path = format!("/api/v1/authorizationServers/{}/{what}", self.server);
        Box::new(move |_| path.clone())
    }

    fn authorization_server(&self) -> Resource {
        Resource {
            title: format!("authorization server {}", self.server),
            making: Making::Lookup,
            ..resource(SERVER, "/api/v1/authorizationServers", ("id", &self.server))
        }
    }

    fn spa(&self) -> Resource {
        let redirect: Vec<_> = self.origins.iter().map(|origin| format!("{origin}/login/callback")).collect();
        let initiate = self.origins.last().map(|origin| format!("{origin}/login"));
        let body = json!({
            "name": "oidc_client",
            "label": self.label,
            "signOnMode": "OPENID_CONNECT",
            "credentials": {"oauthClient": {"token_endpoint_auth_method": "none", "pkce_required": true}},
            "settings": {"oauthClient": {
                "application_type": "browser",
                "response_types": ["code"],
                "grant_types": ["authorization_code", "refresh_token"],
                "redirect_uris": redirect,
                "post_logout_redirect_uris": self.origins,
                "initiate_login_uri": initiate,
                "consent_method": "TRUSTED",
                "refresh_token": {"rotation_type": "ROTATE", "leeway": 30},
            }},
        });
        Resource {
            title: format!("app {} (single-page)", self.label),
            query: search(&self.label),
            wanted: Box::new(move |_, _| body.clone()),
            making: Making::PostAndDeactivate,
            fixed: "settings.oauthClient.application_type",
            ours: Box::new(|_| true),
            ..resource(SPA, "/api/v1/apps", ("label", &self.label))
        }
    }

    fn assigned_group(&self) -> Resource {
        let name = self.group.clone().unwrap_or_else(|| EVERYONE.to_owned());
        Resource {
            title: format!("group {name}"),
            query: search(&name),
            is: Box::new(move |_| {
                let name = name.clone();
                Box::new(move |group| group["profile"]["name"] == name.as_str())
            }),
            making: Making::Lookup,
            ..resource(GROUP, "/api/v1/groups", ("id", ""))
        }
    }

    fn assignment(&self) -> Resource {
        Resource {
            title: format!("app {} for the group {}", self.label, self.group.as_deref().unwrap_or(EVERYONE)),
            collection: Box::new(|known| format!("/api/v1/apps/{}/groups", known.id(SPA))),
            is: Box::new(|known| is("id", known.id(GROUP))),
            wanted: Box::new(|known, _| json!({"id": known.id(GROUP)})),
            making: Making::PutItem,
            ..resource("assignment", "", ("id", ""))
        }
    }

    fn service(&self) -> Resource {
        let label = format!("{} service", self.label);
        let body = json!({
            "name": "oidc_client",
            "label": label,
            "signOnMode": "OPENID_CONNECT",
            "credentials": {"oauthClient": {"token_endpoint_auth_method": "client_secret_basic"}},
            "settings": {"oauthClient": {
                "application_type": "service",
                "response_types": ["token"],
                "grant_types": ["client_credentials"],
            }},
        });
        Resource {
            title: format!("app {label} (for backend developers)"),
            query: search(&label),
            wanted: Box::new(move |_, _| body.clone()),
            making: Making::PostAndDeactivate,
            fixed: "settings.oauthClient.application_type",
            ours: Box::new(|_| true),
            ..resource(SERVICE, "/api/v1/apps", ("label", &label))
        }
    }

    fn trusted_origin(&self, origin: &str) -> Resource {
        let name = format!("{} {origin}", self.label);
        let body = json!({"origin": origin, "scopes": [{"type": "CORS"}, {"type": "REDIRECT"}]});
        let marked = name.clone();
        Resource {
            title: format!("trusted origin {origin}"),
            wanted: Box::new(move |_, existing| match existing {
                // What somebody else called it stays.
                Some(_) => body.clone(),
                None => with_name(&body, &name),
            }),
            making: Making::Post,
            ours: Box::new(move |existing| existing["name"] == marked.as_str()),
            ..resource(&format!("origin {origin}"), "/api/v1/trustedOrigins", ("origin", origin))
        }
    }

    fn scope(&self, name: &'static str, shown: &'static str) -> Resource {
        let body = json!({
            "name": name, "displayName": shown, "description": format!("{shown}. {MADE_BY}"),
            "consent": "IMPLICIT", "metadataPublish": "ALL_CLIENTS",
        });
        Resource {
            title: format!("scope {name}"),
            collection: self.at_server("scopes"),
            wanted: Box::new(move |_, existing| match existing {
                // The scope is there; how it is described is not Grove's business.
                Some(_) => json!({"name": name}),
                None => body.clone(),
            }),
            making: Making::Post,
            ours: Box::new(|existing| {
                existing["description"].as_str().is_some_and(|text| text.contains(MADE_BY))
            }),
            ..resource(name, "", ("name", name))
        }
    }

    fn groups_claim(&self, key: &'static str, claim_type: &'static str) -> Resource {
        let body = json!({
            "name": "groups", "status": "ACTIVE", "claimType": claim_type, "valueType": "GROUPS",
            "value": ".*", "group_filter_type": "REGEX", "alwaysIncludeInToken": true,
            "conditions": {"scopes": []},
        });
        Resource {
            title: format!("claim {key}"),
            collection: self.at_server("claims"),
            is: Box::new(move |_| {
                Box::new(move |claim| claim["name"] == "groups" && claim["claimType"] == claim_type)
            }),
            wanted: Box::new(move |_, existing| match existing {
                // Which groups it holds is the org's decision.
                Some(_) => json!({"name": "groups", "status": "ACTIVE"}),
                None => body.clone(),
            }),
            making: Making::Post,
            ours: Box::new(|existing| existing["value"] == ".*" && existing["group_filter_type"] == "REGEX"),
            ..resource(key, "", ("name", "groups"))
        }
    }

    fn policy(&self) -> Resource {
        let label = self.label.clone();
        Resource {
            title: format!("access policy {label}"),
            collection: self.at_server("policies"),
            wanted: Box::new(move |known, _| {
                json!({
                    "type": "OAUTH_AUTHORIZATION_POLICY", "status": "ACTIVE", "name": label,
                    "description": MADE_BY,
                    "conditions": {"clients": {"include": [known.id(SPA), known.id(SERVICE)]}},
                })
            }),
            making: Making::Post,
            ours: Box::new(|_| true),
            ..resource(POLICY, "", ("name", &self.label))
        }
    }

    fn rule(&self) -> Resource {
        let collection = self.at_server("policies");
        let name = format!("{} sign-in", self.label);
        let body = json!({
            "type": "RESOURCE_ACCESS", "status": "ACTIVE", "name": name, "priority": 1,
            "conditions": {
                "people": {"users": {"include": []}, "groups": {"include": ["EVERYONE"]}},
                "grantTypes": {"include": ["authorization_code", "client_credentials"]},
                "scopes": {"include": ["*"]},
            },
            "actions": {"token": {
                "accessTokenLifetimeMinutes": 60,
                "refreshTokenLifetimeMinutes": 0,
                "refreshTokenWindowMinutes": 10080,
            }},
        });
        Resource {
            title: format!("rule {name}"),
            collection: Box::new(move |known| format!("{}/{}/rules", collection(known), known.id(POLICY))),
            wanted: Box::new(move |_, _| body.clone()),
            making: Making::Post,
            ours: Box::new(|_| true),
            ..resource("rule", "", ("name", &name))
        }
    }
}

/// A resource that is found by one member of it, wants nothing, and is only looked up.
fn resource(name: &str, collection: &'static str, (member, value): (&'static str, &str)) -> Resource {
    let value = value.to_owned();
    Resource {
        name: name.to_owned(),
        title: String::new(),
        collection: Box::new(move |_| collection.to_owned()),
        query: String::new(),
        is: Box::new(move |_| is(member, &value)),
        wanted: Box::new(|_, _| json!({})),
        making: Making::Lookup,
        fixed: "",
        ours: Box::new(|_| false),
    }
}

/// Items whose member has that value.
fn is(member: &'static str, value: &str) -> Test {
    let value = value.to_owned();
    Box::new(move |item| item[member] == value.as_str())
}

fn with_name(body: &Value, name: &str) -> Value {
    let mut body = body.clone();
    body["name"] = name.into();
    body
}

/// `?q=…`: names that begin so.
fn search(name: &str) -> String {
    format!("?q={}", form_urlencoded::byte_serialize(name.as_bytes()).collect::<String>())
}

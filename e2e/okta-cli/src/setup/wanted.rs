//! Everything that Grove needs of an org, in the order in which it has to be made.

use serde_json::{Value, json};
use url::form_urlencoded;

use super::app;
use super::found::Found;
use super::known::Known;
use super::marks::{MADE_BY, is_marked, marked, says_so};
use super::merge::covers;
use super::names::{CLAIMS, ORIGIN, POLICY, SERVER, SERVICE, SPA, origin_name};
use super::resource::{Choice, Making, Resource};

/// How an earlier version described the policy that it made; its claims held every group.
const EARLIER: &str = "Made by `cargo okta setup`.";
/// The group that everybody in an org is in.
const EVERYONE: &str = "Everyone";

const GROUP: &str = "group";
const EARLIER_POLICY: &str = "earlier policy";
/// What was asked for.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    /// The label of the app; the service app's is `{label} service`.
    pub(super) label: String,
    /// The id or the name of the authorization server, e.g. `default`.
    pub(super) server: String,
    /// Where the SPA is served: development and production.
    pub(super) origins: Vec<String>,
    /// The group whose members may sign in.
    pub(super) group: Option<String>,
    /// Whether the shop's tokens are to be bound to a key (DPoP); where not, the setting is an administrator's affair.
    pub(super) dpop: bool,
    /// The same for the service app.
    pub(super) dpop_service: bool,
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
        all.push(self.earlier_policy());
        all.extend(CLAIMS.map(|(key, claim_type)| groups_claim(key, claim_type)));
        all.extend([self.policy(), self.rule()]);
        all
    }

    fn authorization_server(&self) -> Resource {
        let server = self.server.clone();
        Resource {
            title: format!("authorization server {}", self.server),
            choice: Box::new(move |_, servers| choose_server(servers, &server)),
            making: Making::Lookup,
            lifecycle: true,
            ..resource(SERVER, "/api/v1/authorizationServers", ("id", ""))
        }
    }

    fn spa(&self) -> Resource {
        let redirect: Vec<_> = self.origins.iter().map(|origin| format!("{origin}/login/callback")).collect();
        let initiate = self.origins.last().map(|origin| format!("{origin}/login"));
        let mut body = json!({
            "name": "oidc_client",
            "label": self.label,
            "signOnMode": "OPENID_CONNECT",
            "visibility": {"hide": {"iOS": false, "web": false}},
            "credentials": {"oauthClient": {"token_endpoint_auth_method": "none", "pkce_required": true}},
            "settings": {"oauthClient": {
                "application_type": "browser",
                "response_types": ["code"],
                "grant_types": ["authorization_code", "refresh_token"],
                "redirect_uris": redirect,
                "post_logout_redirect_uris": self.origins,
                "initiate_login_uri": initiate,
                "idp_initiated_login": {"mode": "SPEC", "default_scope": []},
                "consent_method": "TRUSTED",
                "refresh_token": {"rotation_type": "ROTATE", "leeway": 30},
            }},
        });
        bind(&mut body, self.dpop);
        Resource {
            wanted: Box::new(move |_, existing| {
                let mut wanted = with_mark(&body, existing);
                // Where everybody is assigned implicitly, the org refuses to assign anybody.
                if existing.is_none_or(|app| app["settings"]["implicitAssignment"] == true) {
                    wanted["settings"]["implicitAssignment"] = false.into();
                }
                wanted
            }),
            ..app_resource(SPA, format!("app {} (single-page)", self.label), &self.label, "browser")
        }
    }

    fn assigned_group(&self) -> Resource {
        let name = self.group.clone().unwrap_or_else(|| EVERYONE.to_owned());
        Resource {
            title: format!("group {name}"),
            query: search(&name),
            choice: Box::new(move |_, groups| {
                first(groups, |group| group["profile"]["name"] == name.as_str())
            }),
            making: Making::Lookup,
            ..resource(GROUP, "/api/v1/groups", ("id", ""))
        }
    }

    fn assignment(&self) -> Resource {
        Resource {
            title: format!("app {} for the group {}", self.label, self.group.as_deref().unwrap_or(EVERYONE)),
            collection: Box::new(|known| format!("/api/v1/apps/{}/groups", known.id(SPA))),
            choice: Box::new(|known, groups| first(groups, |group| group["id"] == known.id(GROUP))),
            wanted: Box::new(|known, _| json!({"id": known.id(GROUP)})),
            making: Making::PutItem,
            ..resource("assignment", "", ("id", ""))
        }
    }

    fn service(&self) -> Resource {
        let label = format!("{} service", self.label);
        let mut body = json!({
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
        bind(&mut body, self.dpop_service);
        Resource {
            wanted: Box::new(move |_, existing| with_mark(&body, existing)),
            ..app_resource(SERVICE, format!("app {label} (for backend developers)"), &label, "service")
        }
    }

    fn trusted_origin(&self, origin: &str) -> Resource {
        let name = origin_name(&self.label, origin);
        let body = json!({"origin": origin, "scopes": [{"type": "CORS"}, {"type": "REDIRECT"}]});
        let (own_name, own_origin) = (name.clone(), origin.to_owned());
        Resource {
            title: format!("trusted origin {origin}"),
            wanted: Box::new(move |_, existing| match existing {
                // What somebody else called it stays.
                Some(_) => body.clone(),
                None => with(&body, "name", name.as_str().into()),
            }),
            making: Making::Post,
            lifecycle: true,
            ours: Box::new(move |_, existing| existing["name"] == own_name.as_str()),
            needed: Box::new(move |others| others.app_at(&own_origin)),
            ..resource(&format!("{ORIGIN}{origin}"), "/api/v1/trustedOrigins", ("origin", origin))
        }
    }

    fn scope(&self, name: &'static str, shown: &'static str) -> Resource {
        let body = json!({
            "name": name, "displayName": shown, "description": format!("{shown}. {MADE_BY}."),
            "consent": "IMPLICIT", "metadataPublish": "ALL_CLIENTS",
        });
        Resource {
            title: format!("scope {name}"),
            collection: at_server("scopes"),
            wanted: Box::new(move |_, existing| match existing {
                // The scope is there; how it is described is not Grove's business.
                Some(_) => json!({"name": name}),
                None => body.clone(),
            }),
            making: Making::Post,
            ours: Box::new(|_, existing| says_so(existing)),
            needed: Box::new(|others| others.setup()),
            ..resource(name, "", ("name", name))
        }
    }

    fn earlier_policy(&self) -> Resource {
        Resource {
            collection: at_server("policies"),
            making: Making::Peek,
            ..resource(EARLIER_POLICY, "", ("name", &self.label))
        }
    }

    fn policy(&self) -> Resource {
        let (label, description) = (self.label.clone(), format!("{MADE_BY} for {}.", self.label));
        Resource {
            title: format!("access policy {label}"),
            collection: at_server("policies"),
            wanted: Box::new(move |known, existing| {
                let clients = json!({"clients": {"include": [known.id(SPA), known.id(SERVICE)]}});
                let Some(policy) = existing else {
                    return json!({
                        "type": "OAUTH_AUTHORIZATION_POLICY", "status": "ACTIVE", "name": label,
                        "description": description, "conditions": clients,
                    });
                };
                let for_all = covers(&policy["conditions"]["clients"]["include"], &json!(["ALL_CLIENTS"]));
                let mut wanted = if for_all { json!({}) } else { json!({"conditions": clients}) };
                if policy["description"] == EARLIER {
                    wanted["description"] = description.as_str().into();
                }
                wanted
            }),
            making: Making::Post,
            lifecycle: true,
            ours: Box::new(|_, existing| says_so(existing)),
            ..resource(POLICY, "", ("name", &self.label))
        }
    }

    fn rule(&self) -> Resource {
        let collection = at_server("policies");
        let name = format!("{} sign-in", self.label);
        let body = json!({
            "type": "RESOURCE_ACCESS", "name": name, "priority": 1,
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
            wanted: Box::new(move |_, existing| match existing {
                Some(_) => body.clone(),
                None => with(&body, "status", "ACTIVE".into()),
            }),
            making: Making::Post,
            lifecycle: true,
            ours: Box::new(|known, _| known.resource(POLICY).is_some_and(says_so)),
            ..resource("rule", "", ("name", &name))
        }
    }
}

/// Asks for tokens that are bound to a key (RFC 9449), where that is wanted.
fn bind(app: &mut Value, wanted: bool) {
    if wanted {
        app["settings"]["oauthClient"]["dpop_bound_access_tokens"] = true.into();
    }
}

/// The groups that Grove asks about, and no others: a person may be in hundreds, and every token would grow by them.
fn groups_claim(key: &'static str, claim_type: &'static str) -> Resource {
    let filter = json!({"value": shared::paths::STAFF_GROUP, "group_filter_type": "EQUALS"});
    let mut body = json!({
        "name": "groups", "status": "ACTIVE", "claimType": claim_type, "valueType": "GROUPS",
        "alwaysIncludeInToken": true, "conditions": {"scopes": []},
    });
    for (name, value) in filter.as_object().into_iter().flatten() {
        body[name] = value.clone();
    }
    Resource {
        title: format!("claim {key}"),
        collection: at_server("claims"),
        choice: Box::new(move |_, claims| {
            first(claims, |claim| claim["name"] == "groups" && claim["claimType"] == claim_type)
        }),
        wanted: Box::new(move |known, existing| match existing {
            None => body.clone(),
            Some(claim) if is_earlier(known, claim) => with(&filter, "status", "ACTIVE".into()),
            // Which groups it holds is the org's decision.
            Some(_) => json!({"status": "ACTIVE"}),
        }),
        making: Making::Post,
        recorded: true,
        ours: Box::new(Known::is_recorded),
        needed: Box::new(|others| others.setup()),
        ..resource(key, "", ("name", "groups"))
    }
}

/// Whether it is the claim with every group that an earlier version made.
fn is_earlier(known: &Known, claim: &Value) -> bool {
    let by_earlier = known.resource(EARLIER_POLICY).is_some_and(|policy| policy["description"] == EARLIER);
    by_earlier && claim["value"] == ".*" && claim["group_filter_type"] == "REGEX"
}

/// An app that is found by its label among those of its kind.
fn app_resource(name: &str, title: String, label: &str, application_type: &'static str) -> Resource {
    let label = label.to_owned();
    Resource {
        title,
        query: search(&label),
        choice: Box::new(move |_, apps| app::choose(apps, &label, application_type)),
        making: Making::PostAndDeactivate,
        lifecycle: true,
        ours: Box::new(|_, existing| is_marked(existing)),
        ..resource(name, "/api/v1/apps", ("label", ""))
    }
}

/// By its id, or else by its name, or else the org's default: that one's `id` is not `default`, which is its name in
/// paths.
fn choose_server(servers: Vec<Value>, asked: &str) -> Found {
    let is_it: [&dyn Fn(&Value) -> bool; 3] =
        [&|server| server["id"] == asked, &|server| server["name"] == asked, &|server| {
            asked == "default" && server["default"] == true
        }];
    let server = is_it.iter().find_map(|is_it| servers.iter().find(|server| is_it(server)));
    server.cloned().map_or(Found::Nothing, Found::One)
}

fn at_server(what: &'static str) -> Box<dyn Fn(&Known) -> String + Send + Sync> {
    Box::new(move |known| format!("/api/v1/authorizationServers/{}/{what}", known.id(SERVER)))
}

/// A resource that is found by one member of it, wants nothing, and is only looked up.
fn resource(name: &str, collection: &'static str, (member, value): (&'static str, &str)) -> Resource {
    let value = value.to_owned();
    let choice: Choice = Box::new(move |_, items| first(items, |item| item[member] == value.as_str()));
    Resource {
        name: name.to_owned(),
        title: String::new(),
        collection: Box::new(move |_| collection.to_owned()),
        query: String::new(),
        choice,
        wanted: Box::new(|_, _| json!({})),
        making: Making::Lookup,
        lifecycle: false,
        recorded: false,
        ours: Box::new(|_, _| false),
        needed: Box::new(|_| None),
    }
}

fn first(items: Vec<Value>, is_it: impl Fn(&Value) -> bool) -> Found {
    items.into_iter().find(is_it).map_or(Found::Nothing, Found::One)
}

fn with(body: &Value, name: &str, value: Value) -> Value {
    let mut body = body.clone();
    body[name] = value;
    body
}

/// A new app says who made it; one that stands was made by whoever it was.
fn with_mark(body: &Value, existing: Option<&Value>) -> Value {
    if existing.is_some() { body.clone() } else { with(body, "profile", marked()) }
}

/// `?q=…`: names that begin so.
fn search(name: &str) -> String {
    format!("?q={}", form_urlencoded::byte_serialize(name.as_bytes()).collect::<String>())
}

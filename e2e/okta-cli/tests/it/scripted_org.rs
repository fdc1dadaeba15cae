//! An org in a few lines, that answers in the members and shapes of real ones and keeps what it is told: no code of the
//! local org's, so that a mistake of that one cannot hide here.

use std::collections::BTreeMap;
use std::future::ready;
use std::sync::{Arc, Mutex};

use actix_web::dev::ServerHandle;
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, to};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use okta_types::JwkSet;
use serde_json::{Value, json};

/// The default server's own id; in paths it is also called `default`.
pub(super) const SERVER: &str = "aus1a2b3c4d5e6f7g8h9";

/// The org's lists by path, e.g. `/api/v1/apps`.
pub(super) type Lists = BTreeMap<String, Vec<Value>>;

/// The org, running.
pub(super) struct ScriptedOrg {
    pub(super) url: String,
    org: Arc<Mutex<Org>>,
    server: ServerHandle,
}

struct Org {
    url: String,
    lists: Lists,
    keys: JwkSet,
    changes: Vec<String>,
    forbidden: Vec<&'static str>,
}

impl ScriptedOrg {
    /// A new org, after `change` had its way with its lists.
    pub(super) fn start(keys: JwkSet, change: impl FnOnce(&mut Lists)) -> Self {
        let org =
            Org { url: String::new(), lists: Lists::new(), keys, changes: Vec::new(), forbidden: Vec::new() };
        let org = Arc::new(Mutex::new(org));
        let shared = Arc::clone(&org);
        let app = move || {
            let org = Arc::clone(&shared);
            let answer =
                move |request: HttpRequest, body: Bytes| ready(org.lock().unwrap().answer(&request, &body));
            App::new().default_service(to(answer))
        };
        let server = HttpServer::new(app).workers(1).disable_signals().bind("127.0.0.1:0").unwrap();
        let url = format!("http://localhost:{}", server.addrs()[0].port());
        let mut lists = new_org(&url);
        change(&mut lists);
        {
            let mut org = org.lock().unwrap();
            (org.url, org.lists) = (url.clone(), lists);
        }
        let server = server.run();
        let handle = server.handle();
        tokio::spawn(server);
        Self { url, org, server: handle }
    }

    /// What was changed, as `POST /api/v1/apps`, since this was last asked.
    pub(super) fn changes(&self) -> Vec<String> {
        std::mem::take(&mut self.org.lock().unwrap().changes)
    }

    /// A list as it stands.
    pub(super) fn list(&self, path: &str) -> Vec<Value> {
        self.org.lock().unwrap().lists.get(path).cloned().unwrap_or_default()
    }

    /// Everything as it stands.
    pub(super) fn everything(&self) -> Lists {
        let mut lists = self.org.lock().unwrap().lists.clone();
        lists.retain(|_, items| !items.is_empty());
        lists
    }

    /// Changes what stands.
    pub(super) fn edit(&self, change: impl FnOnce(&mut Lists)) {
        change(&mut self.org.lock().unwrap().lists);
    }

    /// The token's owner may not see what is below these paths.
    pub(super) fn forbid(&self, paths: &[&'static str]) {
        self.org.lock().unwrap().forbidden = paths.to_vec();
    }

    pub(super) fn variables(&self) -> Vec<(&'static str, String)> {
        vec![("OKTA_CLIENT_ORGURL", self.url.clone()), ("OKTA_CLIENT_TOKEN", "00anything".to_owned())]
    }

    pub(super) async fn stop(self) {
        self.server.stop(false).await;
    }
}

/// What a new org has: its default server with the scopes and claims of the system, and the group of everybody.
fn new_org(url: &str) -> Lists {
    let server = json!({
        "id": SERVER, "name": "default", "description": "Default Authorization Server for your Applications",
        "audiences": ["api://default"], "issuer": format!("{url}/oauth2/default"), "issuerMode": "DYNAMIC",
        "status": "ACTIVE", "default": true,
        "credentials": {"signing": {"kid": "k", "rotationMode": "AUTO", "lastRotated": "2026-01-01T00:00:00.000Z"}},
        "_links": {"scopes": {"href": format!("{url}/api/v1/authorizationServers/default/scopes")}},
    });
    let scope = |name: &str| {
        json!({
            "id": format!("scp{name}"), "name": name, "displayName": name, "description": null, "system": true,
            "metadataPublish": "ALL_CLIENTS", "consent": "IMPLICIT", "default": false, "apiResourceId": null,
        })
    };
    let claim = |name: &str| {
        json!({
            "id": format!("ocl{name}"), "name": name, "status": "ACTIVE", "claimType": "IDENTITY",
            "valueType": "SYSTEM", "conditions": {"scopes": ["profile"]}, "system": true,
            "alwaysIncludeInToken": false, "apiResourceId": null,
        })
    };
    let everyone = json!({
        "id": "00geveryone", "type": "BUILT_IN", "objectClass": ["okta:user_group"],
        "profile": {"name": "Everyone", "description": "All users in your organization"},
    });
    let at = |what: &str| format!("/api/v1/authorizationServers/{SERVER}/{what}");
    Lists::from([
        ("/api/v1/authorizationServers".to_owned(), vec![server]),
        ("/api/v1/groups".to_owned(), vec![everyone]),
        (
            at("scopes"),
            ["openid", "profile", "email", "address", "phone", "offline_access"].map(scope).to_vec(),
        ),
        (at("claims"), ["name", "email", "locale"].map(claim).to_vec()),
    ])
}

impl Org {
    fn answer(&mut self, request: &HttpRequest, body: &Bytes) -> HttpResponse {
        let path = request
            .path()
            .replace("/authorizationServers/default", &format!("/authorizationServers/{SERVER}"));
        if !path.starts_with("/api/v1/") {
            return self.protocol(request);
        }
        if request.headers().get("authorization").is_none_or(|token| token != "SSWS 00anything") {
            return refuse(StatusCode::UNAUTHORIZED, "E0000011", "Invalid token provided");
        }
        if self.forbidden.iter().any(|forbidden| path.starts_with(forbidden)) {
            let summary = "You do not have permission to perform the requested action";
            return refuse(StatusCode::FORBIDDEN, "E0000006", summary);
        }
        let body = serde_json::from_slice(body).unwrap_or(Value::Null);
        if request.method() != "GET" {
            self.changes.push(format!("{} {path}", request.method()));
        }
        if let Some((item, act)) = path.split_once("/lifecycle/") {
            return self.switch(item, if act == "activate" { "ACTIVE" } else { "INACTIVE" });
        }
        match request.method().as_str() {
            "GET" => self.show(&path, request.query_string()),
            "POST" => HttpResponse::Ok().json(self.add(&path, body)),
            "PUT" => self.put(&path, body),
            _ => self.delete(&path),
        }
    }

    fn find(&mut self, path: &str) -> Option<&mut Value> {
        let (list, id) = path.rsplit_once('/')?;
        self.lists.get_mut(list)?.iter_mut().find(|item| item["id"] == id)
    }

    /// A list, by the beginning of the name where it is searched, or an item.
    fn show(&mut self, path: &str, query: &str) -> HttpResponse {
        if let Some(item) = self.find(path) {
            return HttpResponse::Ok().json(item);
        }
        let ends = ["s", "Servers"].iter().any(|end| path.ends_with(end));
        if !ends {
            return refuse(StatusCode::NOT_FOUND, "E0000007", "Not found: Resource not found");
        }
        let query = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "q");
        let begins = query.map(|(_, text)| text.into_owned()).unwrap_or_default();
        let is_it = |item: &&Value| {
            let name = item["label"].as_str().or(item["profile"]["name"].as_str()).unwrap_or_default();
            name.starts_with(&begins)
        };
        let items: Vec<_> = self.lists.get(path).into_iter().flatten().filter(is_it).collect();
        HttpResponse::Ok().json(items)
    }

    /// As an org completes it.
    fn add(&mut self, path: &str, mut item: Value) -> Value {
        let list = self.lists.entry(path.to_owned()).or_default();
        let kind = path.rsplit('/').next().unwrap();
        let id = format!("{}{}", &kind[..3], list.len() + 100);
        if kind == "apps" && item["signOnMode"] == "OPENID_CONNECT" {
            item["credentials"]["oauthClient"]["client_id"] = id.as_str().into();
            if item["credentials"]["oauthClient"]["token_endpoint_auth_method"] != "none" {
                item["credentials"]["oauthClient"]["client_secret"] = "S".repeat(64).into();
            }
            item["settings"]["implicitAssignment"] = item["settings"]["implicitAssignment"].as_bool().into();
            item["settings"]["notes"] = json!({"admin": null, "enduser": null});
        }
        if kind == "rules" {
            item["conditions"]["people"] =
                json!({"users": {"exclude": []}, "groups": {"include": ["EVERYONE"]}});
            let grants = item["conditions"]["grantTypes"]["include"].as_array_mut();
            grants.unwrap().sort_by_key(|grant| std::cmp::Reverse(grant.to_string()));
        }
        if kind != "scopes" {
            let status = item["status"].as_str().unwrap_or("ACTIVE").to_owned();
            item["status"] = status.into();
        }
        item["id"] = id.into();
        item["priority"] = (list.len() + 1).into();
        list.push(item.clone());
        item
    }

    fn put(&mut self, path: &str, mut body: Value) -> HttpResponse {
        if let Some((app, group)) = path.split_once("/groups/").filter(|_| path.contains("/apps/")) {
            let mode = self.find(app).is_some_and(|app| app["settings"]["implicitAssignment"] == true);
            if mode {
                return refuse(
                    StatusCode::BAD_REQUEST,
                    "E0000001",
                    "Api validation failed: GroupAppAssignment",
                );
            }
            let assigned = json!({"id": group, "priority": 0, "profile": {}});
            self.lists.entry(format!("{app}/groups")).or_default().push(assigned.clone());
            return HttpResponse::Ok().json(assigned);
        }
        let Some(item) = self.find(path) else {
            return refuse(StatusCode::NOT_FOUND, "E0000007", "Not found: Resource not found");
        };
        // No list but that of claims and origins switches anything by its `status`.
        if !path.contains("/claims/") && !path.contains("/trustedOrigins/") {
            body["status"] = item["status"].clone();
        }
        *item = body.clone();
        HttpResponse::Ok().json(body)
    }

    fn switch(&mut self, path: &str, status: &str) -> HttpResponse {
        let Some(item) = self.find(path) else {
            return refuse(StatusCode::NOT_FOUND, "E0000007", "Not found: Resource not found");
        };
        item["status"] = status.into();
        match path.contains("/authorizationServers/") {
            true => HttpResponse::NoContent().finish(),
            false if path.contains("/apps/") => HttpResponse::Ok().json(json!({})),
            false => HttpResponse::Ok().json(item),
        }
    }

    fn delete(&mut self, path: &str) -> HttpResponse {
        if path.contains("/apps/") && self.find(path).is_some_and(|app| app["status"] == "ACTIVE") {
            return refuse(StatusCode::FORBIDDEN, "E0000056", "Delete application forbidden.");
        }
        let (list, id) = path.rsplit_once('/').unwrap();
        self.lists.entry(list.to_owned()).or_default().retain(|item| item["id"] != id);
        self.lists.retain(|name, _| !name.starts_with(&format!("{path}/")));
        HttpResponse::NoContent().finish()
    }

    /// What may be seen without an administrator's token.
    fn protocol(&mut self, request: &HttpRequest) -> HttpResponse {
        let issuer = format!("{}/oauth2/default", self.url);
        match request.path().rsplit('/').next().unwrap() {
            "keys" => HttpResponse::Ok().json(&self.keys),
            "authorize" => {
                let query: BTreeMap<_, _> =
                    url::form_urlencoded::parse(request.query_string().as_bytes()).into_owned().collect();
                let back = format!("{}?error=login_required&state={}", query["redirect_uri"], query["state"]);
                HttpResponse::Found().insert_header(("location", back)).finish()
            }
            "token" => HttpResponse::BadRequest().json(json!({
                "error": "invalid_grant", "error_description": "The refresh token is invalid or expired.",
            })),
            "userinfo" => HttpResponse::Unauthorized().finish(),
            _ => HttpResponse::Ok().json(json!({
                "issuer": issuer,
                "authorization_endpoint": format!("{issuer}/v1/authorize"),
                "token_endpoint": format!("{issuer}/v1/token"),
                "userinfo_endpoint": format!("{issuer}/v1/userinfo"),
                "jwks_uri": format!("{issuer}/v1/keys"),
                "code_challenge_methods_supported": ["S256"],
            })),
        }
    }
}

fn refuse(status: StatusCode, code: &str, summary: &str) -> HttpResponse {
    HttpResponse::build(status).json(json!({
        "errorCode": code, "errorSummary": summary, "errorLink": code, "errorId": "oae1", "errorCauses": [],
    }))
}

//! The tile of the shop on people's dashboard: whether there is one, and whether a click on it begins a sign-in
//! (OpenID Connect Core §4).

use serde_json::Value;

use super::configuration::Configuration;
use super::line::Outcome;
use super::seen::{Seen, text};

/// Where all of it is set.
const SCREEN: &str = "Applications › Applications › (the app) › General › General Settings";

pub(super) fn check(seen: &Seen, configuration: &Configuration) -> Outcome {
    if seen.is_for_everybody() {
        return Outcome::skipped("in Federation Broker Mode no app has a tile");
    }
    let settings = &seen.app["settings"]["oauthClient"];
    match settings["idp_initiated_login"]["mode"].as_str() {
        Some("SPEC") => {}
        Some("OKTA") => return id_token(),
        mode => return disabled(mode.unwrap_or("DISABLED")),
    }
    if seen.app["visibility"]["hide"]["web"] != false {
        return hidden();
    }
    target(settings, configuration)
}

/// A token that nobody asked for has no nonce: it cannot be told from one that somebody else was issued and slips in.
fn id_token() -> Outcome {
    Outcome::failed(
        "the tile posts an ID token to the shop (idp_initiated_login.mode is OKTA), which answers no sign-in of the \
         shop's and is never used",
        format!(
            "choose \"Redirect to app to initiate login (OIDC Compliant)\" as the Login flow under {SCREEN}, or run cargo \
             okta setup"
        ),
    )
}

fn disabled(mode: &str) -> Outcome {
    Outcome::warned(
        format!(
            "the shop has no tile on people's dashboard: only the shop begins sign-ins (idp_initiated_login.mode is {mode})"
        ),
        format!("set Login initiated by to \"Either Okta or App\" under {SCREEN}, or run cargo okta setup"),
    )
}

fn hidden() -> Outcome {
    Outcome::warned(
        "the shop has no tile on people's dashboard: the app is hidden",
        format!("tick \"Display application icon to users\" under {SCREEN}, or run cargo okta setup"),
    )
}

/// Of whichever place of the shop that the app knows: in development the tile may lead to production.
fn target(settings: &Value, configuration: &Configuration) -> Outcome {
    let wanted = format!("{}{}", configuration.spa_origin, shared::paths::LOGIN);
    let remedy = format!("set the Initiate login URI to {wanted} under {SCREEN}, or run cargo okta setup");
    let uri = text(&settings["initiate_login_uri"]);
    if uri.is_empty() {
        return Outcome::failed("the tile leads nowhere: the app has no Initiate login URI", remedy);
    }
    let callbacks = settings["redirect_uris"].as_array();
    let begins = uri == wanted
        || callbacks.into_iter().flatten().filter_map(Value::as_str).any(|callback| {
            let origin = callback.strip_suffix(shared::paths::LOGIN_CALLBACK);
            origin.is_some_and(|origin| uri.strip_prefix(origin) == Some(shared::paths::LOGIN))
        });
    match begins {
        true => Outcome::ok(format!("the tile leads to {uri}")),
        false => Outcome::warned(format!("the tile leads to {uri}, where no sign-in begins"), remedy),
    }
}

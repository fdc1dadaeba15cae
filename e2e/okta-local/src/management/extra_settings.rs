//! What an app is given and this org has no use for: it is kept, and shown as it was given.

use serde_json::{Map, Value};

/// Members of `settings.oauthClient` that are read, and shown as they were understood.
const READ_SETTINGS: [&str; 8] = [
    "application_type",
    "consent_method",
    "dpop_bound_access_tokens",
    "initiate_login_uri",
    "jwks",
    "post_logout_redirect_uris",
    "redirect_uris",
    "refresh_token",
];

/// Members of other objects that are read, or that are not the caller's.
const READ: [(&str, &[&str]); 3] = [
    ("/settings", &["app", "implicitAssignment", "oauthClient", "signOn"]),
    ("/credentials", &["oauthClient", "password", "signing"]),
    (
        "/credentials/oauthClient",
        &["client_id", "client_secret", "pkce_required", "token_endpoint_auth_method"],
    ),
];

/// What a body says beside what is read of it.
pub(super) fn of(body: &Value) -> Map<String, Value> {
    let settings = body["settings"]["oauthClient"].as_object().into_iter().flatten();
    let settings = settings.filter(|(name, _)| !READ_SETTINGS.contains(&name.as_str()));
    let mut extra_settings: Map<_, _> = settings
        .filter(|(_, value)| is_said(value))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    for name in ["accessibility", "profile", "visibility"] {
        if let Some(value) = body.get(name).filter(|value| is_said(value)) {
            extra_settings.insert(format!("/{name}"), value.clone());
        }
    }
    for (place, read) in READ {
        let members = body.pointer(place).and_then(Value::as_object).into_iter().flatten();
        for (name, value) in members.filter(|(name, value)| !read.contains(&name.as_str()) && is_said(value))
        {
            extra_settings.insert(format!("{place}/{name}"), value.clone());
        }
    }
    extra_settings
}

/// Null and an empty list are what one says who has nothing to say.
fn is_said(value: &Value) -> bool {
    !value.is_null() && value.as_array().is_none_or(|list| !list.is_empty())
}

/// Puts extra settings where they belong in what is shown of an app.
pub(super) fn put(shown: &mut Value, extra_settings: &Map<String, Value>) {
    for (name, value) in extra_settings {
        let place =
            if name.starts_with('/') { name.as_str() } else { &format!("/settings/oauthClient/{name}") };
        let Some((parent, name)) = place.rsplit_once('/') else { continue };
        if let Some(parent) = shown.pointer_mut(parent).and_then(Value::as_object_mut) {
            merge(parent.entry(name).or_insert(Value::Null), value);
        }
    }
}

/// Lays one value over another, member by member; null says nothing.
fn merge(under: &mut Value, over: &Value) {
    match (under, over) {
        (_, Value::Null) => {}
        (Value::Object(under), Value::Object(over)) => {
            for (name, value) in over {
                merge(under.entry(name).or_insert(Value::Null), value);
            }
        }
        (under, over) => *under = over.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_given_lies_over_what_is_usual() {
        let body = json!({
            "visibility": {"hide": {"web": true}}, "accessibility": {}, "profile": null,
            "settings": {"notes": {"admin": "a", "enduser": null}, "oauthClient": {"tos_uri": "t", "redirect_uris": ["r"]}},
            "credentials": {"signing": {"kid": "k"}, "oauthClient": {"autoKeyRotation": false, "client_secret": "s"}},
        });
        let mut shown = json!({
            "visibility": {"hide": {"iOS": true, "web": false}, "autoLaunch": false}, "accessibility": {"selfService": false},
            "settings": {"notes": {"admin": null, "enduser": null}, "oauthClient": {}},
            "credentials": {"oauthClient": {"autoKeyRotation": true}},
        });
        put(&mut shown, &of(&body));
        let expected = json!({
            "visibility": {"hide": {"iOS": true, "web": true}, "autoLaunch": false}, "accessibility": {"selfService": false},
            "settings": {"notes": {"admin": "a", "enduser": null}, "oauthClient": {"tos_uri": "t"}},
            "credentials": {"oauthClient": {"autoKeyRotation": false}},
        });
        assert_eq!(shown, expected);
    }
}

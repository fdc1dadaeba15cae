//! What has to change in a resource that stands, so that it is as wanted; what nobody asked about stays.
//!
//! Objects are merged member by member. Lists are sets: what is wanted is added, what somebody else put there
//! stays. Everything else is replaced.

use serde_json::Value;

/// One thing that changes in a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Change {
    /// Where, e.g. `settings.oauthClient.redirect_uris`.
    pub(super) place: String,
    /// What, e.g. `+ "http://localhost:8080"`.
    pub(super) what: String,
}

/// `existing` made as `wanted`, and what that changes; nothing where it is so already.
pub(super) fn merge(existing: &Value, wanted: &Value) -> (Value, Vec<Change>) {
    let (mut merged, mut changes) = (existing.clone(), Vec::new());
    merge_at("", &mut merged, wanted, &mut changes);
    changes.sort_by(|one, other| one.place.cmp(&other.place));
    (merged, changes)
}

fn merge_at(place: &str, existing: &mut Value, wanted: &Value, changes: &mut Vec<Change>) {
    match (existing, wanted) {
        (Value::Object(existing), Value::Object(wanted)) => {
            for (name, wanted) in wanted {
                let place = if place.is_empty() { name.clone() } else { format!("{place}.{name}") };
                merge_at(&place, existing.entry(name).or_insert(Value::Null), wanted, changes);
            }
        }
        (Value::Array(existing), Value::Array(wanted)) => {
            for wanted in wanted {
                if !existing.iter().any(|existing| covers(existing, wanted)) {
                    changes.push(Change { place: place.to_owned(), what: format!("+ {wanted}") });
                    existing.push(wanted.clone());
                }
            }
        }
        (existing, wanted) if !covers(existing, wanted) => {
            changes.push(Change { place: place.to_owned(), what: format!("{existing} → {wanted}") });
            *existing = wanted.clone();
        }
        _ => {}
    }
}

/// Whether `existing` says all that `wanted` says. An empty list or object and none are the same to Okta.
pub(super) fn covers(existing: &Value, wanted: &Value) -> bool {
    match (existing, wanted) {
        (Value::Object(existing), Value::Object(wanted)) => {
            wanted.iter().all(|(name, wanted)| covers(existing.get(name).unwrap_or(&Value::Null), wanted))
        }
        (Value::Array(existing), Value::Array(wanted)) => {
            wanted.iter().all(|wanted| existing.iter().any(|existing| covers(existing, wanted)))
        }
        (Value::Null, Value::Array(wanted)) => wanted.is_empty(),
        (Value::Null, Value::Object(wanted)) => wanted.values().all(|wanted| covers(&Value::Null, wanted)),
        (existing, wanted) => existing == wanted,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_wanted_is_added_and_what_stands_stays() {
        let existing = json!({"id": "0oa1", "settings": {"uris": ["http://a"], "leeway": 0, "own": true}});
        let wanted = json!({"settings": {"uris": ["http://a", "http://b"], "leeway": 30}});
        let (merged, changes) = merge(&existing, &wanted);
        assert_eq!(
            merged,
            json!({"id": "0oa1", "settings": {"uris": ["http://a", "http://b"], "leeway": 30, "own": true}})
        );
        let said: Vec<_> = changes.iter().map(|change| format!("{} {}", change.place, change.what)).collect();
        assert_eq!(said, ["settings.leeway 0 → 30", r#"settings.uris + "http://b""#]);
        assert_eq!(merge(&merged, &wanted), (merged.clone(), vec![]));
    }

    #[test]
    fn an_object_in_a_list_may_say_more_than_was_asked_for() {
        let existing = json!([{"type": "CORS", "allowedOktaApps": []}]);
        assert!(merge(&existing, &json!([{"type": "CORS"}])).1.is_empty());
        assert_eq!(merge(&existing, &json!([{"type": "REDIRECT"}])).1.len(), 1);
    }

    #[test]
    fn nothing_and_an_empty_list_are_the_same() {
        assert!(merge(&json!({}), &json!({"conditions": {"scopes": []}})).1.is_empty());
        assert_eq!(merge(&json!({}), &json!({"status": "ACTIVE"})).1.len(), 1);
    }
}

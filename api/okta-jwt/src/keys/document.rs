//! The key set's document (RFC 7517 §5): read whole before anything is replaced by it.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;

use super::key::Key;
use crate::error::KeyError;

/// Okta publishes two or three. A set of thousands is an attack or a mistake; neither becomes ours.
const MAX_KEYS: usize = 64;

/// Keys by the name tokens call them by.
pub(crate) type KeysByName = HashMap<String, Arc<Key>>;

#[derive(Deserialize)]
struct Document {
    keys: Vec<Value>,
}

/// Reads a document. Entries that are unfit are passed over; a name that stands twice is nobody's.
pub(crate) fn read(json: &[u8]) -> Result<KeysByName, KeyError> {
    let Document { keys: entries } =
        serde_json::from_slice(json).map_err(|error| KeyError::Json(Arc::new(error)))?;
    if entries.len() > MAX_KEYS {
        return Err(KeyError::TooManyKeys);
    }
    let mut names = HashMap::<String, Option<Arc<Key>>>::new();
    for key in entries.into_iter().filter_map(Key::load) {
        match names.entry(key.kid().to_owned()) {
            Entry::Vacant(free) => drop(free.insert(Some(Arc::new(key)))),
            Entry::Occupied(mut taken) => drop(taken.insert(None)),
        }
    }
    let keys: KeysByName = names.into_iter().filter_map(|(kid, key)| Some((kid, key?))).collect();
    if keys.is_empty() { Err(KeyError::NoUsableKey) } else { Ok(keys) }
}

#[cfg(test)]
mod tests {
    use okta_types::base64url;
    use serde_json::json;

    use super::*;

    fn entry(kid: &str) -> Value {
        json!({"kty": "RSA", "kid": kid, "e": "AQAB", "n": base64url::encode([0xff; 256])})
    }

    #[track_caller]
    fn names(document: Value) -> Vec<String> {
        let mut names: Vec<_> = read(document.to_string().as_bytes()).unwrap().into_keys().collect();
        names.sort();
        names
    }

    #[test]
    fn one_bad_key_does_not_spoil_the_others() {
        let document =
            json!({"keys": [entry("a"), 5, {"kty": "RSA"}, {"kty": "EC", "kid": "b"}, entry("c")], "x": 1});
        assert_eq!(names(document), ["a", "c"]);
    }

    #[test]
    fn a_name_that_stands_twice_is_nobodys() {
        assert_eq!(names(json!({"keys": [entry("a"), entry("b"), entry("a"), entry("a")]})), ["b"]);
    }

    #[test]
    fn what_is_no_key_set_is_an_error() {
        for document in ["", "<html>", "{}", "[]", "{\"keys\":{}}", "{\"keys\":null}", "{\"keys\":[]} x"] {
            assert!(matches!(read(document.as_bytes()), Err(KeyError::Json(_))), "{document}");
        }
        assert!(matches!(read(b"{\"keys\":[]}"), Err(KeyError::NoUsableKey)));
        let many: Vec<_> = (0..65).map(|i| entry(&i.to_string())).collect();
        assert!(matches!(read(json!({"keys": many}).to_string().as_bytes()), Err(KeyError::TooManyKeys)));
    }
}

//! The key set's document (RFC 7517 §5): read whole before anything is replaced by it.
//!
//! JSON takes many times its length when it is read into values, so that an answer within the limit of size could
//! still cost megabytes. Here entries stay text until each is read for itself, and there is an end to their number.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;
use std::sync::Arc;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::key::Key;
use crate::error::KeyError;

/// Okta publishes two or three. A set of thousands is an attack or a mistake; neither becomes ours.
const MAX_KEYS: usize = 64;

/// The longest entry that is looked at, in bytes. The largest keys have two thousand, and their certificates as
/// much each.
const MAX_ENTRY: usize = 16 * 1024;

/// Keys by the name tokens call them by.
pub(crate) type KeysByName = HashMap<String, Arc<Key>>;

#[derive(Deserialize)]
struct Document<'a> {
    #[serde(borrow)]
    keys: Entries<'a>,
}

/// As many as are looked at, and whether there were more.
struct Entries<'a> {
    first: Vec<&'a RawValue>,
    too_many: bool,
}

impl<'de: 'a, 'a> Deserialize<'de> for Entries<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(EntriesVisitor)
    }
}

struct EntriesVisitor;

impl<'de> Visitor<'de> for EntriesVisitor {
    type Value = Entries<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of keys")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        let mut first = Vec::new();
        while first.len() < MAX_KEYS {
            match entries.next_element()? {
                Some(entry) => first.push(entry),
                None => return Ok(Entries { first, too_many: false }),
            }
        }
        let mut too_many = false;
        while entries.next_element::<IgnoredAny>()?.is_some() {
            too_many = true;
        }
        Ok(Entries { first, too_many })
    }
}

/// Reads a document. Entries that are unfit are passed over; a name that stands twice is nobody's.
pub(crate) fn read(json: &[u8]) -> Result<KeysByName, KeyError> {
    let refused = |error| KeyError::Json(Arc::new(error));
    if !is_object(json) {
        return Err(refused(serde::de::Error::custom("expected an object")));
    }
    let Document { keys: entries } = serde_json::from_slice(json).map_err(refused)?;
    if entries.too_many {
        return Err(KeyError::TooManyKeys);
    }
    let mut names = HashMap::<String, Option<Arc<Key>>>::new();
    let entries = entries.first.iter().map(|entry| entry.get());
    let entries = entries.filter(|entry| entry.len() <= MAX_ENTRY && is_object(entry.as_bytes()));
    for key in entries.filter_map(Key::load) {
        match names.entry(key.kid().to_owned()) {
            Entry::Vacant(free) => drop(free.insert(Some(Arc::new(key)))),
            Entry::Occupied(mut taken) => drop(taken.insert(None)),
        }
    }
    let keys: KeysByName = names.into_iter().filter_map(|(kid, key)| Some((kid, key?))).collect();
    if keys.is_empty() { Err(KeyError::NoUsableKey) } else { Ok(keys) }
}

/// What serde derives would take a list of the values as well.
fn is_object(json: &[u8]) -> bool {
    json.trim_ascii_start().first() == Some(&b'{')
}

#[cfg(test)]
mod tests {
    use okta_types::base64url;
    use serde_json::{Value, json};

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
        let list = json!([[entry("a")]]).to_string();
        assert!(matches!(read(list.as_bytes()), Err(KeyError::Json(_))));
        let values =
            json!({"keys": [["RSA", "a", null, null, base64url::encode([0xff; 256]), "AQAB"]]}).to_string();
        assert!(matches!(read(values.as_bytes()), Err(KeyError::NoUsableKey)));
        assert!(matches!(read(b"{\"keys\":[]}"), Err(KeyError::NoUsableKey)));
        let Err(KeyError::Json(why)) = read(b"{\"keys\":{}}") else { unreachable!() };
        assert!(why.to_string().contains("expected a list of keys"), "{why}");
    }

    #[test]
    fn there_is_an_end_to_the_number_of_entries_and_to_their_length() {
        let many = |number: i32| (0..number).map(|i| entry(&i.to_string())).collect::<Vec<_>>();
        assert_eq!(names(json!({"keys": many(64)})).len(), 64);
        assert!(matches!(read(json!({"keys": many(65)}).to_string().as_bytes()), Err(KeyError::TooManyKeys)));
        let with_certificates = |kid: &str, length: usize| {
            let mut entry = entry(kid);
            let filled = length - entry.to_string().len() - r#","x5c":"""#.len();
            entry["x5c"] = json!("A".repeat(filled));
            assert_eq!(entry.to_string().len(), length);
            entry
        };
        let (longest, longer) = (with_certificates("a", 16_384), with_certificates("b", 16_385));
        assert_eq!(names(json!({"keys": [longer, longest]})), ["a"]);
    }
}

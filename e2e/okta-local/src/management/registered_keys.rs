//! The public keys that an app registers, one by one or all together.

use okta_types::base64url;
use serde_json::{Map, Value, json};

use super::refusal::Refusal;
use crate::org::client::Client;
use crate::random;

/// What Okta calls a key in its refusals.
pub(super) const KEY: &str = "JsonWebKey";

/// The shortest modulus of an RSA key, in bits.
const MIN_RSA_BITS: usize = 2048;

/// The public keys of a body (RFC 7517 §5) as they are shown: with an id, which a key keeps as long as it is there.
///
/// # Errors
/// It is not a set of keys, or one of them cannot be used.
pub(super) fn keys(given: &Value, former: Option<&Client>) -> Result<Value, Refusal> {
    let no_keys =
        || Refusal::invalid("jwks", "jwks: It must be a set of public keys: {\"keys\": [{\"kty\": …}]}.");
    let keys = given["keys"].as_array().ok_or_else(no_keys)?;
    let shown = |key: &Value| {
        let key = key.as_object().filter(|key| key.get("kty").is_some_and(Value::is_string));
        let key = key.ok_or_else(no_keys)?;
        check(key)?;
        Ok(key_shown(key, former))
    };
    let keys = keys.iter().map(shown).collect::<Result<Vec<_>, _>>()?;
    check_names(keys.iter())?;
    Ok(json!({"keys": keys}))
}

/// Only what is public: a private part that somebody sends by mistake is not kept.
pub(super) fn key_shown(given: &Map<String, Value>, former: Option<&Client>) -> Value {
    let member = |name: &str| given.get(name).cloned().unwrap_or_default();
    let kid = member("kid");
    let same = |key: &&Value| !kid.is_null() && key["kid"] == kid;
    let known = former.and_then(|client| client.keys().find(same)).map(|key| key["id"].clone());
    let is_active = given.get("status").is_none_or(|status| status != "INACTIVE");
    let mut shown = json!({
        "id": known.unwrap_or_else(|| random::id("pks").into()),
        "kty": member("kty"),
        "kid": kid,
        "use": member("use"),
        "status": super::shape::status(is_active),
    });
    let numbers: &[&str] = if shown["kty"] == "EC" { &["crv", "x", "y"] } else { &["e", "n"] };
    for name in numbers {
        shown[*name] = member(name);
    }
    if let Some(alg) = given.get("alg").filter(|alg| !alg.is_null()) {
        shown["alg"] = alg.clone();
    }
    shown
}

/// A public key (RFC 7517 §4) that is long enough.
pub(super) fn check(given: &Map<String, Value>) -> Result<(), Refusal> {
    let length = |name: &str| {
        let number = given.get(name).and_then(Value::as_str).and_then(base64url::decode).unwrap_or_default();
        number.iter().skip_while(|byte| **byte == 0).count()
    };
    match given.get("kty").and_then(Value::as_str).unwrap_or_default() {
        // The first byte of a modulus of full length has its first bit set; so much is not asked.
        "RSA" if length("n") * 8 >= MIN_RSA_BITS => Ok(()),
        "RSA" => {
            let cause = "RSA key length in the 'jwks' is less than '2,048' bits for the given key.";
            Err(Refusal::invalid(KEY, cause))
        }
        "EC" if length("x") > 0 && length("y") > 0 => Ok(()),
        "EC" => Err(Refusal::invalid(KEY, "An elliptic curve key in the 'jwks' must have 'x' and 'y'.")),
        _ => Err(Refusal::invalid(KEY, "The 'kty' of a key in the 'jwks' must be one of [RSA, EC].")),
    }
}

/// Several keys are told apart by their names.
pub(super) fn check_names<'a>(keys: impl Iterator<Item = &'a Value>) -> Result<(), Refusal> {
    let names: Vec<_> = keys.map(|key| key["kid"].as_str().unwrap_or_default()).collect();
    let is_taken = |place: usize| names[..place].contains(&names[place]);
    if names.len() > 1 && names.iter().any(|name| name.is_empty()) {
        return Err(Refusal::invalid(KEY, "Where there are several keys in the 'jwks', each needs a 'kid'."));
    }
    match (0..names.len()).any(is_taken) {
        true => Err(Refusal::invalid(KEY, "Each key in the 'jwks' must have a 'kid' of its own.")),
        false => Ok(()),
    }
}

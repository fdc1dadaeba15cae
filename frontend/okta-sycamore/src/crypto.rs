//! Random bytes and signature checks by WebCrypto, which needs a secure context (`https` or this machine).

use js_sys::{JSON, Uint8Array};
use okta_auth::{Json, RANDOM_BYTES};
use okta_types::Jwk;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CryptoKey, SubtleCrypto};

/// WebCrypto's name of what JOSE calls RS256 (RFC 7518 §3.3).
const ALGORITHM: &str = "RSASSA-PKCS1-v1_5";

/// Fresh bytes of the browser's cryptographic generator, `None` where there is none. There is no
/// substitute for it.
pub(crate) fn random() -> Option<[u8; RANDOM_BYTES]> {
    let mut bytes = [0; RANDOM_BYTES];
    web_sys::window()?.crypto().ok()?.get_random_values_with_u8_array(&mut bytes).ok()?;
    Some(bytes)
}

/// Whether the signature holds. `false` also where the browser cannot check it.
pub(crate) async fn verify(jwk: Jwk, signing_input: &str, signature: &[u8]) -> bool {
    check(jwk, signing_input, signature).await.is_ok_and(|answer| answer == JsValue::TRUE)
}

async fn check(jwk: Jwk, signing_input: &str, signature: &[u8]) -> Result<JsValue, JsValue> {
    let subtle = subtle()?;
    let text = |member: Option<String>| Json::Text(member.unwrap_or_default());
    let key = object(&[("kty", "RSA".into()), ("n", text(jwk.n)), ("e", text(jwk.e))])?;
    let algorithm = object(&[("name", ALGORITHM.into()), ("hash", "SHA-256".into())])?;
    let usages = JSON::parse("[\"verify\"]")?;
    let promise = subtle.import_key_with_object(
        "jwk",
        key.unchecked_ref(),
        algorithm.unchecked_ref(),
        false,
        &usages,
    )?;
    let key: CryptoKey = JsFuture::from(promise).await?.unchecked_into();
    let signature = Uint8Array::from(signature);
    let signed = Uint8Array::from(signing_input.as_bytes());
    let promise =
        subtle.verify_with_str_and_js_u8_array_and_js_u8_array(ALGORITHM, &key, &signature, &signed)?;
    JsFuture::from(promise).await
}

pub(crate) fn subtle() -> Result<SubtleCrypto, JsValue> {
    Ok(web_sys::window().ok_or(JsValue::NULL)?.crypto()?.subtle())
}

/// By way of JSON text, which takes no further glue to the browser.
pub(crate) fn object(members: &[(&str, Json)]) -> Result<JsValue, JsValue> {
    let mut object = Json::object();
    for (name, value) in members {
        object.put(name, value.clone());
    }
    JSON::parse(&object.to_text())
}

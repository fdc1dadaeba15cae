//! Random bytes and signature checks by WebCrypto, which needs a secure context (`https` or this machine).

use js_sys::{JSON, Object};
use okta_auth::{Json, RANDOM_BYTES};
use okta_types::Jwk;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CryptoKey, SubtleCrypto};

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
    let mut key = Json::object();
    for (name, value) in [("kty", Some("RSA")), ("n", jwk.n.as_deref()), ("e", jwk.e.as_deref())] {
        key.put(name, value.unwrap_or_default());
    }
    let (key, usages) = (object(&key.to_text())?, object(r#"["verify"]"#)?);
    let algorithm = object(r#"{"name":"RSASSA-PKCS1-v1_5","hash":"SHA-256"}"#)?;
    let promise = subtle.import_key_with_object("jwk", &key, &algorithm, false, &usages)?;
    let key: CryptoKey = JsFuture::from(promise).await?.unchecked_into();
    let signed = signing_input.as_bytes();
    let promise = subtle.verify_with_object_and_u8_array_and_u8_array(&algorithm, &key, signature, signed)?;
    JsFuture::from(promise).await
}

pub(crate) fn subtle() -> Result<SubtleCrypto, JsValue> {
    Ok(web_sys::window().ok_or(JsValue::NULL)?.crypto()?.subtle())
}

/// By way of JSON text, which takes no further glue to the browser.
pub(crate) fn object(json: &str) -> Result<Object, JsValue> {
    JSON::parse(json).map(JsCast::unchecked_into)
}

//! A device that keeps a passkey, and does what a test tells it to, wrong as it may be.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use ciborium::Value as Cbor;
use okta_types::base64url;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::browser::{Answer, text};

const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const HAS_KEY: u8 = 0x40;

/// One passkey, as on a device of its own.
pub(crate) struct Authenticator {
    key: EcdsaKeyPair,
    pub(crate) id: Vec<u8>,
    pub(crate) user_handle: Vec<u8>,
    pub(crate) counter: u32,
    pub(crate) origin: String,
    pub(crate) rp_id: String,
    /// User presence and verification.
    pub(crate) flags: u8,
}

/// What the page asks for.
pub(crate) fn options(page: &Answer, form: &str) -> Value {
    let (_, after) = page
        .body
        .split_once(&format!("<form id=\"{form}\""))
        .unwrap_or_else(|| panic!("no {form}: {page:?}"));
    let (_, options) = after.split_once("data-options=\"").expect("options");
    let text = options.split_once('"').expect("an end").0.replace("&quot;", "\"").replace("&amp;", "&");
    serde_json::from_str(&text).expect("JSON")
}

impl Authenticator {
    /// A device that does everything right at that address.
    pub(crate) fn new(base_url: &str) -> Self {
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).expect("a key");
        let id = key.public_key().as_ref()[1..33].to_vec();
        let (origin, rp_id) = (base_url.to_owned(), "localhost".to_owned());
        Self { key, id, user_handle: Vec::new(), counter: 1, origin, rp_id, flags: PRESENT | VERIFIED }
    }

    /// Without the person's fingerprint, face or PIN.
    pub(crate) fn unverified(&mut self) -> &mut Self {
        self.flags = PRESENT;
        self
    }

    /// Without a touch.
    pub(crate) fn absent(&mut self) -> &mut Self {
        self.flags = VERIFIED;
        self
    }

    /// Makes a passkey, as `RegistrationResponseJSON`.
    pub(crate) fn create(&mut self, options: &Value) -> String {
        self.user_handle = base64url::decode(text(&options["user"], "id")).expect("base64url");
        let point = self.key.public_key().as_ref();
        let pair = |key: i64, value: Cbor| (Cbor::Integer(key.into()), value);
        let key = Cbor::Map(vec![
            pair(1, Cbor::Integer(2.into())),
            pair(3, Cbor::Integer((-7).into())),
            pair(-1, Cbor::Integer(1.into())),
            pair(-2, Cbor::Bytes(point[1..33].to_vec())),
            pair(-3, Cbor::Bytes(point[33..65].to_vec())),
        ]);
        let mut data = self.data(self.flags | HAS_KEY);
        data.extend([0; 16]);
        data.extend(u16::try_from(self.id.len()).expect("a short id").to_be_bytes());
        data.extend(&self.id);
        ciborium::into_writer(&key, &mut data).expect("CBOR");
        let named = |name: &str, value: Cbor| (Cbor::Text(name.to_owned()), value);
        let attestation = Cbor::Map(vec![
            named("fmt", Cbor::Text("none".to_owned())),
            named("attStmt", Cbor::Map(Vec::new())),
            named("authData", Cbor::Bytes(data)),
        ]);
        let mut object = Vec::new();
        ciborium::into_writer(&attestation, &mut object).expect("CBOR");
        let client_data = self.client_data("webauthn.create", options);
        self.answer(json!({
            "clientDataJSON": base64url::encode(client_data), "attestationObject": base64url::encode(object),
            "transports": ["internal"],
        }))
    }

    /// Signs, as `AuthenticationResponseJSON`.
    pub(crate) fn get(&mut self, options: &Value) -> String {
        let client_data = self.client_data("webauthn.get", options);
        self.sign(&client_data)
    }

    /// Signs that, whatever it is.
    pub(crate) fn sign(&mut self, client_data: &str) -> String {
        self.counter += 1;
        let data = self.data(self.flags);
        let signed = [&data[..], &Sha256::digest(client_data)].concat();
        let signature = self.key.sign(&SystemRandom::new(), &signed).expect("a signature");
        self.answer(json!({
            "clientDataJSON": base64url::encode(client_data), "authenticatorData": base64url::encode(data),
            "signature": base64url::encode(signature), "userHandle": base64url::encode(&self.user_handle),
        }))
    }

    /// What the browser says, and the authenticator signs.
    pub(crate) fn client_data(&self, kind: &str, options: &Value) -> String {
        json!({"type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": false})
            .to_string()
    }

    fn data(&self, flags: u8) -> Vec<u8> {
        let mut data = Sha256::digest(self.rp_id.as_bytes()).to_vec();
        data.push(flags);
        data.extend(self.counter.to_be_bytes());
        data
    }

    fn answer(&self, response: Value) -> String {
        let id = base64url::encode(&self.id);
        json!({"id": id, "rawId": id, "type": "public-key", "response": response, "clientExtensionResults": {}}).to_string()
    }
}

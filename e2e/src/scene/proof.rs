//! The key that a sign-in without a page is bound to (RFC 9449): proofs of it for the requests of a test, and the browser
//! given it as if it had made it.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD as BASE64, URL_SAFE_NO_PAD as BASE64URL};
use okta_cli::dpop::Prover;
use okta_types::Metadata;
use reqwest::{RequestBuilder, Response};
use serde_json::{Value, json};

use crate::browser::Tab;

/// Puts a private key where the page keeps those that it makes, in the same form: script can sign with it and not read it.
const KEEP: &str = "const [name, pkcs8, done] = arguments; (async () => {
    const settled = request => new Promise((then, not) => { request.onsuccess = () => then(request.result); request.onerror = not; });
    const bytes = Uint8Array.from(atob(pkcs8), character => character.charCodeAt(0));
    const kind = { name: 'ECDSA', namedCurve: 'P-256' };
    const key = await crypto.subtle.importKey('pkcs8', bytes, kind, false, ['sign']);
    const opening = indexedDB.open('okta-auth', 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore('keys');
    const database = await settled(opening);
    await settled(database.transaction('keys', 'readwrite').objectStore('keys').put(key, name));
    database.close();
})().then(() => done(true), error => done(String(error)));";

/// A key, and the org's last nonce.
pub(super) struct ProvenSignIn {
    prover: Prover,
    nonce: Option<String>,
}

impl ProvenSignIn {
    /// `None` where the org takes no such proofs.
    pub(super) fn where_offered(metadata: &Metadata) -> Option<Self> {
        Prover::suits(metadata).then(|| Self { prover: Prover::generate(), nonce: None })
    }

    /// Sends a token request, once more where the org wants its nonce in the proof.
    pub(super) async fn exchange(&mut self, request: RequestBuilder) -> Response {
        let again = request.try_clone().unwrap();
        let answer = self.send(request, None).await;
        let Some(nonce) = answer.headers().get("dpop-nonce").filter(|_| answer.status() == 400) else {
            return answer;
        };
        self.nonce = Some(nonce.to_str().unwrap().to_owned());
        self.send(again, None).await
    }

    /// Sends a request with a proof, for the access token that goes along.
    pub(super) async fn send(&self, request: RequestBuilder, token: Option<&str>) -> Response {
        let (http, request) = request.build_split();
        let mut request = request.unwrap();
        // The nonce is the org's: an API has its own, if any.
        let nonce = self.nonce.as_deref().filter(|_| token.is_none());
        let proof = self.prover.prove(request.method().as_str(), request.url(), nonce, token);
        request.headers_mut().insert("dpop", proof.parse().unwrap());
        http.execute(request).await.unwrap()
    }

    /// What `okta-auth` writes down of a key beside the session.
    pub(super) fn record(&self, client_id: &str, state: &str, now: i64) -> Value {
        let point = self.prover.public_key().ec_point().unwrap();
        let (x, y) = point[1..].split_at(32);
        let mut record = json!({
            "key": format!("okta-auth.{client_id}.{now}.{state}"),
            "x": BASE64URL.encode(x),
            "y": BASE64URL.encode(y),
        });
        if let Some(nonce) = &self.nonce {
            record["nonce"] = nonce.as_str().into();
            record["nonce_at"] = now.into();
        }
        record
    }

    /// Gives the key to the browser, at a page of the shop.
    pub(super) async fn keep(&self, tab: &Tab, name: &str) {
        let key = BASE64.encode(self.prover.to_pkcs8());
        assert_eq!(tab.run_and_wait(KEEP, vec![name.into(), key.into()]).await, true, "the key is not kept");
    }
}

//! Any bytes as a key set: nothing may panic, and what is taken in must stand up to a token.

#![no_main]

use futures_util::FutureExt as _;
use libfuzzer_sys::fuzz_target;
use okta_jwt::{Issuer, UnixTime, Verifier};

/// `{"alg":"RS256","kid":"k1"}`, a payload with the issuer, and a signature of one byte.
const TOKEN: &str = "eyJhbGciOiJSUzI1NiIsImtpZCI6ImsxIn0.\
     eyJpc3MiOiJodHRwczovL2Rldi0xLm9rdGEuY29tL29hdXRoMi9kZWZhdWx0In0.AQ";

fuzz_target!(|data: &[u8]| {
    let issuer = Issuer::parse("https://dev-1.okta.com/oauth2/default").expect("an issuer");
    let builder = Verifier::builder(issuer).audience("api://default").any_client().fixed_keys(data);
    if let Ok(verifier) = builder.build() {
        assert!(verifier.is_ready());
        let keys = verifier.key_set_status().keys;
        assert!((1..=64).contains(&keys), "{keys} keys");
        let verified = verifier.verify(TOKEN, UnixTime(1_800_000_000)).now_or_never();
        assert!(verified.expect("fixed keys wait for nobody").is_err());
    }
});

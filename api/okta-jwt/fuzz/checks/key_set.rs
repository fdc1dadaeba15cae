//! Any bytes as a key set: nothing may panic, and what is taken in must stand up to a token.

use okta_jwt::{Issuer, Lookup, UnixTime, Verifier};

/// `{"alg":"RS256","kid":"k1"}`, a payload with the issuer, and a signature of one byte.
const TOKEN: &str = "eyJhbGciOiJSUzI1NiIsImtpZCI6ImsxIn0.\
     eyJpc3MiOiJodHRwczovL2Rldi0xLm9rdGEuY29tL29hdXRoMi9kZWZhdWx0In0.AQ";

pub(crate) fn check(data: &[u8]) {
    let issuer = Issuer::parse("https://dev-1.okta.com/oauth2/default").expect("an issuer");
    let builder = Verifier::builder(issuer).audience("api://default").any_client().fixed_keys(data);
    if let Ok(verifier) = builder.build() {
        assert!(verifier.is_ready());
        let keys: usize = verifier.key_sets().map(|(_, status)| status.keys).sum();
        assert!((1..=64).contains(&keys), "{keys} keys");
        let found = verifier.look_up(TOKEN, UnixTime(1_800_000_000));
        assert!(!matches!(found, Lookup::Ready { verdict: Ok(_), .. }));
    }
}

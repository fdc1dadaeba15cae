//! Algorithms that are not RS256, and signatures that are not this key's.

use aws_lc_rs::hmac;
use okta_types::base64url;
use serde_json::json;

use super::Row;
use crate::issuer::{FakeIssuer, header, ps256, public_key_as_secret, rs256, rs384, seal, strangers};

const OTHERS: [&str; 28] = [
    "none",
    "None",
    "NONE",
    "nOnE",
    "nonE",
    "",
    "rs256",
    "Rs256",
    "RS256 ",
    " RS256",
    "RS256\0",
    "RS-256",
    "RSA-OAEP",
    "dir",
    "HS256",
    "HS384",
    "HS512",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "ES256K",
    "EdDSA",
    "https://example.com/alg",
];

pub(super) fn rows(issuer: &FakeIssuer) -> Vec<Row> {
    [others(issuer), of_no_type(issuer), confused(issuer), signatures(issuer)].into_iter().flatten().collect()
}

fn others(issuer: &FakeIssuer) -> Vec<Row> {
    let payload = issuer.claims().to_string();
    let row = |alg: &str| {
        let header = super::changed(header(), json!({"alg": alg})).to_string();
        [
            Row::token(format!("{alg:?} unsigned"), &seal(&header, &payload, |_| Vec::new())),
            Row::token(format!("{alg:?} signed all the same"), &seal(&header, &payload, rs256)),
        ]
    };
    OTHERS.into_iter().flat_map(row).collect()
}

fn of_no_type(issuer: &FakeIssuer) -> Vec<Row> {
    [json!("<absent>"), json!(null), json!(256), json!(["RS256"]), json!({"RS256": 1}), json!(true)]
        .into_iter()
        .map(|alg| Row::signed(issuer, format!("alg {alg}"), json!({"alg": alg}), json!({})))
        .collect()
}

/// The public key as the secret of an HMAC.
fn confused(issuer: &FakeIssuer) -> Vec<Row> {
    let payload = issuer.claims().to_string();
    let row = |(what, secret): (&str, Vec<u8>)| {
        let mac = move |message: &str| {
            hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &secret), message.as_bytes()).as_ref().to_vec()
        };
        let hs256 = super::changed(header(), json!({"alg": "HS256"})).to_string();
        [
            Row::token(format!("HS256 with the {what}"), &seal(&hs256, &payload, mac.clone())),
            Row::token(format!("the same called RS256, {what}"), &seal(&header().to_string(), &payload, mac)),
        ]
    };
    public_key_as_secret().into_iter().flat_map(row).collect()
}

fn signatures(issuer: &FakeIssuer) -> Vec<Row> {
    let (header, payload) = (header().to_string(), issuer.claims().to_string());
    let good = seal(&header, &payload, rs256);
    let parts: Vec<_> = good.split('.').collect();
    let with = |what: &str, sign: &dyn Fn(&str) -> Vec<u8>| Row::token(what, &seal(&header, &payload, sign));
    let bob = base64url::encode(payload.replace("alice", "bob"));
    let typed = base64url::encode(r#"{"alg":"RS256","kid":"k1","typ":"at+jwt"}"#);
    let flipped = |bit: usize| {
        move |message: &str| {
            let mut signature = rs256(message);
            signature[bit / 8] ^= 1 << (bit % 8);
            signature
        }
    };
    vec![
        with("RS384 called RS256", &rs384),
        with("PS256 called RS256", &ps256),
        with("a stranger's signature", &strangers),
        with("the first bit flipped", &flipped(7)),
        with("the last bit flipped", &flipped(2040)),
        with("zeros", &|_| vec![0; 256]),
        with("ones", &|_| vec![0xff; 256]),
        with("none", &|_| Vec::new()),
        with("one byte", &|_| vec![1]),
        with("cut short", &|message| rs256(message)[..255].to_vec()),
        with("too long", &|message| [rs256(message), vec![0]].concat()),
        with("twice", &|message| [rs256(message), rs256(message)].concat()),
        with("over the payload alone", &|message| rs256(message.split_once('.').unwrap().1)),
        Row::token("another payload", &format!("{}.{bob}.{}", parts[0], parts[2])),
        Row::token("another header", &format!("{typed}.{}.{}", parts[1], parts[2])),
        Row::token("parts in another order", &format!("{}.{}.{}", parts[1], parts[0], parts[2])),
    ]
}

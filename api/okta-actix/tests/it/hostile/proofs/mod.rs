//! More than 120 proofs that must not pass, each beside a good token unless it says otherwise, over HTTP.

mod table;

use aws_lc_rs::hmac;
use okta_actix::DpopPolicy;
use okta_types::{ProofAlgorithm, access_token_hash, base64url};
use reqwest::header::HeaderValue;
use serde_json::json;

use self::table::{BAD_PROOF, BAD_REQUEST, BAD_TOKEN, Table};
use super::changed;
use crate::issuer::NOW;
use crate::prover::{ALICE, MALLORY, Prover};
use crate::site::{Site, public_url, send};

fn claims(table: &mut Table) {
    for name in ["jti", "htm", "htu", "iat", "ath"] {
        for wrong in
            [json!("<absent>"), json!(null), json!(""), json!([]), json!({}), json!(true), json!([NOW])]
        {
            table.claim(name, wrong);
        }
    }
    for name in ["nonce", "exp"] {
        for wrong in [json!(null), json!(""), json!([]), json!({}), json!(false)] {
            table.claim(name, wrong);
        }
    }
    for name in ["jti", "htm", "htu", "ath", "nonce"] {
        table.claim(name, json!(5));
    }
}

fn values(table: &mut Table) {
    for htm in ["get", "Get", "POST", "HEAD", "GET ", " GET", "GET,POST", "*", "GET\u{0}"] {
        table.claim("htm", json!(htm));
    }
    let hash = access_token_hash(&table.token);
    for ath in [
        hash.to_lowercase(),
        hash.replace('-', "+").replace('_', "/") + "=",
        hash[..42].to_owned(),
        format!("{hash} "),
        access_token_hash("another"),
        access_token_hash(&format!("{}\n", table.token)),
        table.token.clone(),
    ] {
        table.claim("ath", json!(ath));
    }
    for iat in [-61, -62, -3600, -86_400, 11, 12, 3600, i64::from(i32::MAX)] {
        table.claim("iat", json!(NOW.0 + iat));
    }
    for iat in
        [json!(0), json!(-1), json!(NOW.0 * 1000), json!(1e300), json!(u64::MAX), json!(NOW.0.to_string())]
    {
        table.claim("iat", iat);
    }
    for exp in [json!(NOW.0 - 10), json!(NOW.0 - 3600), json!(0), json!(-5), json!("soon")] {
        table.claim("exp", exp);
    }
}

fn addresses(table: &mut Table) {
    for htu in [
        "/whoami",
        "whoami",
        "//api.example.com/whoami",
        "api.example.com/whoami",
        "http://api.example.com/whoami",
        "https://api.example.com:80/whoami",
        "https://api.example.com:8443/whoami",
        "https://api.example.com:0443x/whoami",
        "https://api.example.com./whoami",
        "https://api.example.com.evil.test/whoami",
        "https://evil.test/whoami",
        "https://api.example.com@evil.test/whoami",
        "https://user@api.example.com/whoami",
        "https://api%2Eexample.com/whoami",
        "https://127.0.0.1/whoami",
        "https://api.example.com",
        "https://api.example.com/",
        "https://api.example.com/whoami/",
        "https://api.example.com//whoami",
        "https://api.example.com/WHOAMI",
        "https://api.example.com/whoami/..",
        "https://api.example.com/whoami/%2e%2e/hello",
        "https://api.example.com/x%2F..%2Fwhoami",
        "https://api.example.com/whoami%2F",
        "https://api.example.com/whoami%00",
        "https://api.example.com/whoami%",
        "https://api.example.com/%2577hoami",
        "https://api.example.com/whoami?",
        "https://api.example.com/whoami?a=b",
        "https://api.example.com/whoami#",
        "https://api.example.com/whoami#a",
        "https://api.example.com/whoami ",
        "https://api.example.com/whoami\n",
        "https://api.example.com\\whoami",
        "https:\\\\api.example.com\\whoami",
        "https:/api.example.com/whoami",
        "https://api.example.com/\u{ff57}hoami",
        "https://\u{430}pi.example.com/whoami",
        "javascript://api.example.com/whoami",
    ] {
        table.claim("htu", json!(htu));
    }
}

fn heads(table: &mut Table) {
    for typ in [
        json!("<absent>"),
        json!("JWT"),
        json!("DPOP+JWT"),
        json!("application/dpop+jwt"),
        json!("at+jwt"),
        json!(""),
        json!(null),
        json!(["dpop+jwt"]),
    ] {
        table.head("typ", typ);
    }
    for alg in [
        "<absent>", "", "none", "None", "HS256", "HS384", "HS512", "PS256", "RS256", "ES384", "ES512",
        "ES256K", "EdDSA", "es256", "ECDH-ES", "dir",
    ] {
        table.head("alg", json!(alg));
    }
    for alg in [json!(null), json!(["ES256"]), json!(256)] {
        table.head("alg", alg);
    }
    for name in ["crit", "b64"] {
        for value in [json!(null), json!([]), json!(["exp"]), json!(true)] {
            table.head(name, value);
        }
    }
    for jwk in [json!("<absent>"), json!(null), json!("{}"), json!([]), json!({}), json!([ALICE.jwk()])] {
        table.head("jwk", jwk);
    }
    table.signed(
        json!({"jwk": "<absent>", "kid": "k1", "jku": "https://evil.test/keys", "x5u": "https://evil.test/"}),
        json!({}),
    );
}

fn keys(table: &mut Table) {
    for private in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] {
        table.jwk(json!({private: "AQAB"}));
    }
    for change in [
        json!({"d": null}),
        json!({"kty": "oct", "k": "AQAB"}),
        json!({"kty": "OKP", "crv": "Ed25519"}),
        json!({"kty": "RSA"}),
        json!({"kty": "ec"}),
        json!({"kty": "<absent>"}),
        json!({"crv": "P-384"}),
        json!({"crv": "secp256k1"}),
        json!({"crv": "<absent>"}),
        json!({"x": "<absent>"}),
        json!({"y": ""}),
        json!({"x": 5}),
        json!({"x": base64url::encode([0; 32]), "y": base64url::encode([0; 32])}),
        json!({"x": base64url::encode([0xff; 33])}),
        json!({"x": format!("{}=", ALICE.jwk()["x"].as_str().unwrap())}),
    ] {
        table.jwk(change);
    }
    table.head("jwk", MALLORY.jwk());
    table.head("jwk", Prover::new(ProofAlgorithm::Es384).jwk());
    for bits in [512, 1024, 2040] {
        let n = base64url::encode(vec![0xff; bits / 8]);
        table.signed(json!({"alg": "RS256", "jwk": {"kty": "RSA", "e": "AQAB", "n": n}}), json!({}));
    }
}

fn signatures(table: &mut Table) {
    let (header, payload) = (table.header().to_string(), table.payload().to_string());
    let message = format!("{}.{}", base64url::encode(&header), base64url::encode(&payload));
    let with = |signature: &[u8]| format!("{message}.{}", base64url::encode(signature));
    let good = ALICE.sign(&message);
    table.text("by another key", MALLORY.seal(&header, &payload));
    table.text("no signature", with(&[]));
    table.text("zeros", with(&[0; 64]));
    table.text("cut", with(&good[..63]));
    table.text("longer", with(&[&good[..], &[0]].concat()));
    table.text("r for s", with(&[&good[32..], &good[..32]].concat()));
    table.text("of another message", with(&ALICE.sign("another")));
    table.text("as DER", with(&[&[0x30, 0x44, 2, 32], &good[..32], &[2, 32], &good[32..]].concat()));
    let none = changed(table.header(), json!({"alg": "none"})).to_string();
    let unsigned = format!("{}.{}.", base64url::encode(none), base64url::encode(&payload));
    table.text("alg none without a signature", unsigned);
    let symmetric = changed(table.header(), json!({"alg": "HS256"})).to_string();
    let message = format!("{}.{}", base64url::encode(symmetric), base64url::encode(&payload));
    let secret = hmac::Key::new(hmac::HMAC_SHA256, ALICE.jwk().to_string().as_bytes());
    let tag = hmac::sign(&secret, message.as_bytes());
    table.text("HS256 with the public key", format!("{message}.{}", base64url::encode(tag.as_ref())));
    let payload = changed(table.payload(), json!({"jti": "changed"})).to_string();
    let (head, signature) = (base64url::encode(&header), base64url::encode(good));
    table.text("changed afterwards", format!("{head}.{}.{signature}", base64url::encode(payload)));
}

fn forms(table: &mut Table) {
    let good = table.good();
    for proof in [
        String::new(),
        ".".to_owned(),
        "..".to_owned(),
        "a.b".to_owned(),
        "e30.e30.".to_owned(),
        "e30.e30.e30.e30.e30".to_owned(),
        format!("{good}."),
        format!("{good}="),
        format!("{good},{good}"),
        format!("{good}, {}", table.good()),
        format!("{good} {good}"),
        format!("\"{good}\""),
        format!("DPoP {good}"),
        format!("Bearer {good}"),
        good.replace('.', "%2E"),
        json!({"proof": good}).to_string(),
        "x".repeat(8193),
        "x".repeat(60_000),
    ] {
        table.text(format!("{proof:.60}"), proof);
    }
    let token = table.token.clone();
    table.text("the access token itself", token);
    table.text("bytes that are no text", [good.as_bytes(), &[0xff]].concat());
    let (header, payload) = (table.header().to_string(), table.payload().to_string());
    let twice = |json: &str, member: &str| format!("{{{member},{}", &json[1..]);
    for member in [r#""typ":"dpop+jwt""#, r#""alg":"none""#, r#""al\u0067":"ES256""#, r#""x":{"d":1,"d":2}"#]
    {
        table.text(member, ALICE.seal(&twice(&header, member), &payload));
    }
    for member in
        [r#""jti":"2""#, r#""htm":"GET""#, r#""htu":"https://evil.test/""#, r#""iat":0"#, r#""ath":"x""#]
    {
        table.text(member, ALICE.seal(&header, &twice(&payload, member)));
    }
    let deep = format!(r#"{{"x":{}{}}}"#, "[".repeat(1000), "]".repeat(1000));
    for (header, payload) in [
        ("[]", &*payload),
        ("null", &payload),
        (&deep, &payload),
        (&header, "[]"),
        (&header, "\"x\""),
        (&header, &deep),
        (&header, "{} {}"),
        (&header, ""),
    ] {
        table.text(format!("{header:.40} {payload:.40}"), ALICE.seal(header, payload));
    }
}

fn headers(table: &mut Table) {
    let good = table.good();
    table.row("no proof", vec![]);
    table.row("twice the same", vec![good.clone().into(), good.clone().into()]);
    table.row("two that differ", vec![good.clone().into(), table.good().into()]);
    table.row("an empty one first", vec![vec![], good.clone().into()]);
    table.row("an empty one last", vec![good.into(), vec![]]);
}

fn tokens(table: &mut Table, site: &Site) {
    let proof_for = |table: &Table, token: &str| {
        let payload = changed(table.payload(), json!({"ath": access_token_hash(token)}));
        ALICE.seal(&table.header().to_string(), &payload.to_string())
    };
    for (what, changes) in [
        ("bound to nothing", json!({})),
        ("bound by a certificate", json!({"cnf": {"x5t#S256": "x"}})),
        ("bound in two ways", json!({"cnf": {"jkt": ALICE.cnf()["jkt"], "x5t#S256": "x"}})),
        ("bound to no thumbprint", json!({"cnf": {"jkt": "x"}})),
        ("bound to a list", json!({"cnf": [ALICE.cnf()["jkt"]]})),
        ("bound to null", json!({"cnf": null})),
        ("expired", json!({"cnf": ALICE.cnf(), "exp": NOW.0 - 200})),
        ("for another API", json!({"cnf": ALICE.cnf(), "aud": "api://other"})),
        ("of another client", json!({"cnf": ALICE.cnf(), "cid": "0oaOther"})),
        ("an ID token", json!({"cnf": ALICE.cnf(), "nonce": "n"})),
    ] {
        let token = site.issuer.token(changes);
        let proof = proof_for(table, &token);
        table.shown(what, format!("DPoP {token}"), &[&proof], BAD_TOKEN);
    }
    let others = site.issuer.token(json!({"cnf": MALLORY.cnf()}));
    let proof = proof_for(table, &others);
    table.shown("bound to another key", format!("DPoP {others}"), &[&proof], BAD_PROOF);
    let (token, good) = (table.token.clone(), table.good());
    table.shown("as a bearer token, with a proof", format!("Bearer {token}"), &[&good], BAD_TOKEN);
    table.shown("as a bearer token", format!("Bearer {token}"), &[], BAD_TOKEN);
    table.shown("garbage with a proof", "DPoP garbage".to_owned(), &[&good], BAD_TOKEN);
    for authorization in [
        "DPoP".to_owned(),
        "DPoP ".to_owned(),
        format!("DPoP  {token}"),
        format!("DPoP {token},"),
        format!("DPoP {token}, Bearer {token}"),
        format!("DPoP \"{token}\""),
    ] {
        table.shown(&format!("{authorization:.40}"), authorization.clone(), &[&good], BAD_REQUEST);
    }
}

#[actix_web::test]
async fn every_hostile_proof_is_refused_with_its_status_and_challenge() {
    let site = Site::with_dpop(DpopPolicy::accepted(public_url()));
    let token = site.issuer.token(json!({"cnf": ALICE.cnf()}));
    let mut table = Table { token, rows: Vec::new() };
    for fill in [claims, values, addresses, heads, keys, signatures, forms, headers] {
        fill(&mut table);
    }
    tokens(&mut table, &site);
    assert!(table.rows.len() >= 250, "{} rows", table.rows.len());
    for row in &table.rows {
        let mut request = site.request("/whoami").header("Authorization", &row.authorization);
        for proof in &row.proofs {
            request = request.header("DPoP", HeaderValue::from_bytes(proof).unwrap());
        }
        let answer = send(request).await;
        let challenge = *answer.challenges().first().unwrap_or(&"");
        let error = format!("error=\"{}\"", row.expected.1);
        assert_eq!(answer.status, row.expected.0, "{}: {answer:?}", row.what);
        assert!(challenge.contains(&error), "{}: {challenge}", row.what);
        let scheme = row.authorization.split(' ').next().unwrap();
        assert!(challenge.starts_with(&format!("{scheme} realm=\"shop\"")), "{}: {challenge}", row.what);
    }
    println!("{} rows", table.rows.len());
    let good = table.good();
    let show = async || {
        let request = site.request("/whoami").header("Authorization", format!("DPoP {}", table.token));
        send(request.header("DPoP", &good)).await
    };
    show().await.check_body("00uAlice");
    assert_eq!(show().await.status, 401, "a replay");
}

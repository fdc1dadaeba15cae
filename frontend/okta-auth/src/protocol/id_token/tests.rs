use serde_json::{Value, json};

use super::*;
use crate::protocol::json::tests::read;

const NOW: i64 = 1_700_000_000;

fn claims() -> Value {
    json!({
        "sub": "00u1", "iss": "https://org/oauth2/default", "aud": "0oa1", "iat": NOW, "exp": NOW + 3600,
        "nonce": "n", "auth_time": NOW - 10, "at_hash": at_hash("at"), "acr": "urn:okta:loa:1fa:any",
    })
}

fn json_of(value: &Value) -> Json {
    read(&value.to_string()).unwrap()
}

fn asked() -> Asked<'static> {
    Asked { nonce: "n", max_age: None, acr_values: None, created: UnixTime(NOW - 20) }
}

fn judge_with(claims: &Value, now: i64, occasion: Occasion<'_>) -> Result<i64, IdTokenError> {
    judge(
        &json_of(claims),
        &Expected {
            issuer: "https://org/oauth2/default",
            client_id: "0oa1",
            access_token: "at",
            now: UnixTime(now),
            occasion,
        },
    )
}

#[track_caller]
fn check(change: impl FnOnce(&mut Value), expected: Result<(), IdTokenError>) {
    let mut claims = claims();
    change(&mut claims);
    assert_eq!(judge_with(&claims, NOW, Occasion::SignIn(asked())).map(drop), expected);
}

#[track_caller]
fn check_asked(change: impl FnOnce(&mut Asked<'_>, &mut Value), expected: Result<(), IdTokenError>) {
    let (mut asked, mut claims) = (asked(), claims());
    change(&mut asked, &mut claims);
    assert_eq!(judge_with(&claims, NOW, Occasion::SignIn(asked)).map(drop), expected);
}

#[track_caller]
fn check_renewed(change: impl FnOnce(&mut Value), expected: Result<(), IdTokenError>) {
    let before = json_of(&claims());
    let mut renewed = claims();
    renewed["nonce"] = Value::Null;
    change(&mut renewed);
    assert_eq!(judge_with(&renewed, NOW, Occasion::Renewal(&before)).map(drop), expected);
}

/// RFC 7519 §2: a `NumericDate` may have a fraction. None of it is granted.
#[test]
fn fractions_of_seconds_are_rounded_towards_refusal() {
    let at = |seconds: f64| Value::from(NOW as f64 + seconds);
    check(|c| (c["iat"], c["exp"], c["auth_time"]) = (at(0.384), at(3600.384), at(-10.5)), Ok(()));
    check(|c| (c["iat"], c["exp"]) = (at(0.1), at(1.9)), Err(IdTokenError::Expired));
    check_asked(|asked, c| (asked.max_age, c["auth_time"]) = (Some(0), at(-50.0)), Ok(()));
    check_asked(
        |asked, c| (asked.max_age, c["auth_time"]) = (Some(0), at(-50.001)),
        Err(IdTokenError::NotAskedAgain),
    );
    check_renewed(|c| c["auth_time"] = at(-9.616), Ok(()));
    check_renewed(|c| c["auth_time"] = at(-10.001), Err(IdTokenError::AuthTime));
    let mut claims = claims();
    claims["iat"] = at(5.001);
    assert_eq!(judge_with(&claims, NOW, Occasion::SignIn(asked())), Ok(6));
    for name in ["iat", "exp", "auth_time"] {
        for wrong in [json!("1700000000"), json!(1e300), json!([NOW])] {
            check(|c| c[name] = wrong, Err(IdTokenError::Malformed));
        }
    }
}

#[test]
fn the_issuer_is_compared_to_the_letter() {
    check(|_| {}, Ok(()));
    check(|c| c["iss"] = "https://org/oauth2/default/".into(), Err(IdTokenError::Issuer));
    check(|c| c["iss"] = "https://ORG/oauth2/default".into(), Err(IdTokenError::Issuer));
}

#[test]
fn the_audience_is_this_client_and_nobody_else() {
    check(|c| c["aud"] = json!(["0oa1"]), Ok(()));
    check(|c| c["aud"] = "0oa2".into(), Err(IdTokenError::Audience));
    check(|c| c["aud"] = json!([]), Err(IdTokenError::Audience));
    check(|c| c["aud"] = json!(["0oa1", "api"]), Err(IdTokenError::Audience));
    check(|c| c["azp"] = "0oa1".into(), Ok(()));
    check(|c| c["azp"] = "0oa2".into(), Err(IdTokenError::AuthorizedParty));
}

#[test]
fn a_subject_is_short_ascii_and_not_empty() {
    for sub in ["", "é", &"a".repeat(256)] {
        check(|c| c["sub"] = sub.into(), Err(IdTokenError::Subject));
    }
    check(|c| c["sub"] = "a".repeat(255).into(), Ok(()));
}

#[test]
fn a_token_is_not_expired_when_it_is_issued() {
    check(|c| c["exp"] = NOW.into(), Err(IdTokenError::Expired));
    check(|c| c["exp"] = (NOW - 300).into(), Err(IdTokenError::Expired));
    check(|c| c["auth_time"] = (NOW + 301).into(), Err(IdTokenError::AuthTime));
    for age in [7200, 90_000] {
        let old = |c: &mut Value| {
            c["iat"] = (NOW - age).into();
            c["exp"] = (NOW - age + 3600).into();
        };
        // What a person could mend is that it is old, and not when they signed in or what their clock says.
        check(old, Err(IdTokenError::Expired));
    }
    check(|c| c["auth_time"] = (NOW + 300).into(), Ok(()));
}

#[test]
fn a_clock_that_is_hours_off_is_tolerated_and_one_that_is_days_off_reported() {
    for (offset, expected) in [
        (3600, Ok(-3600)),
        (-3600, Ok(3600)),
        (86_400, Ok(-86_400)),
        (-86_400, Ok(86_400)),
        (86_401, Err(IdTokenError::Clock { offset: -86_401 })),
        (-86_401, Err(IdTokenError::Clock { offset: 86_401 })),
    ] {
        let mut asked = asked();
        asked.created = UnixTime(NOW - 20 + offset);
        assert_eq!(judge_with(&claims(), NOW + offset, Occasion::SignIn(asked)), expected, "{offset}");
    }
    check(|c| c["iat"] = i64::MIN.into(), Err(IdTokenError::Clock { offset: i64::MIN }));
    check(|c| c["iat"] = i64::MAX.into(), Err(IdTokenError::Clock { offset: i64::MAX - NOW }));
}

#[test]
fn a_claim_of_another_type_is_not_a_missing_one() {
    for name in ["iss", "sub", "exp", "iat"] {
        check(|c| c[name] = json!({}), Err(IdTokenError::Malformed));
        check(|c| c[name] = Value::Null, Err(IdTokenError::Malformed));
    }
    for name in ["at_hash", "azp", "auth_time"] {
        check(|c| c[name] = json!([]), Err(IdTokenError::Malformed));
    }
    check(|c| c["iat"] = "1700000000".into(), Err(IdTokenError::Malformed));
    check(|c| c["exp"] = json!(1.8e300), Err(IdTokenError::Malformed));
    check(|c| c["exp"] = json!(1.8e9), Ok(()));
    check(|c| c["aud"] = json!([["0oa1"]]), Err(IdTokenError::Audience));
    check(|c| c["nonce"] = json!(["n"]), Err(IdTokenError::Nonce));
    check_renewed(|c| c["nonce"] = json!(["n"]), Err(IdTokenError::Malformed));
}

#[test]
fn the_nonce_is_that_of_the_request() {
    check(|c| c["nonce"] = Value::Null, Err(IdTokenError::Nonce));
    check(|c| c["nonce"] = "N".into(), Err(IdTokenError::Nonce));
    check(|c| c["nonce"] = "".into(), Err(IdTokenError::Nonce));
}

#[test]
fn the_access_token_is_that_of_the_id_token() {
    check(|c| c["at_hash"] = Value::Null, Ok(()));
    check(|c| c["at_hash"] = at_hash("another").into(), Err(IdTokenError::AccessTokenHash));
}

#[test]
fn max_age_is_held_by_the_orgs_clock() {
    let age = |max_age, auth_time: Option<i64>| {
        move |t: &mut Asked<'_>, c: &mut Value| {
            (t.max_age, c["auth_time"]) = (Some(max_age), auth_time.into());
        }
    };
    check_asked(age(300, Some(NOW - 300)), Ok(()));
    // Asked for 20 seconds ago, and 30 for the way.
    check_asked(age(300, Some(NOW - 350)), Ok(()));
    check_asked(age(300, Some(NOW - 351)), Err(IdTokenError::NotAskedAgain));
    check_asked(age(0, Some(NOW - 10)), Ok(()));
    check_asked(age(0, Some(NOW - 60)), Err(IdTokenError::NotAskedAgain));
    check_asked(age(300, None), Err(IdTokenError::AuthTime));
    check_asked(age(u64::MAX, Some(0)), Ok(()));
}

#[test]
fn the_context_reached_is_one_of_those_asked_for() {
    let acr = |asked: &'static str, reached: Option<&'static str>| {
        move |t: &mut Asked<'_>, c: &mut Value| {
            (t.acr_values, c["acr"]) = (Some(asked), reached.into());
        }
    };
    check_asked(acr("phr urn:okta:loa:2fa:any", Some("urn:okta:loa:2fa:any")), Ok(()));
    check_asked(acr("urn:okta:loa:2fa:any", Some("urn:okta:loa:1fa:any")), Err(IdTokenError::Acr));
    check_asked(acr("urn:okta:loa:2fa:any", None), Err(IdTokenError::Acr));
    check_asked(acr("urn:okta:loa:2fa:any:ifpossible", Some("urn:okta:loa:1fa:any")), Ok(()));
}

#[test]
fn a_renewed_token_is_of_the_same_person_and_sign_in() {
    check_renewed(|_| {}, Ok(()));
    check_renewed(|c| c["nonce"] = "n".into(), Ok(()));
    check_renewed(|c| c["nonce"] = "other".into(), Err(IdTokenError::Nonce));
    check_renewed(|c| c["sub"] = "00u2".into(), Err(IdTokenError::Subject));
    check_renewed(|c| c["iss"] = "https://evil".into(), Err(IdTokenError::Issuer));
    check_renewed(|c| c["aud"] = "0oa2".into(), Err(IdTokenError::Audience));
    check_renewed(|c| c["auth_time"] = (NOW - 9).into(), Err(IdTokenError::AuthTime));
    check_renewed(|c| c["auth_time"] = Value::Null, Ok(()));
}

fn key(kid: &str, bytes: usize) -> Jwk {
    Jwk {
        alg: Some("RS256".into()),
        e: Some("AQAB".into()),
        n: Some(base64url::encode(vec![0xc5; bytes])),
        kid: Some(kid.into()),
        kty: "RSA".into(),
        public_key_use: Some("sig".into()),
    }
}

fn header(alg: &str, kid: Option<&str>) -> Value {
    json!({"alg": alg, "kid": kid})
}

#[track_caller]
fn check_key(header: &Value, keys: &[Jwk], expected: Result<Option<&str>, IdTokenError>) {
    let keys = JwkSet { keys: keys.to_vec() };
    let found =
        key_for(&json_of(header), &keys).map(|key| key.map(|key| key.kid.clone().unwrap_or_default()));
    assert_eq!(found, expected.map(|kid| kid.map(str::to_owned)));
}

#[test]
fn only_rs256_is_accepted_whatever_the_header_says() {
    let keys = [key("k1", 256)];
    check_key(&header("RS256", Some("k1")), &keys, Ok(Some("k1")));
    for alg in ["none", "None", "HS256", "rs256", "RS384", "PS256", "ES256", ""] {
        check_key(&header(alg, Some("k1")), &keys, Err(IdTokenError::Algorithm));
    }
}

#[test]
fn headers_that_are_not_understood_are_refused() {
    let keys = [key("k1", 256)];
    let with = |name: &str, value: Value| {
        let mut header = header("RS256", Some("k1"));
        header[name] = value;
        header
    };
    check_key(&with("typ", "JWT".into()), &keys, Ok(Some("k1")));
    for (name, value) in [
        ("typ", json!("at+jwt")),
        ("cty", json!("JWT")),
        ("crit", json!(["exp"])),
        ("crit", Value::Null),
        ("b64", json!(false)),
    ] {
        check_key(&with(name, value), &keys, Err(IdTokenError::Header));
    }
    check_key(&with("kid", json!(["k1"])), &keys, Err(IdTokenError::Malformed));
}

#[test]
fn a_key_is_found_by_its_name_or_where_it_is_the_only_one() {
    let two = [key("k1", 256), key("k2", 256)];
    check_key(&header("RS256", Some("k2")), &two, Ok(Some("k2")));
    check_key(&header("RS256", Some("k3")), &two, Ok(None));
    check_key(&header("RS256", Some("k1")), &[], Ok(None));
    check_key(&header("RS256", None), &two[..1], Ok(Some("k1")));
    check_key(&header("RS256", None), &two, Err(IdTokenError::NoKeyId));
    check_key(&header("RS256", None), &[], Ok(None));
}

#[test]
fn weak_and_foreign_keys_are_refused() {
    let weak = [
        key("k1", 255),
        Jwk { e: Some("AQ".into()), ..key("k1", 256) },
        Jwk { e: None, ..key("k1", 256) },
        Jwk { alg: Some("RS512".into()), ..key("k1", 256) },
        Jwk { public_key_use: Some("enc".into()), ..key("k1", 256) },
        Jwk { kty: "EC".into(), ..key("k1", 256) },
    ];
    for key in weak {
        check_key(&header("RS256", Some("k1")), &[key], Err(IdTokenError::Key));
    }
}

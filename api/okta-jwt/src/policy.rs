//! What the claims must say (RFC 9068 §4, RFC 8725bis §3, with Okta's names).
//!
//! No I/O and no clock: the configuration and `now` come in, a verdict goes out. The signature is somebody
//! else's business (`verified.rs`), and it is checked first.

use std::time::Duration;

use okta_types::{AccessClaims, Issuer, UnixTime};
use serde_json::{Map, Value};

use crate::claims::{is_name, read};
use crate::error::Refusal;
use crate::form::Form;

/// What a token is measured by.
#[derive(Clone, Debug)]
pub(crate) struct Policy {
    pub(crate) issuer: Issuer,
    pub(crate) audience: String,
    pub(crate) clients: Clients,
    pub(crate) form: Form,
    /// How far the issuer's clock and ours may differ, in both directions.
    pub(crate) leeway: Duration,
    /// The longest time from `iat` to `exp`.
    pub(crate) max_lifetime: Duration,
}

/// Which apps may call the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Clients {
    /// All of the authorization server's.
    Any,
    /// These client ids.
    Listed(Vec<String>),
}

/// Claims that only other kinds of token carry, each with the name of its kind.
const FOREIGN_MARKS: [(&str, Refusal); 4] = [
    ("nonce", Refusal::IdToken),
    ("at_hash", Refusal::IdToken),
    ("c_hash", Refusal::IdToken),
    ("events", Refusal::EventToken),
];

impl Policy {
    /// Whether the token names this issuer. Asked once, before the signature: the answer chooses whose rules and keys
    /// are used, and a foreign token never makes us look for a key.
    pub(crate) fn judge_issuer(&self, unverified: &Map<String, Value>) -> Result<(), Refusal> {
        match unverified.get("iss") {
            Some(Value::String(iss)) if iss == self.issuer.as_str() => Ok(()),
            Some(Value::String(iss)) if is_name(iss) => Err(Refusal::Issuer),
            Some(_) => Err(Refusal::ClaimType("iss")),
            None => Err(Refusal::ClaimMissing("iss")),
        }
    }

    /// Everything that the payload of a token of this issuer must say, in an order that names the kind of token before
    /// its details.
    pub(crate) fn judge(&self, payload: Map<String, Value>, now: UnixTime) -> Result<AccessClaims, Refusal> {
        judge_kind(&payload)?;
        let claims = read(payload, self.form)?;
        self.judge_claims(&claims, now)?;
        Ok(claims)
    }

    /// What depends on the configuration and on the moment, and not on the token alone.
    pub(crate) fn judge_claims(&self, claims: &AccessClaims, now: UnixTime) -> Result<(), Refusal> {
        self.judge_audience(claims)?;
        self.judge_client(claims)?;
        self.judge_times(claims, now)
    }

    /// An audience that is a client is an ID token's, even where the API's own stands beside it.
    fn judge_audience(&self, claims: &AccessClaims) -> Result<(), Refusal> {
        if claims.aud.iter().any(|aud| aud == claims.cid || self.clients.lists(aud)) {
            return Err(Refusal::IdToken);
        }
        if claims.aud.contains(&self.audience) { Ok(()) } else { Err(Refusal::Audience) }
    }

    fn judge_client(&self, claims: &AccessClaims) -> Result<(), Refusal> {
        if self.clients == Clients::Any || self.clients.lists(&claims.cid) {
            Ok(())
        } else {
            Err(Refusal::Client)
        }
    }

    fn judge_times(&self, claims: &AccessClaims, now: UnixTime) -> Result<(), Refusal> {
        let AccessClaims { iat, exp, nbf, .. } = *claims;
        Times { iat, exp, nbf }.judge(self.max_lifetime, self.leeway, now)
    }
}

/// From when until when a token is good.
pub(crate) struct Times {
    pub(crate) iat: UnixTime,
    pub(crate) exp: UnixTime,
    pub(crate) nbf: Option<UnixTime>,
}

impl Times {
    pub(crate) fn judge(
        &self,
        max_lifetime: Duration,
        leeway: Duration,
        now: UnixTime,
    ) -> Result<(), Refusal> {
        let lifetime = self.exp.since(self.iat);
        if lifetime.is_zero() || lifetime > max_lifetime {
            return Err(Refusal::Lifetime);
        }
        if now >= self.exp + leeway {
            return Err(Refusal::Expired);
        }
        if self.iat > now + leeway {
            return Err(Refusal::IssuedInFuture);
        }
        if self.nbf.is_some_and(|nbf| nbf > now + leeway) {
            return Err(Refusal::NotYetValid);
        }
        Ok(())
    }
}

impl Clients {
    /// Whether each listed client has a name.
    pub(crate) fn is_named(&self) -> bool {
        match self {
            Self::Any => true,
            Self::Listed(ids) => ids.iter().all(|id| !id.trim().is_empty()),
        }
    }

    fn lists(&self, client_id: &str) -> bool {
        matches!(self, Self::Listed(ids) if ids.iter().any(|id| id == client_id))
    }
}

fn judge_kind(payload: &Map<String, Value>) -> Result<(), Refusal> {
    if let Some((_, refusal)) = FOREIGN_MARKS.iter().find(|(name, _)| payload.contains_key(*name)) {
        return Err(*refusal);
    }
    if payload.get("jti").and_then(Value::as_str).is_some_and(|jti| jti.starts_with("ID.")) {
        return Err(Refusal::IdToken);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NOW: UnixTime = UnixTime(1_800_000_000);

    fn policy() -> Policy {
        Policy {
            issuer: Issuer::parse("https://dev-1.okta.com/oauth2/default").unwrap(),
            audience: "api://default".to_owned(),
            clients: Clients::Listed(vec!["0oaGrove".to_owned()]),
            form: Form::Okta,
            leeway: Duration::from_secs(120),
            max_lifetime: Duration::from_secs(24 * 3600),
        }
    }

    /// The payload of Okta's documentation with the changes of one test; `"absent"` takes a claim away.
    fn payload(changes: Value) -> Map<String, Value> {
        let good = json!({
            "ver": 1, "jti": "AT.x", "iss": "https://dev-1.okta.com/oauth2/default", "aud": "api://default",
            "iat": NOW.0 - 60, "exp": NOW.0 + 3540, "cid": "0oaGrove", "uid": "00uAlice", "scp": ["openid"],
            "auth_time": NOW.0 - 70, "sub": "alice@example.com",
        });
        let Value::Object(mut payload) = good else { unreachable!() };
        for (name, value) in changes.as_object().unwrap() {
            if value == "absent" {
                payload.remove(name);
            } else {
                payload.insert(name.clone(), value.clone());
            }
        }
        payload
    }

    /// In the order of a verifier: the issuer first.
    fn judge(payload: Map<String, Value>) -> Result<AccessClaims, Refusal> {
        policy().judge_issuer(&payload)?;
        policy().judge(payload, NOW)
    }

    #[track_caller]
    fn check(changes: Value, expected: Result<(), Refusal>) {
        let verdict = judge(payload(changes.clone()));
        assert_eq!(verdict.map(drop), expected, "{changes}");
    }

    #[test]
    fn what_okta_sends_is_good_and_what_it_may_add_is_kept() {
        check(json!({}), Ok(()));
        check(json!({"uid": "absent", "auth_time": "absent", "scp": "absent"}), Ok(()));
        check(json!({"aud": ["other", "api://default"]}), Ok(()));
        let claims = policy().judge(payload(json!({"plan": {"name": "gold"}})), NOW).unwrap();
        assert_eq!(claims.other["plan"]["name"], "gold");
    }

    #[test]
    fn claims_are_read_as_serde_reads_them() {
        for changes in [
            json!({}),
            json!({"aud": ["other", "api://default"], "groups": ["a", "b"], "acr": "x", "nbf": 5, "plan": [1]}),
            json!({"uid": "absent", "auth_time": "absent", "scp": "absent"}),
        ] {
            let payload = payload(changes);
            let by_serde: AccessClaims = serde_json::from_value(Value::Object(payload.clone())).unwrap();
            assert_eq!(read(payload, Form::Okta).unwrap(), by_serde);
        }
    }

    #[test]
    fn times_are_measured_with_the_same_leeway_on_both_sides() {
        let at = |seconds: i64| json!(NOW.0 + seconds);
        check(json!({"exp": at(-119)}), Err(Refusal::Lifetime));
        check(json!({"iat": at(-3600), "exp": at(-119)}), Ok(()));
        check(json!({"iat": at(-3600), "exp": at(-120)}), Err(Refusal::Expired));
        check(json!({"iat": at(120)}), Ok(()));
        check(json!({"iat": at(121)}), Err(Refusal::IssuedInFuture));
        check(json!({"nbf": at(120)}), Ok(()));
        check(json!({"nbf": at(121)}), Err(Refusal::NotYetValid));
    }

    /// RFC 7519 §2. Okta sends whole seconds; others in its place need not.
    #[test]
    fn fractions_of_seconds_are_rounded_so_that_nothing_is_granted() {
        let at = |seconds: f64| json!(NOW.0 as f64 + seconds);
        check(
            json!({"iat": at(-59.616), "exp": at(3540.384), "nbf": at(-59.616), "auth_time": at(-70.5)}),
            Ok(()),
        );
        check(json!({"iat": at(-3600.0), "exp": at(-119.001)}), Err(Refusal::Expired));
        check(json!({"iat": at(-3600.0), "exp": at(-118.999)}), Ok(()));
        check(json!({"iat": at(120.001)}), Err(Refusal::IssuedInFuture));
        check(json!({"nbf": at(120.001)}), Err(Refusal::NotYetValid));
        check(json!({"nbf": at(119.999)}), Ok(()));
        check(json!({"iat": at(10.1), "exp": at(11.9)}), Err(Refusal::Lifetime));
        let claims =
            policy().judge(payload(json!({"auth_time": at(-70.001), "iat": at(-60.001)})), NOW).unwrap();
        assert_eq!((claims.auth_time, claims.iat.0), (Some(UnixTime(NOW.0 - 71)), NOW.0 - 60));
    }

    #[test]
    fn groups_of_another_type_are_no_groups() {
        for odd in [
            json!("shop-staff"),
            json!(null),
            json!({}),
            json!(1.5),
            json!(["a", 1]),
            json!([["a"]]),
            json!(true),
        ] {
            let claims = policy().judge(payload(json!({"groups": odd})), NOW).unwrap();
            assert_eq!((claims.groups, claims.other.get("groups")), (None, None), "{odd}");
        }
    }

    #[test]
    fn a_lifetime_must_make_sense() {
        check(json!({"exp": NOW.0 - 60 + 24 * 3600}), Ok(()));
        check(json!({"exp": NOW.0 - 60 + 24 * 3600 + 1}), Err(Refusal::Lifetime));
        check(json!({"exp": (NOW.0 + 3600) * 1000}), Err(Refusal::Lifetime));
        check(json!({"exp": i64::MAX}), Err(Refusal::Lifetime));
        check(json!({"iat": 0}), Err(Refusal::Lifetime));
        check(json!({"iat": NOW.0 + 10, "exp": NOW.0 + 10}), Err(Refusal::Lifetime));
    }

    #[test]
    fn other_kinds_of_token_are_called_by_their_name() {
        for mark in ["nonce", "at_hash", "c_hash"] {
            check(json!({mark: "x"}), Err(Refusal::IdToken));
        }
        check(json!({"nonce": null}), Err(Refusal::IdToken));
        check(json!({"jti": "ID.x"}), Err(Refusal::IdToken));
        check(json!({"aud": "0oaGrove"}), Err(Refusal::IdToken));
        check(json!({"aud": ["0oaGrove", "api://default"]}), Err(Refusal::IdToken));
        check(json!({"aud": ["0oaOther", "api://default"], "cid": "0oaOther"}), Err(Refusal::IdToken));
        check(json!({"events": {}}), Err(Refusal::EventToken));
    }

    #[test]
    fn a_key_that_a_token_is_bound_to_is_named_by_its_thumbprint_and_in_no_other_way() {
        const JKT: &str = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";
        let claims = policy().judge(payload(json!({"cnf": {"jkt": JKT}})), NOW).unwrap();
        assert_eq!(claims.cnf.unwrap().jkt.as_str(), JKT);
        assert_eq!(policy().judge(payload(json!({})), NOW).unwrap().cnf, None);
        for cnf in [
            json!(null),
            json!({}),
            json!([]),
            json!([JKT]),
            json!(JKT),
            json!({"jkt": "x"}),
            json!({"jkt": null}),
            json!({"x5t#S256": "x"}),
            json!({"jkt": JKT, "x5t#S256": "x"}),
        ] {
            check(json!({"cnf": cnf}), Err(Refusal::Bound));
        }
    }

    #[test]
    fn issuer_audience_and_client_are_compared_to_the_letter() {
        for iss in [
            "https://dev-1.okta.com/oauth2/default/",
            "https://DEV-1.okta.com/oauth2/default",
            "https://dev-1.okta.com",
        ] {
            check(json!({"iss": iss}), Err(Refusal::Issuer));
        }
        check(json!({"iss": ["https://dev-1.okta.com/oauth2/default"]}), Err(Refusal::ClaimType("iss")));
        for aud in [json!("api://Default"), json!("api://default/"), json!([]), json!(["x"])] {
            check(json!({"aud": aud}), Err(Refusal::Audience));
        }
        check(json!({"cid": "0oagrove"}), Err(Refusal::Client));
    }

    #[test]
    fn the_issuer_is_judged_before_anything_else_too() {
        let judge = |iss| policy().judge_issuer(&payload(json!({"iss": iss})));
        assert_eq!(judge(json!("https://dev-1.okta.com/oauth2/default")), Ok(()));
        assert_eq!(judge(json!("https://dev-1.okta.com/oauth2/other")), Err(Refusal::Issuer));
        assert_eq!(judge(json!(" ")), Err(Refusal::ClaimType("iss")));
        assert_eq!(judge(json!(["https://dev-1.okta.com/oauth2/default"])), Err(Refusal::ClaimType("iss")));
        assert_eq!(judge(json!("absent")), Err(Refusal::ClaimMissing("iss")));
    }

    #[test]
    fn every_client_may_come_where_that_is_configured() {
        let policy = Policy { clients: Clients::Any, ..policy() };
        assert!(policy.judge(payload(json!({"cid": "0oaOther"})), NOW).is_ok());
        assert_eq!(
            policy.judge(payload(json!({"aud": ["0oaGrove", "api://default"]})), NOW).err(),
            Some(Refusal::IdToken)
        );
    }

    const REQUIRED: [&str; 8] = ["ver", "jti", "iss", "aud", "iat", "exp", "cid", "sub"];
    const OPTIONAL: [&str; 5] = ["nbf", "acr", "uid", "scp", "auth_time"];
    const TIMES: [&str; 4] = ["exp", "iat", "nbf", "auth_time"];

    #[test]
    fn required_claims_must_be_there() {
        for name in REQUIRED {
            check(json!({name: "absent"}), Err(Refusal::ClaimMissing(name)));
        }
        for name in OPTIONAL {
            check(json!({name: "absent"}), Ok(()));
        }
    }

    #[test]
    fn no_claim_may_have_the_wrong_type() {
        for name in REQUIRED.into_iter().chain(OPTIONAL) {
            for wrong in [
                json!(null),
                json!(true),
                json!({}),
                json!([1]),
                json!(""),
                json!(" "),
                json!(-1.5),
                json!(-1),
                json!("00u\0"),
                json!("00u\n"),
                json!("\u{85}x"),
            ] {
                check(json!({name: wrong}), Err(Refusal::ClaimType(name)));
            }
            if !TIMES.contains(&name) {
                check(json!({name: 1.5}), Err(Refusal::ClaimType(name)));
            }
        }
        for name in TIMES {
            for wrong in [json!("1800000000"), json!(1e300), json!(1e19), json!(u64::MAX), json!([NOW.0])] {
                check(json!({name: wrong}), Err(Refusal::ClaimType(name)));
            }
        }
        check(json!({"scp": "openid profile"}), Err(Refusal::ClaimType("scp")));
    }
}

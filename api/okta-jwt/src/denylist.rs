//! Tokens that are refused although nothing is wrong with them, until they would have expired.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use okta_types::{AccessClaims, UnixTime};

/// What is no longer good, for [`Verifier::deny`](crate::Verifier::deny). `Debug` names nobody.
#[derive(Clone, PartialEq, Eq)]
pub enum Revocation {
    /// One token.
    Token {
        /// Its name.
        jti: String,
        /// When it expires; where that is not known, a day from now will do.
        exp: UnixTime,
    },
    /// Every token of a person, or of a service, that was issued at this moment or before.
    Person {
        /// The `uid` of the tokens; of those that have none, the `sub`: [`Subject::id`](crate::Subject::id).
        id: String,
        /// By the issuer's clock.
        issued_until: UnixTime,
    },
    /// The same by the `sub` of the tokens, which with Okta is the person's login. Upper and lower case are the same.
    Login {
        /// Often the e-mail address.
        login: String,
        /// By the issuer's clock.
        issued_until: UnixTime,
    },
}

impl fmt::Debug for Revocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Token { .. } => "Token { .. }",
            Self::Person { .. } => "Person { .. }",
            Self::Login { .. } => "Login { .. }",
        })
    }
}

/// Holds what was denied and has not expired yet, and no more.
#[derive(Default)]
pub(crate) struct Denylist {
    denied: RwLock<Denied>,
    /// Whether anything was ever denied: mostly not, and then nobody need take the lock. Set under the lock, before
    /// the first entry is there, and never taken back: who finds it unset has asked before `deny` was done.
    in_use: AtomicBool,
}

#[derive(Default)]
struct Denied {
    /// When the tokens of these names expire.
    tokens: HashMap<String, UnixTime>,
    /// Until when the refused tokens of these ids were issued.
    people: HashMap<String, UnixTime>,
    /// The same of these logins, in lower case.
    logins: HashMap<String, UnixTime>,
}

impl Denylist {
    /// Forgets, too, what expired so long ago that no leeway could let it in. A token is good for `lifetime` at most.
    pub(crate) fn deny(&self, revocation: Revocation, now: UnixTime, lifetime: Duration, leeway: Duration) {
        let mut denied = self.denied.write().unwrap_or_else(PoisonError::into_inner);
        self.in_use.store(true, Ordering::Relaxed);
        denied.forget_expired(now, lifetime, leeway);
        let (entries, name, moment) = match revocation {
            Revocation::Token { jti, exp } => (&mut denied.tokens, jti, exp),
            Revocation::Person { id, issued_until } => (&mut denied.people, id, issued_until),
            Revocation::Login { login, issued_until } => {
                (&mut denied.logins, login.to_lowercase(), issued_until)
            }
        };
        // The news may come in any order.
        let entry = entries.entry(name).or_insert(moment);
        *entry = moment.max(*entry);
    }

    pub(crate) fn holds(&self, claims: &AccessClaims) -> bool {
        self.in_use.load(Ordering::Relaxed)
            && self.denied.read().unwrap_or_else(PoisonError::into_inner).holds(claims)
    }
}

impl Denied {
    fn holds(&self, claims: &AccessClaims) -> bool {
        let id = claims.uid.as_ref().unwrap_or(&claims.sub);
        let ended = |until: Option<&UnixTime>| until.is_some_and(|until| claims.iat <= *until);
        self.tokens.contains_key(&claims.jti)
            || ended(self.people.get(id))
            || (!self.logins.is_empty() && ended(self.logins.get(&claims.sub.to_lowercase())))
    }

    fn forget_expired(&mut self, now: UnixTime, lifetime: Duration, leeway: Duration) {
        self.tokens.retain(|_, exp| now < *exp + leeway);
        for entries in [&mut self.people, &mut self.logins] {
            entries.retain(|_, issued_until| now < *issued_until + lifetime + leeway);
        }
    }
}

impl fmt::Debug for Denylist {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let denied = self.denied.read().unwrap_or_else(PoisonError::into_inner);
        let people = denied.people.len() + denied.logins.len();
        f.debug_struct("Denylist").field("tokens", &denied.tokens.len()).field("people", &people).finish()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const LEEWAY: Duration = Duration::from_secs(120);
    const LIFETIME: Duration = Duration::from_secs(3600);

    fn token(jti: &str, uid: Option<&str>, sub: &str, iat: i64) -> AccessClaims {
        let claims = json!({"ver": 1, "jti": jti, "iss": "https://dev-1.okta.com/oauth2/default",
            "aud": "api://default", "iat": iat, "exp": iat + 3600, "cid": "0oa1", "uid": uid, "sub": sub});
        serde_json::from_value(claims).unwrap()
    }

    fn deny(list: &Denylist, revocation: Revocation, now: i64) {
        list.deny(revocation, UnixTime(now), LIFETIME, LEEWAY);
    }

    #[test]
    fn a_name_is_held_until_its_token_has_expired_for_good() {
        let list = Denylist::default();
        let holds = |jti: &str| list.holds(&token(jti, Some("00u1"), "a@x", 0));
        let named = |jti: &str, exp| Revocation::Token { jti: jti.to_owned(), exp: UnixTime(exp) };
        deny(&list, named("AT.1", 1000), 0);
        assert!(holds("AT.1") && !holds("AT.2") && !holds(""));
        deny(&list, named("AT.2", 5000), 1119);
        assert!(holds("AT.1") && holds("AT.2"));
        deny(&list, named("AT.3", 5000), 1120);
        assert!(!holds("AT.1") && holds("AT.2") && holds("AT.3"));
        assert_eq!(format!("{list:?}"), "Denylist { tokens: 2, people: 0 }");
    }

    #[test]
    fn a_persons_tokens_are_held_by_when_they_were_issued_and_nobody_elses() {
        let list = Denylist::default();
        let ended = |id: &str, until| Revocation::Person { id: id.to_owned(), issued_until: UnixTime(until) };
        deny(&list, ended("00u1", 1000), 1000);
        let holds = |uid: Option<&str>, sub: &str, iat| list.holds(&token("AT.1", uid, sub, iat));
        assert!(holds(Some("00u1"), "a@x", 999) && holds(Some("00u1"), "a@x", 1000));
        assert!(!holds(Some("00u1"), "a@x", 1001) && !holds(Some("00u2"), "a@x", 900));
        // A login that looks like an id is nobody's id, unless there is no other.
        assert!(!holds(Some("00u2"), "00u1", 900) && holds(None, "00u1", 900));

        // An older piece of news takes nothing back.
        deny(&list, ended("00u1", 500), 1000);
        assert!(holds(Some("00u1"), "a@x", 1000));
        // What was issued until then has expired for good an hour and two minutes later.
        deny(&list, ended("00u2", 4719), 4719);
        assert!(holds(Some("00u1"), "a@x", 1000));
        deny(&list, ended("00u2", 4720), 4720);
        assert!(!holds(Some("00u1"), "a@x", 1000) && holds(Some("00u2"), "a@x", 1000));
        deny(&list, Revocation::Login { login: "b@x".to_owned(), issued_until: UnixTime(4720) }, 4720);
        assert_eq!(format!("{list:?}"), "Denylist { tokens: 0, people: 2 }");
    }

    #[test]
    fn a_login_is_held_whatever_its_case() {
        let list = Denylist::default();
        let login = "Ann@Example.com".to_owned();
        let ended = Revocation::Login { login, issued_until: UnixTime(1000) };
        assert_eq!(format!("{ended:?}"), "Login { .. }");
        deny(&list, ended, 1000);
        let holds = |sub: &str, iat| list.holds(&token("AT.1", Some("00u1"), sub, iat));
        assert!(holds("ann@example.com", 1000) && holds("ANN@example.com", 1));
        assert!(!holds("ann@example.com", 1001) && !holds("bob@example.com", 1));
        deny(&list, Revocation::Login { login: "b@x".to_owned(), issued_until: UnixTime(4720) }, 4720);
        assert!(!holds("ann@example.com", 1000));
    }
}

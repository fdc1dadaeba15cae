//! What holds of rotation families, whatever is done to them in whatever order.
//!
//! A model beside the real thing: it knows of each token when it was given out and first used, and of each family
//! whether it ended. It says what must come of every act; the real thing must agree, to the reason.

use std::time::Duration;

use okta_types::{CodeVerifier, UnixTime};
use proptest::prelude::*;

use super::refresh::{RefreshRefusal, RevokedRefresh};
use super::store::tests::grant;
use super::{FamilyId, Grants, Redemption};
use crate::catalogue::Code;
use crate::org::policy::Lifetimes;

const WINDOW: i64 = 600;
const ABSOLUTE: i64 = 3000;
const URI: &str = "http://localhost:8080/login/callback";

/// Something that is done. Families and tokens are named by place, counted round.
#[derive(Clone, Debug)]
enum Act {
    /// Somebody signs in: a code, redeemed at once.
    SignIn,
    /// So many seconds pass.
    Wait(i64),
    /// A refresh token is used.
    Renew { family: usize, token: usize },
    /// A refresh token is looked at and not used: a renewal that was refused for another reason.
    Look { family: usize, token: usize },
    /// A refresh token is revoked by its own client, or by another.
    Revoke { family: usize, token: usize, own: bool },
    /// One access token is revoked.
    RevokeAccess { family: usize, token: usize },
    /// The code of the sign-in is shown again.
    Replay { family: usize },
    /// All of the person's sign-ins are revoked.
    RevokeUser,
    /// The grace time is set.
    SetGrace(i64),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let places = || (0usize..8, 0usize..64);
    prop::collection::vec(
        prop_oneof![
            3 => Just(Act::SignIn),
            10 => (0i64..120).prop_map(Act::Wait),
            2 => (500i64..1000).prop_map(Act::Wait),
            30 => places().prop_map(|(family, token)| Act::Renew { family, token }),
            5 => places().prop_map(|(family, token)| Act::Look { family, token }),
            1 => (places(), any::<bool>())
                .prop_map(|((family, token), own)| Act::Revoke { family, token, own }),
            1 => places().prop_map(|(family, token)| Act::RevokeAccess { family, token }),
            1 => (0usize..8).prop_map(|family| Act::Replay { family }),
            1 => Just(Act::RevokeUser),
            2 => (0i64..=60).prop_map(Act::SetGrace),
        ],
        1..80,
    )
}

struct Token {
    text: String,
    issued_at: i64,
    first_used_at: Option<i64>,
    jti: String,
    access_revoked: bool,
}

struct Family {
    id: FamilyId,
    code: String,
    begun_at: i64,
    tokens: Vec<Token>,
    over: bool,
}

/// What must come of showing a refresh token.
#[derive(Debug, PartialEq, Eq)]
enum Fate {
    Good,
    Invalid,
    Reused,
}

struct Story {
    grants: Grants,
    families: Vec<Family>,
    grace: i64,
    now: i64,
}

fn lifetimes() -> Lifetimes {
    let seconds = |seconds: i64| Duration::from_secs(seconds.unsigned_abs());
    Lifetimes {
        refresh_token: Some(seconds(ABSOLUTE)),
        refresh_window: seconds(WINDOW),
        ..Lifetimes::default()
    }
}

fn verifier() -> CodeVerifier {
    CodeVerifier::from_random([7; 32])
}

fn shown<'a>(code: &'a str, verifier: &'a CodeVerifier) -> Redemption<'a> {
    let (redirect_uri, verifier) = (Some(URI), Some(verifier.expose()));
    Redemption { code, server_id: "default", client_id: "0oa1", redirect_uri, verifier }
}

impl Story {
    fn begin(grace: i64) -> Self {
        let mut story = Self { grants: Grants::default(), families: Vec::new(), grace, now: 0 };
        story.sign_in();
        story
    }

    fn now(&self) -> UnixTime {
        UnixTime(self.now)
    }

    fn grace(&self) -> Duration {
        Duration::from_secs(self.grace.unsigned_abs())
    }

    fn sign_in(&mut self) {
        let (now, verifier) = (self.now(), verifier());
        let code = self.grants.issue_code(grant(), URI, Some(verifier.challenge().as_str()), now);
        let (id, _) = self.grants.redeem(shown(&code, &verifier), now).expect("a good code");
        let family = Family { id, code, begun_at: self.now, tokens: Vec::new(), over: false };
        let text = self.grants.issue_refresh(&family.id, lifetimes(), now);
        self.families.push(family);
        self.add(self.families.len() - 1, text);
    }

    /// Notes what was given out: a refresh token and, beside it, an access token.
    fn add(&mut self, family: usize, text: String) {
        let given_out = self.families.iter().flat_map(|family| &family.tokens);
        assert!(given_out.clone().all(|token| token.text != text), "no token is given out twice");
        let jti = format!("AT.{}", given_out.count());
        let family = &mut self.families[family];
        self.grants.record_access(&family.id, jti.clone(), UnixTime(self.now + ABSOLUTE));
        let token = Token { text, issued_at: self.now, first_used_at: None, jti, access_revoked: false };
        family.tokens.push(token);
    }

    fn act(&mut self, act: &Act) {
        match *act {
            Act::SignIn => self.sign_in(),
            Act::Wait(seconds) => self.now += seconds,
            Act::SetGrace(grace) => self.grace = grace,
            Act::Renew { family, token } => self.show(family, token, true),
            Act::Look { family, token } => self.show(family, token, false),
            Act::Revoke { family, token, own } => self.revoke(family, token, own),
            Act::RevokeAccess { family, token } => self.revoke_access(family, token),
            Act::Replay { family } => self.replay(family),
            Act::RevokeUser => self.revoke_user(),
        }
        self.check();
    }

    fn place(&self, family: usize, token: usize) -> (usize, usize) {
        let family = family % self.families.len();
        (family, token % self.families[family].tokens.len())
    }

    /// What must come of showing that token now.
    fn fate(&self, family: usize, token: usize) -> Fate {
        let family = &self.families[family];
        let token = &family.tokens[token];
        let ended = self.now - family.begun_at >= ABSOLUTE || self.now - token.issued_at >= WINDOW;
        if family.over {
            Fate::Invalid
        } else if token.first_used_at.is_some_and(|used| self.now - used >= self.grace) {
            Fate::Reused
        } else if ended {
            Fate::Invalid
        } else {
            Fate::Good
        }
    }

    fn show(&mut self, family: usize, token: usize, used: bool) {
        let (family, token) = self.place(family, token);
        let (fate, grace, now) = (self.fate(family, token), self.grace(), self.now());
        let text = self.families[family].tokens[token].text.clone();
        let told = self.grants.inspect_refresh(&text, grace, now).is_some();
        assert_eq!(told, fate == Fate::Good, "introspection agrees");
        let found = match self.grants.find_refresh(&text, grace, now) {
            Ok((id, _)) => {
                assert_eq!(id, self.families[family].id, "a token stays in its family");
                Fate::Good
            }
            Err(RefreshRefusal::Reused(_)) => Fate::Reused,
            Err(RefreshRefusal::Invalid) => Fate::Invalid,
        };
        assert_eq!(found, fate);
        if found == Fate::Reused {
            self.families[family].over = true;
        }
        if found == Fate::Good && used {
            self.families[family].tokens[token].first_used_at.get_or_insert(self.now);
            let next = self.grants.rotate(&text, &self.families[family].id.clone(), lifetimes(), now);
            self.add(family, next);
        }
    }

    fn revoke(&mut self, family: usize, token: usize, own: bool) {
        let (family, token) = self.place(family, token);
        let text = &self.families[family].tokens[token].text;
        let revoked = self.grants.revoke_refresh(text, if own { "0oa1" } else { "0oa2" });
        let expected = if own { RevokedRefresh::Done } else { RevokedRefresh::OfAnotherClient };
        assert_eq!(revoked, Some(expected));
        self.families[family].over |= own;
    }

    fn revoke_access(&mut self, family: usize, token: usize) {
        let (family, token) = self.place(family, token);
        let token = &mut self.families[family].tokens[token];
        self.grants.revoke_access(&token.jti, UnixTime(token.issued_at + ABSOLUTE));
        token.access_revoked = true;
    }

    fn replay(&mut self, family: usize) {
        let (family, _) = self.place(family, 0);
        let (now, code) = (self.now(), self.families[family].code.clone());
        let refused = self.grants.redeem(shown(&code, &verifier()), now).expect_err("it was used");
        assert_eq!(refused.code(), Code::InvalidAuthorizationCode);
        self.families[family].over = true;
    }

    fn revoke_user(&mut self) {
        let alive = self.families.iter().filter(|family| !family.over).count();
        assert_eq!(self.grants.revoke_user("00u1"), alive);
        self.families.iter_mut().for_each(|family| family.over = true);
    }

    /// What holds after every act: a family lives or is over as a whole, and no other with it.
    fn check(&self) {
        for family in &self.families {
            assert_eq!(self.grants.is_alive(&family.id), !family.over);
            for token in &family.tokens {
                let dead = family.over || token.access_revoked;
                assert_eq!(self.grants.is_access_revoked(&token.jti), dead);
            }
        }
    }
}

proptest! {
    #[test]
    fn families_keep_their_rules_whatever_is_done_to_them(grace in 0i64..=60, acts in acts()) {
        let mut story = Story::begin(grace);
        acts.iter().for_each(|act| story.act(act));
    }
}

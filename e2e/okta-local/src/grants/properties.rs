//! What holds of every rotation family, whatever is done to it in whatever order.

use std::time::Duration;

use okta_types::UnixTime;
use proptest::prelude::*;

use super::refresh::RefreshRefusal;
use super::tests::grant;
use super::{FamilyId, Grants};
use crate::org::policy::Lifetimes;

const WINDOW: u64 = 600;
const ABSOLUTE: u64 = 3000;

/// Something done to a family.
#[derive(Clone, Debug)]
enum Act {
    /// So many seconds pass, then the token at that place (counted round) is used.
    Use { after: u64, token: usize },
    /// The token at that place is revoked.
    Revoke { token: usize },
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let used = (0u64..120, any::<prop::sample::Index>())
        .prop_map(|(after, i)| Act::Use { after, token: i.index(64) });
    let revoked = (0usize..64).prop_map(|token| Act::Revoke { token });
    prop::collection::vec(prop_oneof![20 => used, 1 => revoked], 1..60)
}

struct Token {
    text: String,
    issued_at: i64,
    first_used_at: Option<i64>,
}

struct Story {
    grants: Grants,
    family: FamilyId,
    grace: u64,
    now: i64,
    tokens: Vec<Token>,
    over: bool,
}

fn lifetimes() -> Lifetimes {
    let (absolute, window) = (Duration::from_secs(ABSOLUTE), Duration::from_secs(WINDOW));
    Lifetimes { refresh_token: Some(absolute), refresh_window: window, ..Lifetimes::default() }
}

impl Story {
    fn begin(grace: u64) -> Self {
        let mut grants = Grants::default();
        let family = grants.found(grant(), UnixTime(300), UnixTime(0));
        let text = grants.issue_refresh(&family, lifetimes(), UnixTime(0));
        let tokens = vec![Token { text, issued_at: 0, first_used_at: None }];
        Self { grants, family, grace, now: 0, tokens, over: false }
    }

    fn do_it(&mut self, act: &Act) {
        match *act {
            Act::Use { after, token } => {
                self.now += after as i64;
                self.use_token(token % self.tokens.len());
            }
            Act::Revoke { token } => {
                let text = self.tokens[token % self.tokens.len()].text.clone();
                self.grants.revoke_refresh(&text, "0oa1");
                self.over = true;
            }
        }
    }

    fn use_token(&mut self, place: usize) {
        let (now, grace) = (UnixTime(self.now), Duration::from_secs(self.grace));
        let text = self.tokens[place].text.clone();
        let found = self.grants.find_refresh(&text, grace, now);
        let token = &self.tokens[place];
        let too_late = token.first_used_at.is_some_and(|used| self.now - used >= self.grace as i64);
        let ended = self.now >= ABSOLUTE as i64 || self.now - token.issued_at >= WINDOW as i64;
        match found {
            Ok(_) => {
                assert!(!self.over, "nothing of a dead family is good");
                assert!(!too_late, "a token used before the grace time is not good after it");
                assert!(!ended, "no token outlives its window or the first one's end");
                self.tokens[place].first_used_at.get_or_insert(self.now);
                let text = self.grants.rotate(&text, &self.family, lifetimes(), now);
                assert!(self.tokens.iter().all(|token| token.text != text), "no token is given out twice");
                self.tokens.push(Token { text, issued_at: self.now, first_used_at: None });
            }
            Err(RefreshRefusal::Reused(_)) => {
                assert!(too_late && !self.over, "the alarm is for reuse, and is raised once");
                self.over = true;
            }
            Err(RefreshRefusal::Invalid) => assert!(self.over || ended, "a good token is not refused"),
        }
        assert_eq!(self.grants.is_alive(&self.family), !self.over);
    }
}

proptest! {
    #[test]
    fn a_family_keeps_its_rules_whatever_is_done_to_it(grace in 0u64..=60, acts in acts()) {
        let mut story = Story::begin(grace);
        acts.iter().for_each(|act| story.do_it(act));
    }
}

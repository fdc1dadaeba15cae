//! What must hold whatever happens, tried with many random sequences of events.

use okta_auth::{Effect, Event, FetchId, HttpFailure, Message, SignIn};

use crate::browser::{PAGE, Shared, Tab};
use crate::org;

/// A small generator (SplitMix64): the same sequences on every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % sides
    }
}

/// One random thing that may happen to a tab.
fn happen(tab: &mut Tab, dice: &mut Dice, generation: &mut u32) {
    match dice.roll(16) {
        0 => tab.take(Event::SignOut),
        1 => tab.take(Event::SignIn(SignIn::to("/a"))),
        2 => tab.take(Event::StorageChanged),
        3 => tab.take(Event::Heard(Message::Renewed)),
        4 => tab.take(Event::Woke),
        5 => tab.shared.pass(dice.roll(4000) as i64),
        6 => tab.take(Event::Returned),
        7 => tab.take(Event::FetchAnswered {
            fetch: FetchId(dice.roll(9)),
            status: 401,
            challenge: Some("Bearer error=\"invalid_token\"".into()),
        }),
        8 => tab.grant_lock(),
        9 | 10 => {
            let urls = ["http://localhost:8000/api", "https://evil.test/", "/api", "//localhost:8000"];
            tab.fetch(dice.roll(9), urls[dice.roll(4) as usize]);
        }
        _ => answer(tab, dice, generation),
    }
}

/// Answers what waits longest: well, badly or not at all.
fn answer(tab: &mut Tab, dice: &mut Dice, generation: &mut u32) {
    if !tab.checks.is_empty() {
        return tab.verify(dice.roll(4) > 0);
    }
    if tab.sent.is_empty() {
        return;
    }
    let (id, request) = tab.sent.remove(0);
    *generation += 1;
    let body = match request.url.rsplit('/').next() {
        Some("openid-configuration") => org::metadata(),
        Some("keys") => org::keys("k1"),
        Some("token") => org::renewed(*generation, tab.shared.now()),
        _ => String::new(),
    };
    match dice.roll(6) {
        0 => tab.take(Event::Answered { id, answer: Err(HttpFailure::Network) }),
        1 => tab.answer_to(id, 400, &org::error("invalid_grant", "")),
        2 => tab.answer_to(id, 503, ""),
        _ => tab.answer_to(id, 200, &body),
    }
}

#[track_caller]
fn assert_sound(tabs: &[Tab]) {
    let renewals = tabs.iter().flat_map(|tab| &tab.sent).filter(|(_, request)| {
        request.url.ends_with("/token")
            && request.form.as_ref().is_some_and(|form| form.as_str().contains("grant_type=refresh_token"))
    });
    assert!(renewals.count() <= 1, "two renewals in flight");
    for effect in tabs.iter().flat_map(|tab| &tab.done) {
        if let Effect::Forward { url, authorization: Some(_), .. } = effect {
            assert!(url.starts_with("http://localhost:8000/"), "a token went to {url}");
        }
    }
}

#[test]
fn no_sequence_of_events_sends_a_token_astray_or_renews_twice_at_once() {
    for seed in 0..400 {
        let mut dice = Dice(seed);
        let shared = Shared::new();
        let mut tabs = [Tab::of_alice(&shared), Tab::open(&shared, PAGE)];
        let mut generation = 10;
        for _ in 0..60 {
            let tab = &mut tabs[dice.roll(2) as usize];
            happen(tab, &mut dice, &mut generation);
            for tab in &mut tabs {
                if dice.roll(3) == 0 {
                    tab.grant_lock();
                }
            }
            // A sign-out leaves the answer to a renewal unheard; the test's view of "in flight" follows.
            if !tabs.iter().any(Tab::is_signed_in) {
                tabs.iter_mut().for_each(|tab| tab.sent.retain(|(_, r)| !r.url.ends_with("/token")));
            }
            assert_sound(&tabs);
        }
    }
}

#[test]
fn nobody_is_ever_signed_in_without_a_checked_id_token() {
    for seed in 0..400 {
        let mut dice = Dice(seed);
        let shared = Shared::new();
        let mut tab = Tab::open(&shared, PAGE);
        let asked = tab.leave_for_org(SignIn::to("/"));
        let mut tab = tab.load(&format!("{PAGE}/login/callback?code=c1&state={}", asked["state"]));
        let mut generation = 10;
        for _ in 0..40 {
            // Every signature is found bad, whatever else goes well.
            if tab.checks.is_empty() {
                happen(&mut tab, &mut dice, &mut generation);
            } else {
                tab.verify(false);
            }
            assert!(!tab.is_signed_in() && shared.stored_session().is_none());
        }
    }
}

//! Pages of two orgs in one browser, in all orders of events: what one keeps is never the other's to see or to end.

use std::collections::BTreeMap;

use okta_auth::{AuthConfig, AuthStatus, Event, Json, Orgs, Pages, SignIn};
use okta_types::parse_query;
use proptest::prelude::*;

use super::{BIRCH, answer_of, birch, first};
use crate::browser::{PAGE, Shared, Tab};
use crate::org::{self, Takes};

/// The same person id at both orgs: two people.
const SUB: &str = "00u1";
const PLACES: [&str; 2] = ["/orders", "/birch/orders"];

#[derive(Clone, Copy, Debug)]
enum Happening {
    SignIn,
    SignOut,
    /// The org no longer renews the session.
    Expired,
    /// Somebody begins a sign-in and closes the page as its key is made.
    Abandoned,
    Renewed,
    Draft,
    TimePasses,
}

fn happening() -> impl Strategy<Value = Happening> {
    use Happening::{Abandoned, Draft, Expired, Renewed, SignIn, SignOut, TimePasses};
    prop::sample::select(vec![
        SignIn, SignIn, SignOut, Expired, Abandoned, Renewed, Draft, TimePasses, TimePasses,
    ])
}

/// What must be found when a page of the org is opened: whether its person is signed in, and what the app keeps of them.
#[derive(Clone, Debug, Default, PartialEq)]
struct Known {
    signed_in: bool,
    waits: bool,
    draft: Option<String>,
}

/// One tab, which goes from one org's pages to the other's.
struct Browser {
    shared: Shared,
    session: BTreeMap<String, String>,
    orgs: Orgs,
    known: [Known; 2],
    generation: u32,
}

const TAKES: Takes = Takes { pushing: false, proofs: true, silent: None };

impl Browser {
    fn open(&mut self, which: usize) -> Tab {
        self.open_at(which, PLACES[which])
    }

    fn open_at(&mut self, which: usize, place: &str) -> Tab {
        let session = std::mem::take(&mut self.session);
        let address = format!("{PAGE}{place}");
        let config = self.orgs.of_page(&format!("{PAGE}{}", PLACES[which])).unwrap();
        Tab::open_with(&self.shared, &address, &config, session)
    }

    fn close(&mut self, tab: Tab) {
        self.session = tab.session;
    }

    fn metadata(&self, which: usize) -> String {
        answer_of([org::ISSUER, BIRCH][which], &TAKES.metadata())
    }

    fn happen(&mut self, which: usize, what: Happening) {
        match what {
            Happening::TimePasses => self.shared.pass(1800),
            Happening::SignIn if !self.known[which].signed_in => self.sign_in(which, true),
            Happening::Abandoned if !self.known[which].signed_in => self.sign_in(which, false),
            Happening::SignOut if self.known[which].signed_in => self.sign_out(which),
            Happening::Expired if self.known[which].signed_in => self.renew(which, false),
            Happening::Renewed if self.known[which].signed_in => self.renew(which, true),
            Happening::Draft if self.known[which].signed_in => {
                let mut tab = self.open(which);
                tab.write_owned("draft", PLACES[which]);
                self.known[which].draft = Some(PLACES[which].to_owned());
                self.close(tab);
            }
            _ => {}
        }
    }

    fn sign_in(&mut self, which: usize, to_the_end: bool) {
        // Who is quicker is in a loop.
        self.shared.pass(30);
        let mut tab = self.open(which);
        tab.take(Event::SignIn(SignIn::to(PLACES[which])));
        tab.answer("openid-configuration", 200, &self.metadata(which));
        let left = tab.navigations().pop().unwrap();
        let asked: BTreeMap<_, _> = parse_query(left.split_once('?').unwrap().1).into_iter().collect();
        self.close(tab);
        let callback = ["/login/callback", "/birch/login/callback"][which];
        let mut tab = self.open_at(which, &format!("{callback}?code=c1&state={}", asked["state"]));
        tab.answer("openid-configuration", 200, &self.metadata(which));
        if to_the_end {
            let body = self.tokens(which, Some(&asked["nonce"]));
            tab.answer("/token", 200, &body);
            tab.answer("/keys", 200, &org::keys("k1"));
            tab.verify(true);
            assert!(tab.is_signed_in(), "{:?}", tab.machine().callback());
            self.known[which].signed_in = true;
            self.known[which].waits = false;
        }
        self.close(tab);
    }

    fn tokens(&mut self, which: usize, nonce: Option<&str>) -> String {
        self.generation += 1;
        let (issuer, client) = ([org::ISSUER, BIRCH][which], self.client(which));
        let claims = |claims: &mut serde_json::Value| {
            claims["sub"] = SUB.into();
            claims["iss"] = issuer.into();
            claims["aud"] = client.into();
            claims["name"] = PLACES[which].into();
        };
        let change = |answer: &mut serde_json::Value| TAKES.change_answer(answer, true);
        org::tokens_with(self.generation, nonce, self.shared.now(), claims, change)
    }

    fn client(&self, which: usize) -> String {
        self.orgs.of_page(&format!("{PAGE}{}", PLACES[which])).unwrap().client_id
    }

    fn sign_out(&mut self, which: usize) {
        let mut tab = self.open(which);
        tab.take(Event::SignOut);
        self.known[which] = Known::default();
        self.close(tab);
    }

    /// A request after the access token has ended.
    fn renew(&mut self, which: usize, good: bool) {
        self.shared.pass(4000);
        let mut tab = self.open(which);
        tab.fetch(1, "http://localhost:8000/api");
        tab.answer("openid-configuration", 200, &self.metadata(which));
        let answer = if good { self.tokens(which, None) } else { org::error("invalid_grant", "") };
        tab.answer("/token", if good { 200 } else { 400 }, &answer);
        if good {
            tab.answer("/keys", 200, &org::keys("k1"));
            tab.verify(true);
        }
        assert_eq!(tab.is_signed_in(), good);
        self.known[which].signed_in = good;
        self.known[which].waits = !good;
        self.close(tab);
    }

    /// Each org's page shows its own person, with their key and what the app keeps of them.
    fn check(&mut self) -> Result<(), TestCaseError> {
        for which in [0, 1] {
            let tab = self.open(which);
            let drafts = tab.owned_texts();
            let name = match tab.status() {
                AuthStatus::SignedIn(person) => person.name.clone(),
                _ => None,
            };
            let known = self.known[which].clone();
            let waits = !known.signed_in && tab.machine().owner().subject().is_some();
            prop_assert_eq!(name.as_deref(), known.signed_in.then_some(PLACES[which]));
            prop_assert_eq!(waits, known.waits);
            prop_assert_eq!(drafts, known.draft.into_iter().collect::<Vec<_>>());
            self.close(tab);
        }
        let stored = self.shared.local.borrow();
        for key in stored.values().filter_map(|text| key_of(text)) {
            prop_assert!(
                self.shared.keys.kept.borrow().contains(&key),
                "the key of a session is gone: {}",
                key
            );
        }
        Ok(())
    }
}

fn key_of(text: &str) -> Option<String> {
    org::read_json(text)?.get("key").and_then(Json::as_str).map(str::to_owned)
}

/// Client ids that differ, that are the same (one app of two authorization servers), and whose names begin alike.
fn client_ids() -> impl Strategy<Value = [&'static str; 2]> {
    prop::sample::select(vec![
        ["0oa1", "0oa2"],
        ["0oa1", "0oa1"],
        ["0oa1", "0oa1.0"],
        ["0oa1.0", "0oa1"],
        ["0oa1", "0oa1.of"],
        ["0oa1.of", "0oa1"],
    ])
}

fn browser([one, two]: [&str; 2]) -> Browser {
    let config = |config: AuthConfig, id: &str| AuthConfig { client_id: id.into(), ..config };
    let orgs =
        Orgs::new([(Pages::default(), config(first(), one)), (Pages::below("/birch"), config(birch(), two))]);
    Browser {
        shared: Shared::new(),
        session: BTreeMap::new(),
        orgs: orgs.unwrap(),
        known: Default::default(),
        generation: 0,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_happens_at_one_org_changes_nothing_of_the_other(
        ids in client_ids(),
        steps in prop::collection::vec((0..2_usize, happening()), 1..25),
    ) {
        let mut browser = browser(ids);
        for (which, what) in steps {
            browser.happen(which, what);
            browser.check()?;
        }
    }
}

/// Names of locks and channels too: a renewal at one waits for none at the other, and hears nothing of it.
#[test]
fn locks_and_channels_bear_the_org() {
    let browser = browser(["0oa1", "0oa1"]);
    let names = PLACES.map(|place| {
        let config = browser.orgs.of_page(&format!("{PAGE}{place}")).unwrap();
        okta_auth::Machine::new(&config, PAGE).unwrap().channel()
    });
    assert_ne!(names[0], names[1]);
}

/// A list of orgs that grows leaves the sessions where they are.
#[test]
fn the_first_org_of_a_client_id_keeps_the_names_that_it_had_alone() {
    let alone = okta_auth::Machine::new(&first(), PAGE).unwrap().session_slot();
    for ids in [["0oa1", "0oa2"], ["0oa1", "0oa1"], ["0oa1", "0oa1.0"]] {
        let config = browser(ids).orgs.of_page(PAGE).unwrap();
        assert_eq!(okta_auth::Machine::new(&config, PAGE).unwrap().session_slot(), alone);
    }
}

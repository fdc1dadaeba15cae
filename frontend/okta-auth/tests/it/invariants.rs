//! What must hold whatever happens, tried with random sequences of events.

use okta_auth::{
    Effect, Event, FetchId, HttpAnswer, HttpFailure, Message, ResumableRequest, Sensitive, SignIn,
};
use okta_types::{Origin, parse_query};
use proptest::prelude::*;

use crate::browser::{PAGE, Shared, Tab};
use crate::org::{self, Takes};

const API: &str = "http://localhost:8000";
const STEP_UP: &str = r#"Bearer error="insufficient_user_authentication", max_age="5""#;

/// One thing that may happen to a tab.
#[derive(Clone, Debug)]
enum Happening {
    SignIn,
    SignOut {
        at_org: bool,
    },
    Heard(Message),
    StorageChanged,
    Woke,
    Returned,
    Active,
    UserInfo,
    TimePasses(i64),
    Locked,
    Storage {
        full: bool,
        throws: bool,
    },
    Fetch {
        number: u64,
        url: &'static str,
        keep: bool,
    },
    Refused {
        number: u64,
        status: u16,
        challenge: &'static str,
    },
    Initiated,
    Answer(Answer),
    /// The org answers in a frame: with a code, a refusal, or not at all.
    Frame(Option<&'static str>),
    Signature(bool),
    /// The page is loaded anew, perhaps as the callback of its last sign-in.
    Load {
        callback: bool,
    },
}

#[derive(Clone, Copy, Debug)]
enum Answer {
    Good,
    Refresh,
    Busy,
    InvalidGrant,
    WantsNonce,
    Garbage,
    Lost,
    Cors,
}

fn happening() -> impl Strategy<Value = Happening> {
    let urls = [
        "http://localhost:8000/api",
        "https://evil.test/",
        "/api",
        "//localhost:8000",
        "http://localhost:80",
    ];
    let challenges = [r#"Bearer error="invalid_token""#, STEP_UP, "Bearer", ""];
    let messages = [
        Message::SignedIn,
        Message::Renewed,
        Message::SignedOut(org::alice()),
        Message::Expired(org::alice()),
        Message::Active,
    ];
    let simple = [
        Happening::SignIn,
        Happening::StorageChanged,
        Happening::Woke,
        Happening::Returned,
        Happening::Active,
        Happening::UserInfo,
        Happening::Locked,
        Happening::Initiated,
    ];
    let answers = [
        Answer::Good,
        Answer::Good,
        Answer::Refresh,
        Answer::Busy,
        Answer::InvalidGrant,
        Answer::WantsNonce,
        Answer::Garbage,
        Answer::Lost,
        Answer::Cors,
    ];
    prop_oneof![
        4 => prop::sample::select(simple.to_vec()),
        1 => any::<bool>().prop_map(|at_org| Happening::SignOut { at_org }),
        2 => prop::sample::select(messages.to_vec()).prop_map(Happening::Heard),
        3 => (-4000_i64..8000).prop_map(Happening::TimePasses),
        1 => (any::<bool>(), any::<bool>()).prop_map(|(full, throws)| Happening::Storage { full, throws: throws && full }),
        4 => (0..9_u64, prop::sample::select(urls.to_vec()), any::<bool>())
            .prop_map(|(number, url, keep)| Happening::Fetch { number, url, keep }),
        2 => (0..9_u64, prop::sample::select(vec![401_u16, 403]), prop::sample::select(challenges.to_vec()))
            .prop_map(|(number, status, challenge)| Happening::Refused { number, status, challenge }),
        9 => prop::sample::select(answers.to_vec()).prop_map(Happening::Answer),
        4 => prop::sample::select(vec![Some("code=c1"), Some("code=c1"), Some("error=login_required"), None])
            .prop_map(Happening::Frame),
        3 => prop::bool::weighted(0.7).prop_map(Happening::Signature),
        1 => any::<bool>().prop_map(|callback| Happening::Load { callback }),
    ]
}

/// What sends a page to the org, and what happens on the way.
fn way_to_the_org() -> impl Strategy<Value = Happening> {
    let simple = [
        Happening::SignIn,
        Happening::Initiated,
        Happening::Returned,
        Happening::Woke,
        Happening::Answer(Answer::Good),
        Happening::Answer(Answer::Good),
        Happening::Signature(true),
        Happening::Load { callback: false },
        Happening::Load { callback: true },
    ];
    prop_oneof![
        6 => prop::sample::select(simple.to_vec()),
        1 => (0..12_i64).prop_map(Happening::TimePasses),
    ]
}

/// A tab, and the parameters of the last authorization request it left for.
struct Scene {
    tab: Option<Tab>,
    left: Option<(String, String)>,
    generation: u32,
    /// Whether every signature is found bad.
    forged: bool,
    /// Whether the org takes pushed requests only.
    takes: Takes,
}

impl Scene {
    fn of(tab: Tab, forged: bool, takes: Takes) -> Self {
        Self { tab: Some(tab), left: None, generation: 10, forged, takes }
    }

    /// The page is back from the org with a code.
    fn begin_callback(&mut self) {
        let (document, pushing) = (self.takes.metadata(), self.takes.pushing);
        let tab = self.tab();
        tab.take(Event::SignIn(SignIn::to("/")));
        tab.answer("openid-configuration", 200, &document);
        if pushing {
            tab.answer_push();
        }
        self.note_departure();
        self.load(true);
    }

    fn tab(&mut self) -> &mut Tab {
        self.tab.as_mut().unwrap()
    }

    fn happen(&mut self, what: Happening) {
        let tab = self.tab.as_mut().unwrap();
        match what {
            Happening::SignIn => tab.take(Event::SignIn(SignIn::to("/a"))),
            Happening::SignOut { at_org } => {
                tab.take(if at_org { Event::SignOut } else { Event::SignOutHere })
            }
            Happening::Heard(message) => tab.take(Event::Heard(message)),
            Happening::StorageChanged => tab.take(Event::StorageChanged),
            Happening::Woke => tab.take(Event::Woke),
            Happening::Returned => tab.take(Event::Returned),
            Happening::Active => tab.take(Event::Active),
            Happening::UserInfo => tab.take(Event::UserInfoWanted),
            Happening::TimePasses(seconds) => tab.shared.pass(seconds),
            Happening::Locked => tab.grant_lock(),
            Happening::Storage { full, throws } => {
                tab.shared.full.set(full);
                tab.shared.throws.set(throws);
            }
            Happening::Fetch { number, url, keep } => {
                tab.fetch(number, url);
                if keep {
                    let request = ResumableRequest { name: "order".into(), ..ResumableRequest::default() };
                    tab.take(Event::FetchResumable { fetch: FetchId(number), request, target: "/b".into() });
                }
            }
            Happening::Refused { number, status, challenge } => {
                let challenge = (!challenge.is_empty()).then(|| challenge.to_owned());
                tab.take(Event::FetchAnswered { fetch: FetchId(number), status, challenge });
            }
            Happening::Initiated => tab.take(Event::Initiated { query: "login_hint=a".into() }),
            Happening::Answer(answer) => self.answer(answer),
            Happening::Frame(answer) => self.left = tab.answer_frame(answer).or(self.left.take()),
            Happening::Signature(good) if !tab.checks.is_empty() => tab.verify(good && !self.forged),
            Happening::Signature(_) => {}
            Happening::Load { callback } => self.load(callback),
        }
        self.note_departure();
    }

    fn note_departure(&mut self) {
        if self.tab().navigations().last().is_some() {
            let asked = self.tab().authorization();
            self.left = Some((asked["state"].clone(), asked["nonce"].clone()));
        }
    }

    fn load(&mut self, callback: bool) {
        let address = match &self.left {
            Some((state, _)) if callback => format!("{PAGE}/login/callback?code=c1&state={state}"),
            _ => PAGE.to_owned(),
        };
        self.tab = self.tab.take().map(|tab| tab.load(&address));
    }

    /// Answers what waits longest.
    fn answer(&mut self, answer: Answer) {
        self.generation += 1;
        let (generation, nonce) = (self.generation, self.left.as_ref().map(|(_, nonce)| nonce.clone()));
        let takes = self.takes;
        let document = takes.metadata();
        let tab = self.tab.as_mut().unwrap();
        if tab.sent.is_empty() {
            return;
        }
        let (id, request) = tab.sent.remove(0);
        let now = tab.shared.now();
        if request.url.ends_with("/par") && matches!(answer, Answer::Good | Answer::Refresh) {
            return tab.answer_push_to(id, &request);
        }
        let body = match (request.url.rsplit('/').next(), answer) {
            (Some("openid-configuration"), _) => document,
            (Some("keys"), _) => org::keys("k1"),
            (Some("userinfo"), _) => r#"{"sub":"00u1"}"#.to_owned(),
            (Some("token"), _) => {
                let nonce = nonce.filter(|_| !matches!(answer, Answer::Refresh));
                org::tokens_with(
                    generation,
                    nonce.as_deref(),
                    now,
                    |_| {},
                    |answer| {
                        takes.change_answer(answer, request.proof.is_some());
                    },
                )
            }
            _ => String::new(),
        };
        match answer {
            Answer::Good | Answer::Refresh => tab.answer_to(id, 200, &body),
            Answer::Busy => tab.answer_to(id, 429, ""),
            Answer::InvalidGrant => tab.answer_to(id, 400, &org::error("invalid_grant", "")),
            Answer::WantsNonce => {
                let body = Sensitive::new(org::error("use_dpop_nonce", ""));
                let dpop_nonce = Some(now.to_string());
                let answer = HttpAnswer { status: 400, body, dpop_nonce, ..HttpAnswer::default() };
                tab.take(Event::Answered { id, answer: Ok(answer) });
            }
            Answer::Garbage => tab.answer_to(id, 200, "{"),
            Answer::Lost => tab.take(Event::Answered { id, answer: Err(HttpFailure::Timeout) }),
            Answer::Cors => {
                let failure = HttpFailure::Cors { origin: PAGE.into() };
                tab.take(Event::Answered { id, answer: Err(failure) });
            }
        }
    }
}

/// Tokens go to the API's origin and the issuer's, and nowhere else, whichever effect carries them.
fn assert_no_token_goes_astray(tab: &Tab) {
    let (api, issuer) = (Origin::of(API).unwrap(), Origin::of(org::ISSUER).unwrap());
    for effect in &tab.done {
        match effect {
            Effect::Forward { url, authorization: Some(_), .. } => {
                assert_eq!(Origin::of(url).unwrap(), api, "a token went to {url}");
            }
            Effect::SubmitForm { action, .. } => assert_eq!(Origin::of(action).unwrap(), issuer),
            Effect::AskInFrame { url, origin, .. } => {
                assert_eq!(
                    (Origin::of(url.expose()).unwrap(), Origin::of(origin).unwrap()),
                    (issuer.clone(), issuer.clone())
                );
            }
            Effect::Navigate { url, .. } => assert_eq!(Origin::of(url.expose()).unwrap(), issuer),
            _ => {}
        }
    }
    for (_, request) in &tab.sent {
        assert_eq!(Origin::of(&request.url).unwrap(), issuer, "a request of the machine's own");
    }
}

/// Where the org takes pushed requests only, an address that leads to it says nothing of what is asked.
fn assert_nothing_is_told(tab: &Tab) {
    for url in tab.navigations() {
        let query = url.split_once('?').map(|(_, query)| query).unwrap_or_default();
        let names: Vec<_> = parse_query(query).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["client_id", "request_uri"], "{url}");
    }
}

/// Renewals under way, by refresh token or by a frame.
fn renewals(tab: &Tab) -> usize {
    let is_refresh = |form: &okta_types::Form| form.as_str().contains("grant_type=refresh_token");
    tab.frames.len()
        + tab.sent.iter().filter(|(_, request)| request.form.as_ref().is_some_and(is_refresh)).count()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_token_goes_astray_and_no_two_renewals_are_in_flight(
        steps in prop::collection::vec((0..2_usize, happening(), any::<bool>()), 1..60),
        takes in org::takes()
    ) {
        let shared = Shared::new();
        let alice = Tab::of_alice_at(&shared, takes);
        let mut scenes = [alice, Tab::open_at(&shared, takes)].map(|tab| Scene::of(tab, false, takes));
        for (which, what, locked) in steps {
            scenes[which].happen(what);
            if locked {
                scenes.iter_mut().for_each(|scene| scene.tab().grant_lock());
            }
            for scene in &mut scenes {
                // Who has signed out no longer hears the answer of a renewal under way.
                if !scene.tab().is_signed_in() {
                    scene.tab().frames.clear();
                    scene.tab().sent.retain(|(_, request)| !request.url.ends_with("/token"));
                }
                assert_no_token_goes_astray(scene.tab());
                if takes.pushing {
                    assert_nothing_is_told(scene.tab());
                }
            }
            let in_flight: usize = scenes.iter_mut().map(|scene| renewals(scene.tab())).sum();
            prop_assert!(in_flight <= 1, "{in_flight} renewals in flight");
        }
    }

    #[test]
    fn nobody_is_ever_signed_in_without_a_checked_id_token(
        steps in prop::collection::vec(happening(), 1..60),
        takes in org::takes()
    ) {
        let shared = Shared::new();
        let mut scene = Scene::of(Tab::open_at(&shared, takes), true, takes);
        scene.begin_callback();
        for what in steps {
            scene.happen(what.clone());
            prop_assert!(!scene.tab().is_signed_in(), "after {what:?}");
            prop_assert_eq!(shared.stored_session(), None);
            assert_no_token_goes_astray(scene.tab());
        }
    }

    #[test]
    fn no_page_goes_to_the_org_more_than_five_times_in_half_a_minute(
        steps in prop::collection::vec(way_to_the_org(), 1..120),
        takes in org::takes()
    ) {
        let shared = Shared::new();
        let mut scene = Scene::of(Tab::open_at(&shared, takes), false, takes);
        let mut departures: Vec<i64> = Vec::new();
        // A page that waits for its request to be pushed has set out then.
        let mut pushed = None;
        for what in steps {
            let before = scene.tab().navigations().len();
            scene.happen(what);
            let after = scene.tab().navigations().len();
            let set_out = pushed.unwrap_or_else(|| shared.now());
            departures.extend(std::iter::repeat_n(set_out, after.saturating_sub(before)));
            let is_pushing = scene.tab().sent.iter().any(|(_, request)| request.url.ends_with("/par"));
            pushed = is_pushing.then(|| pushed.unwrap_or_else(|| shared.now()));
            departures.retain(|at| shared.now() - at < 30);
            prop_assert!(departures.len() <= 5, "{departures:?}");
        }
    }
}

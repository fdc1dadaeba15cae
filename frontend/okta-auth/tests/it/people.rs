//! Two people, two tabs, all orders of events: nothing that is somebody's is shown to, sent by or left for another.

use std::collections::BTreeMap;

use okta_auth::{Effect, Event, FetchId, HttpFailure, Message, Owner, ResumableRequest, SignIn, Subject};
use okta_types::AuthScheme;
use proptest::prelude::*;

use crate::browser::{PAGE, Shared, Tab};
use crate::org::{self, Takes};

const API: &str = "http://localhost:8000/api";
const PEOPLE: [&str; 2] = ["00u1", "00u2"];

/// One thing that may happen to a tab.
#[derive(Clone, Debug)]
enum Happening {
    SignIn,
    /// A link without a target, as the org sends people to it after a reset.
    Link,
    SignOut,
    Heard(Message),
    StorageChanged,
    Woke,
    Returned,
    UserInfo,
    TimePasses(i64),
    Storage {
        full: bool,
    },
    /// The browser forgets all keys.
    KeysGone,
    Fetch {
        keep: bool,
    },
    /// A request on its way is answered: 200, refused, or refused for the way of the sign-in.
    Answered {
        which: usize,
        how: usize,
    },
    /// What the org is asked is answered, for this person where it is about one.
    Org {
        person: usize,
        how: usize,
    },
    Signature,
    /// The org answers in a frame: with a code, a refusal, or not at all.
    Frame(Option<&'static str>),
    Locked,
    /// The page is loaded anew, perhaps as the callback of the last sign-in, or of the other tab's.
    Load {
        callback: bool,
        others: bool,
    },
}

fn happening() -> impl Strategy<Value = Happening> {
    let messages = PEOPLE.map(Subject::new).into_iter().flat_map(|subject| {
        [Message::SignedOut(subject.clone()), Message::Expired(subject), Message::SignedIn, Message::Renewed]
    });
    let simple = [
        Happening::SignIn,
        Happening::SignIn,
        Happening::Link,
        Happening::StorageChanged,
        Happening::StorageChanged,
        Happening::Woke,
        Happening::Returned,
        Happening::UserInfo,
        Happening::Locked,
    ];
    prop_oneof![
        6 => prop::sample::select(simple.to_vec()),
        1 => Just(Happening::SignOut),
        2 => prop::sample::select(messages.collect::<Vec<_>>()).prop_map(Happening::Heard),
        2 => prop::sample::select(vec![10_i64, 600, 3600]).prop_map(Happening::TimePasses),
        1 => any::<bool>().prop_map(|full| Happening::Storage { full }),
        1 => Just(Happening::KeysGone),
        5 => any::<bool>().prop_map(|keep| Happening::Fetch { keep }),
        4 => (0..3_usize, 0..3_usize).prop_map(|(which, how)| Happening::Answered { which, how }),
        12 => (0..2_usize, 0..8_usize).prop_map(|(person, how)| Happening::Org { person, how }),
        6 => Just(Happening::Signature),
        4 => prop::sample::select(vec![Some("code=c1"), Some("code=c1"), Some("error=login_required"), None])
            .prop_map(Happening::Frame),
        4 => (prop::bool::weighted(0.8), prop::bool::weighted(0.3))
            .prop_map(|(callback, others)| Happening::Load { callback, others }),
    ]
}

/// A tab, and what was asked for in it, by whom.
struct Scene {
    tab: Option<Tab>,
    /// `state` and `nonce` of the last departure.
    left: Option<(String, String)>,
    /// The same of the other tab.
    others: Option<(String, String)>,
    /// What this tab itself was to come back to.
    own: Vec<String>,
    /// Where it did come back to.
    ends: Vec<String>,
    /// Where the other tab did: its answers, seen again, lead there in this one too.
    others_ends: Vec<String>,
    wanted: Vec<Owner>,
    /// What is on its way to the API.
    sent: Vec<FetchId>,
    takes: Takes,
}

/// Whose an access token is, by its generation.
type Generations = BTreeMap<String, Owner>;

impl Scene {
    fn of(tab: Tab, takes: Takes) -> Self {
        Self {
            tab: Some(tab),
            left: None,
            others: None,
            own: Vec::new(),
            ends: Vec::new(),
            others_ends: Vec::new(),
            wanted: Vec::new(),
            sent: Vec::new(),
            takes,
        }
    }

    fn tab(&mut self) -> &mut Tab {
        self.tab.as_mut().unwrap()
    }

    fn happen(&mut self, what: &Happening, generations: &mut Generations) {
        let tab = self.tab.as_mut().unwrap();
        match what {
            Happening::SignIn => {
                let target = match tab.machine().owner() {
                    Owner::Person(subject) => format!("/of/{}", subject.as_str()),
                    _ => "/a".to_owned(),
                };
                self.own.push(target.clone());
                tab.take(Event::SignIn(SignIn::to(target)));
            }
            Happening::Link => tab.take(Event::Initiated { query: String::new() }),
            Happening::SignOut => tab.take(Event::SignOut),
            Happening::Heard(message) => tab.take(Event::Heard(message.clone())),
            Happening::StorageChanged => tab.take(Event::StorageChanged),
            Happening::Woke => tab.take(Event::Woke),
            Happening::Returned => tab.take(Event::Returned),
            Happening::UserInfo => tab.take(Event::UserInfoWanted),
            Happening::TimePasses(seconds) => tab.shared.pass(*seconds),
            Happening::Storage { full } => tab.shared.full.set(*full),
            Happening::KeysGone => tab.shared.keys.lose(),
            Happening::Fetch { keep } => self.fetch(*keep),
            Happening::Answered { which, how } => self.answered(*which, *how),
            Happening::Org { person, how } => self.org(PEOPLE[*person], *how, generations),
            Happening::Signature if !tab.checks.is_empty() => tab.verify(true),
            Happening::Signature => {}
            Happening::Frame(answer) => self.left = tab.answer_frame(*answer).or(self.left.take()),
            Happening::Locked => tab.grant_lock(),
            Happening::Load { callback, others } => self.load(*callback, *others),
        }
        if self.tab().navigations().last().is_some() {
            let asked = self.tab().authorization();
            self.left = Some((asked["state"].clone(), asked["nonce"].clone()));
        }
    }

    fn fetch(&mut self, keep: bool) {
        let (owner, number) = (self.tab().machine().owner(), self.wanted.len() as u64);
        self.tab().fetch(number, API);
        if let (true, Some(subject)) = (keep, owner.subject()) {
            let body = Some(format!("kept by {}", subject.as_str()));
            let request = ResumableRequest { name: "order".into(), body, ..ResumableRequest::default() };
            let target = "/b".to_owned();
            self.tab().take(Event::FetchResumable { fetch: FetchId(number), request, target });
        }
        self.wanted.push(owner);
    }

    fn answered(&mut self, which: usize, how: usize) {
        if which >= self.sent.len() {
            return;
        }
        let fetch = self.sent.remove(which);
        let (status, challenge) = [
            (200, ""),
            (401, r#"Bearer error="invalid_token""#),
            (401, r#"Bearer error="insufficient_user_authentication", max_age="5""#),
        ][how];
        let challenge = (!challenge.is_empty()).then(|| challenge.to_owned());
        self.tab().take(Event::FetchAnswered { fetch, status, challenge });
    }

    /// Answers what waits longest.
    fn org(&mut self, sub: &str, how: usize, generations: &mut Generations) {
        let nonce = self.left.as_ref().map(|(_, nonce)| nonce.clone());
        let takes = self.takes;
        let tab = self.tab.as_mut().unwrap();
        if tab.sent.is_empty() {
            return;
        }
        let (id, request) = tab.sent.remove(0);
        let refresh = request.form.as_ref().is_some_and(|form| form.as_str().contains("grant_type=refresh"));
        let endpoint = request.url.rsplit('/').next().unwrap_or_default();
        match (endpoint, how) {
            ("token", 0) => tab.answer_to(id, 400, &org::error("invalid_grant", "")),
            (_, 1) => tab.take(Event::Answered { id, answer: Err(HttpFailure::Network) }),
            ("openid-configuration", _) => tab.answer_to(id, 200, &self.takes.metadata()),
            ("par", _) => tab.answer_push_to(id, &request),
            ("keys", _) => tab.answer_to(id, 200, &org::keys("k1")),
            ("userinfo", _) => tab.answer_to(id, 200, &format!(r#"{{"sub":"{sub}","nickname":"{sub}"}}"#)),
            ("token", _) => {
                // A refresh brings tokens of whoever the page believes is there, a code those of whoever signed in.
                let sub = match (refresh, tab.machine().owner()) {
                    (true, Owner::Person(subject)) => subject.as_str().to_owned(),
                    _ => sub.to_owned(),
                };
                let number = u32::try_from(generations.len()).unwrap() + 10;
                generations.insert(org::access_token(number), Owner::Person(Subject::new(&*sub)));
                let (now, nonce) = (tab.shared.now(), if refresh { None } else { nonce });
                let claims = |claims: &mut serde_json::Value| {
                    claims["sub"] = sub.into();
                    claims["auth_time"] = now.into();
                };
                let body = org::tokens_with(number, nonce.as_deref(), now, claims, |answer| {
                    takes.change_answer(answer, request.proof.is_some());
                });
                tab.answer_to(id, 200, &body);
            }
            _ => tab.answer_to(id, 200, ""),
        }
    }

    fn load(&mut self, callback: bool, others: bool) {
        if callback && others {
            self.own.append(&mut self.others_ends);
        }
        let address = match if others { &self.others } else { &self.left } {
            Some((state, _)) if callback => format!("{PAGE}/login/callback?code=c1&state={state}"),
            _ => PAGE.to_owned(),
        };
        self.tab = self.tab.take().map(|tab| tab.load(&address));
        self.wanted.clear();
        self.sent.clear();
    }

    /// What the machine wanted done since the last look concerns nobody but those it was wanted for, and what is
    /// in the tab belongs to whoever is there.
    fn check(&mut self, generations: &Generations) -> Result<(), TestCaseError> {
        let wanted = self.wanted.clone();
        let tab = self.tab.as_mut().unwrap();
        let owner = tab.machine().owner();
        for effect in std::mem::take(&mut tab.done) {
            match effect {
                Effect::Forward { fetch, authorization, proof, .. } => {
                    self.sent.push(fetch);
                    let Some(with) = authorization else {
                        prop_assert_eq!(proof, None, "a proof without a token");
                        continue;
                    };
                    let is_bound = with.scheme == AuthScheme::DPoP;
                    prop_assert_eq!(proof.is_some(), is_bound, "a bound token goes with its proof");
                    let token = generations.get(with.token.expose());
                    let asker = wanted.get(fetch.0 as usize).filter(|asker| asker.subject().is_some());
                    prop_assert!(asker.is_none_or(|asker| Some(asker) == token), "{asker:?} by {token:?}");
                }
                Effect::Deliver { fetch } => {
                    let asker = wanted.get(fetch.0 as usize).filter(|asker| asker.subject().is_some());
                    prop_assert!(asker.is_none_or(|asker| *asker == owner), "{asker:?} under {owner:?}");
                }
                Effect::ReplaceUrl { url } if self.own.contains(&url) => self.ends.push(url),
                Effect::ReplaceUrl { url } => {
                    let page_of = url.strip_prefix("/of/");
                    let here = owner.subject().map(Subject::as_str);
                    prop_assert!(page_of.is_none_or(|sub| Some(sub) == here), "{url} under {owner:?}");
                }
                _ => {}
            }
        }
        // A live session has its key, unless the browser itself has lost it.
        let stored = tab.shared.stored_session().and_then(|text| org::read_json(&text));
        if let Some(key) = stored.as_ref().and_then(|stored| stored.get("key")?.as_str()) {
            prop_assert!(tab.shared.keys.is_kept_or_lost(key), "the key of a session that goes on is gone");
        }
        if owner == Owner::Unknown {
            return Ok(());
        }
        let sub = owner.subject().map(|subject| subject.as_str().to_owned());
        for text in tab.owned_texts() {
            prop_assert_eq!(Some(&text), sub.as_ref(), "left behind");
        }
        for other in PEOPLE.into_iter().filter(|other| Some(*other) != sub.as_deref()) {
            // As a form.
            let kept = format!("kept+by+{other}");
            prop_assert!(!tab.session.values().any(|text| text.contains(&kept)), "kept under {owner:?}");
        }
        if let Some(kept) = tab.take_resumed("order") {
            prop_assert_eq!(kept.body, sub.as_ref().map(|sub| format!("kept by {sub}")));
        }
        if let okta_auth::AuthStatus::SignedIn(person) = tab.status() {
            let nickname = person.claim("nickname").and_then(okta_auth::Json::as_str);
            prop_assert!(nickname.is_none_or(|name| Some(name) == sub.as_deref()), "{nickname:?}");
        }
        if let Some(sub) = sub {
            tab.write_owned("draft", &sub);
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_of_a_person_is_shown_to_sent_by_or_left_for_another(
        steps in prop::collection::vec((0..2_usize, happening(), any::<bool>()), 1..80),
        takes in org::takes()
    ) {
        let shared = Shared::new();
        let mut generations = Generations::from([(org::access_token(1), Owner::Person(org::alice()))]);
        let alice = Tab::of_alice_at(&shared, takes);
        let mut scenes = [alice, Tab::open_at(&shared, takes)].map(|tab| Scene::of(tab, takes));
        for (which, what, locked) in steps {
            scenes[which].others = scenes[1 - which].left.clone();
            scenes[which].others_ends = scenes[1 - which].ends.clone();
            scenes[which].happen(&what, &mut generations);
            scenes[which].check(&generations)?;
            for scene in scenes.iter_mut().filter(|_| locked) {
                scene.tab().grant_lock();
                scene.check(&generations)?;
            }
        }
    }
}

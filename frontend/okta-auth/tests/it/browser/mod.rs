//! A browser made of plain data: storages, locks and a clock, shared by tabs; requests wait for the test.

mod done;
mod sign_in;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use okta_auth::{
    Area, AuthConfig, AuthNotice, AuthStatus, CallbackStatus, Context, Effect, Event, FetchId, HttpAnswer,
    HttpFailure, HttpRequest, Machine, RANDOM_BYTES, ResumableRequest, Sensitive, SilentRenewal, Ticket,
    step,
};
use okta_types::{UnixTime, parse_query};

use crate::keys::{Keys, OwnKeys};
use crate::org;

pub(crate) const PAGE: &str = "http://localhost:8080";
/// Where the page is when it is asked.
pub(crate) const PLACE: &str = "/orders?x=1#y";
pub(crate) const START: i64 = 1_700_000_000;

type Texts = BTreeMap<String, String>;

/// What all tabs share.
#[derive(Clone, Default)]
pub(crate) struct Shared {
    pub(crate) local: Rc<RefCell<Texts>>,
    now: Rc<Cell<i64>>,
    randomness: Rc<Cell<u32>>,
    pub(crate) keys: Keys,
    lock: Rc<RefCell<Vec<(usize, Ticket)>>>,
    tabs: Rc<Cell<usize>>,
    /// Whether the storages refuse to keep anything.
    pub(crate) full: Rc<Cell<bool>>,
    /// Whether the storages throw, whatever is asked of them.
    pub(crate) throws: Rc<Cell<bool>>,
}

/// One tab: a machine and what it wants done.
pub(crate) struct Tab {
    machine: Option<Machine>,
    pub(crate) shared: Shared,
    pub(crate) session: Texts,
    memory: Texts,
    own_keys: OwnKeys,
    number: usize,
    /// Requests that are not answered.
    pub(crate) sent: Vec<(Ticket, HttpRequest)>,
    pub(crate) checks: Vec<Ticket>,
    /// The locks given back.
    pub(crate) released: Vec<Ticket>,
    /// Effects that are left to the test.
    pub(crate) done: Vec<Effect>,
    /// All that was ever sent, by address.
    pub(crate) history: Vec<String>,
    /// What was pushed to the org, by the reference that it answered with.
    pushed: BTreeMap<String, Texts>,
    has_locks: bool,
    config: AuthConfig,
    /// The frames that are open: their tickets and addresses.
    pub(crate) frames: Vec<(Ticket, String)>,
    /// Whether a form of the page holds input that was not sent.
    pub(crate) has_unsent_input: bool,
}

pub(crate) fn config() -> AuthConfig {
    AuthConfig {
        issuer: org::ISSUER.into(),
        client_id: org::CLIENT.into(),
        redirect_uri: format!("{PAGE}/login/callback"),
        post_logout_redirect_uri: PAGE.into(),
        scopes: vec!["openid profile email offline_access".into()],
        api_origins: vec!["http://localhost:8000".into()],
        silent_renewal: SilentRenewal::Off,
        ..AuthConfig::default()
    }
}

impl Shared {
    pub(crate) fn new() -> Self {
        let shared = Self::default();
        shared.now.set(START);
        shared
    }

    pub(crate) fn now(&self) -> i64 {
        self.now.get()
    }

    pub(crate) fn pass(&self, seconds: i64) {
        self.now.set(self.now.get() + seconds);
    }

    pub(crate) fn lock_is_free(&self) -> bool {
        self.lock.borrow().is_empty()
    }

    /// The tickets of those who have the lock or wait for it, in this order.
    pub(crate) fn queue(&self) -> Vec<Ticket> {
        self.lock.borrow().iter().map(|(_, id)| *id).collect()
    }

    /// Whether what is stored says that the session has ended, and holds nothing that is good for a request.
    pub(crate) fn is_expired(&self) -> bool {
        self.stored_session().is_some_and(|text| {
            text.contains("\"expired\"") && !text.contains("access-") && !text.contains("refresh-")
        })
    }

    pub(crate) fn stored_session(&self) -> Option<String> {
        self.local.borrow().get(&format!("okta-auth.{}.session", org::CLIENT)).cloned()
    }
}

impl Tab {
    /// A tab of a page at `address`.
    pub(crate) fn open(shared: &Shared, address: &str) -> Self {
        Self::open_with(shared, address, &config(), Texts::new())
    }

    pub(crate) fn open_with(shared: &Shared, address: &str, config: &AuthConfig, session: Texts) -> Self {
        shared.tabs.set(shared.tabs.get() + 1);
        let mut tab = Self {
            machine: Some(Machine::new(config, &config.redirect_uri).unwrap()),
            shared: shared.clone(),
            session,
            memory: Texts::new(),
            own_keys: OwnKeys::default(),
            number: shared.tabs.get(),
            sent: Vec::new(),
            checks: Vec::new(),
            released: Vec::new(),
            done: Vec::new(),
            history: Vec::new(),
            pushed: BTreeMap::new(),
            has_locks: true,
            config: config.clone(),
            frames: Vec::new(),
            has_unsent_input: false,
        };
        tab.take(Event::Started { address: Sensitive::new(address) });
        tab
    }

    /// The same tab with another page: what the machine knew is gone, `sessionStorage` stays.
    pub(crate) fn load(self, address: &str) -> Self {
        self.shared.lock.borrow_mut().retain(|(number, _)| *number != self.number);
        Self::open_with(&self.shared, address, &self.config, self.session)
    }

    /// A tab whose browser has no Web Locks.
    pub(crate) fn without_locks(mut self) -> Self {
        self.has_locks = false;
        self
    }

    /// Takes an event in, and everything that is answered at once.
    pub(crate) fn take(&mut self, event: Event) {
        let mut events = vec![event];
        while let Some(event) = events.pop() {
            let context = Context {
                now: UnixTime(self.shared.now()),
                random: self.random(),
                read_json: org::read_json,
            };
            let (machine, effects) = step(self.machine.take().unwrap(), event, &context);
            self.machine = Some(machine);
            let answers: Vec<_> = effects.into_iter().filter_map(|effect| self.perform(effect)).collect();
            events.extend(answers.into_iter().rev());
        }
    }

    fn random(&self) -> [u8; RANDOM_BYTES] {
        let seed = self.shared.randomness.get().wrapping_add(1);
        self.shared.randomness.set(seed);
        std::array::from_fn(|i| seed.to_le_bytes()[i % 4] ^ (i as u8).wrapping_mul(7))
    }

    fn texts<T>(&mut self, area: Area, f: impl FnOnce(&mut Texts) -> T) -> T {
        match area {
            Area::Local => f(&mut self.shared.local.borrow_mut()),
            Area::Session => f(&mut self.session),
            Area::Memory => f(&mut self.memory),
        }
    }

    fn perform(&mut self, effect: Effect) -> Option<Event> {
        match effect {
            Effect::Load { id, .. } if self.shared.throws.get() => Some(Event::LoadFailed { id }),
            Effect::Load { id, slot } => {
                let text = self.texts(slot.area, |texts| texts.get(&slot.key).cloned()).map(Sensitive::new);
                Some(Event::Loaded { id, text })
            }
            Effect::Save { id, slot, text } => {
                let ok = !self.shared.full.get() && !self.shared.throws.get();
                if ok {
                    self.texts(slot.area, |texts| texts.insert(slot.key, text.expose().to_owned()));
                }
                Some(Event::Saved { id, ok })
            }
            Effect::Remove { .. } if self.shared.throws.get() => None,
            Effect::Remove { slot } => {
                self.texts(slot.area, |texts| texts.remove(&slot.key));
                None
            }
            Effect::Erase { .. } if self.shared.throws.get() => None,
            Effect::Erase { prefix, except } => {
                let goes = |key: &String| {
                    key.starts_with(&prefix) && !except.as_ref().is_some_and(|except| key.starts_with(except))
                };
                for area in [Area::Local, Area::Session, Area::Memory] {
                    self.texts(area, |texts| texts.retain(|key, _| !goes(key)));
                }
                None
            }
            Effect::MakeKey { id, key, keep } => {
                Some(Event::KeyMade { id, key: self.own_keys.make(key, keep, &self.shared.keys) })
            }
            Effect::DropKeys { first, last } => {
                self.own_keys.forget(&first, &last, &self.shared.keys);
                None
            }
            Effect::AskInFrame { id, url, origin, .. } => {
                assert_eq!(origin, org::ORIGIN);
                self.frames.push((id, url.expose().to_owned()));
                None
            }
            Effect::CheckPage { id } => {
                let has_unsent_input = self.has_unsent_input;
                Some(Event::PageChecked { id, place: PLACE.into(), has_unsent_input })
            }
            Effect::AskTime { id } => {
                let time = self.shared.keys.time.get().map(|offset| UnixTime(self.shared.now() + offset));
                Some(Event::TimeTold { id, time })
            }
            Effect::Send { id, request: HttpRequest { proof: Some(proof), .. } }
                if !self.own_keys.sign(&proof, &self.shared.keys) =>
            {
                Some(Event::Answered { id, answer: Err(HttpFailure::KeyLost { key: proof.key }) })
            }
            Effect::Forward { fetch, proof: Some(proof), .. }
                if !self.own_keys.sign(&proof, &self.shared.keys) =>
            {
                Some(Event::FetchKeyLost { fetch, key: proof.key })
            }
            Effect::Send { id, request } => {
                assert!(!request.timeout.is_zero(), "given up as it is sent: {}", request.url);
                self.history.push(request.url.clone());
                self.sent.push((id, request));
                None
            }
            Effect::VerifySignature { id, .. } => {
                self.checks.push(id);
                None
            }
            Effect::AcquireLock { id } if !self.has_locks => Some(Event::LockGranted { id }),
            Effect::AcquireLock { id } => {
                let mut lock = self.shared.lock.borrow_mut();
                lock.push((self.number, id));
                (lock.len() == 1).then_some(Event::LockGranted { id })
            }
            Effect::ReleaseLock { id } => {
                self.released.push(id);
                let number = self.number;
                self.shared.lock.borrow_mut().retain(|holder| *holder != (number, id));
                None
            }
            other => {
                self.done.push(other);
                None
            }
        }
    }

    /// Gives the lock to this tab where it is its turn.
    pub(crate) fn grant_lock(&mut self) {
        let next = self.shared.lock.borrow().first().copied();
        if let Some((number, id)) = next
            && number == self.number
        {
            self.take(Event::LockGranted { id });
        }
    }

    pub(crate) fn machine(&self) -> &Machine {
        self.machine.as_ref().unwrap()
    }

    pub(crate) fn status(&self) -> AuthStatus {
        self.machine().status()
    }

    pub(crate) fn is_signed_in(&self) -> bool {
        matches!(self.status(), AuthStatus::SignedIn(_))
    }

    pub(crate) fn notice(&self) -> Option<AuthNotice> {
        self.machine().notice().cloned()
    }

    /// The code of the failure the callback page shows.
    pub(crate) fn failure(&self) -> Option<String> {
        match self.machine().callback() {
            CallbackStatus::Failed(failure) => Some(failure.code().to_owned()),
            _ => None,
        }
    }

    /// The request that waits, by the last part of its address; it no longer waits then.
    #[track_caller]
    pub(crate) fn request(&mut self, ends_with: &str) -> (Ticket, HttpRequest) {
        let index = self.sent.iter().position(|(_, r)| r.url.ends_with(ends_with));
        let index = index.unwrap_or_else(|| panic!("no request to {ends_with}: {:?}", self.sent));
        self.sent.remove(index)
    }

    /// What is not answered, but for requests for the org's keys: they are asked for with the tokens.
    pub(crate) fn under_way(&self) -> Vec<&HttpRequest> {
        let requests = self.sent.iter().map(|(_, request)| request);
        requests.filter(|request| !request.url.ends_with("/keys")).collect()
    }

    #[track_caller]
    pub(crate) fn answer(&mut self, ends_with: &str, status: u16, body: &str) {
        let (id, _) = self.request(ends_with);
        self.answer_to(id, status, body);
    }

    pub(crate) fn answer_to(&mut self, id: Ticket, status: u16, body: &str) {
        let answer = HttpAnswer { status, body: Sensitive::new(body), ..HttpAnswer::default() };
        self.take(Event::Answered { id, answer: Ok(answer) });
    }

    #[track_caller]
    pub(crate) fn fail(&mut self, ends_with: &str, failure: HttpFailure) {
        let (id, _) = self.request(ends_with);
        self.take(Event::Answered { id, answer: Err(failure) });
    }

    #[track_caller]
    pub(crate) fn verify(&mut self, good: bool) {
        let id = self.checks.pop().expect("no signature to check");
        self.take(Event::Verified { id, good });
    }

    /// The parameters of the authorization request the page left for.
    #[track_caller]
    pub(crate) fn authorization(&self) -> BTreeMap<String, String> {
        self.asked_at(&self.navigations().pop().expect("the page did not leave"))
    }

    /// The parameters of the authorization request at this address.
    #[track_caller]
    pub(crate) fn asked_at(&self, url: &str) -> BTreeMap<String, String> {
        let (endpoint, query) = url.split_once('?').unwrap();
        assert_eq!(endpoint, format!("{}/v1/authorize", org::ISSUER));
        let asked: Texts = parse_query(query).into_iter().collect();
        match asked.get("request_uri") {
            None => asked,
            Some(uri) => {
                assert_eq!((asked.len(), asked["client_id"].as_str()), (2, org::CLIENT), "{asked:?}");
                self.pushed[uri].clone()
            }
        }
    }

    /// Takes the pushed request in as the org does.
    #[track_caller]
    pub(crate) fn answer_push(&mut self) {
        let (id, request) = self.request("/par");
        self.answer_push_to(id, &request);
    }

    pub(crate) fn answer_push_to(&mut self, id: Ticket, request: &HttpRequest) {
        let form = request.form.as_ref().expect("a pushed request is a form");
        let uri = format!("urn:okta:{}+/=", self.history.len());
        self.pushed.insert(uri.clone(), parse_query(form.as_str()).into_iter().collect());
        self.answer_to(id, 201, &org::pushed(&uri));
    }

    /// The org answers in the frame that is open, if there is one, with the `state` that was sent along. Returns that and
    /// the `nonce`.
    pub(crate) fn answer_frame(&mut self, answer: Option<&str>) -> Option<(String, String)> {
        let (id, url) = self.frames.pop()?;
        let asked = self.asked_at(&url);
        let answer = answer.map(|answer| Sensitive::new([answer, "&state=", &asked["state"]].concat()));
        self.take(Event::FrameAnswered { id, answer });
        Some((asked["state"].clone(), asked["nonce"].clone()))
    }

    /// A request of the app.
    pub(crate) fn fetch(&mut self, number: u64, url: &str) {
        self.take(Event::FetchWanted { fetch: FetchId(number), url: url.into(), method: "GET".into() });
    }

    /// What another page of this origin stored under this name.
    pub(crate) fn store(&self, name: &str, text: &str) {
        self.shared.local.borrow_mut().insert(format!("okta-auth.{}.{name}", org::CLIENT), text.to_owned());
    }

    /// The app keeps a text of the person who is there, for as long as this tab lives.
    #[track_caller]
    pub(crate) fn write_owned(&mut self, name: &str, text: &str) {
        let owner = self.machine().owner();
        let prefix = owner.subject().expect("nobody is there").key_prefix(&self.machine().owned_prefix());
        self.session.insert(prefix + name, text.to_owned());
    }

    /// What apps keep of people in this tab.
    pub(crate) fn owned_texts(&self) -> Vec<String> {
        let prefix = self.machine().owned_prefix();
        let owned = self.session.iter().filter(|(key, _)| key.starts_with(&prefix));
        owned.map(|(_, text)| text.clone()).collect()
    }

    /// Whether anything of a sign-in under way lies in this tab.
    pub(crate) fn has_transactions(&self) -> bool {
        self.session.values().any(|text| text.contains("verifier"))
    }

    pub(crate) fn take_resumed(&mut self, name: &str) -> Option<ResumableRequest> {
        self.machine.as_mut().unwrap().take_resumed(name)
    }
}

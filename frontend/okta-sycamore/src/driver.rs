//! Carries out what the machine of `okta-auth` wants done and brings the answers back. Decides nothing.
//!
//! Events are taken in one after the other in a microtask of their own, never inside a component or an
//! effect of the app. What can be answered at once is answered before the next event is taken in.

use std::cell::{Cell, RefCell};
use std::mem::ManuallyDrop;

#[cfg(feature = "several-orgs")]
use okta_auth::OwnPart;
#[cfg(feature = "dpop")]
use okta_auth::Proof;
#[cfg(feature = "userinfo")]
use okta_auth::UserInfoStatus;
use okta_auth::{
    AuthNotice, AuthStatus, Authorization, CallbackStatus, Context, Effect, Event, FetchId, Machine, Owner,
    ResumableRequest, Sensitive, step,
};
use sycamore::prelude::*;
use sycamore::reactive::NodeHandle;

use crate::clock;
use crate::crypto;
#[cfg(feature = "silent-renewal")]
use crate::frame;
use crate::http::{self, Credentials};
use crate::json::read_json;
#[cfg(feature = "dpop")]
use crate::keys::Keys;
use crate::locks::Locks;
use crate::page;
use crate::pending_fetch::{Directive, Mailboxes};
use crate::storage::Storages;
use crate::tabs::{self, Channel};
use crate::task;

/// What components see.
#[derive(Clone, Copy)]
pub(crate) struct Signals {
    pub(crate) status: Signal<AuthStatus>,
    pub(crate) notice: Signal<Option<AuthNotice>>,
    pub(crate) callback: Signal<CallbackStatus>,
    pub(crate) owner: Signal<Owner>,
    pub(crate) leaving: Signal<bool>,
    #[cfg(feature = "userinfo")]
    pub(crate) user_info: Signal<UserInfoStatus>,
}

impl Signals {
    pub(crate) fn new(status: AuthStatus) -> Self {
        let owner = match &status {
            AuthStatus::Unknown => Owner::Unknown,
            AuthStatus::Anonymous => Owner::Nobody,
            AuthStatus::SignedIn(person) => Owner::Person(person.subject()),
        };
        Self {
            status: create_signal(status),
            notice: create_signal(None),
            callback: create_signal(CallbackStatus::None),
            owner: create_signal(owner),
            leaving: create_signal(false),
            #[cfg(feature = "userinfo")]
            user_info: create_signal(UserInfoStatus::Absent),
        }
    }
}

/// Runs one machine in one page, for as long as the page lives: the listeners on the window hold it anyway.
pub(crate) struct Driver {
    /// Never dropped, so that the code for it is not in the wasm.
    machine: Cell<Option<ManuallyDrop<Machine>>>,
    /// The next one last.
    events: RefCell<Vec<Event>>,
    scheduled: Cell<bool>,
    pub(crate) storages: RefCell<Storages>,
    /// What the keys of all that belongs to people begin with.
    pub(crate) owned_prefix: String,
    locks: Locks,
    #[cfg(feature = "dpop")]
    keys: Keys,
    channel: Channel,
    lock_name: String,
    /// Of the redirect URI.
    pub(crate) callback_path: String,
    #[cfg(feature = "several-orgs")]
    pub(crate) own_part: OwnPart,
    pub(crate) mailboxes: Mailboxes,
    signals: Signals,
    /// Where the signals were created; batches need one, and a microtask has none.
    scope: NodeHandle,
}

impl Driver {
    /// Starts the machine and listens for the life of the page.
    pub(crate) fn start(
        machine: Machine,
        signals: Signals,
        callback_path: String,
        #[cfg(feature = "several-orgs")] own_part: OwnPart,
    ) -> &'static Self {
        let (name, slot, owned_prefix) = (machine.channel(), machine.session_slot(), machine.owned_prefix());
        #[cfg(feature = "idle")]
        let watches_activity = machine.watches_activity();
        let this: &'static Self = Box::leak(Box::new(Self {
            machine: Cell::new(Some(ManuallyDrop::new(machine))),
            events: RefCell::default(),
            scheduled: Cell::new(false),
            storages: RefCell::default(),
            owned_prefix,
            locks: Locks::default(),
            #[cfg(feature = "dpop")]
            keys: Keys::default(),
            channel: Channel::open(&name),
            lock_name: name,
            callback_path,
            #[cfg(feature = "several-orgs")]
            own_part,
            mailboxes: Mailboxes::default(),
            signals,
            scope: use_current_scope(),
        }));
        this.channel.listen(|event| this.dispatch(event));
        tabs::listen(slot, |event| this.dispatch(event));
        #[cfg(feature = "idle")]
        if watches_activity {
            tabs::listen_for_activity(|event| this.dispatch(event));
        }
        this.dispatch(Event::Started { address: Sensitive::new(page::address()) });
        this
    }

    /// Takes an event in, soon.
    pub(crate) fn dispatch(&'static self, event: Event) {
        self.events.borrow_mut().insert(0, event);
        if !self.scheduled.replace(true) {
            task::spawn(async { self.drain() });
        }
    }

    fn drain(&'static self) {
        self.scheduled.set(false);
        let Some(machine) = self.machine.take() else { return };
        let mut machine = ManuallyDrop::into_inner(machine);
        loop {
            let event = self.events.borrow_mut().pop();
            let Some(event) = event else { break };
            // Without randomness no sign-in may begin, so nothing goes on at all.
            let Some(random) = crypto::random() else { break };
            let (next, effects) = step(machine, event, &Context { now: clock::now(), random, read_json });
            machine = next;
            let answers: Vec<Event> = effects.into_iter().filter_map(|effect| self.perform(effect)).collect();
            for answer in answers.into_iter().rev() {
                self.events.borrow_mut().push(answer);
            }
        }
        let shown = Shown::of(&machine);
        // Components may ask the machine while they are put up.
        self.machine.set(Some(ManuallyDrop::new(machine)));
        self.publish(shown);
    }

    /// Takes the request that a step-up has stored; see [`Machine::take_resumed`].
    pub(crate) fn take_resumed(&self, name: &str) -> Option<ResumableRequest> {
        let mut machine = self.machine.take()?;
        let kept = machine.take_resumed(name);
        self.machine.set(Some(machine));
        kept
    }

    /// Does one thing; what is answered at once comes back.
    fn perform(&'static self, effect: Effect) -> Option<Event> {
        match effect {
            Effect::Load { id, slot } => {
                return Some(match self.storages.borrow().load(slot.area, &slot.key) {
                    Ok(text) => Event::Loaded { id, text: text.map(Sensitive::new) },
                    Err(_) => Event::LoadFailed { id },
                });
            }
            Effect::Save { id, slot, text } => {
                let ok = self.storages.borrow_mut().save(slot.area, &slot.key, text.expose());
                return Some(Event::Saved { id, ok });
            }
            Effect::Remove { slot } => self.storages.borrow_mut().remove(slot.area, &slot.key),
            Effect::Erase { prefix, except } => {
                self.storages.borrow_mut().erase(&prefix, except.as_deref());
            }
            Effect::Send { id, mut request } => {
                let credentials = self.credentials(
                    request.authorization.take(),
                    #[cfg(feature = "dpop")]
                    request.proof.take(),
                );
                task::spawn(async move {
                    let answer = http::ask(&request, credentials).await;
                    self.dispatch(Event::Answered { id, answer });
                });
            }
            Effect::VerifySignature { id, jwk, signing_input, signature } => {
                task::spawn(async move {
                    let good = crypto::verify(jwk, signing_input.expose(), &signature).await;
                    self.dispatch(Event::Verified { id, good });
                });
            }
            #[cfg(feature = "dpop")]
            Effect::MakeKey { id, key, keep } => {
                task::spawn(async move {
                    let key = self.keys.make(key, keep).await;
                    self.dispatch(Event::KeyMade { id, key });
                });
            }
            #[cfg(feature = "dpop")]
            Effect::DropKeys { first, last } => {
                task::spawn(async move { self.keys.forget(&first, &last).await });
            }
            #[cfg(feature = "dpop")]
            Effect::AskTime { id } => {
                task::spawn(async move {
                    let time = http::time().await;
                    self.dispatch(Event::TimeTold { id, time });
                });
            }
            Effect::AcquireLock { id } => {
                self.locks.acquire(&self.lock_name, id, move || self.dispatch(Event::LockGranted { id }));
            }
            Effect::ReleaseLock { id } => {
                clock::after(tabs::SETTLING, Box::new(move || self.locks.release(id)));
            }
            #[cfg(feature = "silent-renewal")]
            Effect::AskInFrame { id, url, origin, timeout } => {
                task::spawn(async move {
                    let answer = frame::ask(url.expose(), &origin, timeout).await;
                    self.dispatch(Event::FrameAnswered { id, answer });
                });
            }
            // After the events that wait already: one of them may say that its request can be kept.
            #[cfg(feature = "silent-renewal")]
            Effect::CheckPage { id } => self.dispatch(Event::PageChecked {
                id,
                place: page::place(),
                has_unsent_input: page::has_unsent_input(),
            }),
            Effect::Navigate { url, replace } => page::leave(url.expose(), replace),
            Effect::SubmitForm { action, fields } => page::post(&action, &fields),
            Effect::ReplaceUrl { url } => page::replace(&url),
            Effect::Broadcast(message) => self.channel.say(&message),
            Effect::WakeAt(time) => {
                clock::at(time, Box::new(move || self.dispatch(Event::Woke)));
            }
            Effect::Forward {
                fetch,
                url,
                authorization,
                #[cfg(feature = "dpop")]
                proof,
            } => {
                let credentials = self.credentials(
                    authorization,
                    #[cfg(feature = "dpop")]
                    proof,
                );
                self.mailboxes.put(fetch.0, Directive::Send { url, credentials });
            }
            Effect::Deliver { fetch: FetchId(number) } => self.mailboxes.put(number, Directive::Deliver),
            Effect::Refuse { fetch, error } => self.mailboxes.put(fetch.0, Directive::Refuse(error)),
            // An effect of a later version that this driver does not know.
            _ => {}
        }
        None
    }

    fn credentials(
        &'static self,
        authorization: Option<Authorization>,
        #[cfg(feature = "dpop")] proof: Option<Proof>,
    ) -> Credentials {
        Credentials {
            authorization,
            #[cfg(feature = "dpop")]
            proof: proof.map(|proof| (proof, &self.keys)),
        }
    }

    /// Shows what changed, all at once. The components may be gone by now.
    fn publish(&self, shown: Shown) {
        let signals = self.signals;
        if !signals.status.is_alive() {
            return;
        }
        let show_all = || {
            show(signals.status, shown.status);
            show(signals.notice, shown.notice);
            show(signals.callback, shown.callback);
            show(signals.owner, shown.owner);
            show(signals.leaving, shown.leaving);
            #[cfg(feature = "userinfo")]
            show(signals.user_info, shown.user_info);
        };
        self.scope.run_in(|| batch(show_all));
    }
}

/// What the machine shows after an event.
struct Shown {
    status: AuthStatus,
    notice: Option<AuthNotice>,
    callback: CallbackStatus,
    owner: Owner,
    leaving: bool,
    #[cfg(feature = "userinfo")]
    user_info: UserInfoStatus,
}

impl Shown {
    fn of(machine: &Machine) -> Self {
        Self {
            status: machine.status(),
            notice: machine.notice().cloned(),
            callback: machine.callback().clone(),
            owner: machine.owner(),
            leaving: machine.is_leaving(),
            #[cfg(feature = "userinfo")]
            user_info: machine.user_info(),
        }
    }
}

fn show<T: PartialEq>(signal: Signal<T>, value: T) {
    if signal.with_untracked(|shown| *shown != value) {
        signal.set(value);
    }
}

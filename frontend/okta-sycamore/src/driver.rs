//! Carries out what the machine of `okta-auth` wants done and brings the answers back. Decides nothing.
//!
//! Events are taken in one after the other in a microtask of their own, never inside a component or an
//! effect of the app. What can be answered at once is answered before the next event is taken in.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

use okta_auth::{
    AuthNotice, AuthStatus, CallbackStatus, Context, Effect, Event, FetchId, Machine, Sensitive, step,
};
use sycamore::prelude::*;
use sycamore::reactive::NodeHandle;

use crate::clock;
use crate::crypto;
use crate::http;
use crate::json::read_json;
use crate::locks::Locks;
use crate::page;
use crate::pending_fetch::{Directive, Mailboxes};
use crate::storage::Shelf;
use crate::tabs::{self, Channel};
use crate::task;

/// What components see.
#[derive(Clone, Copy)]
pub(crate) struct Signals {
    pub(crate) status: Signal<AuthStatus>,
    pub(crate) notice: Signal<Option<AuthNotice>>,
    pub(crate) callback: Signal<CallbackStatus>,
}

impl Signals {
    pub(crate) fn new(status: AuthStatus) -> Self {
        Self {
            status: create_signal(status),
            notice: create_signal(None),
            callback: create_signal(CallbackStatus::None),
        }
    }
}

/// Runs one machine in one page, for as long as the page lives: the listeners on the window hold it anyway.
pub(crate) struct Driver {
    machine: Cell<Option<Machine>>,
    events: RefCell<VecDeque<Event>>,
    scheduled: Cell<bool>,
    shelf: RefCell<Shelf>,
    locks: Locks,
    channel: Channel,
    lock_name: String,
    pub(crate) mailboxes: Mailboxes,
    signals: Signals,
    /// Where the signals were created; batches need one, and a microtask has none.
    scope: NodeHandle,
}

impl Driver {
    /// Starts the machine and listens for the life of the page.
    pub(crate) fn start(machine: Machine, signals: Signals) -> &'static Self {
        let (name, slot) = (machine.channel(), machine.session_slot());
        let this: &'static Self = Box::leak(Box::new(Self {
            machine: Cell::new(Some(machine)),
            events: RefCell::default(),
            scheduled: Cell::new(false),
            shelf: RefCell::default(),
            locks: Locks::default(),
            channel: Channel::open(&name),
            lock_name: name,
            mailboxes: Mailboxes::default(),
            signals,
            scope: use_current_scope(),
        }));
        this.channel.listen(|event| this.dispatch(event));
        tabs::listen(slot, |event| this.dispatch(event));
        this.dispatch(Event::Started { address: Sensitive::new(page::address()) });
        this
    }

    /// Takes an event in, soon.
    pub(crate) fn dispatch(&'static self, event: Event) {
        self.events.borrow_mut().push_back(event);
        if !self.scheduled.replace(true) {
            task::spawn(async { self.drain() });
        }
    }

    fn drain(&'static self) {
        self.scheduled.set(false);
        let Some(mut machine) = self.machine.take() else { return };
        loop {
            let event = self.events.borrow_mut().pop_front();
            let Some(event) = event else { break };
            // Without randomness no sign-in may begin, so nothing goes on at all.
            let Some(random) = crypto::random() else { break };
            let (next, effects) = step(machine, event, &Context { now: clock::now(), random, read_json });
            machine = next;
            let answers: Vec<Event> = effects.into_iter().filter_map(|effect| self.perform(effect)).collect();
            for answer in answers.into_iter().rev() {
                self.events.borrow_mut().push_front(answer);
            }
        }
        self.publish(&machine);
        self.machine.set(Some(machine));
    }

    /// Does one thing; what is answered at once comes back.
    fn perform(&'static self, effect: Effect) -> Option<Event> {
        match effect {
            Effect::Load { id, slot } => {
                let text = self.shelf.borrow().load(slot.area, &slot.key).map(Sensitive::new);
                return Some(Event::Loaded { id, text });
            }
            Effect::Save { id, slot, text } => {
                let ok = self.shelf.borrow_mut().save(slot.area, &slot.key, text.expose());
                return Some(Event::Saved { id, ok });
            }
            Effect::Remove { slot } => self.shelf.borrow_mut().remove(slot.area, &slot.key),
            Effect::Send { id, request } => {
                task::spawn(async move {
                    let answer = http::ask(&request).await;
                    self.dispatch(Event::Answered { id, answer });
                });
            }
            Effect::VerifySignature { id, jwk, signing_input, signature } => {
                task::spawn(async move {
                    let good = crypto::verify(jwk, signing_input.expose(), &signature).await;
                    self.dispatch(Event::Verified { id, good });
                });
            }
            Effect::AcquireLock { id } => {
                self.locks.acquire(&self.lock_name, id, move || self.dispatch(Event::LockGranted { id }));
            }
            Effect::ReleaseLock { id } => self.locks.release(id),
            Effect::Navigate { url } => page::leave(url.expose()),
            Effect::SubmitForm { action, fields } => page::post(&action, &fields),
            Effect::ReplaceUrl { url } => page::replace(&url),
            Effect::Broadcast(message) => self.channel.say(message),
            Effect::WakeAt(time) => {
                clock::at(time, move || self.dispatch(Event::Woke));
            }
            Effect::Forward { fetch, url, authorization } => {
                self.mailboxes.put(fetch.0, Directive::Send(url, authorization));
            }
            Effect::Deliver { fetch: FetchId(number) } => self.mailboxes.put(number, Directive::Deliver),
            Effect::Refuse { fetch, error } => self.mailboxes.put(fetch.0, Directive::Refuse(error)),
            // An effect of a later version that this driver does not know.
            _ => {}
        }
        None
    }

    /// Shows what changed, all at once. The components may be gone by now.
    fn publish(&self, machine: &Machine) {
        let Signals { status, notice, callback } = self.signals;
        if !status.is_alive() {
            return;
        }
        let show_all = || {
            show(status, machine.status());
            show(notice, machine.notice().cloned());
            show(callback, machine.callback().clone());
        };
        self.scope.run_in(|| batch(show_all));
    }
}

fn show<T: PartialEq>(signal: Signal<T>, value: T) {
    if signal.with_untracked(|shown| *shown != value) {
        signal.set(value);
    }
}

//! The cart of this browser and the person's, kept one from the sign-in to the sign-out.

use okta_sycamore::{Auth, AuthStatus, Subject};
use shared::ProblemCode;
use sycamore::prelude::*;

use super::contents::Step;
use super::{Cart, CartStore, news};
use crate::live::{live_effect, signal, start};
use crate::shop_api::{ShopApi, Wire as _};

/// So many questions in a row: another device may change the cart at the same moment.
const TRIES: u32 = 9;

/// Whoever keeps the two one. Provided as part of the shop.
#[derive(Clone, Copy)]
pub(crate) struct AccountCart {
    cart: CartStore,
    api: ShopApi,
    /// Whether an answer is under way; one at a time.
    busy: Signal<bool>,
    scope: NodeHandle,
}

impl AccountCart {
    pub(crate) fn new(cart: CartStore, api: ShopApi) -> Self {
        Self { cart, api, busy: signal(false), scope: use_current_scope() }
    }

    /// Follows whose the cart is, and what is changed here.
    pub(crate) fn follow(self, auth: Auth) {
        let owner = auth.owner();
        live_effect(move || {
            owner.track();
            self.cart.belong_to(auth.person_storage());
        });
        let (status, contents) = (auth.status(), self.cart.contents());
        let mut asked = None;
        live_effect(move || {
            let unsent = contents.with(Cart::is_unsent);
            let person = status.with(subject_of);
            if person.is_some() && (unsent || asked != person) {
                self.settle(auth);
            }
            asked = person;
        });
    }

    /// Makes the two one, unless that is under way already.
    pub(crate) fn settle(self, auth: Auth) {
        let Some(person) = auth.status().with_untracked(subject_of) else { return };
        if self.busy.replace_silent(true) {
            return;
        }
        start(self.scope, async move {
            for _ in 0..TRIES {
                if self.step(auth, &person).await.is_none() {
                    break;
                }
            }
            self.busy.set_silent(false);
        });
    }

    /// One question and its answer; `None` where there is nothing more to do, or no way to do it now.
    async fn step(self, auth: Auth, person: &Subject) -> Option<()> {
        let (step, sent) = self.cart.change_of(person, |cart| (cart.next_step(), cart.clone()))?;
        let answer = match step {
            Step::Merge => self.api.merge_cart(auth, &sent.as_message()),
            Step::Send => self.api.put_cart(auth, sent.version(), &sent.as_message()),
            Step::Ask => self.api.cart(auth),
        };
        match answer.await {
            Ok(answer) => self.adopt(person, &shared::Cart::read(&answer)?, &sent),
            // Another device was faster: its cart is asked for, and what was changed here is put on top.
            Err(failure) if failure.is(ProblemCode::CartChanged) => {
                let answer = self.api.cart(auth).await.ok()?;
                self.adopt(person, &shared::Cart::read(&answer)?, &Cart::default())
            }
            Err(_) => None,
        }
    }

    fn adopt(self, person: &Subject, answer: &shared::Cart, sent: &Cart) -> Option<()> {
        let settled = self.cart.change_of(person, |cart| {
            cart.adopt(answer, sent);
            cart.is_settled()
        })?;
        let told = news::told(answer);
        if !told.is_empty() {
            self.cart.news().set(told);
        }
        (!settled).then_some(())
    }
}

/// The person who has signed in.
fn subject_of(status: &AuthStatus) -> Option<Subject> {
    match status {
        AuthStatus::SignedIn(person) => Some(person.subject()),
        _ => None,
    }
}

//! The order is sent, at most once for each time that the shopper means it.
//!
//! Order and key are remembered before anything is sent, and until it is known what became of them: over a reload, a
//! lost answer and the way to the org and back the same order goes out under the same key, which the API answers
//! once and for all.

use okta_sycamore::{Auth, read_json, use_auth};
use shared::{Address, AddressField, Money, NewOrder, Order};
use sycamore::prelude::*;

use super::mistakes::Mistakes;
use super::step::at_step;
use crate::checkout::{self, Attempt};
use crate::live::{signal, start};
use crate::navigation::Address as Place;
use crate::shop::{Shop, shop};
use crate::shop_api::{Failure, Wire as _, ask, written_order};

/// The name under which the request is kept while the person signs in more strongly.
const RESUMED_ORDER: &str = "order";

/// How far the order has come.
#[derive(Clone)]
pub(super) enum Phase {
    /// Nothing is under way; with what went wrong the last time.
    Idle(Option<Failure>),
    /// Sent, or about to be.
    Placing,
}

/// Whoever places the order.
#[derive(Clone, Copy)]
pub(super) struct Placing {
    phase: Signal<Phase>,
    mistakes: Signal<Mistakes>,
    shop: Shop,
    auth: Auth,
    scope: NodeHandle,
}

impl Placing {
    pub(super) fn new() -> Self {
        Self {
            phase: signal(Phase::Idle(None)),
            mistakes: signal(Vec::new()),
            shop: shop(),
            auth: use_auth(),
            scope: use_current_scope(),
        }
    }

    pub(super) fn phase(self) -> ReadSignal<Phase> {
        *self.phase
    }

    /// What is wrong with the address.
    pub(super) fn mistakes(self) -> Signal<Mistakes> {
        self.mistakes
    }

    /// Goes on with an order whose answer never came.
    pub(super) fn resume(self) {
        self.shop.account_cart.settle(self.auth);
        if let (Some(attempt), false) = (checkout::open_attempt(self.auth), self.is_placing()) {
            self.send(&attempt, false);
        }
    }

    fn is_placing(self) -> bool {
        self.phase.with_untracked(|phase| matches!(phase, Phase::Placing))
    }

    /// Orders the cart, for this total, to this address.
    pub(super) fn place(self, address: Signal<Address>, total: Money) {
        if self.is_placing() {
            return;
        }
        // The API has not begun with it, and what the shopper means may have changed since.
        if self.phase.with_untracked(|phase| matches!(phase, Phase::Idle(Some(Failure::StepUp)))) {
            checkout::finish(self.auth);
        }
        if let Some(attempt) = checkout::open_attempt(self.auth) {
            return self.send(&attempt, false);
        }
        let cart = self.shop.cart.contents();
        if !cart.with_untracked(|cart| cart.is_settled()) {
            self.shop.account_cart.settle(self.auth);
            return self.phase.set(Phase::Idle(Some(Failure::CartUnsaved)));
        }
        let order = NewOrder {
            cart_version: cart.with_untracked(|cart| cart.version()),
            expected_total: total,
            address: address.get_clone_untracked(),
        };
        match checkout::begin(self.auth, &written_order(&order)) {
            Some(attempt) => self.send(&attempt, false),
            None => self.phase.set(Phase::Idle(Some(Failure::Unreadable))),
        }
    }

    /// The person agrees to the stronger sign-in: the page leaves for it, and [`Self::resume`]s when it is back.
    pub(super) fn step_up(self) {
        if let Some(attempt) = checkout::open_attempt(self.auth) {
            self.send(&attempt, true);
        }
    }

    fn send(self, attempt: &Attempt, may_leave: bool) {
        let Some(order) = read_json(&attempt.order) else { return checkout::finish(self.auth) };
        // The same request as the remembered one; it is taken so that nobody else does.
        let kept = self.auth.take_resumed(RESUMED_ORDER);
        let request = kept.unwrap_or_else(|| self.shop.api.placing(&order, &attempt.key));
        let answer = ask(self.auth, if may_leave { request.resume_as(RESUMED_ORDER) } else { request });
        self.phase.set(Phase::Placing);
        start(self.scope, async move {
            let answer = answer.await;
            self.answered(answer.and_then(|order| Order::read(&order).ok_or(Failure::Unreadable)));
        });
    }

    fn answered(self, answer: Result<Order, Failure>) {
        self.shop.catalogue.refresh();
        match answer {
            Ok(order) => {
                checkout::finish(self.auth);
                let place = Place::parse(&["/orders/", &order.number, "?placed=1"].concat());
                self.shop.account_cart.settle(self.auth);
                self.shop.navigation.go_instead(&place);
            }
            Err(Failure::SteppingUp) => {}
            Err(failure) => self.refused(failure),
        }
    }

    fn refused(self, failure: Failure) {
        if !failure.leaves_open() {
            checkout::finish(self.auth);
            self.shop.account_cart.settle(self.auth);
        }
        let mistakes = wrong_fields(&failure);
        if !mistakes.is_empty() {
            self.mistakes.set(mistakes);
            let navigation = self.shop.navigation;
            navigation.go_instead(&at_step(navigation, None));
        }
        self.phase.set(Phase::Idle(Some(failure)));
    }
}

/// What the API does not like about the address. It checks by the same code, but perhaps by a newer one.
fn wrong_fields(failure: &Failure) -> Mistakes {
    let Failure::Refused { problem: Some(problem), .. } = failure else { return Vec::new() };
    let known = |name: &str| {
        let name = name.rsplit('.').next().unwrap_or(name);
        AddressField::ALL.into_iter().find(|field| field.as_str() == name)
    };
    problem.fields.iter().filter_map(|wrong| Some((known(&wrong.field)?, wrong.message.clone()))).collect()
}

#[cfg(test)]
mod tests {
    use shared::{FieldProblem, ProblemCode};

    use super::*;

    #[test]
    fn what_the_api_says_of_a_field_is_shown_at_the_field() {
        let mut problem = ProblemCode::InvalidAddress.problem(None);
        for (field, message) in [("address.city", "Too far."), ("planet", "Unknown.")] {
            problem.fields.push(FieldProblem { field: field.to_owned(), message: message.to_owned() });
        }
        let failure = Failure::Refused { status: 400, problem: Some(Box::new(problem)) };
        assert_eq!(wrong_fields(&failure), [(AddressField::City, "Too far.".to_owned())]);
        assert_eq!(wrong_fields(&Failure::Unreachable), []);
    }
}

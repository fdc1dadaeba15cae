//! What can still be done with an order: cancel it, and for the staff ship it.

use okta_sycamore::{Auth, use_auth};
use shared::{Order, paths};
use sycamore::prelude::*;

use crate::elements::failure_panel;
use crate::live::{live, live_flag, pressed, signal, start};
use crate::markup::markup;
use crate::shop::{Shop, shop};
use crate::shop_api::{Failure, Whose, Wire as _};

/// What may be done with an order that is not on its way. Cancelling is asked twice: it cannot be undone.
pub(super) fn actions(whose: Whose, order: Signal<Order>) -> View {
    let act = Action::new(whose, order);
    let asked = signal(false);
    let cancel = live(move || if asked.get() { really(act, asked) } else { cancel_button(act, asked) });
    let ship = (whose == Whose::Everyones).then(|| {
        let (busy, press) = (live_flag(move || act.busy.get()), pressed(move || act.send(paths::SHIP)));
        markup! { button(type="button", class="button", data-testid="ship-order", disabled=busy, on:click=press) { "Ship it" } }
    });
    let trouble = live(move || act.trouble.get_clone().map(|failure| failure_panel(&failure, None)).into());
    markup! { div(class="actions order-actions") { (ship) (cancel) } (trouble) }
}

fn cancel_button(act: Action, asked: Signal<bool>) -> View {
    let busy = live_flag(move || act.busy.get());
    let press = pressed(move || asked.set(true));
    markup! {
        button(type="button", class="button button-quiet", data-testid="cancel-order", disabled=busy, on:click=press) { "Cancel this order" }
    }
}

fn really(act: Action, asked: Signal<bool>) -> View {
    let yes = pressed(move || {
        asked.set(false);
        act.send(paths::CANCEL);
    });
    let no = pressed(move || asked.set(false));
    markup! {
        div(class="really", role="group", aria-label="Cancel the order?") {
            span(role="status") { "Cancel the order? This cannot be undone." }
            button(type="button", class="button button-small", data-testid="cancel-really", on:click=yes) { "Yes, cancel it" }
            button(type="button", class="button button-small button-quiet", on:click=no) { "Keep it" }
        }
    }
}

/// Something done with an order by the API.
#[derive(Clone, Copy)]
struct Action {
    whose: Whose,
    order: Signal<Order>,
    busy: Signal<bool>,
    trouble: Signal<Option<Failure>>,
    auth: Auth,
    shop: Shop,
    scope: NodeHandle,
}

impl Action {
    fn new(whose: Whose, order: Signal<Order>) -> Self {
        let (busy, trouble) = (signal(false), signal(None));
        Self { whose, order, busy, trouble, auth: use_auth(), shop: shop(), scope: use_current_scope() }
    }

    fn send(self, change: &str) {
        if self.busy.replace(true) {
            return;
        }
        let number = self.order.with_untracked(|order| order.number.clone());
        let answer = self.shop.api.change_order(self.auth, self.whose, &number, change);
        start(self.scope, async move {
            let answer = answer.await;
            self.busy.set(false);
            match answer.and_then(|order| Order::read(&order).ok_or(Failure::Unreadable)) {
                Ok(order) => self.order.set(order),
                Err(failure) => self.trouble.set(Some(failure)),
            }
            self.shop.catalogue.refresh();
        });
    }
}

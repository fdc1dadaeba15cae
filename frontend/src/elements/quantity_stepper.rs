//! Minus, number, plus.

use std::rc::Rc;

use okta_types::decimal;
use shared::MAX_LINE_QUANTITY;
use sycamore::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, Event, HtmlInputElement};

use crate::live::{entered, live_flag, live_property};
use crate::markup::markup;

/// Shows `quantity` and reports a wanted one, always from 1 to the most a line may hold.
pub(crate) fn quantity_stepper(name: &str, quantity: Rc<dyn Fn() -> u32>, wanted: Rc<dyn Fn(u32)>) -> View {
    let (label, shown, before, report) =
        (["Quantity of ", name].concat(), quantity.clone(), quantity.clone(), wanted.clone());
    let value = live_property(move || decimal(shown().into()));
    let typed = entered(move |input| {
        let number = understood(&input.value(), before());
        input.set_value(&decimal(number.into()));
        report(number);
    });
    let fewer = step(["One less of ", name].concat(), "−", -1, quantity.clone(), wanted.clone());
    let more = step(["One more of ", name].concat(), "+", 1, quantity, wanted);
    markup! {
        div(class="stepper") {
            (fewer)
            input(class="stepper-number", type="number", inputmode="numeric", min="1", max="99", aria-label=label,
                prop:value=value, on:change=typed)
            (more)
        }
    }
}

/// A button that changes the quantity by one, as far as it goes.
fn step(
    label: String,
    sign: &'static str,
    by: i32,
    quantity: Rc<dyn Fn() -> u32>,
    wanted: Rc<dyn Fn(u32)>,
) -> View {
    let end = if by < 0 { 1 } else { MAX_LINE_QUANTITY };
    let at_end = {
        let quantity = quantity.clone();
        live_flag(move || quantity() == end)
    };
    let change: Box<dyn FnMut(Event)> = Box::new(move |event| {
        let before = quantity();
        let from = typed_beside(&event).map_or(before, |text| understood(&text, before));
        wanted(bounded(from.saturating_add_signed(by)));
    });
    markup! {
        button(type="button", class="stepper-button", aria-label=label, disabled=at_end, on:click=change) { (sign) }
    }
}

/// What stands in the field beside the button that was pressed, whether or not the field has told.
fn typed_beside(event: &Event) -> Option<String> {
    let button: Element = event.target()?.unchecked_into();
    let field = button.closest(".stepper").ok()??.query_selector("input").ok()??;
    Some(field.unchecked_into::<HtmlInputElement>().value())
}

/// What somebody typed; `before` where it is no whole number. More digits than fit are a large number.
pub(crate) fn understood(text: &str, before: u32) -> u32 {
    match text.trim().parse() {
        Ok(number) => bounded(number),
        Err(error) if *error.kind() == std::num::IntErrorKind::PosOverflow => MAX_LINE_QUANTITY,
        Err(_) => before,
    }
}

fn bounded(number: u32) -> u32 {
    number.clamp(1, MAX_LINE_QUANTITY)
}

#[cfg(test)]
mod tests {
    use super::understood;

    #[test]
    fn a_quantity_stays_within_its_bounds() {
        for (text, quantity) in [
            ("0", 1),
            ("-3", 7),
            ("2.4", 7),
            ("99", 99),
            ("100", 99),
            ("99999999999", 99),
            ("", 7),
            (" 5 ", 5),
        ] {
            assert_eq!(understood(text, 7), quantity, "{text}");
        }
    }
}

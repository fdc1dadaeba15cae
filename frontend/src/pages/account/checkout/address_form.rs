//! Where the parcel goes. Checked by the code that the API checks it with.

use okta_sycamore::{Auth, use_auth};
use shared::{AddressField, countries};
use sycamore::prelude::*;
use web_sys::Event;

use super::mistakes::Mistakes;
use super::state::Checkout;
use super::step::{REVIEW, at_step};
use crate::elements::option;
use crate::live::{live, live_attribute, live_property, live_text, pressed};
use crate::markup::markup;
use crate::navigation::{Navigation, focus_on};
use crate::shop::shop;
use crate::{browser, checkout};

/// The `id` of what lists the mistakes.
const MISTAKES: &str = "address-mistakes";

pub(super) fn part(checkout: Checkout) -> View {
    let (mistakes, navigation, auth) = (checkout.placing.mistakes(), shop().navigation, use_auth());
    let fields: Vec<View> = AddressField::ALL.into_iter().map(|field| row(checkout, field)).collect();
    let list = live(move || listed(&mistakes.get_clone()));
    let submit: Box<dyn FnMut(Event)> = Box::new(move |event| {
        event.prevent_default();
        go_on(auth, checkout, navigation);
    });
    let [typed, chosen] = [(); 2].map(|()| pressed(move || note(auth, checkout)));
    markup! {
        section(aria-labelledby="address-heading") {
            h2(id="address-heading", class="section-heading") { "Where should we send it?" }
            (list)
            form(id="address-form", class="address", novalidate="", on:submit=submit, on:input=typed, on:change=chosen) {
                (fields)
                button(type="submit", class="button button-large", data-testid="checkout-continue") { "Continue to review" }
            }
        }
    }
}

/// What stands in the fields is the address.
fn note(auth: Auth, checkout: Checkout) {
    checkout.address.update_silent(|address| {
        for field in AddressField::ALL {
            if let Some(text) = browser::entry(&["#", &id_of(field)].concat()) {
                address.set(field, text);
            }
        }
    });
    checkout.address.with_untracked(|address| checkout::remember(auth, address));
}

/// On to the review with a good address; to the list of mistakes with another one.
fn go_on(auth: Auth, checkout: Checkout, navigation: Navigation) {
    note(auth, checkout);
    let address = checkout.address.with_untracked(shared::Address::tidied);
    let found = address.check().into_iter().map(|mistake| (mistake.field, mistake.message.to_owned()));
    let found: Mistakes = found.collect();
    let good = found.is_empty();
    checkout.placing.mistakes().set(found);
    if good {
        checkout::remember(auth, &address);
        checkout.address.set(address);
        navigation.go(&at_step(navigation, Some(REVIEW)));
        focus_on("page-heading");
    } else {
        focus_on(MISTAKES);
    }
}

fn listed(mistakes: &Mistakes) -> View {
    if mistakes.is_empty() {
        return View::new();
    }
    let row = |(field, message): &(AddressField, String)| {
        let (href, message) = (["#", &id_of(*field)].concat(), message.clone());
        markup! { li { a(href=href) { (message) } } }
    };
    let rows: Vec<View> = mistakes.iter().map(row).collect();
    markup! {
        div(id=MISTAKES, class="mistakes", role="alert", tabindex="-1", data-testid="address-mistakes") {
            p { strong { "Please check this again" } }
            ul { (rows) }
        }
    }
}

fn row(checkout: Checkout, field: AddressField) -> View {
    let mistakes = checkout.placing.mistakes();
    let message =
        move || mistakes.with(|all| all.iter().find(|(f, _)| *f == field).map(|(_, text)| text.clone()));
    let (id, error) = (id_of(field), [&id_of(field), "-error"].concat());
    let (label, _) = words(field);
    let input = input(checkout, field, message, error.clone());
    let shown = live_text(move || message().unwrap_or_default());
    let class = ["field field-", field.as_str()].concat();
    markup! {
        div(class=class) {
            label(for=id) { (label) }
            (input)
            p(id=error, class="field-error") { (shown) }
        }
    }
}

fn input(
    checkout: Checkout,
    field: AddressField,
    message: impl Fn() -> Option<String> + Copy + 'static,
    error: String,
) -> View {
    let id = id_of(field);
    let hook = id.clone();
    let (_, autocomplete) = words(field);
    let invalid = live_attribute(move || message().map(|_| "true".into()));
    if field == AddressField::Country {
        let choice = |(code, name): (&'static str, &'static str)| {
            option(code, name, move || checkout.address.with_untracked(|address| address.country == code))
        };
        let none =
            option("", "Choose …", move || checkout.address.with_untracked(|a| a.country.is_empty()));
        let choices: Vec<View> = std::iter::once(none).chain(countries().map(choice)).collect();
        return markup! {
            select(id=id, class="menu", data-testid=hook, name="country", autocomplete=autocomplete,
                aria-invalid=invalid, aria-describedby=error) { (choices) }
        };
    }
    let value =
        live_property(move || checkout.address.with_untracked(|address| address.get(field).to_owned()));
    let name = field.as_str();
    markup! {
        input(id=id, class="input", type="text", maxlength="100", data-testid=hook, name=name,
            autocomplete=autocomplete, aria-invalid=invalid, aria-describedby=error, prop:value=value)
    }
}

fn id_of(field: AddressField) -> String {
    ["address-", field.as_str()].concat()
}

/// Label, and what browsers call it (HTML Living Standard, 4.10.18.7).
fn words(field: AddressField) -> (&'static str, &'static str) {
    match field {
        AddressField::Name => ("Full name", "shipping name"),
        AddressField::Street => ("Street and house number", "shipping address-line1"),
        AddressField::Extra => ("Flat, floor, company (optional)", "shipping address-line2"),
        AddressField::City => ("Town or city", "shipping address-level2"),
        AddressField::Region => ("State or province (US and Canada)", "shipping address-level1"),
        AddressField::PostalCode => ("Postal code", "shipping postal-code"),
        AddressField::Country => ("Country", "shipping country"),
    }
}

//! The shop window: what we are, and everything we have.

use sycamore::prelude::*;

use super::shelves::shelves;
use crate::markup::markup;
use crate::navigation::titled;

pub(super) fn page() -> View {
    titled("", "");
    let (hero, promises, shelves) = (hero(), promises(), shelves());
    markup! {
        (hero)
        (promises)
        section(class="section", aria-labelledby="all-products") {
            h2(id="all-products", class="section-heading") { "From the nursery and the shed" }
            (shelves)
        }
    }
}

fn hero() -> View {
    markup! {
        section(class="hero") {
            div(class="hero-text") {
                p(class="eyebrow") { "Grove garden shop" }
                h1(id="page-heading", class="hero-heading", tabindex="-1") { "Plant something that outlives the season." }
                p(class="hero-lead") {
                    "Sturdy saplings, seeds we sow ourselves, and tools for twenty years of weekends."
                }
                div(class="hero-actions") {
                    a(class="button button-large", href="/products") { "Browse the shop" }
                    a(class="button button-large button-quiet", href="/products?category=saplings") { "Meet the saplings" }
                }
            }
            img(class="hero-art", src="/art/hero.svg", alt="", width="744", height="450", fetchpriority="high")
        }
    }
}

fn promises() -> View {
    markup! {
        ul(class="promises") {
            li { strong { "Grown outdoors" } span { "Used to wind and frost before it reaches you." } }
            li { strong { "Sent on Mondays" } span { "Roots spend no weekend in a parcel." } }
            li { strong { "Pay by invoice" } span { "When it has arrived and looks good." } }
        }
    }
}

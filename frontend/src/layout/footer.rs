//! The foot of every page.

use sycamore::prelude::*;

use crate::markup::markup;

/// Who we are and how we sell.
pub(crate) fn footer() -> View {
    markup! {
        footer(class="footer") {
            div(class="footer-inner") {
                p(class="footer-brand") { "Grove" }
                p { "Young trees, seeds by the packet and tools that outlive us. Paid by invoice, sent on Mondays." }
                nav(aria-label="More of the shop") {
                    a(href="/products?category=saplings") { "Saplings" }
                    a(href="/products?category=seeds") { "Seeds" }
                    a(href="/products?category=tools") { "Tools" }
                    a(href="/products?category=care") { "Pots & care" }
                    a(href="/staff", data-testid="nav-staff") { "For our staff" }
                }
            }
        }
    }
}

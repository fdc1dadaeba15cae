//! The page with what stands around it.

use sycamore::prelude::*;

use super::cart_news::cart_news;
use super::footer::footer;
use super::header::header;
use super::notice::notice;
use super::toast::toast;
use crate::markup::markup;

/// One element around everything: it is where the router listens for clicks on links.
pub(crate) fn shell(page: View) -> View {
    let (header, notice, news) = (header(), notice(), cart_news());
    let (footer, toast) = (footer(), toast());
    markup! {
        div(class="shell") {
            a(class="skip-link", href="#main") { "Skip to the content" }
            (header)
            (notice)
            (news)
            main(id="main", class="main", tabindex="-1") { (page) }
            (footer)
            (toast)
        }
    }
}

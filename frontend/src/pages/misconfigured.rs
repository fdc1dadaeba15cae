//! The shop cannot start: for whoever runs it, not for shoppers.

use std::fmt::Display;

use sycamore::prelude::*;

use crate::markup::markup;

/// Says what is to be put right.
pub(crate) fn misconfigured(problem: &dyn Display) -> View {
    let problem = problem.to_string();
    markup! {
        main(class="main") {
            div(class="panel panel-failure", role="alert", data-testid="misconfigured") {
                h1(class="panel-title") { "Grove is not configured" }
                p(class="panel-text") { (problem) }
                p(class="panel-code") {
                    "Expected: {\"issuer\": \"https://dev-1.okta.com/oauth2/default\", \"client_id\": \"0oa…\", \"api_origin\": \"http://localhost:8000\"}"
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_is_wrong_is_on_the_page() {
        let html = sycamore::render_to_string(|| super::misconfigured(&"\"issuer\" is empty"));
        assert!(html.contains("issuer"), "{html}");
    }
}

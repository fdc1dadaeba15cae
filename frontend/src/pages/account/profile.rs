//! What the ID token says of the person, claim by claim.

use okta_sycamore::{AuthStatus, Json, Person, use_auth};
use sycamore::prelude::*;

use super::{heading, secured::secured};
use crate::markup::markup;
use crate::navigation::titled;

/// What people look for first; the rest follows as it comes.
const FIRST: [&str; 5] = ["name", "email", "preferred_username", "sub", "groups"];

pub(super) fn page() -> View {
    titled("Profile", "What your account says about you.");
    secured(|| match use_auth().status().get_clone() {
        AuthStatus::SignedIn(person) => profile(&person),
        _ => View::new(),
    })
}

fn profile(person: &Person) -> View {
    let heading = heading("Your profile");
    let rows: Vec<View> = ordered(person).into_iter().map(row).collect();
    markup! {
        div(class="page-head") {
            (heading)
            p(class="page-lead") { "What your ID token says about you, claim by claim." }
        }
        div(class="table-frame") {
            table(class="claims") {
                thead { tr { th(scope="col") { "Claim" } th(scope="col") { "Value" } } }
                tbody { (rows) }
            }
        }
    }
}

fn ordered(person: &Person) -> Vec<(&str, &Json)> {
    let first = FIRST.iter().filter_map(|name| Some((*name, person.claim(name)?)));
    let rest = person.claims.iter().filter(|(name, _)| !FIRST.contains(&name.as_str()));
    first.chain(rest.map(|(name, value)| (name.as_str(), value))).collect()
}

fn row((name, value): (&str, &Json)) -> View {
    let (id, name, value) = (["claim-", name].concat(), name.to_owned(), written(value));
    markup! { tr { th(scope="row") { (name) } td(id=id) { (value) } } }
}

/// Text as it is, everything else as JSON.
fn written(value: &Json) -> String {
    match value.as_str() {
        Some(text) => text.to_owned(),
        None => value.to_text(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::stage::{alice, stage_as};

    #[test]
    fn each_claim_has_its_cell() {
        let html = sycamore::render_to_string(|| {
            stage_as(alice(), vec![]);
            page()
        });
        assert!(html.contains("id=\"claim-email\"") && html.contains("alice@example.com"), "{html}");
        assert!(html.find("claim-name") < html.find("claim-sub"), "{html}");
    }

    #[test]
    fn claims_that_are_no_text_are_written_as_json() {
        assert_eq!(written(&Json::List(vec!["a".into(), "b".into()])), r#"["a","b"]"#);
        assert_eq!(written(&Json::Bool(true)), "true");
    }
}

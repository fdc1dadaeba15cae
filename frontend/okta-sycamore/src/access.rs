//! Parts of a page for some people only.
//!
//! They hide, they do not protect: whoever wants can change what runs in their browser. The API must ask for
//! the same of the access token (`okta-actix` has guards of the same names).

use std::cell::Cell;

use okta_auth::{AuthStatus, Person};
use sycamore::prelude::*;

use crate::auth::use_auth;
use crate::live::live;

/// Renders `view` for people of the group, by the claim `groups`; `otherwise` for everybody else, also while
/// nobody is known. Many orgs name the groups at `/userinfo` only: call `Auth::load_user_info` then.
#[component(inline_props)]
pub fn RequireGroup<F, O>(group: String, view: F, otherwise: O) -> View
where
    F: Fn() -> View + 'static,
    O: Fn() -> View + 'static,
{
    only_where(Box::new(move |person| person.has_group(&group)), Box::new(view), Box::new(otherwise))
}

/// Renders `view` where the sign-in was as strong as one of `values`, space-delimited like `acr_values`;
/// `otherwise` elsewhere: the place for a button that signs in with `SignIn::acr_values`.
#[component(inline_props)]
pub fn RequireAcr<F, O>(values: String, view: F, otherwise: O) -> View
where
    F: Fn() -> View + 'static,
    O: Fn() -> View + 'static,
{
    only_where(Box::new(move |person| person.meets_acr(&values)), Box::new(view), Box::new(otherwise))
}

type Question = Box<dyn Fn(&Person) -> bool>;
type Part = Box<dyn Fn() -> View>;

/// Not generic, so that it is in the wasm once.
fn only_where(question: Question, view: Part, otherwise: Part) -> View {
    let auth = use_auth();
    let (status, owner) = (auth.status(), auth.owner());
    // While an expired session waits for its owner, what they could see stays.
    let last = Cell::new(false);
    let good = create_selector(move || {
        let owner = owner.get_clone();
        last.set(match status.get_clone() {
            AuthStatus::SignedIn(person) => question(&person),
            _ => last.get() && owner.subject().is_some(),
        });
        (last.get(), owner)
    });
    live(Box::new(move || untrack(if good.get_clone().0 { &view } else { &otherwise })))
}

#[cfg(test)]
mod tests {
    use okta_auth::Json;

    use super::*;
    use crate::auth::Auth;

    fn staff() -> AuthStatus {
        let claims = vec![
            ("groups".to_owned(), Json::List(vec!["shop-staff".into()])),
            ("acr".to_owned(), "urn:okta:loa:2fa:any".into()),
        ];
        AuthStatus::SignedIn(Person { claims, ..Person::default() })
    }

    #[track_caller]
    fn check(status: AuthStatus, part: fn() -> View, shown: bool) {
        let html = sycamore::render_to_string(move || {
            provide_context(Auth::preview(status));
            part()
        });
        assert_eq!((html.contains("the part"), html.contains("the rest")), (shown, !shown), "{html}");
    }

    #[test]
    fn a_part_is_for_people_of_the_group() {
        fn part(group: &str) -> View {
            view! { RequireGroup(group=group.to_owned(), view=|| view! { "the part" }, otherwise=|| view! { "the rest" }) }
        }
        check(staff(), || part("shop-staff"), true);
        check(staff(), || part("gardeners"), false);
        check(AuthStatus::SignedIn(Person::default()), || part("shop-staff"), false);
        check(AuthStatus::Anonymous, || part("shop-staff"), false);
        check(AuthStatus::Unknown, || part("shop-staff"), false);
    }

    #[test]
    fn a_part_is_for_sign_ins_that_were_strong_enough() {
        fn part(values: &str) -> View {
            view! { RequireAcr(values=values.to_owned(), view=|| view! { "the part" }, otherwise=|| view! { "the rest" }) }
        }
        check(staff(), || part("phr urn:okta:loa:2fa:any"), true);
        check(staff(), || part("phr"), false);
        check(AuthStatus::Anonymous, || part("urn:okta:loa:2fa:any"), false);
    }
}

//! What the API tells of the catalogue: lists of products, each by the query that asks for it. A page asks for what it
//! shows, and shows what was asked for before at once.

use std::rc::Rc;

use okta_sycamore::Json;
use shared::Product;
use sycamore::prelude::*;
use sycamore::web::{is_not_ssr, is_ssr};

use crate::live::{live_effect, signal, start};
use crate::load::Load;
use crate::shop_api::{Failure, ShopApi, member};

/// Products of a list; cheap to clone.
pub(crate) type Products = Rc<Vec<Product>>;

/// One page of a list.
#[derive(Clone, PartialEq)]
pub(crate) struct Listing {
    /// What it was asked for by.
    pub(super) query: String,
    pub(crate) products: Products,
    /// On all pages.
    pub(crate) total: usize,
    /// The cursor of the page after it.
    pub(crate) next: Option<String>,
}

impl Listing {
    fn read(query: &str, page: &Json) -> Option<Self> {
        Some(Self {
            query: query.to_owned(),
            products: Rc::new(member(page, "products")?),
            total: member::<u32>(page, "total")? as usize,
            next: member(page, "next_cursor"),
        })
    }
}

/// A query without its cursor, which is the last part of it, and the cursor.
fn parts(query: &str) -> (&str, Option<&str>) {
    let last = query.rsplit_once('&').and_then(|(base, last)| Some((base, last.strip_prefix("cursor=")?)));
    last.map_or((query, None), |(base, cursor)| (base, Some(cursor)))
}

/// The handle to the catalogue. Provided as a context by the app.
#[derive(Clone, Copy)]
pub(crate) struct Catalogue {
    /// What was given until something changes.
    cached: Signal<Vec<Listing>>,
    /// How often something has changed.
    changes: Signal<u32>,
    api: ShopApi,
    /// The app's scope: what is fetched is cached, whatever page asked for it.
    scope: NodeHandle,
    /// What a page that is rendered to text has asked for and nobody has given: nothing is fetched then.
    #[cfg(not(target_arch = "wasm32"))]
    missing: Signal<Option<String>>,
    #[cfg(test)]
    all: Signal<Vec<Product>>,
}

/// A list that follows its query.
#[derive(Clone, Copy)]
pub(crate) struct Asked {
    catalogue: Catalogue,
    state: Signal<Load<Listing>>,
    /// What was asked for last.
    query: Signal<String>,
    /// Whether the page after it is fetched as well.
    ahead: bool,
}

impl Catalogue {
    /// A catalogue that nothing was asked of.
    pub(crate) fn new(api: ShopApi) -> Self {
        Self {
            cached: signal(Vec::new()),
            changes: signal(0),
            api,
            scope: use_current_scope(),
            #[cfg(not(target_arch = "wasm32"))]
            missing: signal(None),
            #[cfg(test)]
            all: signal(Vec::new()),
        }
    }

    /// A catalogue of these products, which answers at once.
    #[cfg(test)]
    pub(crate) fn of(products: Vec<Product>) -> Self {
        let catalogue = Self::new(ShopApi::new("http://localhost:8000"));
        catalogue.all.set(products);
        catalogue
    }

    /// Takes over answers of the API that came with the page: an object of each by the query that asks for it.
    pub(crate) fn fill(self, answers: &Json) {
        let answers = answers.as_object().unwrap_or_default().iter();
        let listings = answers.filter_map(|(query, page)| Listing::read(query, page));
        self.cached.update_silent(|cached| cached.extend(listings));
    }

    /// What was asked for last and was not given.
    #[cfg(not(target_arch = "wasm32"))]
    pub(crate) fn missing(self) -> Option<String> {
        self.missing.get_clone_untracked()
    }

    /// The list of this query as long as this part of the page is there; none of it where the query is empty.
    #[inline(never)]
    pub(crate) fn list(self, query: Rc<dyn Fn() -> String>, ahead: bool) -> Asked {
        let asked =
            Asked { catalogue: self, state: signal(Load::Loading), query: signal(String::new()), ahead };
        let mut seen = None;
        live_effect(move || {
            let wanted = (self.changes.get(), query());
            if seen.as_ref() != Some(&wanted) {
                asked.query.set_silent(wanted.1.clone());
                asked.ask();
                seen = Some(wanted);
            }
        });
        asked
    }

    /// Something has changed: what is shown is asked for again, and stays where there is no answer.
    pub(crate) fn refresh(self) {
        self.cached.set_silent(Vec::new());
        self.changes.set(self.changes.get_untracked() + 1);
    }

    /// The cursor of the page before the one that begins after `cursor`, if it was shown and is not the first.
    pub(crate) fn cursor_before(self, cursor: &str) -> Option<String> {
        self.cached.with_untracked(|cached| {
            let before = cached.iter().find(|listing| listing.next.as_deref() == Some(cursor))?;
            parts(&before.query).1.map(str::to_owned)
        })
    }

    fn cached(self, query: &str) -> Option<Listing> {
        #[cfg(test)]
        return Some(self.all.with_untracked(|all| super::filter::tests::answer(all, query)));
        #[cfg(not(test))]
        self.cached.with_untracked(|cached| cached.iter().find(|listing| listing.query == query).cloned())
    }
}

impl Asked {
    /// How far it has come. What was shown before stays until another list is there.
    pub(crate) fn state(self) -> ReadSignal<Load<Listing>> {
        *self.state
    }

    /// Asks, also again.
    pub(crate) fn ask(self) {
        let query = self.query.get_clone_untracked();
        if query.is_empty() {
            self.show(Load::Ready(Listing { query, products: Rc::default(), total: 0, next: None }));
            return;
        }
        if let Some(listing) = self.catalogue.cached(&query) {
            self.found(listing);
            return;
        }
        if self.state.with_untracked(|state| matches!(state, Load::Failed(_))) {
            self.state.set(Load::Loading);
        }
        self.fetch(query);
    }

    fn fetch(self, query: String) {
        #[cfg(not(target_arch = "wasm32"))]
        self.catalogue.missing.set_silent(Some(query.clone()));
        if is_ssr!() {
            return;
        }
        let answer = self.catalogue.api.products(&query);
        let began = self.catalogue.changes.get_untracked();
        start(self.catalogue.scope, async move {
            let answer = answer.await;
            // What was asked for before something changed may be out of date, and is asked for anew.
            if began == self.catalogue.changes.get_untracked() {
                self.answered(query, answer);
            }
        });
    }

    fn answered(self, query: String, answer: Result<Json, Failure>) {
        // Another list may be wanted meanwhile, or none.
        let is_wanted = self.query.is_alive() && self.query.with_untracked(|now| *now == query);
        let shown = |state: &Load<Listing>| state.ready().is_some_and(|listing| listing.query == query);
        match answer.and_then(|page| Listing::read(&query, &page).ok_or(Failure::Unreadable)) {
            Ok(listing) => {
                self.catalogue.cached.update_silent(|cached| cached.push(listing.clone()));
                if is_wanted {
                    self.found(listing);
                }
            }
            Err(failure) if is_wanted && !self.state.with_untracked(shown) => {
                self.show(Load::Failed(failure))
            }
            Err(_) => {}
        }
    }

    /// Shows it, and fetches the next page before somebody wants it.
    fn found(self, listing: Listing) {
        let next = listing.next.as_deref().filter(|_| self.ahead && is_not_ssr!());
        let next = next.map(|next| [parts(&listing.query).0, "&cursor=", next].concat());
        self.show(Load::Ready(listing));
        if let Some(next) = next
            && self.catalogue.cached(&next).is_none()
        {
            self.fetch(next);
        }
    }

    fn show(self, news: Load<Listing>) {
        if self.state.with_untracked(|state| *state != news) {
            self.state.set(news);
        }
    }
}

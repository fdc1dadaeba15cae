//! The catalogue, fetched once and shown everywhere: no page waits for what another one has shown.

use std::rc::Rc;

use shared::Product;
use sycamore::prelude::*;

use crate::live::{signal, start};
use crate::load::Load;
use crate::shop_api::{Failure, ShopApi, member};

/// All products; cheap to clone.
pub(crate) type Products = Rc<Vec<Product>>;

/// The handle to the catalogue. Provided as a context by the app.
#[derive(Clone, Copy)]
pub(crate) struct Catalogue {
    state: Signal<Load<Products>>,
    api: ShopApi,
    /// The app's scope: a refresh outlives the page that asked for it.
    scope: NodeHandle,
}

impl Catalogue {
    /// An empty catalogue; [`Catalogue::refresh`] fills it.
    pub(crate) fn new(api: ShopApi) -> Self {
        Self { state: signal(Load::Loading), api, scope: use_current_scope() }
    }

    /// A catalogue that is there.
    #[cfg(test)]
    pub(crate) fn of(products: Vec<Product>) -> Self {
        let catalogue = Self::new(ShopApi::new("http://localhost:8000"));
        catalogue.state.set(Load::Ready(Rc::new(products)));
        catalogue
    }

    /// What is known of it.
    pub(crate) fn state(self) -> ReadSignal<Load<Products>> {
        *self.state
    }

    /// Fetches it again. What is shown stays until the answer is there, and stays where there is none.
    pub(crate) fn refresh(self) {
        let (state, api) = (self.state, self.api);
        if state.with_untracked(|state| matches!(state, Load::Failed(_))) {
            state.set(Load::Loading);
        }
        start(self.scope, async move {
            let answer = all_pages(api).await;
            let keep = answer.is_err() && state.with_untracked(|state| state.ready().is_some());
            let news = Load::of(answer.map(Rc::new));
            if !keep && state.with_untracked(|state| *state != news) {
                state.set(news);
            }
        });
    }
}

/// The shop is small enough to be searched in the browser: all of its pages, one after the other.
async fn all_pages(api: ShopApi) -> Result<Vec<Product>, Failure> {
    let (mut all, mut cursor): (_, Option<String>) = (Vec::new(), None);
    loop {
        let page = api.products(cursor.as_deref()).await?;
        let products: Vec<Product> = member(&page, "products").ok_or(Failure::Unreadable)?;
        cursor = member(&page, "next_cursor");
        // A page of nothing would have us ask for ever.
        let done = cursor.is_none() || products.is_empty();
        all.extend(products);
        if done {
            return Ok(all);
        }
    }
}

//! Answers about the catalogue, and pages that show it, with their bytes ready, for it is read far more often than it changes.
//!
//! Each is kept for the state of the catalogue that it was made in, and given away in that state only
//! ([`CatalogueState`]): after an order there is another state, and the answer is made anew for whoever asks first.
//! Others who ask meanwhile wait for that one.

use std::hash::Hash;
use std::sync::Arc;

use quick_cache::Weighter;
use quick_cache::sync::Cache;
use shared::ProductId;

use crate::conditional::Prepared;
use crate::error::ApiError;
use crate::store::{CatalogueFilter, CatalogueState, Store};

/// How much memory the answers may take, in bytes: the first pages of all lists, and some thousand products.
const CAPACITY: u64 = 8 << 20;
/// About as many answers are that.
const ANSWERS: usize = 1_000;

/// What is asked about the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Question {
    /// A page of so many products.
    Page(CatalogueFilter, u32),
    /// These products.
    Products(Vec<ProductId>),
    /// One product.
    Product(ProductId),
}

/// The answers that are ready, to questions of one kind: [`Question`], or the address of a page that shows products.
#[derive(Debug)]
pub(crate) struct CatalogueAnswers<Q>(Cache<(CatalogueState, Q), Arc<Prepared>, Weight>);

#[derive(Clone, Debug)]
struct Weight;

impl<K> Weighter<K, Arc<Prepared>> for Weight {
    fn weight(&self, _: &K, answer: &Arc<Prepared>) -> u64 {
        answer.weight()
    }
}

impl<Q: Clone + Eq + Hash> CatalogueAnswers<Q> {
    /// Without any.
    pub(crate) fn new() -> Self {
        Self(Cache::with_weighter(ANSWERS, CAPACITY, Weight))
    }

    /// The answer to this question: one that is ready, or else what `prepare` makes.
    pub(crate) async fn get(
        &self,
        store: &Store,
        question: Q,
        prepare: impl AsyncFnOnce(&Q) -> Result<Prepared, ApiError>,
    ) -> Result<Arc<Prepared>, ApiError> {
        // Before anything is read: what is read then is no older than this state.
        let asked = (store.catalogue_state().await?, question);
        match self.0.get(&asked) {
            Some(answer) => Ok(answer),
            None => {
                let prepared = async { prepare(&asked.1).await.map(Arc::new) };
                self.0.get_or_insert_async(&asked, prepared).await
            }
        }
    }
}

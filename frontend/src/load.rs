//! Something that comes over the network: still loading, ready, or failed.

use crate::shop_api::Failure;

/// How far a request has come.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Load<T> {
    Loading,
    Ready(T),
    Failed(Failure),
}

impl<T> Load<T> {
    pub(crate) fn of(answer: Result<T, Failure>) -> Self {
        answer.map_or_else(Self::Failed, Self::Ready)
    }

    pub(crate) fn ready(&self) -> Option<&T> {
        match self {
            Self::Ready(value) => Some(value),
            _ => None,
        }
    }
}

//! Tasks of the page's own, outside of every component.

use std::future::Future;
use std::pin::Pin;

/// Runs a future by and by. Boxed, so that the machinery around tasks is in the wasm once and not once for
/// every kind of future.
pub(crate) fn spawn(future: impl Future<Output = ()> + 'static) {
    spawn_boxed(Box::pin(future));
}

fn spawn_boxed(future: Pin<Box<dyn Future<Output = ()>>>) {
    wasm_bindgen_futures::spawn_local(future);
}

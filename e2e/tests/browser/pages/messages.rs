//! What the API says to those who are signed in.

use crate::tab::Tab;

/// `/messages`.
pub(crate) struct Messages<'a>(pub(crate) &'a Tab);

impl Messages<'_> {
    pub(crate) async fn open(&self) {
        self.0.open("/messages").await;
    }

    pub(crate) async fn message(&self, index: usize) -> String {
        self.0.see(&format!("#message-{index}")).await
    }
}

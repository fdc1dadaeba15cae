//! What the API says to those who are signed in.

use crate::browser::Tab;

/// `/messages`.
#[derive(Clone, Copy, Debug)]
pub struct Messages<'a>(pub &'a Tab);

impl Messages<'_> {
    /// Opens it.
    pub async fn open(&self) {
        self.0.open("/messages").await;
    }

    /// Waits for the message with this index, from 0; gives its text.
    pub async fn message(&self, index: usize) -> String {
        self.0.see(&format!("#message-{index}")).await
    }
}

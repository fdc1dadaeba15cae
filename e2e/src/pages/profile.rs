//! The claims of the ID token.

use crate::browser::Tab;

/// `/profile`.
#[derive(Clone, Copy, Debug)]
pub struct Profile<'a>(pub &'a Tab);

impl Profile<'_> {
    /// Opens it.
    pub async fn open(&self) {
        self.0.open("/profile").await;
    }

    /// Waits for the claim; gives its value.
    pub async fn claim(&self, name: &str) -> String {
        self.0.see(&format!("#claim-{name}")).await
    }
}

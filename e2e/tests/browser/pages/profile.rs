//! The claims of the ID token.

use crate::tab::Tab;

/// `/profile`.
pub(crate) struct Profile<'a>(pub(crate) &'a Tab);

impl Profile<'_> {
    pub(crate) async fn open(&self) {
        self.0.open("/profile").await;
    }

    pub(crate) async fn claim(&self, name: &str) -> String {
        self.0.see(&format!("#claim-{name}")).await
    }
}

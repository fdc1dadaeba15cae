//! What the shop shows where a sign-in came back without success.

use crate::tab::{Tab, hook};

/// The failure on `/login/callback`.
pub(crate) struct CallbackFailure<'a>(pub(crate) &'a Tab);

impl CallbackFailure<'_> {
    /// Waits for it; gives the code and the description.
    pub(crate) async fn read(&self) -> (String, String) {
        self.0.see(&hook("callback-error")).await;
        let code = self.0.see(&hook("callback-error-code")).await;
        (code, self.0.see(&hook("callback-error-description")).await)
    }

    pub(crate) async fn retry(&self) {
        self.0.click(&hook("callback-retry")).await;
    }

    pub(crate) async fn go_home(&self) {
        self.0.click(&hook("callback-home")).await;
    }
}

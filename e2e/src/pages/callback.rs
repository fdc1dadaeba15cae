//! What the shop shows where a sign-in came back without success.

use crate::browser::{Tab, hook};

/// The failure on `/login/callback`.
#[derive(Clone, Copy, Debug)]
pub struct CallbackFailure<'a>(pub &'a Tab);

impl CallbackFailure<'_> {
    /// Waits for it; gives the code and the description, which is empty where there is none.
    pub async fn read(&self) -> (String, String) {
        self.0.see(&hook("callback-error")).await;
        let code = self.0.see(&hook("callback-error-code")).await;
        let description = hook("callback-error-description");
        let is_there = self.0.count(&description).await > 0;
        (code, if is_there { self.0.see(&description).await } else { String::new() })
    }

    /// Waits until it is there, without another attempt: that would not help.
    pub async fn offers_no_retry(&self) {
        self.0.see(&hook("callback-home")).await;
        self.0.see_count(&hook("callback-retry"), 0).await;
    }

    /// Begins the sign-in again.
    pub async fn retry(&self) {
        self.0.click(&hook("callback-retry")).await;
    }

    /// Back to the shop.
    pub async fn go_home(&self) {
        self.0.click(&hook("callback-home")).await;
    }
}

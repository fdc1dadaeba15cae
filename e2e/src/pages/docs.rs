//! The API's own documentation: Swagger UI, with its sign-in and its calls.

use crate::browser::Tab;

/// The button of the part that signs in with the org, in the dialogue.
const SIGN_IN: &str = ".auth-container:has(.scopes) .modal-btn.authorize";
const SIGN_OUT: &str = ".auth-container .modal-btn.auth:not(.authorize)";

/// `/api/docs/` at the API.
#[derive(Clone, Copy, Debug)]
pub struct Docs<'a>(pub &'a Tab);

impl Docs<'_> {
    /// Opens it at this API.
    pub async fn open(&self, api: &str) {
        self.0.open_url(&format!("{api}{}/", shared::paths::DOCS)).await;
        self.0.see(".swagger-ui .opblock").await;
    }

    /// Unfolds so many operations, which are all.
    pub async fn open_all(&self, operations: usize) {
        self.0.see_count(".opblock", operations).await;
        let all = "document.querySelectorAll('.opblock:not(.is-open) .opblock-summary-control').forEach(one => one.click())";
        self.0.run(all, Vec::new()).await;
        self.0.see_count(".opblock.is-open .responses-table", operations).await;
    }

    /// How many parts of the page could not be shown.
    pub async fn left_out(&self) -> usize {
        self.0.count(".fallback").await
    }

    /// Asks for all scopes; the org's page opens in a window of its own.
    pub async fn ask_to_sign_in(&self) {
        self.0.click(".auth-wrapper .authorize").await;
        self.0.see(SIGN_IN).await;
        let all =
            "document.querySelectorAll('.scopes input').forEach(scope => scope.checked || scope.click())";
        self.0.run(all, Vec::new()).await;
        self.0.click(SIGN_IN).await;
    }

    /// Waits until the dialogue offers to sign out.
    pub async fn is_signed_in(&self) {
        self.0.see(SIGN_OUT).await;
    }

    /// Back to the calls.
    pub async fn close_the_dialogue(&self) {
        self.0.click(".modal-ux-header .close-modal").await;
        self.0.see_count(".dialog-ux", 0).await;
    }

    /// Makes the call with this id, which needs no parameters; gives the status of the answer.
    pub async fn call(&self, operation: &str) -> String {
        let block = format!(".opblock[id$=\"-{operation}\"]");
        self.0.click(&format!("{block} .opblock-summary-control")).await;
        self.0.click(&format!("{block} .execute")).await;
        self.0.see(&format!("{block} .live-responses-table .response .response-col_status")).await
    }

    /// Waits until an answer holds this text.
    pub async fn answers(&self, part: &str) {
        self.0.see_text(".live-responses-table .response .response-col_description", part).await;
    }
}

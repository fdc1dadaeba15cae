//! The org's end-user dashboard, that of `okta-local`.

use crate::browser::Tab;

/// The page with a tile for each app.
#[derive(Clone, Copy, Debug)]
pub struct Dashboard<'a>(pub &'a Tab);

impl Dashboard<'_> {
    /// Waits until it shows whose it is.
    pub async fn is_of(&self, login: &str) {
        self.0.see_text("h1", "My apps").await;
        self.0.see_text(".lead strong", login).await;
    }

    /// Clicks on the only tile, which is of this app.
    pub async fn open(&self, app: &str) {
        self.0.see_text(".tiles a", app).await;
        self.0.click(".tiles a").await;
    }

    /// Waits until it says that there is no tile.
    pub async fn shows_nothing(&self) {
        self.0.see("#no-tiles").await;
    }
}

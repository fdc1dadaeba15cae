//! A shop that is served below a path: its page comes, its programs do not.

use std::fs;

use e2e::scene::{Scene, scene_of};
use e2e::spa_build::SpaProfile;

/// What everybody sees until the program runs.
const FIRST_PAINT: &str = ".first-paint";

#[tokio::test(flavor = "multi_thread")]
async fn a_page_without_its_program_says_where_it_has_to_be_served() {
    let built = SpaProfile::Release.dist(&e2e::workspace()).join("index.html");
    let folder = tempfile::tempdir().unwrap();
    fs::copy(built, folder.path().join("index.html")).unwrap();
    scene_of(folder.path().to_owned(), async |scene: &mut Scene| {
        let tab = &scene.tab;
        tab.open("/shop/").await;
        tab.see_text(FIRST_PAINT, "at the root of its address").await;
        let told = tab.see(FIRST_PAINT).await;
        assert!(!told.contains("garden gate") && !told.contains("newer browser"), "{told}");
    })
    .await;
}

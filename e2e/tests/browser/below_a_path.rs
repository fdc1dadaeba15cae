//! A shop that is served below a path: its page comes, its programs do not.

use std::fs;
use std::path::Path;

use e2e::scene::{Scene, scene_of};
use xtask::spa_build::SpaProfile;

/// What everybody sees until the program runs.
const FIRST_PAINT: &str = ".first-paint";

/// A copy of the shop whose programs are not what the page expects there: as where another page answers for them.
pub(crate) fn without_programs() -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    copy_folder(&SpaProfile::Release.dist(&okta_cli::workspace()), copy.path());
    for file in fs::read_dir(copy.path()).unwrap().map(|entry| entry.unwrap().path()) {
        if file.extension().is_some_and(|ending| ending == "js") {
            fs::write(file, "// not it").unwrap();
        }
    }
    copy
}

pub(crate) fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (path, copy) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy_folder(&path, &copy);
        } else {
            fs::copy(&path, copy).unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_without_its_program_says_where_it_has_to_be_served() {
    let folder = without_programs();
    scene_of(folder.path().to_owned(), async |scene: &mut Scene| {
        let tab = &scene.tab;
        tab.open("/").await;
        tab.see_text(FIRST_PAINT, "at the root of its address").await;
        let told = tab.see(FIRST_PAINT).await;
        assert!(!told.contains("garden gate") && !told.contains("newer browser"), "{told}");
    })
    .await;
}

//! How a page is looked at: by day and by night, on a phone and on a desk, by axe-core and by people.

use std::fs;
use std::path::PathBuf;

use e2e::browser::Tab;
use xtask::tools::Toolbox;

/// Colour scheme and width in CSS pixels.
const LOOKS: [(&str, u32); 4] = [("light", 1280), ("dark", 1280), ("light", 360), ("dark", 360)];
/// A picture is not higher than this; what is below looks like what is above.
const HIGHEST: u64 = 4000;

/// Looks at pages and gathers what axe-core finds wrong with them.
pub(crate) struct Lens<'a> {
    tab: &'a Tab,
    axe: String,
    violations: Vec<String>,
}

impl<'a> Lens<'a> {
    pub(crate) fn new(tab: &'a Tab) -> Self {
        let path = Toolbox::of(&okta_cli::workspace()).axe();
        let axe = fs::read_to_string(&path).unwrap_or_else(|error| {
            panic!("{}: {error}; run `cargo verify --only browser`, which installs axe-core", path.display())
        });
        Self { tab, axe, violations: Vec::new() }
    }

    /// Looks at the page as it is shown now, in every look, and keeps a picture of each.
    pub(crate) async fn look(&mut self, name: &str) {
        for (scheme, width) in LOOKS {
            self.put_on(scheme, width, 900).await;
            let view = format!("{name}-{scheme}-{width}");
            self.judge(&view).await;
            self.take_picture(&view, scheme, width).await;
        }
        self.put_on("light", 1280, 900).await;
    }

    /// Fails where axe-core has found something.
    pub(crate) fn found_nothing(self) {
        assert!(self.violations.is_empty(), "{:#?}", self.violations);
    }

    async fn put_on(&self, scheme: &str, width: u32, height: u64) {
        self.tab.set_scheme(scheme).await;
        self.tab.set_size(width, height).await;
        // Two frames in a row without a transition: what ends in one element may begin in those that inherit from
        // it. Then style and layout are those of the new look.
        let drawn = "const done = arguments[0]; \
             const moves = () => document.getAnimations().some(one => one instanceof CSSTransition); \
             const look = still => requestAnimationFrame(() => \
                 moves() ? look(0) : still < 2 ? look(still + 1) : done()); \
             look(0)";
        self.tab.client().execute_async(drawn, Vec::new()).await.unwrap();
    }

    /// The script is run by the driver and not by the page, whose policy would not let it in.
    async fn judge(&mut self, view: &str) {
        let script = format!(
            "const done = arguments[0]; {}; \
             axe.run({{ preload: false, resultTypes: ['violations'] }}).then( \
                 result => done(result.violations.flatMap(v => v.nodes.map(n => \
                     v.id + ': ' + n.target.join(' ') + ' ' + n.any.concat(n.all, n.none).map(c => c.message).join('; ')))), \
                 error => done(['axe-core failed: ' + error]));",
            self.axe
        );
        let found = self.tab.client().execute_async(&script, Vec::new()).await.unwrap();
        let found = found.as_array().cloned().unwrap_or_else(|| vec![found]);
        self.violations.extend(found.iter().map(|violation| format!("{view}: {violation}")));
        self.scrolls_only_downwards(view).await;
    }

    /// A page that is wider than the screen has something that does not fit on it.
    async fn scrolls_only_downwards(&mut self, view: &str) {
        let script = "const page = document.documentElement; return page.scrollWidth - page.clientWidth";
        let over = self.tab.client().execute(script, Vec::new()).await.unwrap();
        if over.as_i64().unwrap_or_default() > 0 {
            self.violations.push(format!("{view}: {over} pixels wider than the screen"));
        }
    }

    async fn take_picture(&self, view: &str, scheme: &str, width: u32) {
        let script = "return document.documentElement.scrollHeight";
        let height = self.tab.client().execute(script, Vec::new()).await.unwrap();
        self.put_on(scheme, width, height.as_u64().unwrap_or(900).clamp(600, HIGHEST)).await;
        let loaded = "return [...document.images].every(image => image.complete)";
        self.tab
            .until("all pictures to be loaded", async || {
                let loaded = self.tab.client().execute(loaded, Vec::new()).await.unwrap();
                if loaded == true { Ok(()) } else { Err("some that are not".to_owned()) }
            })
            .await;
        let picture = self.tab.client().screenshot().await.unwrap();
        let folder = folder();
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(format!("{view}.png")), picture).unwrap();
    }
}

fn folder() -> PathBuf {
    okta_cli::workspace().join("target/screenshots")
}

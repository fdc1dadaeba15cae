//! The browser's storages. Reading and writing may throw (private browsing, blocked, full): that is an
//! answer like any other.

use okta_auth::Area;
use web_sys::Storage;

/// The storages of the page and the driver's own memory.
#[derive(Default)]
pub(crate) struct Shelf {
    memory: Vec<(String, String)>,
}

impl Shelf {
    pub(crate) fn load(&self, area: Area, key: &str) -> Option<String> {
        match area {
            Area::Memory => self.memory.iter().find(|(name, _)| name == key).map(|(_, text)| text.clone()),
            _ => storage(area)?.get_item(key).ok()?,
        }
    }

    /// Whether it was kept.
    pub(crate) fn save(&mut self, area: Area, key: &str, text: &str) -> bool {
        match area {
            Area::Memory => {
                self.remove(area, key);
                self.memory.push((key.to_owned(), text.to_owned()));
                true
            }
            _ => storage(area).is_some_and(|storage| storage.set_item(key, text).is_ok()),
        }
    }

    pub(crate) fn remove(&mut self, area: Area, key: &str) {
        match area {
            Area::Memory => self.memory.retain(|(name, _)| name != key),
            _ => {
                if let Some(storage) = storage(area) {
                    let _ = storage.remove_item(key);
                }
            }
        }
    }
}

fn storage(area: Area) -> Option<Storage> {
    let window = web_sys::window()?;
    match area {
        Area::Local => window.local_storage().ok()?,
        _ => window.session_storage().ok()?,
    }
}

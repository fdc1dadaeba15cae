//! The browser's storages. Reading and writing may throw (private browsing, blocked, full): that is an
//! answer like any other.

use okta_auth::Area;
use web_sys::Storage;

/// The browser does not let the page have this storage.
pub(crate) struct Refused;

/// The storages of the page and the driver's own memory.
#[derive(Default)]
pub(crate) struct Shelf {
    memory: Vec<(String, String)>,
}

impl Shelf {
    /// What is kept there, if anything; an error where the storage cannot be read.
    pub(crate) fn load(&self, area: Area, key: &str) -> Result<Option<String>, Refused> {
        match area {
            Area::Memory => {
                Ok(self.memory.iter().find(|(name, _)| name == key).map(|(_, text)| text.clone()))
            }
            _ => storage(area).and_then(|storage| storage.get_item(key).ok()).ok_or(Refused),
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

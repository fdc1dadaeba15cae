//! The browser's storages. Reading and writing may throw (private browsing, blocked, full): that is an
//! answer like any other.

use okta_auth::Area;
use web_sys::Storage;

/// The browser does not let the page have this storage.
pub(crate) struct Refused;

/// The storages of the page and the driver's own memory.
#[derive(Default)]
pub(crate) struct Storages {
    memory: Vec<(String, String)>,
}

impl Storages {
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

    /// Removes everything whose key begins with `prefix`, save for what begins with `except`.
    pub(crate) fn erase(&mut self, prefix: &str, except: Option<&str>) {
        let goes =
            |key: &str| key.starts_with(prefix) && except.is_none_or(|except| !key.starts_with(except));
        self.memory.retain(|(key, _)| !goes(key));
        for area in [Area::Local, Area::Session] {
            if let Some(storage) = storage(area) {
                erase_from(&storage, &goes);
            }
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

/// An index is good for as long as nothing is removed.
fn erase_from(storage: &Storage, goes: &dyn Fn(&str) -> bool) {
    let mut index = 0;
    while let Ok(Some(key)) = storage.key(index) {
        index += 1;
        if goes(&key) && storage.remove_item(&key).is_ok() {
            index = 0;
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

//! What an app keeps of a person in the browser.

use okta_auth::{Area, Owner, StorageKind, Subject};
use sycamore::prelude::*;

use crate::driver::Driver;

/// The storage of one person in this browser: texts under names that the app chooses, with the price of
/// `StorageKind` for each. Everything in it is erased when the person signs out, in whichever tab, and when
/// somebody else takes their place; while an expired session waits for them it stays. From the moment the
/// person is gone nothing is read or written through this handle any more.
#[derive(Clone)]
pub struct PersonStorage {
    driver: &'static Driver,
    owner: Signal<Owner>,
    subject: Subject,
    /// What the keys of this person's texts begin with.
    prefix: String,
}

impl PersonStorage {
    pub(crate) fn new(driver: &'static Driver, owner: Signal<Owner>) -> Option<Self> {
        let subject = owner.with_untracked(|owner| owner.subject().cloned())?;
        let prefix = subject.key_prefix(&driver.owned_prefix);
        Some(Self { driver, owner, subject, prefix })
    }

    /// Whose it is.
    pub fn subject(&self) -> &Subject {
        &self.subject
    }

    /// Whether the person is still here.
    fn is_open(&self) -> bool {
        self.owner.with_untracked(|owner| owner.subject() == Some(&self.subject))
    }

    /// The text of this name as it was last written, if there is one and it can be read.
    pub fn read(&self, kind: StorageKind, name: &str) -> Option<String> {
        let (storages, key) = (self.driver.storages.borrow(), self.key(name));
        let stored = |area| storages.load(area, &key).ok().flatten();
        stored(Area::Memory).or_else(|| stored(area(kind))).filter(|_| self.is_open())
    }

    /// Keeps this text under this name, or none. Where the browser refuses (blocked, full) the text is kept for
    /// the life of this page, and the answer is `false`: it will not survive a reload. `false` as well where
    /// the person is gone; then nothing is kept.
    #[must_use = "a browser may refuse to keep anything"]
    pub fn write(&self, kind: StorageKind, name: &str, text: Option<&str>) -> bool {
        if !self.is_open() {
            return false;
        }
        let (mut storages, key, area) = (self.driver.storages.borrow_mut(), self.key(name), area(kind));
        storages.remove(Area::Memory, &key);
        let Some(text) = text else {
            storages.remove(area, &key);
            return true;
        };
        let kept = storages.save(area, &key, text);
        if !kept {
            storages.save(Area::Memory, &key, text);
        }
        kept
    }

    fn key(&self, name: &str) -> String {
        [&self.prefix, name].concat()
    }
}

fn area(kind: StorageKind) -> Area {
    match kind {
        StorageKind::Local => Area::Local,
        StorageKind::Session => Area::Session,
        // Of a kind that this driver does not know nothing is kept longer than the page lives.
        _ => Area::Memory,
    }
}

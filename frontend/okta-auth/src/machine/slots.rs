//! Where things are kept, and what tabs call their lock and their channel: one set for each client.

use crate::interface::config::StorageKind;
use crate::interface::effect::{Area, Slot};
#[cfg(feature = "wanted-pages")]
use crate::interface::owner::Owner;
#[cfg(any(feature = "wanted-pages", feature = "userinfo"))]
use crate::interface::owner::Subject;
use crate::machine::core::Core;
use crate::step_context::StepContext;

impl Core {
    /// The name of the lock and of the channel between tabs: one for each client of each issuer.
    pub(crate) fn channel(&self) -> String {
        ["okta-auth ", self.settings.issuer.as_str(), " ", &self.settings.client_id].concat()
    }

    /// Where the session is kept; the driver watches it for changes by other tabs.
    pub(crate) fn session_slot(&self) -> Slot {
        let area = match self.settings.session_storage {
            StorageKind::Local => Area::Local,
            StorageKind::Session => Area::Session,
            StorageKind::Memory => Area::Memory,
        };
        self.slot(area, "session")
    }

    /// Sign-ins under way belong to their tab and must survive the way to the org and back.
    pub(crate) fn pending_slot(&self) -> Slot {
        self.slot(Area::Session, "transactions")
    }

    /// The `state` of a sign-out on its way back.
    pub(crate) fn sign_out_slot(&self) -> Slot {
        self.slot(Area::Session, "sign-out")
    }

    /// What belongs to the session goes with it.
    pub(crate) fn forget_session(&mut self, ctx: &mut StepContext<'_>) {
        ctx.remove(self.session_slot());
        #[cfg(feature = "idle")]
        ctx.remove(self.activity_slot());
    }

    /// A slot beside the session's.
    #[cfg(feature = "idle")]
    pub(crate) fn beside_session(&self, name: &str) -> Slot {
        self.slot(self.session_slot().area, name)
    }

    /// What the storage keys of all that is somebody's begin with; see [`Subject::key_prefix`](crate::Subject::key_prefix).
    pub(crate) fn owned_prefix(&self) -> String {
        self.settings.named("of.")
    }

    /// A slot of this person's beside the session.
    #[cfg(any(feature = "wanted-pages", feature = "userinfo"))]
    pub(crate) fn owned_slot(&self, subject: &Subject, name: &str) -> Slot {
        let key = [&subject.key_prefix(&self.owned_prefix()), name].concat();
        Slot { area: self.session_slot().area, key }
    }

    /// Where the places are that whoever is here wants to go to; nowhere, where tabs share nothing. Those of a person are
    /// erased with all that is theirs.
    #[cfg(feature = "wanted-pages")]
    pub(crate) fn wanted_slot(&self) -> Option<Slot> {
        match self.owner() {
            _ if !self.shares_storage() => None,
            Owner::Unknown => None,
            Owner::Nobody => Some(self.slot(Area::Local, "wanted")),
            Owner::Person(subject) => Some(self.owned_slot(&subject, "wanted")),
        }
    }

    fn slot(&self, area: Area, name: &str) -> Slot {
        Slot { area, key: self.settings.named(name) }
    }
}

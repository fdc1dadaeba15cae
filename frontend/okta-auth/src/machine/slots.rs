//! Where things are kept, and what tabs call their lock and their channel: one set for each client.

use crate::interface::config::StorageKind;
use crate::interface::effect::{Area, Slot};
use crate::machine::Machine;
use crate::turn::Turn;

impl Machine {
    /// The name of the lock and of the channel between tabs: one for each client of each issuer.
    pub fn channel(&self) -> String {
        ["okta-auth ", self.settings.issuer.as_str(), " ", &self.settings.client_id].concat()
    }

    /// Where the session is kept; the driver watches it for changes by other tabs.
    pub fn session_slot(&self) -> Slot {
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
    pub(crate) fn forget_session(&mut self, turn: &mut Turn<'_>) {
        turn.remove(self.session_slot());
        #[cfg(feature = "idle")]
        turn.remove(self.activity_slot());
    }

    /// A slot beside the session's.
    #[cfg(feature = "idle")]
    pub(crate) fn beside_session(&self, name: &str) -> Slot {
        self.slot(self.session_slot().area, name)
    }

    fn slot(&self, area: Area, name: &str) -> Slot {
        Slot { area, key: ["okta-auth.", &self.settings.client_id, ".", name].concat() }
    }
}

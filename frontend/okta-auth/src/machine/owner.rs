//! Who is there, and what goes when that changes.

use crate::interface::effect::Effect;
use crate::interface::owner::{Owner, Subject};
use crate::machine::transaction::Pending;
use crate::machine::{Job, Machine, Presence};
use crate::turn::Turn;

impl Machine {
    /// Whose is what the page keeps and shows of a person.
    pub fn owner(&self) -> Owner {
        match &self.presence {
            Presence::Unknown | Presence::Superseded => Owner::Unknown,
            Presence::Nobody => Owner::Nobody,
            Presence::Expired(session) => Owner::Person(session.subject.clone()),
            Presence::Somebody(session) => Owner::Person(session.subject()),
        }
    }

    /// What the storage keys of all that is somebody's begin with; see [`Subject::key_prefix`].
    pub fn owned_prefix(&self) -> String {
        ["okta-auth.", &self.settings.client_id, ".of."].concat()
    }

    /// A slot of this person's beside the session.
    #[cfg(feature = "userinfo")]
    pub(crate) fn owned_slot(&self, subject: &Subject, name: &str) -> crate::interface::effect::Slot {
        let key = [&subject.key_prefix(&self.owned_prefix()), name].concat();
        crate::interface::effect::Slot { area: self.session_slot().area, key }
    }

    /// The one way in which who is there changes. What belonged to somebody else goes.
    pub(crate) fn enter(&mut self, presence: Presence, turn: &mut Turn<'_>) {
        let before = self.owner();
        self.presence = presence;
        let owner = self.owner();
        if owner == before || owner == Owner::Unknown {
            return;
        }
        let prefix = self.owned_prefix();
        let except = owner.subject().map(|subject| subject.key_prefix(&prefix));
        turn.push(Effect::Erase { prefix, except });
        self.kept = None;
        self.stepped_up = None;
        #[cfg(feature = "userinfo")]
        self.forget_user_info();
        if let Job::SigningIn(signing_in) = &mut self.job {
            signing_in.forget_kept();
        }
        // A callback that reads the pending sign-ins leaves the others' out itself.
        if !self.is_taking() {
            self.disowning = Some(turn.load(self.pending_slot()));
        }
        self.refuse_foreign(&owner, turn);
    }

    /// The pending sign-ins of this tab were read: those that keep a request of somebody else go.
    pub(crate) fn disown(&mut self, text: Option<&str>, turn: &mut Turn<'_>) {
        self.disowning = None;
        let mut pending = Pending::parse(text, self.settings.redirect_limit, turn.now, turn.read_json);
        pending.disown(self.owner().subject());
        if text.is_some() && !pending.is_newer {
            self.store_pending(&pending, turn);
        }
    }
}

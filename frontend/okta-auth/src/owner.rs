//! To whom belongs what a page keeps and shows of a person.
//!
//! A page outlives a sign-in: one person may take another's place with nobody in between, in this tab or in
//! another one. So everything about a person belongs to a [`Subject`]. Whenever the [`Owner`] changes, this
//! crate refuses the requests that were made for the one before, drops what a step-up kept for them, and has
//! their texts erased from the storages of this tab ([`Effect::Erase`]); apps rebuild what they show.

use crate::effect::Effect;
use crate::machine::{Job, Machine, Presence};
use crate::step::Turn;
use crate::transaction::Pending;
use okta_types::base64url;

/// A person within the issuer: the `sub` of the ID token (OpenID Connect Core §2), with Okta `00u…`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject(String);

impl Subject {
    /// The person of this `sub`.
    pub fn new(sub: impl Into<String>) -> Self {
        Self(sub.into())
    }

    /// The `sub`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the storage keys of everything that is this person's begin with. Encoded, so that no `sub` begins
    /// like another one's.
    pub fn key_prefix(&self, all: &str) -> String {
        [all, &base64url::encode(&self.0), "."].concat()
    }
}

/// Whose is what the page keeps and shows of a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Owner {
    /// Not known: show nothing of anybody's and erase nothing. Before the stored session was read, and where
    /// a later version of the app has it.
    #[default]
    Unknown,
    /// Nobody's: whoever was here has signed out, or nobody has been.
    Nobody,
    /// This person's, who has signed in, or whose session has expired: what they were doing waits for them.
    Person(Subject),
}

impl Owner {
    /// The person, if there is one.
    pub fn subject(&self) -> Option<&Subject> {
        match self {
            Self::Person(subject) => Some(subject),
            Self::Unknown | Self::Nobody => None,
        }
    }
}

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
    pub(crate) fn owned_slot(&self, subject: &Subject, name: &str) -> crate::effect::Slot {
        let key = [&subject.key_prefix(&self.owned_prefix()), name].concat();
        crate::effect::Slot { area: self.session_slot().area, key }
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

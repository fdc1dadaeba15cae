//! The life of a session's key (RFC 9449), feature `dpop`.
//!
//! It is made before the code is exchanged, under a name that comes from the `state` of its sign-in: no two tabs can make
//! the same, so nothing need be locked. Its name and its public half are stored with the session, by which every tab
//! proves with the one key. It goes with the session: replaced by that of a new sign-in, or ended in whatever way, save
//! where a later version of the app goes on with it. A key that is gone ends its session, once.

use okta_types::UnixTime;

use crate::interface::config::StorageKind;
use crate::interface::dpop::{KeyName, Proof};
use crate::interface::effect::Effect;
use crate::interface::event::HttpAnswer;
use crate::interface::ids::Ticket;
use crate::interface::status::AuthNotice;
use crate::machine::core::{Core, Presence};
use crate::machine::proving::Proving;
use crate::machine::session::Session;
use crate::machine::transaction::SIGN_IN_LIFETIME;
use crate::step_context::StepContext;
use crate::tickets::Purpose;

/// Forgets one key.
pub(crate) fn drop_key(key: KeyName, ctx: &mut StepContext<'_>) {
    ctx.push(Effect::DropKeys { first: key.clone(), last: key });
}

impl Core {
    /// The session of this key has ended. Where all tabs shared it, keys of sign-ins that ended with their page, in the midst of
    /// it, go with it: those that are older than any that may still be under way, and than this one.
    pub(crate) fn drop_with_older(&self, key: KeyName, ctx: &mut StepContext<'_>) {
        if !self.shares_storage() {
            return drop_key(key, ctx);
        }
        let begun = UnixTime(ctx.now.0.saturating_sub(SIGN_IN_LIFETIME));
        let abandoned = Proving::key_name(&self.settings, begun, "");
        let last = if abandoned.as_str() < key.as_str() {
            drop_key(key, ctx);
            abandoned
        } else {
            key
        };
        ctx.push(Effect::DropKeys { first: KeyName(self.settings.named("")), last });
    }

    /// A session begins or goes on: what it knows of the servers is known from now on, and the key of another one
    /// before it goes.
    pub(crate) fn take_key(&mut self, next: &Session, ctx: &mut StepContext<'_>) {
        let key = next.binding.as_ref().map(|binding| &binding.key);
        if let Some(before) = self.key().filter(|before| Some(before) != key) {
            drop_key(before, ctx);
        }
        self.org.proofs.offset = next.offset;
        if let Some((nonce, at)) = next.binding.as_ref().and_then(|binding| binding.nonce.as_ref()) {
            self.org.proofs.remember(self.settings.issuer.as_str(), nonce, *at);
        }
    }

    /// The key of whoever is here.
    pub(crate) fn key(&self) -> Option<KeyName> {
        match &self.presence {
            Presence::Somebody(session) => session.binding.as_ref().map(|binding| binding.key.clone()),
            _ => None,
        }
    }

    /// The org has answered: it may have given a nonce.
    pub(crate) fn learn_nonce(
        &mut self,
        purpose: Purpose,
        id: Ticket,
        answer: &HttpAnswer,
        ctx: &StepContext<'_>,
    ) {
        let Some(metadata) = &self.org.metadata else { return };
        let endpoint = match purpose {
            #[cfg(feature = "userinfo")]
            Purpose::UserInfo => metadata.userinfo_endpoint.as_ref(),
            _ => Some(&metadata.token_endpoint),
        };
        if let (Some(url), Some(nonce)) = (endpoint, &answer.dpop_nonce) {
            self.org.proofs.learn(url, nonce, id, ctx.now);
        }
    }

    /// A proof for a request with the access token of whoever is here; `None` where that is not bound to a key.
    pub(crate) fn prove(&self, method: &str, url: &str, ctx: &mut StepContext<'_>) -> Option<Proof> {
        let Presence::Somebody(session) = &self.presence else { return None };
        let binding = session.binding.as_ref()?;
        self.org.proofs.make(binding, method, url, Some(&session.access_token), ctx)
    }

    /// The driver has not found this key. If it is that of whoever is here, which is the answer, the session is over once
    /// it is sure that no other tab has begun another.
    pub(crate) fn key_lost(&mut self, key: &KeyName) -> bool {
        match &mut self.presence {
            Presence::Somebody(session) => match &mut session.binding {
                Some(binding) if *key == binding.key => {
                    binding.is_lost = true;
                    true
                }
                _ => false,
            },
            _ => false,
        }
    }

    /// What is stored was read, and it is the session whose key is gone.
    pub(crate) fn end_lost(&mut self, ctx: &mut StepContext<'_>) {
        if let Presence::Somebody(session) = &self.presence
            && session.binding.as_ref().is_some_and(|binding| binding.is_lost)
        {
            self.expire(AuthNotice::KeyLost, ctx);
        }
    }

    /// Whether the session may be stored: one whose key dies with this page would be found without it. With it goes the
    /// org's last nonce, if it may.
    pub(crate) fn may_save_session(&mut self, ctx: &mut StepContext<'_>) -> bool {
        let Presence::Somebody(session) = &mut self.presence else { return false };
        let Some(binding) = &mut session.binding else { return true };
        binding.nonce = self.org.proofs.nonce(self.settings.issuer.as_str(), ctx.now);
        let lasts = binding.lasts() || self.settings.session_storage == StorageKind::Memory;
        if !lasts {
            self.storage_works = false;
            ctx.remove(self.session_slot());
        }
        lasts
    }
}

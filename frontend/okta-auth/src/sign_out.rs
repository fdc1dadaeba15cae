//! Sign-out: here at once, then at the org.
//!
//! The stored session goes first, so that nothing that hangs or fails afterwards leaves it behind. Then the
//! refresh token is revoked (RFC 7009, best effort, time-boxed) and the page leaves by a form `POST` to the
//! org (OpenID Connect RP-Initiated Logout §2), which keeps the ID token out of addresses and logs.

use std::time::Duration;

use okta_types::{Form, IdToken, RefreshToken, base64url};

use crate::effect::{Effect, HttpRequest, Message};
use crate::error::{FetchError, OrgError};
use crate::event::{HttpAnswer, HttpFailure, Ticket};
use crate::exchange;
use crate::machine::{Job, Machine, Presence};
use crate::org::Org;
use crate::sensitive::Sensitive;
use crate::status::AuthNotice;
use crate::step::Turn;

/// Nobody waits longer for a courtesy.
const PATIENCE: Duration = Duration::from_secs(2);
const REFRESH: &str = "refresh_token";

/// A sign-out after the local part.
#[derive(Debug)]
pub(crate) struct SigningOut {
    /// For the org. Without it the sign-out stays a local one.
    id_token: Option<IdToken>,
    /// What to revoke. With a refresh token its access tokens end as well.
    token: Option<Doomed>,
    revoking: Option<Ticket>,
}

/// A token to revoke, with its `token_type_hint`.
type Doomed = (Sensitive, &'static str);

impl SigningOut {
    pub(crate) fn awaits(&self, id: Ticket) -> bool {
        self.revoking == Some(id)
    }
}

impl Machine {
    /// Ends the session in this tab, in the storage and in the other tabs, then `at_org`. A sign-in that is
    /// about to leave the page is given up for it.
    pub(crate) fn sign_out(&mut self, at_org: bool, turn: &mut Turn<'_>) {
        if !self.is_free(turn.now) && !matches!(self.job, Job::SigningIn(_)) {
            return;
        }
        let Some(subject) = self.owner().subject().cloned() else { return };
        self.notice = None;
        // A renewal under way may have brought the refresh token's successor already.
        let successor = self.abandon_renewal(turn);
        let (id_token, token) = match &self.presence {
            Presence::Somebody(session) => {
                let token = match successor.as_ref().or(session.refresh_token.as_ref()) {
                    Some(token) => (Sensitive::new(token.expose()), REFRESH),
                    None => (Sensitive::new(session.access_token.expose()), "access_token"),
                };
                (Some(session.id_token.clone()), Some(token))
            }
            Presence::Expired(ended) => (Some(ended.id_token.clone()), None),
            _ => (None, None),
        };
        self.enter(Presence::Nobody, turn);
        self.forget_session(turn);
        // All of them go, not only those that keep something.
        self.disowning = None;
        turn.remove(self.pending_slot());
        turn.push(Effect::Broadcast(Message::SignedOut(subject)));
        self.refuse_waiting(&FetchError::SignedOut, turn);
        self.job =
            Job::SigningOut(SigningOut { id_token: id_token.filter(|_| at_org), token, revoking: None });
        match self.org.metadata {
            Some(_) => self.sign_out_metadata(None, turn),
            None => self.org.want_metadata(&self.settings.issuer, Some(PATIENCE), turn),
        }
    }

    pub(crate) fn sign_out_metadata(&mut self, error: Option<OrgError>, turn: &mut Turn<'_>) {
        if let Some(error) = error {
            self.job = Job::Idle;
            self.notice = Some(AuthNotice::SignOutIncomplete(error));
            return;
        }
        let Job::SigningOut(SigningOut { token, revoking, .. }) = &mut self.job else { return };
        let request = token.take().and_then(|token| revocation(&self.org, &self.settings.client_id, &token));
        match request {
            Some(request) => *revoking = Some(turn.send(request)),
            None => self.revoked(turn),
        }
    }

    /// The revocation was answered, or its time is up; either way the page leaves.
    pub(crate) fn revoked(&mut self, turn: &mut Turn<'_>) {
        let Job::SigningOut(SigningOut { id_token, .. }) = &self.job else { return };
        let action = self.org.metadata.as_ref().and_then(|m| m.end_session_endpoint.clone());
        let (Some(action), Some(id_token)) = (action, id_token) else {
            self.job = Job::Idle;
            return;
        };
        let state = Sensitive::new(base64url::encode(&turn.random[..32]));
        let fields = vec![
            ("id_token_hint", Sensitive::new(id_token.expose())),
            ("post_logout_redirect_uri", Sensitive::new(self.settings.post_logout_text.clone())),
            ("state", state.clone()),
        ];
        turn.save(self.sign_out_slot(), state);
        turn.push(Effect::SubmitForm { action, fields });
        self.leave(turn);
    }

    /// Perhaps back from the org: what was sent along decides.
    pub(crate) fn came_back_from_sign_out(&mut self, state: Option<String>, turn: &mut Turn<'_>) {
        let load = turn.load(self.sign_out_slot());
        self.returning = Some((load, state.map(Sensitive::new)));
    }

    /// The `state` of the last sign-out was read, if there was one. It leaves the address bar where it is the
    /// one sent along. Another one or none means nothing, nobody is signed in or out by it; the person is
    /// told that the org did not confirm.
    pub(crate) fn sign_out_state_loaded(&mut self, text: Option<&str>, turn: &mut Turn<'_>) {
        let Some((_, state)) = self.returning.take() else { return };
        let Some(text) = text else { return };
        let state = state.as_ref().map(Sensitive::expose);
        if state == Some(text) {
            turn.push(Effect::ReplaceUrl { url: self.settings.post_logout.path().to_owned() });
        } else {
            self.notice = Some(AuthNotice::SignOutUnconfirmed);
        }
        // A forged answer must not spoil the true one.
        if state.is_none_or(|state| state == text) {
            turn.remove(self.sign_out_slot());
        }
    }

    /// A renewal was answered after its session ended: its refresh token must not stay alive.
    pub(crate) fn revoke_late_tokens(
        &mut self,
        answer: &Result<HttpAnswer, HttpFailure>,
        turn: &mut Turn<'_>,
    ) {
        if let Ok(response) = exchange::read_tokens(answer, turn.read_json)
            && let Some(token) = response.refresh_token
        {
            self.revoke(&token, turn);
        }
    }

    /// Revokes without waiting for the answer.
    pub(crate) fn revoke(&self, token: &RefreshToken, turn: &mut Turn<'_>) {
        let token = (Sensitive::new(token.expose()), REFRESH);
        if let Some(request) = revocation(&self.org, &self.settings.client_id, &token) {
            turn.send(request);
        }
    }
}

/// RFC 7009 §2.1; a public client names itself in the body.
fn revocation(org: &Org, client_id: &str, (token, hint): &Doomed) -> Option<HttpRequest> {
    let url = org.metadata.as_ref()?.revocation_endpoint.clone()?;
    let form =
        Form::new().with("token", token.expose()).with("token_type_hint", hint).with("client_id", client_id);
    Some(HttpRequest { url, form: Some(form), authorization: None, timeout: PATIENCE })
}

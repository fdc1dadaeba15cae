//! Pushed authorization requests (feature `par`, RFC 9126): where the org requires it, the request goes to it as a form
//! before the page leaves, and the page leaves with the name that the org gave it. So nothing of it stands in an address,
//! and nobody can have changed it.
//!
//! A request that is refused, or not answered, is told like a discovery document that cannot be had; the person may start
//! again. Nothing is stored until it is taken, and what never left counts for no loop.

use std::time::Duration;

use okta_types::Form;

use crate::interface::effect::HttpRequest;
use crate::interface::error::{AnswerProblem, OrgError, SignInError};
use crate::interface::event::{HttpAnswer, HttpFailure};
use crate::machine::core::Core;
use crate::machine::job::{Job, SigningIn, SigningInStep};
use crate::machine::org;
use crate::machine::transaction;
use crate::protocol::json::ReadJson;
use crate::step_context::StepContext;
use crate::tickets::Purpose;

const PUSH_TIMEOUT: Duration = Duration::from_secs(15);

/// What to send. A public client names itself in the form (RFC 9126 §2).
pub(crate) fn request(url: String, form: Form) -> HttpRequest {
    HttpRequest { url, form: Some(form), authorization: None, timeout: PUSH_TIMEOUT }
}

impl Core {
    /// The pushed request was answered: what the org is asked at the address is the name of it (RFC 9126 §4).
    pub(crate) fn pushed(&mut self, answer: &Result<HttpAnswer, HttpFailure>, ctx: &mut StepContext<'_>) {
        let slot = self.pending_slot();
        let Job::SigningIn(SigningIn { step, request }) = &mut self.job else { return };
        let SigningInStep::Pushing(text) = std::mem::replace(step, SigningInStep::Metadata) else {
            return;
        };
        let Some(metadata) = &self.org.metadata else { return };
        let is_as_owed = !self.owes || request.asks_again();
        match (name_of_pushed(answer, ctx.read_json), text.filter(|_| is_as_owed)) {
            (Err(error), _) => self.sign_in_failed(SignInError::Org(error)),
            // Whoever is here now is somebody else, or must show their password: another request.
            (Ok(_), None) => {
                ctx.load(Purpose::SignIn, slot);
                *step = SigningInStep::Loading;
            }
            (Ok(uri), Some(text)) => {
                let form = Form::new().with("client_id", &self.settings.client_id);
                let url = transaction::address(metadata, &form.with("request_uri", &uri));
                ctx.save(Purpose::SignIn, slot, text);
                *step = SigningInStep::Saving(url);
            }
        }
    }
}

/// What the org calls a pushed request (RFC 9126 §2.2). Okta's description has the status 200.
fn name_of_pushed(answer: &Result<HttpAnswer, HttpFailure>, read: ReadJson) -> Result<String, OrgError> {
    let answer = answer.as_ref()?;
    if !matches!(answer.status, 200 | 201) {
        return Err(org::refusal(answer, read));
    }
    let uri = read(answer.body.expose()).and_then(|body| body.owned("request_uri"));
    uri.filter(|uri| !uri.is_empty()).ok_or(OrgError::Answer(AnswerProblem::Malformed))
}

//! The claims of `/userinfo` (OpenID Connect Core §5.3), feature `userinfo`.
//!
//! Asked for once a session and kept beside it. Okta's ID tokens are "thin" where an access token comes
//! along: the whole set of claims is here. Used only where `sub` is the ID token's (§5.3.2), and only to add
//! to it: what the signed token says stands.

use std::time::Duration;

#[cfg(feature = "dpop")]
use okta_types::{AuthScheme, BearerError, Challenge};

use crate::interface::effect::{Authorization, HttpRequest, Slot};
use crate::interface::error::{AnswerProblem, FetchError, MetadataProblem, OrgError};
use crate::interface::event::{HttpAnswer, HttpFailure};
use crate::interface::person::Person;
use crate::interface::status::AuthNotice;
use crate::machine::access::Decision;
use crate::machine::background::UserInfo;
use crate::machine::core::{Core, Presence};
use crate::machine::next::Next;
use crate::machine::org;
use crate::machine::session::Session;
use crate::protocol::json::{Json, ReadJson};
use crate::protocol::sensitive::Sensitive;
use crate::step_context::StepContext;
use crate::tickets::Purpose;

const TIMEOUT: Duration = Duration::from_secs(10);

/// The ID token's claims, and what `/userinfo` adds to them.
pub(super) fn person(core: &Core, session: &Session) -> Person {
    let mut person = session.person();
    if let UserInfo::Merged(info) = &core.user_info
        && info.text("sub") == Some(&person.sub)
    {
        for (name, value) in info.as_object().unwrap_or_default() {
            if person.claim(name).is_none() {
                person.claims.push((name.clone(), value.clone()));
            }
        }
        person.name = person.name.or_else(|| info.owned("name"));
        person.email = person.email.or_else(|| info.owned("email"));
    }
    person
}

fn user_info_slot(core: &Core, session: &Session) -> Slot {
    core.owned_slot(&session.subject(), "userinfo")
}

/// The app wants them. One failure is not final: asked again, it is tried again.
pub(super) fn wanted(core: &mut Core, ctx: &mut StepContext<'_>) {
    let idle = matches!(core.user_info, UserInfo::Absent | UserInfo::Failed(_));
    if let Presence::Somebody(session) = &core.presence
        && idle
    {
        ctx.load(Purpose::UserInfo, user_info_slot(core, session));
        core.user_info = UserInfo::Loading;
    }
}

pub(super) fn loaded(core: &mut Core, text: Option<&str>, ctx: &mut StepContext<'_>) -> Next {
    let kept = text.and_then(ctx.read_json).filter(|info| is_about_the_person(core, info));
    if let Some(info) = kept {
        core.user_info = UserInfo::Merged(info);
        return Next::Nothing;
    }
    core.user_info = UserInfo::Waiting;
    ask(core, ctx)
}

/// Asks where it is waited for and a token and the endpoint are at hand; else sees to them.
pub(super) fn ask(core: &mut Core, ctx: &mut StepContext<'_>) -> Next {
    let (UserInfo::Waiting, Presence::Somebody(session)) = (&core.user_info, &core.presence) else {
        return Next::Nothing;
    };
    let Some(metadata) = &core.org.metadata else {
        core.org.want_metadata(&core.settings.issuer, None, ctx);
        return Next::Nothing;
    };
    match core.token(session, None, ctx) {
        Decision::Send(Some(authorization)) => match metadata.userinfo_endpoint.clone() {
            Some(url) => {
                send(core, url, authorization, ctx);
                core.user_info = UserInfo::Asked;
            }
            None => core.user_info = UserInfo::Failed(OrgError::Metadata(MetadataProblem::Missing)),
        },
        Decision::Renew => return Next::Renew,
        Decision::Expire => core.expire(AuthNotice::SessionExpired, ctx),
        Decision::Refuse(FetchError::Renewal(error)) => core.user_info = UserInfo::Failed(error),
        Decision::Refuse(_) => core.user_info = UserInfo::Failed(OrgError::Network),
        Decision::Wait | Decision::Send(None) => {}
    }
    Next::Nothing
}

fn send(core: &Core, url: String, authorization: Authorization, ctx: &mut StepContext<'_>) {
    #[cfg(feature = "dpop")]
    let proof = core.prove("GET", &url, ctx);
    #[cfg(not(feature = "dpop"))]
    let _ = core;
    let request = HttpRequest {
        url,
        authorization: Some(authorization),
        timeout: TIMEOUT,
        #[cfg(feature = "dpop")]
        proof,
        ..HttpRequest::default()
    };
    ctx.send(Purpose::UserInfo, request);
}

/// The proof lacks the server's nonce, which has come along (RFC 9449 §9): once more, with it.
#[cfg(feature = "dpop")]
fn ask_again(core: &mut Core, answer: &HttpAnswer, ctx: &mut StepContext<'_>) -> bool {
    if !matches!(core.user_info, UserInfo::Asked) || !wants_nonce(answer, ctx.read_json) {
        return false;
    }
    core.user_info = UserInfo::Waiting;
    // The token was good just now.
    let _ = ask(core, ctx);
    let asked = matches!(core.user_info, UserInfo::Asked);
    if asked {
        core.user_info = UserInfo::AskedAgain;
    }
    asked
}

#[cfg(feature = "dpop")]
fn wants_nonce(answer: &HttpAnswer, read: ReadJson) -> bool {
    let challenge = answer.challenge.as_deref().and_then(|header| Challenge::find(header, AuthScheme::DPoP));
    let in_header = challenge.and_then(|challenge| challenge.error) == Some(BearerError::UseDpopNonce);
    let in_body = || {
        let body = read(answer.body.expose()).unwrap_or_default();
        body.text("error") == Some(BearerError::UseDpopNonce.as_str())
    };
    matches!(answer.status, 400 | 401) && answer.dpop_nonce.is_some() && (in_header || in_body())
}

/// The discovery document came, or did not.
pub(super) fn metadata_settled(core: &mut Core, error: Option<&OrgError>, ctx: &mut StepContext<'_>) -> Next {
    match error {
        None => return ask(core, ctx),
        Some(error) if matches!(core.user_info, UserInfo::Waiting) => {
            core.user_info = UserInfo::Failed(error.clone());
        }
        Some(_) => {}
    }
    Next::Nothing
}

pub(super) fn answered(
    core: &mut Core,
    answer: &Result<HttpAnswer, HttpFailure>,
    ctx: &mut StepContext<'_>,
) -> Next {
    #[cfg(feature = "dpop")]
    match answer {
        Err(HttpFailure::KeyLost { key }) => {
            core.user_info = UserInfo::Waiting;
            return if core.key_lost(key) { Next::Reread } else { Next::Serve };
        }
        Ok(answer) if ask_again(core, answer, ctx) => return Next::Nothing,
        _ => {}
    }
    core.user_info = match read(answer, ctx.read_json) {
        Ok(info) if is_about_the_person(core, &info) => {
            if let Presence::Somebody(session) = &core.presence {
                ctx.save_only(user_info_slot(core, session), Sensitive::new(info.to_text()));
            }
            UserInfo::Merged(info)
        }
        Ok(_) => UserInfo::Failed(OrgError::Answer(AnswerProblem::OtherPerson)),
        Err(error) => UserInfo::Failed(error),
    };
    Next::Nothing
}

fn is_about_the_person(core: &Core, info: &Json) -> bool {
    match &core.presence {
        Presence::Somebody(session) => {
            info.text("sub").is_some() && info.text("sub") == session.claims.text("sub")
        }
        _ => false,
    }
}

fn read(answer: &Result<HttpAnswer, HttpFailure>, read: ReadJson) -> Result<Json, OrgError> {
    let malformed = || OrgError::Answer(AnswerProblem::Malformed);
    match answer {
        Ok(answer) if answer.status == 200 => {
            read(answer.body.expose()).and_then(Json::if_object).ok_or_else(malformed)
        }
        Ok(answer) => Err(org::unavailable(answer).unwrap_or_else(malformed)),
        Err(failure) => Err(failure.into()),
    }
}

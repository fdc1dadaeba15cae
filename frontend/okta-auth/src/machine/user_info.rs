//! The claims of `/userinfo` (OpenID Connect Core §5.3), feature `userinfo`.
//!
//! Asked for once a session and kept beside it. Okta's ID tokens are "thin" where an access token comes
//! along: the whole set of claims is here. Used only where `sub` is the ID token's (§5.3.2), and only to add
//! to it: what the signed token says stands.

use std::time::Duration;

use okta_types::AuthScheme;

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

impl Core {
    /// The ID token's claims, and what `/userinfo` adds to them.
    pub(crate) fn person(&self, session: &Session) -> Person {
        let mut person = session.person();
        if let UserInfo::Merged(info) = &self.user_info
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

    fn user_info_slot(&self, session: &Session) -> Slot {
        self.owned_slot(&session.subject(), "userinfo")
    }

    /// The app wants them. One failure is not final: asked again, it is tried again.
    pub(crate) fn want_user_info(&mut self, ctx: &mut StepContext<'_>) {
        let idle = matches!(self.user_info, UserInfo::Absent | UserInfo::Failed(_));
        if let Presence::Somebody(session) = &self.presence
            && idle
        {
            ctx.load(Purpose::UserInfo, self.user_info_slot(session));
            self.user_info = UserInfo::Loading;
        }
    }

    pub(crate) fn user_info_loaded(&mut self, text: Option<&str>, ctx: &mut StepContext<'_>) -> Next {
        let kept = text.and_then(ctx.read_json).filter(|info| self.is_about_the_person(info));
        if let Some(info) = kept {
            self.user_info = UserInfo::Merged(info);
            return Next::Nothing;
        }
        self.user_info = UserInfo::Waiting;
        self.ask_user_info(ctx)
    }

    /// Asks where it is waited for and a token and the endpoint are at hand; else sees to them.
    pub(crate) fn ask_user_info(&mut self, ctx: &mut StepContext<'_>) -> Next {
        let (UserInfo::Waiting, Presence::Somebody(session)) = (&self.user_info, &self.presence) else {
            return Next::Nothing;
        };
        let Some(metadata) = &self.org.metadata else {
            self.org.want_metadata(&self.settings.issuer, None, ctx);
            return Next::Nothing;
        };
        match self.token(session, None, ctx) {
            Decision::Send(Some(token)) => match metadata.userinfo_endpoint.clone() {
                Some(url) => {
                    let authorization = Some(Authorization { scheme: AuthScheme::Bearer, token });
                    let request = HttpRequest { url, form: None, authorization, timeout: TIMEOUT };
                    ctx.send(Purpose::UserInfo, request);
                    self.user_info = UserInfo::Asked;
                }
                None => self.user_info = UserInfo::Failed(OrgError::Metadata(MetadataProblem::Missing)),
            },
            Decision::Renew => return Next::Renew,
            Decision::Expire => self.expire(AuthNotice::SessionExpired, ctx),
            Decision::Refuse(FetchError::Renewal(error)) => self.user_info = UserInfo::Failed(error),
            Decision::Refuse(_) => self.user_info = UserInfo::Failed(OrgError::Network),
            Decision::Wait | Decision::Send(None) => {}
        }
        Next::Nothing
    }

    /// The discovery document came, or did not.
    pub(crate) fn user_info_metadata(&mut self, error: Option<&OrgError>, ctx: &mut StepContext<'_>) -> Next {
        match error {
            None => return self.ask_user_info(ctx),
            Some(error) if matches!(self.user_info, UserInfo::Waiting) => {
                self.user_info = UserInfo::Failed(error.clone());
            }
            Some(_) => {}
        }
        Next::Nothing
    }

    pub(crate) fn user_info_answered(
        &mut self,
        answer: &Result<HttpAnswer, HttpFailure>,
        ctx: &mut StepContext<'_>,
    ) {
        self.user_info = match read(answer, ctx.read_json) {
            Ok(info) if self.is_about_the_person(&info) => {
                if let Presence::Somebody(session) = &self.presence {
                    ctx.save_only(self.user_info_slot(session), Sensitive::new(info.to_text()));
                }
                UserInfo::Merged(info)
            }
            Ok(_) => UserInfo::Failed(OrgError::Answer(AnswerProblem::OtherPerson)),
            Err(error) => UserInfo::Failed(error),
        };
    }

    fn is_about_the_person(&self, info: &Json) -> bool {
        match &self.presence {
            Presence::Somebody(session) => {
                info.text("sub").is_some() && info.text("sub") == session.claims.text("sub")
            }
            _ => false,
        }
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

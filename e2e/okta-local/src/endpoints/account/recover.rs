//! The answer to the pages that ask for a user name: a mail to whoever has it, and the same page for everybody.

use actix_web::{HttpRequest, HttpResponse, web};

use super::submission::{Submission, start_again, take};
use crate::endpoints::account_step;
use crate::fingerprint::Fingerprint;
use crate::mail::Letter;
use crate::org::account::{AccountPage, Beginning, CodeFor, RecoveryKind};
use crate::org::state::State;
use crate::org::tenant::{About, Tenant};
use crate::org::transaction::TokenPurpose;
use crate::org::user::{User, UserStatus};
use crate::paths;
use crate::system_log::{Outcome, Target};

/// Takes the form.
pub(super) async fn recover(
    tenant: web::Data<Tenant>,
    request: HttpRequest,
    body: web::Bytes,
) -> HttpResponse {
    let Submission { page, beginning, device, form } = match take(&tenant, &request, &body) {
        Ok(submission) => submission,
        Err(answered) => return *answered,
    };
    let AccountPage::Recover { kind, .. } = page else {
        return start_again(&tenant, beginning.as_ref(), &device);
    };
    let name = form.get("identifier").unwrap_or_default().trim().to_owned();
    let mut state = tenant.state();
    if name.is_empty() {
        let page = AccountPage::Recover { kind, was_refused: true };
        return account_step::go_to(&tenant, &mut state, page, beginning, &device);
    }
    let mailed = mail(&tenant, &mut state, kind, &name, beginning.clone());
    let page = AccountPage::Code { of: CodeFor::Recovery(kind), name, mailed, failures: 0 };
    account_step::go_to(&tenant, &mut state, page, beginning, &device)
}

/// Sends what helps, unless the name had enough mails. Says what was mailed that a code belongs to.
fn mail(
    tenant: &Tenant,
    state: &mut State,
    kind: RecoveryKind,
    name: &str,
    beginning: Option<Beginning>,
) -> Option<Fingerprint> {
    let now = tenant.now();
    let may_send = state.accounts.mail_limit.take(name, now);
    let user = state.directory.user_by_login(name).filter(|user| may_send && !user.federated).cloned()?;
    let is_locked = state.lockouts.holds(&user.id, now);
    let (letter, purpose) = help(kind, user.status, is_locked)?;
    let Some(purpose) = purpose else {
        tenant.outbox.send(letter.to(&user.email, &user.login, now));
        return None;
    };
    let (token, code) = state.transactions.hand_out_with_code(&user.id, purpose, beginning, now);
    let link = match purpose {
        TokenPurpose::Activation => format!("{}/tokens/{token}/verify", tenant.base_url),
        TokenPurpose::Recovery { .. } => format!("{}/signin/reset-password/{token}", tenant.base_url),
        TokenPurpose::Unlock => format!("{}{}/{token}", tenant.base_url, paths::UNLOCK),
    };
    record(tenant, kind, &user);
    tenant.outbox.send(letter.to(&user.email, &user.login, now).with_link(link).with_code(&code));
    Some(Fingerprint::of(&token))
}

/// The mail for somebody, and what its token is good for; none for those whom only an administrator can help.
fn help(kind: RecoveryKind, status: UserStatus, is_locked: bool) -> Option<(Letter, Option<TokenPurpose>)> {
    match (kind, status) {
        (RecoveryKind::Password, UserStatus::Active | UserStatus::PasswordExpired | UserStatus::Recovery) => {
            Some((Letter::ForgotPassword, Some(TokenPurpose::Recovery { asks_question: false })))
        }
        (RecoveryKind::Password, UserStatus::Provisioned) => {
            Some((Letter::Activation, Some(TokenPurpose::Activation)))
        }
        (RecoveryKind::Unlock, UserStatus::Active | UserStatus::PasswordExpired) if is_locked => {
            Some((Letter::Unlock, Some(TokenPurpose::Unlock)))
        }
        (RecoveryKind::Unlock, UserStatus::Active | UserStatus::PasswordExpired) => {
            Some((Letter::NotLocked, None))
        }
        _ => None,
    }
}

fn record(tenant: &Tenant, kind: RecoveryKind, user: &User) {
    let about = About { actor: Some(&user.login), client_id: None };
    let target = || vec![Target { display: Some(user.name()), ..Target::new("User", &user.id, &user.login) }];
    let success = || Outcome::Success;
    if kind == RecoveryKind::Password {
        tenant.record_with("user.account.reset_password", success(), about, target(), Vec::new());
        tenant.record_with(
            "system.email.password_reset.sent_message",
            success(),
            about,
            target(),
            Vec::new(),
        );
    } else {
        tenant.record_with("user.account.unlock_token", success(), about, target(), Vec::new());
        tenant.record_with(
            "system.email.account_unlock.sent_message",
            success(),
            about,
            target(),
            Vec::new(),
        );
    }
}

//! Where the links of mails lead. Looking at one uses nothing up: mail programs look at links too.

use actix_web::{HttpRequest, HttpResponse, web};

use super::submission::expired;
use crate::endpoints::{account_step, cookies};
use crate::fingerprint::Fingerprint;
use crate::org::account::{AccountPage, Beginning, CodeFor, NewPassword, Occasion, RecoveryKind};
use crate::org::state::State;
use crate::org::tenant::{About, Tenant};
use crate::org::transaction::{HandedOut, TokenPurpose};
use crate::org::user::{User, UserStatus};
use crate::pages;
use crate::system_log::Outcome;

/// To a new password.
pub(super) async fn reset(
    tenant: web::Data<Tenant>,
    request: HttpRequest,
    token: web::Path<String>,
) -> HttpResponse {
    follow(&tenant, &request, &token, |purpose| matches!(purpose, TokenPurpose::Recovery { .. }))
}

/// To the first password.
pub(super) async fn activate(
    tenant: web::Data<Tenant>,
    request: HttpRequest,
    token: web::Path<String>,
) -> HttpResponse {
    follow(&tenant, &request, &token, |purpose| purpose == TokenPurpose::Activation)
}

/// To the end of a lock.
pub(super) async fn unlock(
    tenant: web::Data<Tenant>,
    request: HttpRequest,
    token: web::Path<String>,
) -> HttpResponse {
    follow(&tenant, &request, &token, |purpose| purpose == TokenPurpose::Unlock)
}

/// To the confirmation of an address. The browser must be the one in which the sign-up began: nobody confirms for a
/// stranger who typed their address.
pub(super) async fn register(
    tenant: web::Data<Tenant>,
    request: HttpRequest,
    token: web::Path<String>,
) -> HttpResponse {
    let (token, now) = (Fingerprint::of(&token), tenant.now());
    let mut state = tenant.state();
    let Some(registration) = state.accounts.registrations.look(&token, now) else { return expired() };
    let beginning = registration.beginning.clone();
    match cookies::device(&request).filter(|device| beginning.is_in(device)) {
        Some(device) => {
            let page = AccountPage::Confirm { of: CodeFor::SignUp, token };
            account_step::go_to(&tenant, &mut state, page, Some(beginning), &device)
        }
        None => pages::account::elsewhere::respond(),
    }
}

/// The token leaves the address; what the page needs of it stays here.
fn follow(
    tenant: &Tenant,
    request: &HttpRequest,
    token: &str,
    is_meant: impl FnOnce(TokenPurpose) -> bool,
) -> HttpResponse {
    let token = Fingerprint::of(token);
    let mut state = tenant.state();
    let handed = state.transactions.handed(&token, tenant.now()).cloned();
    let handed = handed.filter(|handed| is_meant(handed.purpose));
    let Some((page, handed)) = handed.and_then(|handed| Some((page_of(&state, &handed, token)?, handed)))
    else {
        drop(state);
        tenant.record(
            "user.account.use_token",
            Outcome::Failure("INVALID_TOKEN".to_owned()),
            About::default(),
        );
        return expired();
    };
    let (device, new_device) = cookies::device_or_new(request);
    let mut response = account_step::go_to(tenant, &mut state, page, handed.beginning, &device);
    if let Some(cookie) = new_device {
        // A cookie made of base64url is always one.
        let _ = response.add_cookie(&cookie);
    }
    response
}

/// After the code of a mail: the page that its link leads to.
pub(super) fn choose_password(
    tenant: &Tenant,
    token: Fingerprint,
    beginning: Option<Beginning>,
    device: &str,
) -> HttpResponse {
    let mut state = tenant.state();
    let handed = state.transactions.handed(&token, tenant.now()).cloned();
    match handed.and_then(|handed| page_of(&state, &handed, token)) {
        Some(page) => account_step::go_to(tenant, &mut state, page, beginning, device),
        None => expired(),
    }
}

fn page_of(state: &State, handed: &HandedOut, token: Fingerprint) -> Option<AccountPage> {
    let user = state.directory.user(&handed.user_id)?;
    let occasion = match handed.purpose {
        TokenPurpose::Unlock => {
            return Some(AccountPage::Confirm { of: CodeFor::Recovery(RecoveryKind::Unlock), token });
        }
        TokenPurpose::Activation => Occasion::Activation,
        TokenPurpose::Recovery { .. } => Occasion::Reset,
    };
    let asks_question =
        handed.purpose == TokenPurpose::Recovery { asks_question: true } && user.recovery.is_some();
    let wanted = NewPassword {
        user_id: user.id.clone(),
        token: Some(token),
        occasion,
        asks_question,
        is_kept: false,
        problems: Vec::new(),
    };
    may_choose(user, occasion).then_some(AccountPage::NewPassword(wanted))
}

/// Whether somebody's status lets them choose a password on this occasion.
pub(super) fn may_choose(user: &User, occasion: Occasion) -> bool {
    use UserStatus::{Active, PasswordExpired, Provisioned, Recovery};
    match occasion {
        Occasion::Activation => user.status == Provisioned,
        Occasion::Chosen => user.status == Active,
        Occasion::Reset => matches!(user.status, Active | PasswordExpired | Recovery | Provisioned),
        Occasion::Expired(proved_at) => {
            // The one that was proved is still theirs.
            user.status == PasswordExpired
                && user.password_changed_at.is_none_or(|changed| changed <= proved_at)
        }
    }
}

//! The answer to the sign-up page. The account is made when the address is confirmed, in the browser where it began: who
//! types a stranger's address makes no account with a password of their own.

use actix_web::{HttpRequest, HttpResponse, web};
use okta_types::UnixTime;

use super::destination::{self, Newcomer};
use super::submission::{Submission, expired, start_again, take};
use crate::endpoints::account_step;
use crate::fingerprint::Fingerprint;
use crate::mail::Letter;
use crate::management::{is_address, run_group_rules};
use crate::org::account::{AccountPage, Beginning, CodeFor, Given, Occasion, Problem, Registration};
use crate::org::password_policy;
use crate::org::state::{Directory, State};
use crate::org::tenant::{About, Tenant};
use crate::org::user::User;
use crate::parameters::Parameters;
use crate::system_log::{Outcome, Target};
use crate::{paths, random};

/// The most characters of a name, as the management API has it.
const LONGEST_NAME: usize = 50;

/// Takes the form.
pub(super) async fn sign_up(
    tenant: web::Data<Tenant>,
    request: HttpRequest,
    body: web::Bytes,
) -> HttpResponse {
    let Submission { page, beginning, device, form } = match take(&tenant, &request, &body) {
        Ok(submission) => submission,
        Err(answered) => return *answered,
    };
    let (AccountPage::SignUp { .. }, Some(beginning)) = (page, beginning.clone()) else {
        return start_again(&tenant, beginning.as_ref(), &device);
    };
    let given = read(&form);
    let password = form.get("credentials.passcode").unwrap_or_default().to_owned();
    let problems = problems(&given, &password);
    if !problems.is_empty() {
        let page = AccountPage::SignUp { given, problems };
        return account_step::go_to(&tenant, &mut tenant.state(), page, Some(beginning), &device);
    }
    // Hashed for whoever has an account, too: nobody is answered sooner.
    let hash = tenant.hash(Some(password)).await;
    let Given { given_name, family_name, email } = given;
    let registration = Registration {
        email: email.clone(),
        given_name,
        family_name,
        password: hash,
        beginning: beginning.clone(),
    };
    let mut state = tenant.state();
    let mailed = mail(&tenant, &mut state, registration);
    let page = AccountPage::Code { of: CodeFor::SignUp, name: email, mailed, failures: 0 };
    account_step::go_to(&tenant, &mut state, page, Some(beginning), &device)
}

fn read(form: &Parameters) -> Given {
    let text = |name| form.get(name).unwrap_or_default().trim().to_owned();
    Given {
        given_name: text("userProfile.firstName"),
        family_name: text("userProfile.lastName"),
        email: text("userProfile.email"),
    }
}

fn problems(given: &Given, password: &str) -> Vec<Problem> {
    let is_name = |name: &str| (1..=LONGEST_NAME).contains(&name.chars().count());
    let fields = [
        (Problem::GivenName, is_name(&given.given_name)),
        (Problem::FamilyName, is_name(&given.family_name)),
        (Problem::Email, is_address(&given.email)),
    ];
    let wrong = fields.into_iter().filter_map(|(problem, fine)| (!fine).then_some(problem));
    wrong
        .chain(password_policy::broken_by(password, &given.email).into_iter().map(Problem::Password))
        .collect()
}

/// To whoever has an account, that they have one; to others, what confirms the address.
fn mail(tenant: &Tenant, state: &mut State, registration: Registration) -> Option<Fingerprint> {
    let now = tenant.now();
    let address = registration.email.clone();
    if !state.accounts.mail_limit.take(&address, now) {
        return None;
    }
    if let Some(user) = owner(&state.directory, &address) {
        tenant.outbox.send(Letter::HasAccount.to(&user.email, &user.login, now));
        return None;
    }
    let (token, code) = state.accounts.registrations.begin(registration, now);
    let link = format!("{}{}/{token}", tenant.base_url, paths::REGISTER);
    tenant.outbox.send(Letter::ConfirmAddress.to(&address, &address, now).with_link(link).with_code(&code));
    Some(Fingerprint::of(&token))
}

/// Whose login or address it is.
fn owner<'a>(directory: &'a Directory, address: &str) -> Option<&'a User> {
    let by_address = || directory.users.iter().find(|user| user.email.eq_ignore_ascii_case(address));
    directory.user_by_login(address).or_else(by_address)
}

/// Makes the account of an address that is confirmed, and signs its person in.
pub(super) fn complete(
    tenant: &Tenant,
    request: &HttpRequest,
    token: Fingerprint,
    beginning: Option<&Beginning>,
    device: &str,
) -> HttpResponse {
    let now = tenant.now();
    let mut state = tenant.state();
    let registration = state.accounts.registrations.take(&token, now);
    let registration =
        registration.filter(|registration| owner(&state.directory, &registration.email).is_none());
    let Some(registration) = registration else { return expired() };
    let client_id = registration.beginning.client_id().to_owned();
    let user = made(registration, now);
    record(tenant, "user.lifecycle.create", &user, None);
    record(tenant, "user.lifecycle.activate", &user, None);
    add(tenant, &mut state.directory, &user, &client_id, now);
    run_group_rules(tenant, &mut state);
    drop(state);
    let newcomer = Newcomer { user: &user, occasion: Occasion::Activation, is_kept: false };
    destination::sign_in(tenant, request, beginning, device, newcomer)
}

fn made(registration: Registration, now: UnixTime) -> User {
    let Registration { email, given_name, family_name, password, .. } = registration;
    User::active(random::id("00u"), &email, (&given_name, &family_name), password, None, now)
}

/// To the group that everybody is in, and to the app.
fn add(tenant: &Tenant, directory: &mut Directory, user: &User, client_id: &str, now: UnixTime) {
    for group in directory.groups.iter_mut().filter(|group| group.is_built_in()) {
        group.members.push(user.id.clone());
        group.members_updated_at = now;
    }
    directory.users.push(user.clone());
    let has_it = directory.client(client_id).is_some_and(|client| directory.may_use(client, user));
    let client = directory.clients.iter_mut().find(|client| client.id == client_id);
    if let Some(client) = client.filter(|_| !has_it) {
        client.assignments.users.push(user.id.clone());
        client.assignments.since.insert(user.id.clone(), now);
        let app = Target::new("AppInstance", client.app_id(), &client.app.label);
        record(tenant, "application.user_membership.add", user, Some(app));
    }
}

fn record(tenant: &Tenant, event: &'static str, user: &User, app: Option<Target>) {
    let person = Target { display: Some(user.name()), ..Target::new("User", &user.id, &user.login) };
    let targets = std::iter::once(person).chain(app).collect();
    let about = About { actor: Some(&user.login), client_id: None };
    tenant.record_with(event, Outcome::Success, about, targets, Vec::new());
}

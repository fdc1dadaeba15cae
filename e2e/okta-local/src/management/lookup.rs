//! Finding apps, groups and people by what a path calls them.

use super::refusal::Refusal;
use crate::org::client::Client;
use crate::org::group::Group;
use crate::org::state::{Directory, State};
use crate::org::user::User;

/// The app of that id, active or not.
pub(super) fn app<'a>(directory: &'a Directory, id: &str) -> Result<&'a Client, Refusal> {
    let client = directory.clients.iter().find(|client| client.app_id() == id);
    client.ok_or_else(|| Refusal::not_found(id, "AppInstance"))
}

/// The app of that id, active or not, to be changed.
pub(super) fn app_mut<'a>(state: &'a mut State, id: &str) -> Result<&'a mut Client, Refusal> {
    let client = state.directory.clients.iter_mut().find(|client| client.app_id() == id);
    client.ok_or_else(|| Refusal::not_found(id, "AppInstance"))
}

/// The group of that id.
pub(super) fn group<'a>(directory: &'a Directory, id: &str) -> Result<&'a Group, Refusal> {
    let group = directory.groups.iter().find(|group| group.id == id);
    group.ok_or_else(|| Refusal::not_found(id, "UserGroup"))
}

/// The group of that id, to be changed in what is nobody else's.
pub(super) fn group_mut<'a>(state: &'a mut State, id: &str) -> Result<&'a mut Group, Refusal> {
    let group = state.directory.groups.iter_mut().find(|group| group.id == id);
    group.ok_or_else(|| Refusal::not_found(id, "UserGroup"))
}

/// The person of that id, login, or part of a login before the `@`.
pub(super) fn user<'a>(directory: &'a Directory, id: &str) -> Result<&'a User, Refusal> {
    let short = || {
        let named =
            |user: &&User| user.login.split('@').next().is_some_and(|name| name.eq_ignore_ascii_case(id));
        let mut found = directory.users.iter().filter(named);
        // A short name that several have is nobody's.
        found.next().filter(|_| found.next().is_none())
    };
    let user = directory.user(id).or_else(|| directory.user_by_login(id)).or_else(short);
    user.ok_or_else(|| Refusal::not_found(id, "User"))
}

/// As [`user`], to be changed.
pub(super) fn user_mut<'a>(state: &'a mut State, id: &str) -> Result<&'a mut User, Refusal> {
    let id = user(&state.directory, id)?.id.clone();
    let user = state.directory.users.iter_mut().find(|user| user.id == id);
    user.ok_or_else(|| Refusal::not_found(&id, "User"))
}

//! What people do about their accounts on the org's own pages: a forgotten password, a lock, an activation, a sign-up.

mod beginning;
mod mail_limit;
mod pages;
mod registration;
mod settings;

pub(crate) use beginning::Beginning;
pub(crate) use mail_limit::MailLimit;
pub(crate) use pages::{
    AccountPage, AccountPages, CodeFor, Given, NewPassword, Occasion, Problem, RecoveryKind,
};
pub(crate) use registration::{Registration, Registrations};
pub(crate) use settings::{Settings, SettingsNotice};

/// Pages and mails that wait for an answer. They are in memory only.
#[derive(Debug, Default)]
pub(crate) struct AccountFlows {
    /// Pages that people have before them.
    pub(crate) pages: AccountPages,
    /// Sign-ups whose address is not confirmed yet.
    pub(crate) registrations: Registrations,
    /// How many mails an address got.
    pub(crate) mail_limit: MailLimit,
}

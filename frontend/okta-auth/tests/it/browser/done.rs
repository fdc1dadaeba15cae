//! What a tab has done: effects that need no answer.

use okta_auth::{Effect, FetchError, FetchId, Message, Sensitive};

use super::Tab;

impl Tab {
    pub(crate) fn navigations(&self) -> Vec<String> {
        let url = |effect: &Effect| match effect {
            Effect::Navigate { url, .. } => Some(url.expose().to_owned()),
            _ => None,
        };
        self.done.iter().filter_map(url).collect()
    }

    pub(crate) fn replaced(&self) -> Vec<&str> {
        let mut urls = Vec::new();
        for effect in &self.done {
            if let Effect::ReplaceUrl { url } = effect {
                urls.push(url.as_str());
            }
        }
        urls
    }

    pub(crate) fn said(&self) -> Vec<Message> {
        let message = |effect: &Effect| match effect {
            Effect::Broadcast(message) => Some(message.clone()),
            _ => None,
        };
        self.done.iter().filter_map(message).collect()
    }

    /// What was sent for a request of the app, most recent last: the token that went along.
    pub(crate) fn forwarded(&self, number: u64) -> Vec<Option<String>> {
        let token = |effect: &Effect| match effect {
            Effect::Forward { fetch, authorization, .. } if fetch.0 == number => {
                Some(authorization.as_ref().map(|a| a.token.expose().to_owned()))
            }
            _ => None,
        };
        self.done.iter().filter_map(token).collect()
    }

    pub(crate) fn refused(&self, number: u64) -> Option<&FetchError> {
        self.done.iter().find_map(|effect| match effect {
            Effect::Refuse { fetch, error } if fetch.0 == number => Some(error),
            _ => None,
        })
    }

    pub(crate) fn delivered(&self, number: u64) -> bool {
        self.done.contains(&Effect::Deliver { fetch: FetchId(number) })
    }

    /// The fields of the form by which the page left.
    #[track_caller]
    pub(crate) fn submitted(&self) -> Vec<(&'static str, Sensitive)> {
        let form = self.done.iter().rev().find_map(|effect| match effect {
            Effect::SubmitForm { fields, .. } => Some(fields.clone()),
            _ => None,
        });
        form.expect("no form was submitted")
    }

    /// When the machine wants to be woken.
    pub(crate) fn alarms(&self) -> Vec<i64> {
        let time = |effect: &Effect| match effect {
            Effect::WakeAt(time) => Some(time.0),
            _ => None,
        };
        self.done.iter().filter_map(time).collect()
    }
}

//! What an API says to people with an access token.

use okta_sycamore::{ApiRequest, Auth, Json, use_auth};
use sycamore::futures::spawn_local_scoped;
use sycamore::prelude::*;

use super::live;
use crate::configuration::ApiOrigin;

pub(super) fn page() -> View {
    let (auth, answer) = (use_auth(), create_signal(None));
    let ApiOrigin(origin) = use_context();
    spawn_local_scoped(async move { answer.set(Some(messages(auth, origin).await)) });
    let answer = live(move || match answer.get_clone() {
        None => view! { p(aria-busy="true") { "Asking the API …" } },
        Some(Ok(texts)) => View::from(texts.into_iter().enumerate().map(row).collect::<Vec<_>>()),
        Some(Err(problem)) => view! { p(id="messages-error", role="alert") { (problem) } },
    });
    view! {
        h1 { "Messages" }
        (answer)
    }
}

fn row((number, text): (usize, String)) -> View {
    let id = ["message-", &Json::from(number as i64).to_text()].concat();
    view! { p(id=id) { (text) } }
}

/// `{"messages": [{"text": "…"}]}`.
async fn messages(auth: Auth, origin: &str) -> Result<Vec<String>, String> {
    let request = ApiRequest::get([origin, "/api/messages"].concat());
    let answer = auth.fetch(request).await.map_err(|error| {
        let explanation = error.explanation();
        [explanation.message, " ", explanation.remedy].concat()
    })?;
    let body = answer.read_json().filter(|_| answer.is_ok()).unwrap_or_default();
    let Some(messages) = body.get("messages").and_then(Json::as_array) else {
        return Err("The API has answered something else than messages.".to_owned());
    };
    let text = |message: &Json| message.get("text").and_then(Json::as_str).unwrap_or_default().to_owned();
    Ok(messages.iter().map(text).collect())
}

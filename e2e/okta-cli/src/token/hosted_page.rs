//! Signing in without a browser: fills in the forms of the local org's pages.
//!
//! A real org's pages are a program that runs in a browser; there, use one.

use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::{Client, RequestBuilder, Response};
use url::Url;

use super::request::{Answer, AuthorizationRequest};
use super::target::Target;

/// Why it did not work.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HostedPageError {
    #[error("--user works with an org on this machine only; omit it to sign in with a browser")]
    NotLocal,
    #[error("the org does not answer")]
    Unreachable(#[source] reqwest::Error),
    #[error("the org refused: {0}")]
    Refused(String),
    #[error("user name or password is wrong")]
    Credentials,
    #[error("the org asks for more than a password here: omit --user to sign in with a browser")]
    MoreThanAPassword,
}

/// Gets a code for this person.
pub(super) async fn sign_in(
    http: &Client,
    target: &Target,
    request: &AuthorizationRequest,
    login: &str,
    password: &str,
) -> Result<String, HostedPageError> {
    let is_local = target.issuer.origin().is_some_and(|origin| origin.is_loopback());
    if !is_local {
        return Err(HostedPageError::NotLocal);
    }
    let mut browser = Browser { http, cookies: Vec::new() };
    let page = match browser.follow(http.get(&request.url), request).await? {
        Landing::Page(page) => page,
        Landing::Code(code) => return Ok(code),
    };
    let form = page.sign_in_form().ok_or(HostedPageError::MoreThanAPassword)?;
    let mut fields = form.hidden;
    fields.push(("identifier".to_owned(), login.to_owned()));
    fields.push(("credentials.passcode".to_owned(), password.to_owned()));
    match browser.follow(http.post(form.action).form(&fields), request).await? {
        Landing::Code(code) => Ok(code),
        Landing::Page(page) if page.sign_in_form().is_some() => Err(HostedPageError::Credentials),
        Landing::Page(_) => Err(HostedPageError::MoreThanAPassword),
    }
}

/// Keeps cookies and follows redirects, up to the one that leads out of the org.
struct Browser<'a> {
    http: &'a Client,
    cookies: Vec<(String, String)>,
}

enum Landing {
    Page(Page),
    Code(String),
}

impl Browser<'_> {
    async fn follow(
        &mut self,
        mut next: RequestBuilder,
        request: &AuthorizationRequest,
    ) -> Result<Landing, HostedPageError> {
        // An org that redirects more often than this goes in a circle.
        for _ in 0..10 {
            let response = self.send(next).await?;
            let Some(location) = response.headers().get(LOCATION).and_then(|to| to.to_str().ok()) else {
                return Ok(Landing::Page(Page::read(response).await?));
            };
            let refused = |why: &str| HostedPageError::Refused(why.to_owned());
            match request.answer(location) {
                Answer::Code(code) => return Ok(Landing::Code(code)),
                Answer::Refused(why) => return Err(HostedPageError::Refused(why)),
                Answer::Foreign => return Err(refused("its answer belongs to another request")),
                Answer::Elsewhere => {
                    let url = response.url().join(location).map_err(|_| refused("a broken redirect"))?;
                    next = self.http.get(url);
                }
            }
        }
        Err(HostedPageError::Refused("it redirects in a circle".to_owned()))
    }

    async fn send(&mut self, request: RequestBuilder) -> Result<Response, HostedPageError> {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let unreachable = |cause: reqwest::Error| HostedPageError::Unreachable(cause.without_url());
        let response = request.header(COOKIE, cookies.join("; ")).send().await.map_err(unreachable)?;
        for cookie in response.headers().get_all(SET_COOKIE).iter().filter_map(|cookie| cookie.to_str().ok())
        {
            if let Some((name, value)) = cookie.split(';').next().and_then(|pair| pair.split_once('=')) {
                self.cookies.retain(|(known, _)| known != name);
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        Ok(response)
    }
}

/// A page of the org.
struct Page {
    url: Url,
    html: String,
}

/// Its form: where it is sent, and what goes along unseen.
struct PageForm {
    action: Url,
    hidden: Vec<(String, String)>,
}

impl Page {
    async fn read(response: Response) -> Result<Self, HostedPageError> {
        let (status, url) = (response.status(), response.url().clone());
        let html =
            response.text().await.map_err(|cause| HostedPageError::Unreachable(cause.without_url()))?;
        if !status.is_success() && !html.contains("<form") {
            return Err(HostedPageError::Refused(format!("its page has status {}", status.as_u16())));
        }
        Ok(Self { url, html })
    }

    /// The form, if it asks for a user name and a password: other pages of the org ask for one of them.
    fn sign_in_form(&self) -> Option<PageForm> {
        let (_, after) = self.html.split_once("<form")?;
        let (form, _) = after.split_once("</form>")?;
        let inputs = || form.split("<input").skip(1).map(|rest| rest.split('>').next().unwrap_or_default());
        let has = |field| inputs().any(|input| attribute(input, "name").as_deref() == Some(field));
        if !has("identifier") || !has("credentials.passcode") {
            return None;
        }
        let action = self.url.join(&attribute(form.split('>').next()?, "action")?).ok()?;
        let is_hidden = |input: &&str| attribute(input, "type").as_deref() == Some("hidden");
        let pair = |input: &str| attribute(input, "name").zip(attribute(input, "value"));
        Some(PageForm { action, hidden: inputs().filter(is_hidden).filter_map(pair).collect() })
    }
}

/// The value of an attribute in a tag as the org writes them: in double quotes.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, after) = tag.split_once(&format!(" {name}=\""))?;
    let (value, _) = after.split_once('"')?;
    let plain = [("&quot;", "\""), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")];
    Some(plain.iter().fold(value.to_owned(), |text, (entity, sign)| text.replace(entity, sign)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(fields: &[&str], is_sign_in: bool) {
        let inputs: String =
            fields.iter().map(|name| format!("<input name=\"{name}\" type=\"text\">")).collect();
        let html = format!("<form id=\"f\" action=\"/go\">{inputs}</form>");
        let page = Page { url: Url::parse("http://localhost:9000/").unwrap(), html };
        assert_eq!(page.sign_in_form().is_some(), is_sign_in, "{fields:?}");
    }

    #[test]
    fn a_form_that_asks_for_name_and_password_is_the_sign_in() {
        check(&["stateToken", "identifier", "credentials.passcode"], true);
        // A forgotten password, a lock; an expired password; a sign-up; a code.
        check(&["stateToken", "identifier"], false);
        check(&["username", "credentials.passcode", "confirmPassword"], false);
        check(&["userProfile.email", "identifier.other", "credentials.passcode"], false);
        check(&["credentials.passcode"], false);
    }
}

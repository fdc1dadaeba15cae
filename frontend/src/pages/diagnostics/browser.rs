//! What the checks see by: this browser, its page, and requests as the shop makes them.

use js_sys::Reflect;
use okta_types::Form;
use shared::SpaConfig;
use sycamore::web::window;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, RequestInit, Response};

use super::checks::{Device, Network, Place, Request, Seen};
use super::clock;
use crate::browser;

/// How long one answer may take, milliseconds.
const PATIENCE: u32 = 10_000;
/// What is kept and forgotten again.
const PROBE: &str = "grove.diagnostics";
/// A token that nobody issued.
const FORGED: &str = "diagnostics.diagnostics.diagnostics";

/// This browser.
pub(super) struct Browser {
    place: Place,
}

impl Browser {
    pub(super) fn of(config: &SpaConfig) -> Self {
        Self {
            place: Place {
                issuer: config.issuer.clone(),
                client_id: config.client_id.clone(),
                api: config.api_origin.clone(),
                origin: window().location().origin().unwrap_or_default(),
                device: device(),
            },
        }
    }
}

impl Network for Browser {
    fn place(&self) -> &Place {
        &self.place
    }

    async fn ask(&self, request: Request) -> Option<Seen> {
        let options = RequestInit::new();
        options.set_signal(Some(&AbortSignal::timeout_with_u32(PATIENCE)));
        if let Some(form) = &request.form {
            let form = form.iter().fold(Form::new(), |all, (name, value)| all.with(name, value));
            options.set_method("POST");
            options.set_body(&JsValue::from_str(form.as_str()));
            set_header(&options, "Content-Type", "application/x-www-form-urlencoded")?;
        }
        if let Some(scheme) = request.forged {
            set_header(&options, "Authorization", &[scheme.as_str(), " ", FORGED].concat())?;
        }
        let answer = JsFuture::from(window().fetch_with_str_and_init(&request.url, &options)).await;
        let response: Response = answer.ok()?.dyn_into().ok()?;
        let header = |name: &str| response.headers().get(name).ok().flatten();
        Some(Seen {
            status: response.status(),
            date: header("Date").and_then(|date| clock::read(&date)),
            challenge: header("WWW-Authenticate").unwrap_or_default(),
            body: JsFuture::from(response.text().ok()?).await.ok()?.as_string()?,
        })
    }

    fn now(&self) -> i64 {
        clock::now()
    }
}

/// One header a request: each call sets all there are.
fn set_header(options: &RequestInit, name: &str, value: &str) -> Option<()> {
    let headers = web_sys::Headers::new().ok()?;
    headers.set(name, value).ok()?;
    options.set_headers(&headers);
    Some(())
}

fn device() -> Device {
    let has = |object: &JsValue, name: &str| {
        Reflect::get(object, &name.into()).is_ok_and(|member| member.is_truthy())
    };
    let member = |name: &str| Reflect::get(&window(), &name.into()).unwrap_or(JsValue::UNDEFINED);
    let keeps = |storage: fn() -> Option<web_sys::Storage>| {
        let kept = browser::write(storage(), PROBE, Some("kept"))
            && browser::read(storage(), PROBE).as_deref() == Some("kept");
        browser::write(storage(), PROBE, None);
        kept
    };
    Device {
        keeps: keeps(browser::kept) && keeps(|| window().session_storage().ok().flatten()),
        secure: member("isSecureContext").is_truthy(),
        crypto: has(&member("crypto"), "subtle"),
        locks: has(&member("navigator"), "locks"),
    }
}

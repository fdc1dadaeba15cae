//! A hidden frame in which the org is asked (`response_mode=okta_post_message`), feature `silent-renewal`.

use std::time::Duration;

use js_sys::{Function, Promise, Reflect};
use okta_auth::Sensitive;
use okta_types::Form;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, MessageEvent};

use crate::clock;

/// What the org's message may hold (RFC 6749 §4.1.2, RFC 9207).
const MEMBERS: [&str; 5] = ["code", "state", "iss", "error", "error_description"];

/// Opens the address and waits for a message of this origin from that very frame. `None` where none comes in time. The
/// content security policy must allow the org under `frame-src`.
pub(crate) async fn ask(url: &str, origin: &str, timeout: Duration) -> Option<Sensitive> {
    let window = web_sys::window()?;
    let frame = open(url)?;
    let (sender, origin) = (frame.clone(), origin.to_owned());
    let mut listener = None;
    let promise = Promise::new(&mut |resolve: Function, _| {
        let end = resolve.clone();
        clock::after(timeout.as_secs_f64() * 1000.0, Box::new(move || drop(end.call0(&JsValue::NULL))));
        let (sender, origin) = (sender.clone(), origin.clone());
        let heard = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let own = Reflect::get(&sender, &"contentWindow".into()).unwrap_or(JsValue::NULL);
            if event.origin() == origin && Reflect::get(&event, &"source".into()).ok() == Some(own) {
                let _ = resolve.call1(&JsValue::NULL, &event.data());
            }
        });
        let _ = window.add_event_listener_with_callback("message", heard.as_ref().unchecked_ref());
        listener = Some(heard);
    });
    let message = JsFuture::from(promise).await;
    if let Some(heard) = listener {
        let _ = window.remove_event_listener_with_callback("message", heard.as_ref().unchecked_ref());
    }
    frame.remove();
    message.ok().as_ref().filter(|message| message.is_object()).map(query)
}

fn open(url: &str) -> Option<Element> {
    let document = web_sys::window()?.document()?;
    let frame = document.create_element("iframe").ok()?;
    for (name, value) in [("hidden", ""), ("title", "Session"), ("src", url)] {
        frame.set_attribute(name, value).ok()?;
    }
    document.body()?.append_child(&frame).ok()?;
    Some(frame)
}

/// The members of a message, as a redirect would have them.
fn query(message: &JsValue) -> Sensitive {
    let form = MEMBERS.into_iter().fold(Form::new(), |form, name| {
        let value = Reflect::get(message, &name.into()).ok().and_then(|value| value.as_string());
        form.with_some(name, value.as_deref())
    });
    Sensitive::new(form.as_str())
}

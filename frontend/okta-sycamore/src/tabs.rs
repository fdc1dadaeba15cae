//! What reaches this page from outside: other tabs, the back/forward cache, sleep and the network.

use okta_auth::{Event, Message, Slot};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{BroadcastChannel, EventTarget, MessageEvent, PageTransitionEvent, StorageEvent};

/// So long it may take, milliseconds, until what one tab has said or saved is there for the others. Tabs are processes,
/// and messages, storages and locks go different ways: a lock is kept so long after a change, so that the next holder
/// reads it.
pub(crate) const SETTLING: f64 = 150.0;

/// The channel to the other tabs; absent where the browser has none (the storage event remains).
pub(crate) struct Channel(Option<BroadcastChannel>);

impl Channel {
    pub(crate) fn open(name: &str) -> Self {
        Self(BroadcastChannel::new(name).ok())
    }

    pub(crate) fn say(&self, message: &Message) {
        if let Some(channel) = &self.0 {
            let _ = channel.post_message(&message.to_text().into());
        }
    }

    /// Listens for as long as the page lives.
    pub(crate) fn listen(&self, dispatch: impl Fn(Event) + 'static) {
        let Some(channel) = &self.0 else { return };
        on(channel, "message", move |event| {
            let text = event.unchecked_ref::<MessageEvent>().data().as_string();
            if let Some(message) = text.as_deref().and_then(Message::parse) {
                dispatch(Event::Heard(message));
            }
        });
    }
}

/// Listens to the window for as long as the page lives.
pub(crate) fn listen(session: Slot, dispatch: impl Fn(Event) + Copy + 'static) {
    let Some(window) = web_sys::window() else { return };
    on(&window, "storage", move |event| {
        // Without a key everything was cleared.
        if event.unchecked_ref::<StorageEvent>().key().is_none_or(|key| key == session.key) {
            dispatch(Event::StorageChanged);
        }
    });
    on(&window, "pageshow", move |event| {
        if event.unchecked_ref::<PageTransitionEvent>().persisted() {
            dispatch(Event::Returned);
        }
    });
    on(&window, "online", move |_| dispatch(Event::Woke));
    if let Some(document) = window.document() {
        on(&document, "visibilitychange", move |_| dispatch(Event::Woke));
    }
}

/// Listens for signs of life: keys, pointers, wheels and touches, whatever the app does with them.
#[cfg(feature = "idle")]
pub(crate) fn listen_for_activity(dispatch: impl Fn(Event) + Copy + 'static) {
    let Some(window) = web_sys::window() else { return };
    for name in ["keydown", "pointerdown", "pointermove", "wheel", "touchstart"] {
        on(&window, name, move |_| dispatch(Event::Active));
    }
}

/// The events of these names are of the types that the listeners take them for.
fn on(target: &EventTarget, name: &str, f: impl Fn(web_sys::Event) + 'static) {
    let callback = Closure::<dyn Fn(web_sys::Event)>::new(f).into_js_value();
    let _ = target.add_event_listener_with_callback(name, callback.unchecked_ref());
}

//! The one place that asks the browser for the time, and its timers.

use okta_types::UnixTime;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

/// Timers of browsers wrap around after so many milliseconds (2^31 − 1).
const LONGEST: f64 = 2_147_483_647.0;
/// Timers may fire a little before their time, milliseconds.
const MARGIN: f64 = 50.0;

#[expect(clippy::disallowed_methods, reason = "this module is the program's one clock")]
fn milliseconds() -> f64 {
    js_sys::Date::now()
}

/// The browser's clock, seconds rounded down.
pub(crate) fn now() -> UnixTime {
    UnixTime((milliseconds() / 1000.0) as i64)
}

/// Calls `f` at `time`, or earlier where that is more than 24 days away.
pub(crate) fn at(time: UnixTime, f: Box<dyn FnOnce()>) {
    after(time.0 as f64 * 1000.0 - milliseconds() + MARGIN, f);
}

/// Calls `f` after so many milliseconds, or earlier where that is more than 24 days. Boxed, so that the glue for
/// it is in the wasm once.
pub(crate) fn after(delay: f64, f: Box<dyn FnOnce()>) {
    let callback = Closure::once_into_js(f);
    if let Some(window) = web_sys::window() {
        let delay = delay.clamp(0.0, LONGEST) as i32;
        // Fails only where timers are switched off altogether; then time is noticed on use.
        let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(callback.unchecked_ref(), delay);
    }
}

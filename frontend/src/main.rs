//! Starts the shop in the browser.

fn main() {
    console_error_panic_hook::set_once();
    frontend::mount();
}

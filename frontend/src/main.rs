//! Starts the shop in the browser.

/// Half the size of the allocator that comes with Rust, which every shopper would download.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

fn main() {
    console_error_panic_hook::set_once();
    frontend::mount();
}

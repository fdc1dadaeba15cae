#![no_main]

#[path = "../checks/key_set.rs"]
mod key_set;

libfuzzer_sys::fuzz_target!(|data: &[u8]| key_set::check(data));

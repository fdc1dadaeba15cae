//! Stands before rustc while a release build of the SPA is made, and leaves out a feature that nobody asked for.
//!
//! wasm-bindgen's `enable-interning` keeps a table of the texts that went to JavaScript, which pages as small as
//! these do not notice. Sycamore has it on by default, `sycamore-router` takes Sycamore's defaults, and cargo has
//! no way to say no to what one crate has said yes to. The table and its hash function are three per cent of what
//! shoppers would download.
//!
//! The standard library alone, for the build compiles this by itself.

use std::ffi::{OsStr, OsString};
use std::process::{Command, ExitCode};

/// As cargo gives them to rustc.
const CRATE: [&str; 2] = ["--crate-name", "wasm_bindgen"];
const FEATURE: [&str; 2] = ["--cfg", r#"feature="enable-interning""#];

fn main() -> ExitCode {
    let mut args = std::env::args_os().skip(1);
    let Some(rustc) = args.next() else {
        eprintln!("error: cargo calls this with rustc and its arguments, as RUSTC_WRAPPER");
        return ExitCode::from(2);
    };
    match Command::new(&rustc).args(without_interning(args.collect())).status() {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        Ok(status) => ExitCode::from(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)),
        Err(cause) => {
            eprintln!("error: {} does not start: {cause}", rustc.display());
            ExitCode::FAILURE
        }
    }
}

fn without_interning(mut args: Vec<OsString>) -> Vec<OsString> {
    if place_of(CRATE, &args).is_some()
        && let Some(place) = place_of(FEATURE, &args)
    {
        args.drain(place..place + FEATURE.len());
    }
    args
}

fn place_of(pair: [&str; 2], args: &[OsString]) -> Option<usize> {
    args.windows(pair.len()).position(|two| two.iter().map(OsString::as_os_str).eq(pair.map(OsStr::new)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(args: &[&str], expected: &[&str]) {
        let args = args.iter().map(OsString::from).collect();
        assert_eq!(without_interning(args), expected);
    }

    #[test]
    fn the_feature_is_left_out_of_its_crate_and_nothing_else() {
        let std = r#"feature="std""#;
        let given = ["--crate-name", "wasm_bindgen", "--cfg", std, "--cfg", FEATURE[1], "src/lib.rs"];
        check(&given, &["--crate-name", "wasm_bindgen", "--cfg", std, "src/lib.rs"]);
        for given in [
            &["--crate-name", "other", "--cfg", FEATURE[1]][..],
            &["--crate-name", "wasm_bindgen", "--cfg", std],
            &["-vV"],
            &[],
        ] {
            check(given, given);
        }
    }
}

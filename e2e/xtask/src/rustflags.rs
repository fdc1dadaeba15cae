//! Flags for the compiler, beside those that the user has set.
//!
//! Cargo takes flags from one place only: `CARGO_ENCODED_RUSTFLAGS`, or else `RUSTFLAGS`, or else the target's. So what a
//! build needs has to be added where the user's own are: put elsewhere, it would be ignored, or theirs would be.

/// The variable to set and its value, for flags that go into `variable` where the user has set none.
pub(crate) fn beside_the_users(variable: &str, flags: &str) -> (String, String) {
    beside(variable, flags, |name| std::env::var(name).ok())
}

fn beside(variable: &str, flags: &str, users: impl Fn(&str) -> Option<String>) -> (String, String) {
    let plain = if variable.ends_with("RUSTDOCFLAGS") { "RUSTDOCFLAGS" } else { "RUSTFLAGS" };
    let encoded = format!("CARGO_ENCODED_{plain}");
    if let Some(own) = users(&encoded) {
        let all = own.split('\x1f').filter(|flag| !flag.is_empty()).chain(flags.split_whitespace());
        let all: Vec<_> = all.collect();
        return (encoded, all.join("\x1f"));
    }
    let set = [plain, variable].into_iter().find_map(|name| Some((name, users(name)?)));
    match set {
        Some((name, own)) => (name.to_owned(), format!("{own} {flags}").trim_start().to_owned()),
        None => (variable.to_owned(), flags.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TARGET: &str = "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS";

    #[track_caller]
    fn check(variable: &str, users: &[(&str, &str)], expected: (&str, &str)) {
        let find =
            |name: &str| users.iter().find(|(set, _)| *set == name).map(|(_, value)| (*value).to_owned());
        let (name, value) = beside(variable, "-Copt -Dall", find);
        assert_eq!((name.as_str(), value.as_str()), expected);
    }

    #[test]
    fn the_users_flags_stay_and_those_of_the_build_are_not_ignored() {
        check(TARGET, &[], (TARGET, "-Copt -Dall"));
        check(TARGET, &[(TARGET, "-Cown")], (TARGET, "-Cown -Copt -Dall"));
        check(TARGET, &[("RUSTFLAGS", "-Cown"), (TARGET, "-Cunread")], ("RUSTFLAGS", "-Cown -Copt -Dall"));
        check(TARGET, &[("RUSTFLAGS", "")], ("RUSTFLAGS", "-Copt -Dall"));
        let encoded = [("CARGO_ENCODED_RUSTFLAGS", "-Cown\x1f-La b"), ("RUSTFLAGS", "-Cunread")];
        check(TARGET, &encoded, ("CARGO_ENCODED_RUSTFLAGS", "-Cown\x1f-La b\x1f-Copt\x1f-Dall"));
    }

    #[test]
    fn rustdoc_has_flags_of_its_own() {
        check("RUSTDOCFLAGS", &[("RUSTFLAGS", "-Cown")], ("RUSTDOCFLAGS", "-Copt -Dall"));
        check("RUSTDOCFLAGS", &[("RUSTDOCFLAGS", "--cfg own")], ("RUSTDOCFLAGS", "--cfg own -Copt -Dall"));
    }
}

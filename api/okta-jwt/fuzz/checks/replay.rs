//! What fuzzing has kept, for the ordinary tests: every input that once took a new way through the code.

use std::path::Path;

/// Runs a target's check over its corpus. `fuzz` is this workspace's folder.
#[track_caller]
pub(crate) fn corpus(fuzz: impl AsRef<Path>, target: &str, check: fn(&[u8])) {
    let folder = fuzz.as_ref().join("corpus").join(target);
    let inputs: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    assert!(inputs.len() >= 50, "{} inputs for {target}", inputs.len());
    for input in inputs {
        println!("{}", input.display());
        check(&std::fs::read(input).unwrap());
    }
}

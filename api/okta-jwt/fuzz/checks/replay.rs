//! The inputs of the fuzz targets, for the ordinary tests: seeds written by hand and what fuzzing has kept, every input
//! that once took a new way through the code.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::Path;

use flate2::read::GzDecoder;

/// Runs a target's check over its seeds. `fuzz` is this workspace's folder.
pub(crate) fn seeds(fuzz: impl AsRef<Path>, target: &str, check: fn(&[u8])) {
    let fuzz = fuzz.as_ref();
    for seed in fs::read_dir(fuzz.join("seeds").join(target)).unwrap() {
        let seed = seed.unwrap().path();
        println!("{}", seed.display());
        check(&fs::read(seed).unwrap());
    }
}

/// Runs a target's check over its seeds and its archived corpus.
#[track_caller]
pub(crate) fn corpus(fuzz: impl AsRef<Path>, target: &str, check: fn(&[u8])) {
    let fuzz = fuzz.as_ref();
    seeds(fuzz, target, check);
    let archive = File::open(fuzz.join("corpus").join(target).with_extension("tar.gz")).unwrap();
    let mut archive = tar::Archive::new(GzDecoder::new(archive));
    let mut inputs = 0;
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        if entry.header().entry_type().is_file() {
            println!("{}", entry.path().unwrap().display());
            let mut input = Vec::new();
            entry.read_to_end(&mut input).unwrap();
            check(&input);
            inputs += 1;
        }
    }
    assert!(inputs >= 50, "{inputs} inputs for {target}");
}

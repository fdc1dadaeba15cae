//! The one place where the commands take randomness from the system.

/// From the operating system's generator.
///
/// # Panics
/// Where the system has none: nothing secret can be made then.
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the system gives random bytes");
    bytes
}

//! Rebuilds the program when a migration is added: the compiler sees only those already embedded.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}

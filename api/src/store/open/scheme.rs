//! Which database an address names, by how it begins.

/// How an address of SQLite begins.
pub(super) const SQLITE: &str = "sqlite:";
/// How an address of PostgreSQL begins; both are in use.
pub(super) const POSTGRES: [&str; 2] = ["postgres:", "postgresql:"];

/// Whether an address is one of PostgreSQL.
pub(super) fn is_postgres(url: &str) -> bool {
    POSTGRES.iter().any(|scheme| url.starts_with(scheme))
}

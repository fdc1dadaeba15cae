//! `api migrate` and `api seed FILE`: what is done to the database without serving.

use std::path::Path;

use crate::seed::{self, SeedError};
use crate::settings::{self, SettingsError};
use crate::store::{self, OpenError, Store, StoreError};

/// Brings the schema of `DATABASE_URL` up to date and puts the built-in catalogue into an empty shop.
///
/// # Errors
/// See [`CommandError`].
pub async fn migrate() -> Result<(), CommandError> {
    let store = open().await?;
    let outcome = seed_if_empty(&store).await;
    store.close().await;
    outcome
}

/// Puts the products of a seed file in the place of the catalogue of `DATABASE_URL`; how many there are.
/// Products that are not in the file are no longer sold; orders that name them stay as they are.
///
/// # Errors
/// See [`CommandError`]; nothing is changed then.
pub async fn seed(file: &Path) -> Result<usize, CommandError> {
    let json = std::fs::read_to_string(file)
        .map_err(|source| SeedError::File { path: file.display().to_string(), source })?;
    let products = seed::parse(&json)?;
    let store = open().await?;
    let outcome = store.replace_catalogue(&products).await;
    store.close().await;
    outcome?;
    Ok(products.len())
}

/// One thing at a time needs few connections.
async fn open() -> Result<Store, CommandError> {
    Ok(store::open(&settings::database_url_from_env()?, 2).await?)
}

/// Puts the built-in catalogue into a shop that never had one.
pub(crate) async fn seed_if_empty(store: &Store) -> Result<(), CommandError> {
    if store.is_catalogue_empty().await? {
        store.replace_catalogue(&seed::built_in()?).await?;
    }
    Ok(())
}

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CommandError {
    /// The configuration.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The database cannot be opened.
    #[error("DATABASE_URL: {0}")]
    Open(#[from] OpenError),
    /// The database gave no answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The seed file.
    #[error(transparent)]
    Seed(#[from] SeedError),
}

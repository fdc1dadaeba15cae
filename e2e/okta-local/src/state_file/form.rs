//! The form of the file: a line that says what it is, with a digest, then the state as JSON.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::{fs, io};

use aws_lc_rs::constant_time::verify_slices_are_equal;
use okta_types::base64url;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::error::StateError;
use crate::grants::Grants;
use crate::org::consents::Consents;
use crate::org::session::Sessions;
use crate::org::state::Directory;
use crate::org::tenant::Tenant;
use crate::signing::StoredKeys;

/// The form that this version writes.
const VERSION: u32 = 2;

/// The first line of a state file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    okta_local_state: u32,
    sha256: String,
}

/// What the form before had in place of a first line.
#[derive(Deserialize)]
struct FormerHead {
    version: u32,
}

/// What a file holds.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StoredState {
    /// Seconds that the clock was moved.
    pub(crate) ahead: i64,
    /// Of the description that the org was made of.
    pub(crate) described: String,
    pub(crate) keys: StoredKeys,
    /// Of the other authorization servers; older programs had none.
    #[serde(default)]
    pub(crate) other_keys: BTreeMap<String, StoredKeys>,
    pub(crate) directory: Directory,
    pub(crate) sessions: Sessions,
    pub(crate) grants: Grants,
    pub(crate) consents: Consents,
    pub(crate) used_steps: HashMap<String, u64>,
    pub(crate) response_iss: bool,
}

/// The same, borrowed for writing.
#[derive(Serialize)]
struct StateSnapshot<'a> {
    ahead: i64,
    described: &'a str,
    keys: StoredKeys,
    other_keys: BTreeMap<String, StoredKeys>,
    directory: &'a Directory,
    sessions: &'a Sessions,
    grants: &'a Grants,
    consents: &'a Consents,
    used_steps: &'a HashMap<String, u64>,
    response_iss: bool,
}

/// What a file holds; nothing where there is none yet.
pub(crate) fn read(path: &Path) -> Result<Option<StoredState>, StateError> {
    let text = match fs::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        text => text?,
    };
    let end = text.iter().position(|byte| *byte == b'\n').unwrap_or(text.len());
    let (first, body) = (&text[..end], text.get(end + 1..).unwrap_or_default());
    let head: Head = serde_json::from_slice(first).map_err(|error| former(&text).unwrap_or(error.into()))?;
    if head.okta_local_state != VERSION {
        return Err(StateError::Version { found: head.okta_local_state, known: VERSION });
    }
    if verify_slices_are_equal(digest(body).as_bytes(), head.sha256.as_bytes()).is_err() {
        return Err(StateError::Damaged);
    }
    Ok(Some(serde_json::from_slice(body)?))
}

/// The version of a file that an older program wrote.
fn former(text: &[u8]) -> Option<StateError> {
    let head: FormerHead = serde_json::from_slice(text).ok()?;
    Some(StateError::Version { found: head.version, known: VERSION })
}

/// The state of an org as a file holds it, and how many changes it had by then.
pub(crate) fn text(tenant: &Tenant) -> Result<(Vec<u8>, u64), serde_json::Error> {
    let state = tenant.state();
    let changes = tenant.changes();
    let body = serde_json::to_vec(&StateSnapshot {
        ahead: tenant.clock.ahead(),
        described: &tenant.described,
        keys: tenant.keys.to_stored(),
        other_keys: tenant.other_keys().iter().map(|(id, keys)| (id.clone(), keys.to_stored())).collect(),
        directory: &state.directory,
        sessions: &state.sessions,
        grants: &state.grants,
        consents: &state.consents,
        used_steps: &state.used_steps,
        response_iss: state.response_iss,
    })?;
    drop(state);
    let head = Head { okta_local_state: VERSION, sha256: digest(&body) };
    let mut text = serde_json::to_vec(&head)?;
    text.push(b'\n');
    text.extend(body);
    Ok((text, changes))
}

fn digest(body: &[u8]) -> String {
    base64url::encode(Sha256::digest(body))
}

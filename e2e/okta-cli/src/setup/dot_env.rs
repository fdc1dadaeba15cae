//! `.env`: what setting up an org is for. Written for its owner alone; what stands in it stays.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

/// The variable that says which apps the file is about.
pub(super) const CLIENT_IDS: &str = "OKTA_OAUTH2_CLIENT_ID";

/// A variable and the value it should have.
pub(super) type Entry = (&'static str, String);

/// What was done about one variable.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// Added.
    Added,
    /// Stood there already.
    Same,
    /// Stood there with another value, which was kept.
    Kept,
}

/// Adds what is missing.
///
/// # Errors
/// Where the file cannot be read or written; it is replaced whole or not at all.
pub(super) fn write(path: &Path, entries: &[Entry]) -> io::Result<Vec<Written>> {
    let mut text = read(path)?;
    let mut written = Vec::new();
    for (name, value) in entries {
        written.push(match value_of(&text, name) {
            Some(found) if found == *value => Written::Same,
            Some(_) => Written::Kept,
            None => {
                if !text.is_empty() && !text.ends_with('\n') {
                    text.push('\n');
                }
                text.push_str(&format!("{name}={value}\n"));
                Written::Added
            }
        });
    }
    if written.contains(&Written::Added) {
        replace(path, &text)?;
    }
    Ok(written)
}

/// Takes out the lines that say exactly this, and the file with the last of them. A file with other client ids belongs to
/// another setup, whatever else it shares, and stays as it is.
///
/// # Errors
/// As [`write`].
pub(super) fn remove(path: &Path, entries: &[Entry]) -> io::Result<usize> {
    let text = read(path)?;
    let own = entries.iter().find(|(name, _)| *name == CLIENT_IDS).map(|(_, ids)| ids);
    if value_of(&text, CLIENT_IDS).is_some_and(|ids| Some(&ids) != own) {
        return Ok(0);
    }
    let ours = |line: &&str| entries.iter().any(|(name, value)| value_of(line, name).as_ref() == Some(value));
    let rest: Vec<&str> = text.lines().filter(|line| !ours(line)).collect();
    let removed = text.lines().count() - rest.len();
    if removed == 0 {
        return Ok(0);
    }
    match rest.iter().all(|line| line.trim().is_empty()) {
        true => fs::remove_file(path)?,
        false => replace(path, &(rest.join("\n") + "\n"))?,
    }
    Ok(removed)
}

fn read(path: &Path) -> io::Result<String> {
    match fs::read_to_string(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
        other => other,
    }
}

/// As whoever reads the file will see it.
fn value_of(text: &str, name: &str) -> Option<String> {
    let entries = dotenvy::from_read_iter(text.as_bytes());
    // The first of several lines is the one that counts.
    entries.filter_map(Result::ok).find(|(found, _)| found == name).map(|(_, value)| value)
}

fn replace(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Made with mode 600, before anything is in it.
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn entries() -> [Entry; 2] {
        [("OKTA_OAUTH2_ISSUER", "https://a".to_owned()), ("OKTA_OAUTH2_CLIENT_ID", "0oa1,0oa2".to_owned())]
    }

    #[test]
    fn the_file_is_made_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".env");
        assert_eq!(write(&path, &entries()).unwrap(), [Written::Added, Written::Added]);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(write(&path, &entries()).unwrap(), [Written::Same, Written::Same]);
    }

    #[test]
    fn what_stands_is_kept_and_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".env");
        fs::write(&path, "# mine\nOKTA_OAUTH2_ISSUER=\"https://b\"\nRUST_LOG=info").unwrap();
        assert_eq!(write(&path, &entries()).unwrap(), [Written::Kept, Written::Added]);
        let expected =
            "# mine\nOKTA_OAUTH2_ISSUER=\"https://b\"\nRUST_LOG=info\nOKTA_OAUTH2_CLIENT_ID=0oa1,0oa2\n";
        assert_eq!(fs::read_to_string(&path).unwrap(), expected);
    }

    #[test]
    fn only_own_lines_are_taken_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".env");
        fs::write(&path, "OKTA_OAUTH2_ISSUER=https://other\nOKTA_OAUTH2_CLIENT_ID=0oa1,0oa2\n").unwrap();
        assert_eq!(remove(&path, &entries()).unwrap(), 1);
        assert_eq!(fs::read_to_string(&path).unwrap(), "OKTA_OAUTH2_ISSUER=https://other\n");
        let another = "OKTA_OAUTH2_ISSUER=https://a\nOKTA_OAUTH2_CLIENT_ID=0oa3,0oa4\n";
        fs::write(&path, another).unwrap();
        assert_eq!(remove(&path, &entries()).unwrap(), 0);
        assert_eq!(remove(&path, &entries()[..1]).unwrap(), 0);
        assert_eq!(fs::read_to_string(&path).unwrap(), another);
        fs::write(&path, "OKTA_OAUTH2_ISSUER=https://a\n").unwrap();
        assert_eq!(remove(&path, &entries()).unwrap(), 1);
        assert!(!path.exists());
        assert_eq!(remove(&path, &entries()).unwrap(), 0);
    }
}

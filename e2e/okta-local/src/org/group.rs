//! Groups of people.

/// The group that everybody is in.
pub(crate) const EVERYONE: &str = "Everyone";

/// A group.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    /// `00g…`.
    pub(crate) id: String,
    /// As it stands in a `groups` claim.
    pub(crate) name: String,
    /// Ids of people.
    pub(crate) members: Vec<String>,
}

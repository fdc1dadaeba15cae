//! Where a proxy says for whom it asks.

/// In which header a proxy says for whom it asks. One alone: what a proxy does not write it may pass on as a client wrote it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ProxyHeader {
    /// What most of them write.
    #[default]
    XForwardedFor,
    /// RFC 7239.
    Forwarded,
}

impl ProxyHeader {
    /// In lower case, e.g. `x-forwarded-for`.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::XForwardedFor => "x-forwarded-for",
            Self::Forwarded => "forwarded",
        }
    }
}

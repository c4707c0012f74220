//! The two kinds of token.

/// The two kinds of token. Each names itself twice, in the header (RFC 8725, 3.11) and, as simplejwt's clients expect, in
/// a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Access,
    Refresh,
}

impl Kind {
    /// The header's `typ`.
    pub(crate) const fn typ(self) -> &'static str {
        match self {
            Self::Access => "at+jwt",
            Self::Refresh => "rt+jwt",
        }
    }

    /// The claim `token_type`.
    pub(crate) const fn token_type(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Refresh => "refresh",
        }
    }

    /// The kind with this `typ`.
    pub(crate) fn from_typ(typ: &str) -> Option<Self> {
        [Self::Access, Self::Refresh].into_iter().find(|kind| kind.typ() == typ)
    }
}

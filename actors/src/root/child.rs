//! What Root watches over.

/// What Root watches over, one of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Child {
    /// `LogWriter`.
    LogWriter,
    /// `AuthActor`.
    Auth,
    /// `MailerActor`.
    Mailer,
    /// `SweeperActor`.
    Sweeper,
    /// `RoomRegistry`.
    Registry,
    /// `ConnectionSupervisor`.
    Connections,
}

impl Child {
    /// All, in the order in which they start. They stop in the opposite one.
    pub(crate) const ALL: [Self; 6] = [
        Self::LogWriter,
        Self::Auth,
        Self::Mailer,
        Self::Sweeper,
        Self::Registry,
        Self::Connections,
    ];

    /// The metric's label, and the name in the log.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::LogWriter => "log_writer",
            Self::Auth => "auth",
            Self::Mailer => "mailer",
            Self::Sweeper => "sweeper",
            Self::Registry => "registry",
            Self::Connections => "connection_supervisor",
        }
    }
}

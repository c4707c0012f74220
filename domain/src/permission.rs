//! Who may do what in a room: one table, asked on every action, on every door.

use crate::Standing;

/// Who may see and write a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Visibility {
    /// Anyone reads, guests too; accounts write.
    Public = 1,
    /// Any account reads and writes.
    Open = 2,
    /// Members only.
    Private = 3,
}

impl Visibility {
    /// As the database holds it.
    #[must_use]
    pub const fn code(self) -> i32 {
        self as i32
    }

    /// The visibility with this number, if there is one.
    #[must_use]
    pub const fn from_code(code: i32) -> Option<Self> {
        match code {
            1 => Some(Self::Public),
            2 => Some(Self::Open),
            3 => Some(Self::Private),
            _ => None,
        }
    }

    /// As JSON writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Open => "open",
            Self::Private => "private",
        }
    }
}

/// Who is asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Subject {
    /// Nobody known: a socket or request without a credential.
    Guest,
    /// Somebody signed in.
    Person {
        /// Whether they may act at all.
        standing: Standing,
        /// Whether they are a member of the room in question.
        member: bool,
    },
}

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// To be in the room: join it and hear what is said.
    Enter,
    /// To read what was said.
    Read,
    /// To say something.
    Publish,
    /// To change or delete what one has said oneself. (That it is one's own is looked at when it is done.)
    Revise,
    /// To react to what was said.
    React,
}

/// Whether `subject` may do `action` in a room of this `visibility`.
///
/// | who | public | open | private |
/// |---|---|---|---|
/// | guest | enter, read | – | – |
/// | active person | all | all | – |
/// | active member | all | all | all |
/// | unverified or disabled | – | – | – |
#[must_use]
#[expect(clippy::match_same_arms, reason = "an arm a row of the table")]
pub const fn allows(subject: Subject, visibility: Visibility, action: Action) -> bool {
    match (subject, visibility) {
        (Subject::Guest, Visibility::Public) => matches!(action, Action::Enter | Action::Read),
        (Subject::Guest, Visibility::Open | Visibility::Private) => false,
        (Subject::Person { standing: Standing::Unverified | Standing::Disabled, .. }, _) => false,
        (Subject::Person { standing: Standing::Active, member }, Visibility::Private) => member,
        (
            Subject::Person { standing: Standing::Active, .. },
            Visibility::Public | Visibility::Open,
        ) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACTIONS: [Action; 5] =
        [Action::Enter, Action::Read, Action::Publish, Action::Revise, Action::React];
    const NOTHING: [bool; 5] = [false; 5];
    const READING: [bool; 5] = [true, true, false, false, false];
    const ALL: [bool; 5] = [true; 5];

    #[test]
    fn the_table_is_what_it_says() {
        use Standing::{Active, Disabled, Unverified};
        use Visibility::{Open, Private, Public};

        let person = |standing, member| Subject::Person { standing, member };
        let rows = [
            (Subject::Guest, [(Public, READING), (Open, NOTHING), (Private, NOTHING)]),
            (person(Active, false), [(Public, ALL), (Open, ALL), (Private, NOTHING)]),
            (person(Active, true), [(Public, ALL), (Open, ALL), (Private, ALL)]),
            (person(Unverified, false), [(Public, NOTHING), (Open, NOTHING), (Private, NOTHING)]),
            (person(Unverified, true), [(Public, NOTHING), (Open, NOTHING), (Private, NOTHING)]),
            (person(Disabled, false), [(Public, NOTHING), (Open, NOTHING), (Private, NOTHING)]),
            (person(Disabled, true), [(Public, NOTHING), (Open, NOTHING), (Private, NOTHING)]),
        ];
        for (subject, cells) in rows {
            for (visibility, expected) in cells {
                let got = ACTIONS.map(|action| allows(subject, visibility, action));
                assert_eq!(got, expected, "{subject:?} in a {visibility:?} room");
            }
        }
    }
}

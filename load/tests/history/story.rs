//! One short history with something of everything, to plant a fault in.

use crate::history::History;
use crate::model::{Command, Model};

/// Who is who.
pub const ANN: usize = 0;
pub const BOB: usize = 1;
pub const EVE: usize = 2;

/// What happens, event by event:
///
/// | seq | by | what | beside it |
/// |---|---|---|---|
/// | 1 | ann | says `one` (0/1) | all three are there |
/// | 2 | bob | says `two` (1/1) | |
/// | 3 | ann | says `three` (0/2) | |
/// | 4 | ann | edits 1: `uno` (0/3) | then eve's connection breaks |
/// | 5 | bob | says `five` (1/2) | |
/// | 6 | bob | reacts to 3 (1/3) | |
/// | 7 | ann | deletes 3 (0/4) | then eve resumes from 4 and asks for all before 6 |
/// | 8 | bob | says `eight` (1/4) | his connection breaks before the ack; he comes back and sends it again |
/// | 9 | ann | says `nine` (0/5) | after eve has signed out; then ann comes anew, and eve with another sign-in |
/// | 10 | bob | says `ten` (1/5) | |
pub fn story() -> History {
    let mut model = Model::new(3);
    for client in [ANN, BOB, EVE] {
        model.opens(client, false);
    }
    done(&mut model, ANN, Command::Say("one".into()));
    done(&mut model, BOB, Command::Say("two".into()));
    done(&mut model, ANN, Command::Say("three".into()));
    done(&mut model, ANN, Command::Edit(1, "uno".into()));
    model.drops(EVE);
    done(&mut model, BOB, Command::Say("five".into()));
    done(&mut model, BOB, Command::React(3, true));
    done(&mut model, ANN, Command::Delete(3));
    model.opens(EVE, true);
    model.settles();
    model.asks(EVE, Some(6), None, 10);
    model.settles();
    model.sends(BOB, Command::Say("eight".into()));
    model.works();
    model.drops(BOB);
    model.opens(BOB, true);
    model.settles();
    model.signs_out(EVE);
    done(&mut model, ANN, Command::Say("nine".into()));
    model.drops(ANN);
    model.opens(ANN, false);
    done(&mut model, BOB, Command::Say("ten".into()));
    model.ends()
}

fn done(model: &mut Model, client: usize, command: Command) {
    model.sends(client, command);
    model.settles();
}

#[test]
fn nothing_is_wrong_with_the_story_itself() {
    let report = story().check();
    assert!(report.is_clean(), "{report}");
    assert_eq!((report.events, report.sent, report.acked), (10, 11, 10));
    assert_eq!((report.connections, report.recovered), (7, 3));
}

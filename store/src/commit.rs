//! Storing a batch of log commands, by halves when it has to be.

use domain::Clock;
use tokio::sync::watch;

use crate::append;
use crate::transaction::settle;
use crate::writer::Turn;
use crate::{Command, Outcome, StoreError};

/// Stores `commands`: one answer each, in their order. See [`crate::Store::commit`].
pub(crate) async fn commit(
    turn: &mut Turn,
    commands: &[Command],
    clock: &dyn Clock,
    system_head: &watch::Sender<domain::Seq>,
) -> Vec<Result<Outcome, StoreError>> {
    let mut answers = Vec::with_capacity(commands.len());
    // What is left to do, the next piece last.
    let mut pieces = vec![commands];
    while let Some(piece) = pieces.pop() {
        match attempt(turn, piece, clock, system_head).await {
            Ok(outcomes) => answers.extend(outcomes.into_iter().map(Ok)),
            Err(Failure { error: StoreError::Rejected(_), .. }) if piece.len() > 1 => {
                let (first, second) = piece.split_at(piece.len() / 2);
                pieces.extend([second, first]);
            }
            // A head that was remembered may have been wrong; the next attempt reads it.
            Err(Failure { error: StoreError::Rejected(_), heads_were_known: true }) => {
                pieces.push(piece);
            }
            Err(Failure { error: error @ StoreError::Rejected(_), .. }) => answers.push(Err(error)),
            // It says something of the database, not of the piece: what is left would fare no better.
            Err(Failure { error, .. }) => {
                answers.resize(commands.len(), Err(error));
                break;
            }
        }
    }
    answers
}

struct Failure {
    error: StoreError,
    heads_were_known: bool,
}

/// Stores `piece` in one transaction, or none of it.
async fn attempt(
    turn: &mut Turn,
    piece: &[Command],
    clock: &dyn Clock,
    system_head: &watch::Sender<domain::Seq>,
) -> Result<Vec<Outcome>, Failure> {
    turn.writer.begins();
    match append::whole(&mut turn.writer, piece, clock.now()).await {
        Ok((outcomes, moved)) => {
            turn.writer.ended();
            settle(turn, moved, system_head);
            Ok(outcomes)
        }
        Err(error) => {
            if let Some(error) = error.of_driver() {
                turn.writer.heed(error);
            }
            turn.writer.roll_back().await;
            let heads_were_known =
                turn.writer.heads.forget(piece.iter().map(|command| command.room));
            Err(Failure { error, heads_were_known })
        }
    }
}

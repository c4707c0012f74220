//! The one way into the log.
//!
//! A batch of commands costs two hops to the connection's thread, whatever its size: a look-up (which of these are there
//! already, where do these rooms' logs end, are these messages there) and one insert of all that is new. A transaction
//! that holds nothing but a batch begins with the look-up and commits with the last statement.
//!
//! Where the batch edits, deletes or reacts, two more come: what is known of those messages is asked before, and what
//! becomes of them is written after, of those that the batch itself brought as well.

mod asides;
mod change;
mod context;
mod detail;
mod insert;
mod lookup;
mod messages;
mod plan;
#[cfg(test)]
mod tests;

pub(crate) use detail::Detail;

use std::collections::HashMap;

use domain::{RoomId, Seq, Timestamp};

use crate::writer::Writer;
use crate::{Command, Outcome, StoreError};

/// The heads that a transaction moved, and will leave behind if it is committed.
pub(crate) type Moved = HashMap<RoomId, Seq>;

/// How much of a transaction a batch is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Extent {
    /// All of it: it begins with the batch and is committed after it.
    Whole,
    /// A part: somebody else has begun it and will commit it.
    Part,
}

/// Appends `commands` in a transaction of their own. Whatever goes wrong, the caller rolls back.
pub(crate) async fn whole(
    writer: &mut Writer,
    commands: &[Command],
    now: Timestamp,
) -> Result<(Vec<Outcome>, Moved), StoreError> {
    append(writer, Moved::new(), commands, now, Extent::Whole).await
}

/// Appends `commands` in the transaction that is open, in which the heads `moved` so far.
pub(crate) async fn part(
    writer: &mut Writer,
    moved: Moved,
    commands: &[Command],
    now: Timestamp,
) -> Result<(Vec<Outcome>, Moved), StoreError> {
    append(writer, moved, commands, now, Extent::Part).await
}

async fn append(
    writer: &mut Writer,
    mut moved: Moved,
    commands: &[Command],
    now: Timestamp,
    extent: Extent,
) -> Result<(Vec<Outcome>, Moved), StoreError> {
    let question = lookup::Question::of(commands, |room| {
        moved.contains_key(&room) || writer.heads.get(room).is_some()
    });
    let answer = question.ask(writer.conn().await?, extent).await?;
    let context = context::Context::of(writer.conn().await?, commands).await?;
    let known = |room| moved.get(&room).copied().or_else(|| writer.heads.get(room));
    let plan = plan::Plan::of(commands, &answer, context, known, now)?;
    let changes = change::Changes::of(&plan.messages, &plan.asides);
    if changes.is_empty() {
        insert::rows(writer.conn().await?, &plan.rows, extent).await?;
    } else {
        insert::rows(writer.conn().await?, &plan.rows, Extent::Part).await?;
        changes.write(writer.conn().await?, extent).await?;
    }
    moved.extend(plan.heads);
    Ok((plan.outcomes, moved))
}

//! `parlour room retention`.

use std::io::Write;
use std::time::Duration;

use clap::Args;
use domain::RoomName;
use store::{Retention, Store, StoreError, rooms};

use super::which::Which;
use crate::cli::{CliError, parts};
use crate::config::Config;

const AFTER_HELP: &str = "\
Without a flag it shows what holds. A flag changes that one of the two and leaves the other; what a room doesn't say by \
itself is as rooms.retention_age and rooms.retention_count say.

An event goes when it is older than AGE, or COUNT events came after it, and everything before it goes; the newest event \
of a room stays. A running server removes what is over within a minute or so. What is removed does not come back.

  parlour room retention lobby --age 30d
  parlour room retention lobby --forever --count 100000";

#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub struct SetRetention {
    #[command(flatten)]
    room: Which,
    /// Keep events for so long ("30d", "12h"), at least 1s.
    #[arg(long, value_name = "AGE", value_parser = age, conflicts_with = "forever")]
    age: Option<Duration>,
    /// Keep events whatever their age.
    #[arg(long)]
    forever: bool,
    /// Keep so many of the newest events; 0: any number.
    #[arg(long, value_name = "COUNT")]
    count: Option<u64>,
    /// Go by the configuration again, for age and count both.
    #[arg(long, conflicts_with_all = ["age", "forever", "count"])]
    default: bool,
}

fn age(text: &str) -> Result<Duration, String> {
    let age = humantime::parse_duration(text).map_err(|error| error.to_string())?;
    if age < Duration::from_secs(1) { Err("at least 1s".into()) } else { Ok(age) }
}

impl SetRetention {
    pub async fn run(self, config: &Config, out: &mut dyn Write) -> Result<(), CliError> {
        let store = parts::open_store(config).await?;
        let room = self.room.find(&store).await?;
        let own = self.change(room.retention);
        if own != room.retention {
            set(&store, room.id, own).await.map_err(CliError::failed)?;
        }
        store.close().await;
        show(&room.name, own, config, out)
    }

    /// What the room says by itself after this, when it said `own` before.
    fn change(&self, own: Retention) -> Retention {
        if self.default {
            return Retention::default();
        }
        let forever = self.forever.then_some(Duration::ZERO);
        Retention { age: self.age.or(forever).or(own.age), count: self.count.or(own.count) }
    }
}

async fn set(store: &Store, room: domain::RoomId, own: Retention) -> Result<(), StoreError> {
    let tx = store.write().await?;
    rooms::set_retention(&tx, room, own).await?;
    tx.commit().await
}

fn show(
    name: &RoomName,
    own: Retention,
    config: &Config,
    out: &mut dyn Write,
) -> Result<(), CliError> {
    let default = Retention {
        age: Some(config.rooms.retention_age),
        count: Some(config.rooms.retention_count),
    };
    let holds = own.or(default);
    let age = holds.age.map_or("of any age".into(), |age| {
        format!("up to {} old", humantime::format_duration(age))
    });
    let count = holds.count.map_or("any number".into(), |count| format!("at most {count}"));
    let by = |is_own: bool| if is_own { "its own" } else { "by default" };
    let (age_by, count_by) = (by(own.age.is_some()), by(own.count.is_some()));
    Ok(writeln!(out, "{name} keeps events {age} ({age_by}), {count} of them ({count_by})")?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_is_a_second_or_more() {
        assert_eq!(age("30d"), Ok(Duration::from_hours(24 * 30)));
        assert_eq!(age("1s"), Ok(Duration::from_secs(1)));
        assert!(age("0s").is_err() && age("999ms").is_err() && age("x").is_err());
    }
}

//! How the schema changes: one dated file a change, in plain DDL.
//!
//! A migration that has landed is never edited: what it should have said is said by the next one. Migrations import no
//! entity, since an entity is what the schema is now, and a migration what it was then. Each is one transaction together
//! with the note that it was applied.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DatabaseConnection, EntityName, EntityTrait};
use sea_orm_migration::seaql_migrations;

mod m20261124_000001_meta;
mod m20261124_000002_rooms_and_events;
mod m20261124_000003_people;
mod m20261124_000004_sessions;
mod m20261124_000005_letters;
mod m20261125_000006_edits_and_reactions;
mod m20261125_000007_retention;

struct Migrator;

/// The step that a module of DDL is, named as the module.
macro_rules! step {
    ($module:ident) => {
        Box::new(Step { name: stringify!($module), ddl: $module::DDL })
    };
}

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            step!(m20261124_000001_meta),
            step!(m20261124_000002_rooms_and_events),
            step!(m20261124_000003_people),
            step!(m20261124_000004_sessions),
            step!(m20261124_000005_letters),
            step!(m20261125_000006_edits_and_reactions),
            step!(m20261125_000007_retention),
        ]
    }
}

/// A migration that is nothing but DDL, any number of statements.
struct Step {
    name: &'static str,
    ddl: &'static str,
}

impl MigrationName for Step {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared(self.ddl).await.map(drop)
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

/// How a database's schema stands to this program. Names are a migration's date and what it does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Status {
    /// The migrations of this program that the database has, in order.
    pub applied: Vec<String>,
    /// Those it doesn't have yet, in order.
    pub pending: Vec<String>,
    /// Those the database has and this program doesn't know: a newer program's.
    pub unknown: Vec<String>,
}

/// How the schema behind `conn` stands. It only reads; an empty database has nothing applied.
///
/// # Errors
///
/// When the database can't be read.
pub async fn status(conn: &DatabaseConnection) -> Result<Status, DbErr> {
    let table = seaql_migrations::Entity.table_name();
    let has: Vec<String> = if SchemaManager::new(conn).has_table(table).await? {
        let rows = seaql_migrations::Entity::find().all(conn).await?;
        rows.into_iter().map(|row| row.version).collect()
    } else {
        Vec::new()
    };
    let known = none_applied().pending;
    let unknown = has.iter().filter(|name| !known.contains(name)).cloned().collect();
    let (applied, pending) = known.into_iter().partition(|name| has.contains(name));
    Ok(Status { applied, pending, unknown })
}

/// How the schema of a database stands that isn't there yet.
#[must_use]
pub fn none_applied() -> Status {
    let pending = Migrator::migrations().iter().map(|step| step.name().to_owned()).collect();
    Status { pending, ..Status::default() }
}

/// Applies every pending migration, in order, each in a transaction of its own.
///
/// # Errors
///
/// When one fails: those before it are applied, it and those after it aren't.
pub async fn apply(conn: &DatabaseConnection) -> Result<(), DbErr> {
    Migrator::up(conn, None).await
}

//! For tests: how the database goes about a statement.

use std::sync::Arc;

use domain::{OsEntropy, SystemClock};
use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};

use crate::{Config, Metrics, Store};

/// The plan of one statement.
#[derive(Debug)]
pub(crate) struct Plan(Vec<String>);

impl Plan {
    /// How an empty database goes about `sql`.
    pub(crate) async fn of(sql: &str, parameters: &[Value]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let (clock, entropy) = (Arc::new(SystemClock), Arc::new(OsEntropy));
        let config = Config::default();
        let store = Store::open(&config, folder.path(), clock, entropy, Metrics::default());
        let store = store.await.expect("a store");
        let explain = format!("EXPLAIN QUERY PLAN {sql}");
        let plan = Statement::from_sql_and_values(DbBackend::Sqlite, explain, parameters.to_vec());
        let steps = store.reader().query_all_raw(plan).await.expect("a plan");
        Self(steps.iter().map(|step| step.try_get("", "detail").expect("a step")).collect())
    }

    /// Fails unless the plan has a step that begins with each of `searches`, and none that goes through a whole table but
    /// those named in `few`, which hold only what the statement itself brings. (Going through what a subquery found is
    /// no walk: the subquery has steps of its own.)
    pub(crate) fn is(&self, searches: &[&str], few: &[&str]) {
        for search in searches {
            assert!(self.0.iter().any(|step| step.starts_with(search)), "{search}: {self:#?}");
        }
        for step in &self.0 {
            let table = step.strip_prefix("SCAN ").and_then(|rest| rest.split(' ').next());
            let is_small =
                |table: &str| table.starts_with('(') || table == "CONSTANT" || few.contains(&table);
            assert!(table.is_none_or(is_small), "{step}: {self:#?}");
        }
    }
}

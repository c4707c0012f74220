//! What the statements of an append walk through: nothing but the batch's own arrays.

use sea_orm::Value;

use super::{change, context, lookup};
use crate::explain::Plan;

const BY_SEQ: &str = "SEARCH e USING INDEX sqlite_autoindex_events_1 (room=? AND seq=?)";

async fn plan(sql: &str) -> Plan {
    let arrays: [Value; 7] = std::array::from_fn(|_| "[]".into());
    Plan::of(sql, &arrays).await
}

#[tokio::test]
async fn a_look_up_never_walks_through_a_table() {
    let searches = [
        "SEARCH e USING INDEX events_by_cid (cid=? AND author=? AND room=?)",
        "SEARCH events USING COVERING INDEX",
        "SEARCH r USING INTEGER",
        BY_SEQ,
    ];
    plan(lookup::LOOK_UP).await.is(&searches, &["d"]);
}

#[tokio::test]
async fn nor_does_asking_about_messages() {
    let searches = [
        BY_SEQ,
        "SEARCH t USING PRIMARY KEY (room=? AND message=?)",
        "SEARCH r USING PRIMARY KEY (room=? AND message=? AND person=? AND emoji=?)",
        "SEARCH a USING PRIMARY KEY (room=? AND first=?)",
        "SEARCH asides USING PRIMARY KEY (room=?)",
    ];
    plan(context::CONTEXT).await.is(&searches, &["d"]);
}

#[tokio::test]
async fn nor_does_changing_them() {
    let searched = [
        "SEARCH events USING INDEX sqlite_autoindex_events_1 (room=? AND seq=?)",
        "SEARCH reactions USING PRIMARY KEY (room=? AND message=?)",
        "SEARCH tallies USING PRIMARY KEY (room=? AND message=?)",
        "SEARCH reactions USING PRIMARY KEY (room=? AND message=? AND person=? AND emoji=?)",
        "SCAN json_each",
        "SEARCH tallies USING PRIMARY KEY (room=? AND message=? AND emoji=?)",
        "SCAN json_each",
        "SCAN json_each",
    ];
    let statements: Vec<&str> = change::CHANGE.split(';').collect();
    assert_eq!(statements.len(), searched.len());
    for (sql, search) in statements.into_iter().zip(searched) {
        plan(sql).await.is(&[search], &["d", "json_each"]);
    }
}

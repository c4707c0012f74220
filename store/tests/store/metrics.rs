//! What the store counts.

use std::sync::Arc;

use domain::{OsEntropy, RoomId, SystemClock};
use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;
use store::{Config, Metrics, Store, rooms};

use crate::world::{NOW, says, user};

#[tokio::test]
async fn commands_are_counted_by_what_became_of_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut registry = Registry::with_prefix("parlour");
    let metrics = Metrics::register(&mut registry);
    let (config, clock, entropy) = (Config::default(), Arc::new(SystemClock), Arc::new(OsEntropy));
    let store =
        Store::open(&config, folder.path(), clock, entropy, metrics).await.expect("a store");
    let tx = store.write().await.expect("a transaction");
    let name = "lobby".parse().expect("a name");
    let lobby = rooms::create(&tx, &name, None, NOW).await.expect("a room").0.id;
    tx.commit().await.expect("committed");
    let batch = [
        says(lobby, user(7), "a", "one"),
        says(lobby, user(7), "a", "one"),
        says(lobby, user(7), "b", "two"),
        says(RoomId::new(99), user(7), "c", "three"),
    ];
    store.commit(&batch).await;
    store.close().await;
    store.commit(&batch).await;
    let mut text = String::new();
    encode(&mut text, &registry).expect("text");
    for line in [
        "parlour_log_commands_total{outcome=\"stored\"} 2",
        "parlour_log_commands_total{outcome=\"duplicate\"} 1",
        "parlour_log_commands_total{outcome=\"refused\"} 1",
        "parlour_log_commands_total{outcome=\"unavailable\"} 4",
        "parlour_commit_batch_size_sum 8.0",
        "parlour_commit_batch_size_count 2",
        "parlour_commit_seconds_count 2",
        "parlour_write_wait_seconds_count 4",
    ] {
        assert!(text.contains(line), "{line} in\n{text}");
    }
}

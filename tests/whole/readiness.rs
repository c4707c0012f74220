//! `/readyz`: 503 with the reason while the server can't do its work, 200 again when it can.

use std::sync::Arc;

use domain::OsEntropy;
use prometheus_client::registry::Registry;
use rustix::process::Signal;
use serde_json::json;
use store::Store;

use crate::harness::{App, Program, Raw, until};

#[tokio::test]
async fn a_server_on_its_way_down_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(folder.path(), &[]).await;
    // A request whose body doesn't come holds the stop up.
    let _slow = Raw::with_endless_request(program.addr).await;
    program.signal(Signal::TERM);
    program.until_logged("stopping").await;
    until("it says that it is on its way down", async || {
        let answer = program.get("/readyz").send().await;
        (answer.status == 503 && answer.json() == json!({ "status": "draining" })).then_some(())
    })
    .await;
    // It is up all the same.
    assert_eq!(program.get("/healthz").send().await.status, 200);
}

#[tokio::test]
async fn a_database_that_takes_nothing_makes_the_server_unready_until_it_does() {
    let app = App::start().await;
    let metrics = store::Metrics::register(&mut Registry::default());
    let config = store::Config::default();
    let (clock, entropy) = (app.clock.clone(), Arc::new(OsEntropy));
    let beside = Store::open_beside(&config, &app.data_dir, clock, entropy, metrics).await.unwrap();

    let held = beside.write().await.unwrap();
    until("the database is away", async || {
        let answer = app.get("/readyz").send().await;
        (answer.status == 503 && answer.json() == json!({ "status": "database" })).then_some(())
    })
    .await;
    drop(held);
    until("the database is back", async || {
        (app.get("/readyz").send().await.status == 200).then_some(())
    })
    .await;
    beside.close().await;
}

//! Whose turn it is.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use domain::RoomId;
use store::{Command, Outcome, log};
use tokio_util::task::TaskTracker;

use crate::world::{World, says, seq, user};

#[tokio::test]
async fn batches_and_transactions_get_the_connection_in_the_order_of_asking() {
    let world = World::new().await;
    let lobby = world.room("lobby").await;
    let held = world.store.write().await.expect("a transaction");
    let (tracker, served) = (TaskTracker::new(), Arc::new(Mutex::new(Vec::new())));
    for number in 0..20 {
        let (store, served) = (world.store.clone(), Arc::clone(&served));
        tracker.spawn(async move {
            if number % 3 == 0 {
                let mut tx = store.write().await.expect("a transaction");
                let said = [says(lobby, user(7), &number.to_string(), "hi")];
                tx.append(&said).await.expect("appended");
                tx.commit().await.expect("committed");
            } else {
                let said = [says(lobby, user(7), &number.to_string(), "hi")];
                store.commit(&said).await[0].as_ref().expect("an outcome");
            }
            served.lock().expect("whole").push(number);
        });
        // On one thread: it runs until it waits for its turn.
        tokio::task::yield_now().await;
    }
    assert!(served.lock().expect("whole").is_empty(), "everybody waits");
    drop(held);
    tracker.close();
    tracker.wait().await;
    assert_eq!(*served.lock().expect("whole"), (0..20).collect::<Vec<_>>());
    let said = log::after(world.store.reader(), lobby, seq(0), seq(20), usize::MAX).await;
    let cids: Vec<String> = said
        .expect("events")
        .iter()
        .map(|event| event.cid.as_ref().expect("a cid").to_string())
        .collect();
    assert_eq!(cids, (0..20).map(|number| number.to_string()).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_at_once_still_count_without_gaps() {
    const PRODUCERS: i64 = 12;
    const TURNS: usize = 30;
    let world = World::new().await;
    let rooms = [world.room("a").await, world.room("b").await, world.room("c").await];
    let (tracker, places) = (TaskTracker::new(), Arc::new(Mutex::new(BTreeSet::new())));
    for producer in 1..=PRODUCERS {
        let (store, places) = (world.store.clone(), Arc::clone(&places));
        tracker.spawn(async move {
            let mut random = fastrand::Rng::with_seed(producer.cast_unsigned());
            for turn in 0..TURNS {
                let batch: Vec<Command> = (0..random.usize(1..8))
                    .map(|place| (format!("{turn}.{place}"), rooms[random.usize(0..3)]))
                    .map(|(cid, room)| says(room, user(producer), &cid, "hi"))
                    .collect();
                for (command, answer) in batch.iter().zip(store.commit(&batch).await) {
                    let Ok(Outcome::Stored { seq, .. }) = answer else { panic!("{answer:?}") };
                    let is_new = places.lock().expect("whole").insert((command.room, seq));
                    assert!(is_new, "{seq} was given twice");
                }
            }
        });
    }
    tracker.close();
    tracker.wait().await;
    let places = places.lock().expect("whole").clone();
    for room in rooms {
        let mine: Vec<u64> =
            places.iter().filter(|(r, _)| *r == room).map(|(_, s)| s.get()).collect();
        assert_eq!(mine, (1..=mine.len() as u64).collect::<Vec<_>>());
        assert_eq!(log_places(&world, room).await, mine);
    }
}

async fn log_places(world: &World, room: RoomId) -> Vec<u64> {
    let events = log::after(world.store.reader(), room, seq(0), seq(u64::MAX), usize::MAX).await;
    events.expect("events").iter().map(|event| event.seq.get()).collect()
}

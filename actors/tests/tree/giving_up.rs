//! Budgets: what goes on crashing is given up.

use std::time::Duration;

use actors::testing::Which;

use crate::world::World;

#[tokio::test]
async fn a_room_that_goes_on_crashing_is_given_up_alone() {
    let world = World::new().await;
    let mut ann = world.newcomer("ann", "lobby").await;
    let mut eve = world.newcomer("eve", "cellar").await;
    let lobby = Which::Room("lobby".parse().expect("a name"));
    for _ in 0..5 {
        world.crash(lobby.clone()).await;
        ann.insist("again", "again", &mut Vec::new()).await;
    }
    world.strike(&lobby).await;
    assert_eq!(ann.goodbye().await.code, 3004, "come back");
    eve.say("all well").await;
    assert_eq!(eve.hears().await, (1, "all well".into()));
    let token = world.token(world.person_named("ann").await).await;
    let mut back = world.join(&token, "lobby").await;
    assert_eq!(back.insist("back", "back", &mut Vec::new()).await, 2);
}

#[tokio::test]
async fn a_connection_that_goes_on_crashing_is_closed() {
    let world = World::new().await;
    let mut ann = world.newcomer("ann", "lobby").await;
    let mut bob = world.newcomer("bob", "lobby").await;
    let which = Which::Connection(ann.id.expect("an id"));
    for _ in 0..5 {
        world.crash(which.clone()).await;
    }
    world.strike(&which).await;
    assert_eq!(ann.goodbye().await.code, 3004);
    bob.insist("still here", "c", &mut Vec::new()).await;
}

#[tokio::test]
async fn a_tree_whose_writer_goes_on_crashing_ends() {
    let world = World::new().await;
    tokio::time::pause();
    let crashing = async {
        for _ in 0..1000 {
            let _ = world.tree.crash(&Which::LogWriter);
            tokio::time::advance(Duration::from_secs(1)).await;
        }
    };
    tokio::select! {
        () = crashing => panic!("it goes on and on"),
        () = world.tree.ended() => {}
    }
    tokio::time::resume();
    assert_eq!(world.metric("actor_restarts_total{actor=\"log_writer\"}"), 12);
}

//! Each actor made to crash while two people talk: at worst `unavailable` for a moment, then it works again, and other
//! rooms notice nothing.

use std::collections::BTreeSet;

use actors::testing::Which;
use domain::{ConnectionId, RoomName};

use crate::harness::{App, Talker, until};

const BEFORE: usize = 5;
const AFTER: usize = 20;

/// Two people talk in one room and a third in another, while `which` crashes. Nothing that was acknowledged is lost or
/// twice there; gives how often the room in question and the other had trouble.
async fn talk_through(which: &Which) -> (usize, usize) {
    let app = App::with(|config| config.sockets.messages_per_second = 0).await;
    let (ann, bob, eve) =
        (app.person("ann").await, app.person("bob").await, app.person("eve").await);
    let mut pair = [Talker::new(ann, "lobby").await, Talker::new(bob, "lobby").await];
    let mut other = Talker::new(eve, "other").await;

    let mut stored = BTreeSet::new();
    for round in 0..BEFORE + AFTER {
        if round == BEFORE {
            crash(&app, which);
        }
        for (index, talker) in pair.iter_mut().enumerate() {
            let cid = format!("{index}/{round}");
            stored.insert((talker.says(&cid, &cid).await, cid));
        }
        other.says(&format!("{round}"), "elsewhere").await;
    }
    for talker in &mut pair {
        // They hear each other again, live.
        let log = talker.log().await;
        let seen = log.iter().map(|message| {
            (message["seq"].as_u64().unwrap(), message["cid"].as_str().unwrap().to_owned())
        });
        assert_eq!(seen.collect::<BTreeSet<_>>(), stored);
        assert_eq!(log.len(), stored.len());
        assert_eq!(log.last().unwrap()["seq"], log.len());
    }
    let [first, second] = &mut pair;
    let seq = first.says("last", "do you hear me?").await;
    assert_eq!(second.hears(seq).await["message"], "do you hear me?");

    // It was restarted, and it says so.
    until("the restart is counted", async || (restarts(&app, "").await > 0).then_some(())).await;
    assert_eq!((first.closes, second.closes, other.closes), (0, 0, 0), "somebody was disconnected");
    let troubles = (first.troubles + second.troubles, other.troubles);
    app.stop().await;
    troubles
}

fn crash(app: &App, which: &Which) {
    assert!(app.server.tree().crash(which), "{which:?} wasn't there to crash");
}

async fn restarts(app: &App, actor: &str) -> u64 {
    app.metric("parlour_actor_restarts_total", actor).await
}

fn lobby() -> RoomName {
    "lobby".parse().unwrap()
}

#[tokio::test]
async fn the_log_writer_crashes_and_people_talk_on() {
    talk_through(&Which::LogWriter).await;
}

#[tokio::test]
async fn the_auth_actor_crashes_and_people_talk_on() {
    let troubles = talk_through(&Which::Auth).await;
    assert_eq!(troubles, (0, 0));
}

#[tokio::test]
async fn the_mailer_crashes_and_people_talk_on() {
    let troubles = talk_through(&Which::Mailer).await;
    assert_eq!(troubles, (0, 0));
}

#[tokio::test]
async fn the_sweeper_crashes_and_people_talk_on() {
    let troubles = talk_through(&Which::Sweeper).await;
    assert_eq!(troubles, (0, 0));
}

#[tokio::test]
async fn the_registry_crashes_and_people_talk_on() {
    talk_through(&Which::Registry).await;
}

#[tokio::test]
async fn a_room_crashes_and_the_other_rooms_notice_nothing() {
    let (_, others) = talk_through(&Which::Room(lobby())).await;
    assert_eq!(others, 0);
}

#[tokio::test]
async fn the_supervisor_of_connections_crashes_and_people_talk_on() {
    talk_through(&Which::ConnectionSupervisor).await;
}

#[tokio::test]
async fn a_connection_crashes_and_its_person_notices_nothing() {
    let app = App::start().await;
    let (ann, bob) = (app.person("ann").await, app.person("bob").await);
    let mut socket = app.socket("lobby", &ann.access).await;
    let hello = socket.next().await;
    let mut other = bob.enters("lobby").await;
    let id = hello["conn"].as_str().unwrap().trim_start_matches('c').parse().unwrap();
    let which = Which::Connection(ConnectionId::new(id));
    for round in 1..=3 {
        // The last one's successor is there within moments.
        until("an actor to crash", async || app.server.tree().crash(&which).then_some(())).await;
        other.say(&format!("{round}"), "do you hear me?").await;
        assert_eq!(socket.next_of("message").await["seq"], round);
        until("it is back", async || (restarts(&app, "connection").await == round).then_some(()))
            .await;
    }
    socket.has_nothing_more().await;
}

#[tokio::test]
async fn a_logout_still_closes_sockets_after_the_auth_actor_has_crashed() {
    let app = App::start().await;
    let ann = app.person("ann").await;
    let mut socket = ann.enters("lobby").await;
    crash(&app, &Which::Auth);
    assert_eq!(ann.logs_out().await.status, 205);
    socket.is_closed_at_once(4503).await;
}

#[tokio::test]
async fn letters_are_still_sent_after_the_mailer_has_crashed() {
    let app = App::start().await;
    crash(&app, &Which::Mailer);
    app.person("ann").await;
}

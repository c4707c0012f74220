//! What is ended is ended at once.

use std::net::{IpAddr, Ipv4Addr};

use accounts::{Identifier, Scope, SignedIn};
use actors::connections::NotAdmitted;
use actors::testing::Which;
use secrecy::SecretString;

use crate::client::Client;
use crate::world::{PASSWORD, World};

async fn login(world: &World, username: &str) -> SignedIn {
    let email = Identifier::Email(format!("{username}@example.com"));
    let client = accounts::Client { ip: IpAddr::V4(Ipv4Addr::LOCALHOST), user_agent: None };
    let signed_in = world.accounts.login(&email, &SecretString::from(PASSWORD), client).await;
    signed_in.expect("signed in")
}

async fn logout(world: &World, session: &SignedIn) {
    let ended = world.accounts.logout(&session.refresh, None, Scope::Session).await;
    let ended = ended.expect("signed out");
    world.tree.auth().caught_up(ended.system_seq).await.expect("acted on");
}

#[tokio::test]
async fn a_logout_closes_every_socket_of_the_session_and_no_other() {
    let world = World::new().await;
    world.account("ann").await;
    let (phone, laptop) = (login(&world, "ann").await, login(&world, "ann").await);
    let mut lobby = world.join(&phone.access, "lobby").await;
    let mut cellar = world.join(&phone.access, "cellar").await;
    let mut other = world.join(&laptop.access, "lobby").await;
    logout(&world, &phone).await;
    assert_eq!(lobby.goodbye().await.code, 4503);
    assert_eq!(cellar.goodbye().await.code, 4503);
    other.say("still here").await;
    assert_eq!(other.hears().await.1, "still here");
    let again = world.knock(Some(phone.access.clone()), "lobby").await;
    assert!(matches!(again, Err(NotAdmitted::Refused(_))), "{again:?}");
}

#[tokio::test]
async fn whoever_is_let_in_while_their_session_ends_is_out_when_it_has_ended() {
    let world = World::new().await;
    world.account("ann").await;
    for _ in 0..20 {
        let session = login(&world, "ann").await;
        let knocks = (0..5).map(|_| world.knock(Some(session.access.clone()), "lobby"));
        let (answers, ()) =
            tokio::join!(futures_util::future::join_all(knocks), logout(&world, &session));
        for admitted in answers.into_iter().flatten() {
            let mut client = Client::run(admitted).await;
            let goodbye = client.next().await.expect_err("not even a hello");
            assert_eq!(goodbye.code, 4503);
        }
        assert!(world.knock(Some(session.access.clone()), "lobby").await.is_err());
    }
}

#[tokio::test]
async fn a_disabled_person_is_out_with_every_token() {
    let world = World::new().await;
    let ann = world.account("ann").await;
    let (session, minted) = (login(&world, "ann").await, world.token(ann).await);
    let mut first = world.join(&session.access, "lobby").await;
    let mut second = world.join(&minted, "lobby").await;
    let seq = world.accounts.disable_person(ann).await.expect("disabled").expect("news");
    world.tree.auth().caught_up(seq).await.expect("acted on");
    assert_eq!(first.goodbye().await.code, 4503);
    assert_eq!(second.goodbye().await.code, 4503);
    for (token, reason) in [(session.access, "Invalid token"), (minted, "User not found")] {
        let Err(NotAdmitted::Refused(refusal)) = world.knock(Some(token), "lobby").await else {
            panic!("refused")
        };
        let goodbye = Client::refused(refusal).await.goodbye().await;
        assert_eq!((goodbye.code, goodbye.reason.as_str()), (3500, reason));
    }
}

#[tokio::test]
async fn what_was_ended_before_a_start_stays_ended() {
    let world = World::new().await;
    world.account("ann").await;
    let session = login(&world, "ann").await;
    logout(&world, &session).await;
    let folder = world.stop().await;
    let world = World::start(folder, crate::world::Settings::default()).await;
    let again = world.knock(Some(session.access), "lobby").await;
    assert!(matches!(again, Err(NotAdmitted::Refused(_))), "{again:?}");
}

#[tokio::test]
async fn a_crash_of_auth_loses_nothing_that_is_ended_meanwhile() {
    let world = World::new().await;
    world.account("ann").await;
    let session = login(&world, "ann").await;
    let mut client = world.join(&session.access, "lobby").await;
    world.strike(&Which::Auth).await;
    logout(&world, &session).await;
    assert_eq!(client.goodbye().await.code, 4503);
}

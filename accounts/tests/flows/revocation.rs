//! What was ended, and what a race can't bring back.

use std::time::Duration;

use accounts::revocation;
use accounts::tokens::Identity;
use accounts::{RefreshError, Revoked, Scope, TokenError};
use domain::{OsEntropy, SessionId, Standing, Timestamp, UserId};

use crate::world::{NOW, World};

fn identity(session: Option<SessionId>, issued_at: Timestamp) -> Identity {
    let user = UserId::new(7).expect("an id");
    Identity { user, session, issued_at, expires_at: issued_at.plus(Duration::from_mins(15)) }
}

#[test]
fn entries_are_forgotten_when_no_token_can_name_them_any_more() {
    let (writer, index) = revocation::pair();
    let session = SessionId::random(&OsEntropy);
    let of_session = identity(Some(session), NOW);
    let minted = identity(None, NOW);
    writer.session_ended(session, NOW);
    writer.person_changed(minted.user, Standing::Disabled, NOW);
    assert_eq!(index.check(&of_session), Err(Revoked::Session));
    assert_eq!(index.check(&minted), Err(Revoked::Person));
    let horizon = Duration::from_hours(24);
    writer.prune(NOW.plus(horizon), horizon);
    assert_eq!(index.len(), (1, 1));
    writer.prune(NOW.plus(horizon + Duration::from_millis(1)), horizon);
    assert_eq!(index.len(), (0, 0));
}

#[test]
fn whoever_was_never_shut_needs_no_entry() {
    let (writer, index) = revocation::pair();
    let minted = identity(None, NOW);
    writer.person_changed(minted.user, Standing::Active, NOW);
    assert_eq!(index.len(), (0, 0));
    assert_eq!(index.check(&minted), Ok(()));
}

#[tokio::test]
async fn no_race_of_refreshes_and_sign_outs_leaves_a_token_that_opens_anything() {
    let world = World::new().await;
    world.member("ann").await;
    for round in 0..25 {
        let signed_in = world.login("ann").await;
        let refreshes: Vec<_> = (0..4)
            .map(|_| {
                let (accounts, mut token) = (world.accounts.clone(), signed_in.refresh.clone());
                world.tracker.spawn(async move {
                    let mut accesses = Vec::new();
                    loop {
                        match accounts.refresh(&token).await {
                            Ok(refreshed) => {
                                accesses.push(refreshed.access);
                                token = refreshed.refresh;
                            }
                            Err(RefreshError::Failure(failure)) => panic!("{failure}"),
                            Err(RefreshError::Token(_) | RefreshError::Reused(_)) => {
                                return accesses;
                            }
                        }
                    }
                })
            })
            .collect();
        if round % 2 == 0 {
            tokio::task::yield_now().await;
        }
        // It may lose to a reuse that ended the session before.
        let _ = world.accounts.logout(&signed_in.refresh, None, Scope::All).await;
        let mut accesses = vec![signed_in.access];
        for refresh in refreshes {
            accesses.extend(refresh.await.expect("no panic"));
        }
        world.catch_up().await;
        for access in &accesses {
            let refused = world.accounts.authenticate(access);
            assert_eq!(refused, Err(TokenError::Revoked(Revoked::Session)));
        }
    }
}

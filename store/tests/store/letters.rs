//! One-time tokens and the outbox.

use std::time::Duration;

use domain::{Email, OsEntropy, Timestamp, UserId};
use store::one_time_tokens::{self, OneTimeToken, Purpose, TokenId};
use store::outbox::{self, Counts, NewLetter};

use crate::world::{NOW, World};

fn later(minutes: u64) -> Timestamp {
    NOW.plus(Duration::from_mins(minutes))
}

pub fn token(person: UserId, digest: u8) -> OneTimeToken {
    OneTimeToken {
        id: TokenId::random(&OsEntropy),
        purpose: Purpose::Activation,
        person,
        address: "Ann@example.com".parse::<Email>().expect("an address"),
        nonce: [3; 16],
        digest: [digest; 32],
        created_at: NOW,
        expires_at: later(60),
        used_at: None,
    }
}

fn letter(person: UserId, template: &str, created_at: Timestamp) -> NewLetter {
    NewLetter { template: template.into(), person, token: None, created_at }
}

#[tokio::test]
async fn a_token_is_found_by_its_digest_and_used_once() {
    let world = World::new().await;
    let ann = world.person("ann").await;
    let tx = world.store.write().await.expect("a transaction");
    let mine = token(ann, 1);
    one_time_tokens::insert(&tx, &mine).await.expect("stored");
    let by_digest = one_time_tokens::find_by_digest(&tx, &[1; 32]).await.expect("read");
    assert_eq!(by_digest, Some(mine.clone()));
    assert_eq!(one_time_tokens::find(&tx, mine.id).await.expect("read"), Some(mine.clone()));
    assert_eq!(one_time_tokens::find_by_digest(&tx, &[2; 32]).await.expect("read"), None);
    assert!(one_time_tokens::mark_used(&tx, mine.id, later(1)).await.expect("written"));
    assert!(!one_time_tokens::mark_used(&tx, mine.id, later(2)).await.expect("written"));
    let used = one_time_tokens::find(&tx, mine.id).await.expect("read").expect("there");
    assert_eq!(used.used_at, Some(later(1)));
}

#[tokio::test]
async fn live_tokens_are_counted_and_revoked() {
    let world = World::new().await;
    let (ann, bob) = (world.person("ann").await, world.person("bob").await);
    let tx = world.store.write().await.expect("a transaction");
    let reset = OneTimeToken { purpose: Purpose::PasswordReset, ..token(ann, 5) };
    let used = OneTimeToken { used_at: Some(NOW), ..token(ann, 4) };
    let expired = OneTimeToken { expires_at: later(1), ..token(ann, 3) };
    let (mine, theirs) = (token(ann, 1), token(bob, 2));
    for token in [&mine, &theirs, &expired, &used, &reset] {
        one_time_tokens::insert(&tx, token).await.expect("stored");
    }
    let live = one_time_tokens::count_live(&tx, ann, Purpose::Activation, later(1)).await;
    assert_eq!(live.expect("counted"), 1);
    let gone = one_time_tokens::revoke(&tx, ann, Purpose::Activation).await;
    assert_eq!(gone.expect("written"), 2);
    for (token, stays) in
        [(mine, false), (expired, false), (theirs, true), (used, true), (reset, true)]
    {
        let found = one_time_tokens::find(&tx, token.id).await.expect("read");
        assert_eq!(found.is_some(), stays, "{token:?}");
    }
}

#[tokio::test]
async fn a_tokens_debug_tells_nothing_to_make_it_from() {
    let world = World::new().await;
    let words = format!("{:?}", token(world.person("ann").await, 7));
    assert!(!words.contains("nonce") && !words.contains("digest"), "{words}");
}

#[tokio::test]
async fn letters_are_due_in_the_order_of_their_time() {
    let world = World::new().await;
    let ann = world.person("ann").await;
    let tx = world.store.write().await.expect("a transaction");
    let mine = token(ann, 1);
    one_time_tokens::insert(&tx, &mine).await.expect("stored");
    let late = outbox::queue(&tx, &letter(ann, "late", later(5))).await.expect("queued");
    let with_token = NewLetter { token: Some(mine.id), ..letter(ann, "early", later(1)) };
    let early = outbox::queue(&tx, &with_token).await.expect("queued");
    assert_ne!(early, late);
    assert_eq!(outbox::next_due(&tx).await.expect("read"), Some(later(1)));
    assert!(outbox::due(&tx, NOW, 9).await.expect("read").is_empty());

    let due = outbox::due(&tx, later(5), 9).await.expect("read");
    let ids: Vec<_> = due.iter().map(|letter| letter.id).collect();
    assert_eq!(ids, [early, late]);
    assert_eq!(outbox::due(&tx, later(5), 1).await.expect("read").len(), 1);
    let first = due.first().expect("one");
    assert_eq!((first.template.as_str(), first.person), ("early", ann));
    assert_eq!((first.token, first.attempts), (Some(mine.id), 0));
    assert_eq!((first.created_at, first.due_at), (later(1), later(1)));
}

#[tokio::test]
async fn a_letter_is_tried_again_and_sent_or_given_up() {
    let world = World::new().await;
    let ann = world.person("ann").await;
    let tx = world.store.write().await.expect("a transaction");
    let sent = outbox::queue(&tx, &letter(ann, "sent", later(1))).await.expect("queued");
    let lost = outbox::queue(&tx, &letter(ann, "lost", later(2))).await.expect("queued");
    let counts = outbox::counts(&tx).await.expect("read");
    assert_eq!(counts, Counts { pending: 2, parked: 0, oldest_pending: Some(later(1)) });

    outbox::retry_at(&tx, sent, later(9), "450 try later").await.expect("written");
    let due = outbox::due(&tx, later(8), 9).await.expect("read");
    assert_eq!(due.iter().map(|letter| letter.id).collect::<Vec<_>>(), [lost]);
    let again = outbox::due(&tx, later(9), 9).await.expect("read").pop().expect("the first");
    assert_eq!((again.id, again.attempts, again.created_at), (sent, 1, later(1)));
    assert_eq!(again.last_error.as_deref(), Some("450 try later"));

    outbox::sent(&tx, sent, later(9)).await.expect("written");
    outbox::parked(&tx, lost, later(9), "550 no such mailbox").await.expect("written");
    assert!(outbox::due(&tx, later(99), 9).await.expect("read").is_empty());
    assert_eq!(outbox::next_due(&tx).await.expect("read"), None);
    let counts = outbox::counts(&tx).await.expect("read");
    assert_eq!(counts, Counts { pending: 0, parked: 1, oldest_pending: None });
}

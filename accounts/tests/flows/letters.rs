//! What letters look like when they are sent.

use std::time::Duration;

use secrecy::ExposeSecret;
use store::outbox;

use crate::world::{NOW, World, mailbox, token_in};

#[tokio::test]
async fn the_activation_letter_is_plain_and_html_with_a_link_to_the_front_end() {
    let world = World::new().await;
    world.register("ann").await;
    let letter = &world.letters().await[0];
    let text = world.written(letter).await.expect("worth sending");
    let plain = text.replace("=\r\n", "").replace("=3D", "=");
    let token = token_in(&text);
    let link = format!("https://front.example.org/activate?token={}", token.expose_secret());
    assert!(plain.contains(&format!("\r\n{link}\r\n")), "{plain}");
    assert!(plain.contains(&format!("href=\"{link}\"")), "{plain}");
    for header in [
        "From: Parlour <parlour@chat.example.org>",
        "To: ann@example.com",
        "Subject: Activate your account",
        "Date: Tue, 24 Nov 2026 07:00:36 +0000",
        "Auto-Submitted: auto-generated",
        "Content-Type: multipart/alternative;",
        "@chat.example.org>",
    ] {
        assert!(text.contains(header), "{header} in {text}");
    }
}

#[tokio::test]
async fn a_letter_that_is_tried_again_is_the_same_letter() {
    let world = World::new().await;
    world.register("ann").await;
    let letter = world.letters().await.remove(0);
    let id = |text: &str| {
        let line = text.lines().find(|line| line.starts_with("Message-ID:"));
        line.expect("a Message-ID").to_owned()
    };
    let first = world.written(&letter).await.expect("worth sending");
    let tx = world.store.write().await.expect("a transaction");
    outbox::retry_at(&tx, letter.id, NOW.plus(Duration::from_secs(5)), "no route")
        .await
        .expect("noted");
    tx.commit().await.expect("committed");
    world.later(Duration::from_hours(1));
    let letter = world.letters().await.remove(0);
    assert_eq!(letter.attempts, 1);
    let second = world.written(&letter).await.expect("worth sending");
    assert_eq!(id(&first), id(&second));
}

#[tokio::test]
async fn a_letter_that_nobody_needs_any_more_is_not_sent() {
    let world = World::new().await;
    world.register("used").await;
    world.register("late").await;
    let shut = world.register("shut").await.user_id;
    let letters = world.letters().await;
    let token = token_in(&world.written(&letters[0]).await.expect("worth sending"));
    world.activate(&token).await;
    assert_eq!(world.written(&letters[0]).await, None, "it was used");
    world.accounts.disable_person(shut).await.expect("shut");
    assert_eq!(world.written(&letters[2]).await, None, "its person was shut out");
    assert!(world.written(&letters[1]).await.is_some(), "the control");
    world.later(Duration::from_hours(24));
    assert_eq!(world.written(&letters[1]).await, None, "its time is over");
}

#[tokio::test]
async fn a_name_from_the_outbox_that_is_no_letters_is_not_sent() {
    let world = World::new().await;
    world.register("ann").await;
    let mut letter = world.letters().await.remove(0);
    letter.template = "../../etc/passwd".into();
    let nothing = world.accounts.compose(&letter, &mailbox()).await.expect("no failure");
    assert!(nothing.is_none());
}

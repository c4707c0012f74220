//! Letters: when they leave, and what happens when they can't.

use std::time::Duration;

use actors::mailer::Transport;
use serde_json::{Value, json};
use store::outbox;

use crate::world::{PASSWORD, Settings, World, until};

async fn register(world: &World, username: &str) {
    let body = json!({
        "username": username, "email": format!("{username}@example.com"),
        "password": PASSWORD, "confirm_password": PASSWORD,
    });
    let Value::Object(body) = body else { panic!("an object") };
    let registration = accounts::Registration::from_json(&body).expect("well formed");
    world.accounts.register(registration).await.expect("registered");
    world.tree.mailer().wake();
}

fn letters(world: &World) -> Vec<String> {
    let folder = world.folder.path().join("outbox");
    let entries = std::fs::read_dir(folder).expect("the folder of letters");
    let files = entries.map(|entry| entry.expect("an entry").path());
    let letters = files.filter(|path| {
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name");
        path.extension().is_some_and(|end| end == "eml") && !name.starts_with('.')
    });
    letters.map(|path| std::fs::read_to_string(path).expect("a letter")).collect()
}

#[tokio::test]
async fn a_letter_is_one_whole_file_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;

    let world = World::new().await;
    register(&world, "ann").await;
    let found = async || letters(&world).pop();
    let letter = until("the letter", found).await;
    assert!(letter.contains("To: ann@example.com"), "{letter}");
    assert!(
        letter.contains("From: Parlour <parlour@localhost>")
            || letter.contains("From: \"Parlour\" <parlour@localhost>"),
        "{letter}"
    );
    assert!(letter.contains("multipart/alternative"), "{letter}");
    let sent = async || {
        let counts = outbox::counts(world.store.reader()).await.expect("a look");
        (counts.pending == 0).then_some(())
    };
    until("it counts as sent", sent).await;
    let folder = world.folder.path().join("outbox");
    let mode = |path| std::fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    assert_eq!(mode(folder.clone()), 0o700);
    for entry in std::fs::read_dir(&folder).expect("the folder") {
        assert_eq!(mode(entry.expect("an entry").path()), 0o600);
    }
}

#[tokio::test]
async fn every_letter_leaves_though_the_mailer_crashes() {
    let world = World::new().await;
    for n in 0..6 {
        register(&world, &format!("ann{n}")).await;
        world.strike(&actors::testing::Which::Mailer).await;
    }
    until("all letters", async || (letters(&world).len() == 6).then_some(())).await;
}

#[tokio::test]
async fn a_letter_that_can_not_leave_is_tried_later_and_later_and_parked_after_ten_times() {
    // A port that nobody listens on: bound and given back.
    let closed = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("smtp://127.0.0.1:{}", closed.local_addr().expect("an address").port());
    drop(closed);
    let mut settings = Settings::default();
    settings.mail.transport = Transport::Smtp;
    settings.mail.url = Some(url.into());
    let world = World::with(settings).await;
    register(&world, "ann").await;
    let failed = |n: u64| {
        let world = &world;
        async move || {
            let failed = world.metric("letters_total{outcome=\"failed\"}");
            let parked = world.metric("letters_total{outcome=\"parked\"}");
            (failed + parked >= n).then_some(())
        }
    };
    for n in 1..=10 {
        until("a failure", failed(n)).await;
        let due = outbox::next_due(world.store.reader()).await.expect("a look");
        let Some(due) = due else {
            assert_eq!(n, 10, "only the tenth is the last");
            break;
        };
        let wait = due.since(domain::Clock::now(&*world.clock));
        let middle = Duration::from_secs(5) * 2u32.pow(u32::try_from(n - 1).expect("few"));
        assert!(wait >= middle * 4 / 5 && wait <= middle * 6 / 5, "{n}: {wait:?}");
        world.clock.advance(wait);
        world.tree.mailer().wake();
    }
    assert_eq!(world.metric("letters_total{outcome=\"parked\"}"), 1);
    let counts = outbox::counts(world.store.reader()).await.expect("a look");
    assert_eq!((counts.pending, counts.parked), (0, 1));
}

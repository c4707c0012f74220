//! Signing in.

use std::time::{Duration, Instant};

use accounts::{Client, Config, Identifier, LoginError, passwords};
use domain::Clock;
use secrecy::{ExposeSecret, SecretString};
use store::{people, sessions};

use crate::world::{NOW, PASSWORD, World, address, cheap, client};

#[tokio::test]
async fn who_signs_in_gets_a_session_and_tokens_that_open_things() {
    let world = World::new().await;
    let ann = world.member("ann").await;
    let agent = Some("x".repeat(1000));
    let client = Client { user_agent: agent, ..client() };
    let email = Identifier::Email(" ANN@example.com ".into());
    let signed_in = world.accounts.login(&email, &SecretString::from(PASSWORD), client).await;
    let signed_in = signed_in.expect("signed in");
    assert_eq!(signed_in.user.id, ann);
    assert_eq!(signed_in.expires_in, Duration::from_mins(15));
    let identity = world.accounts.authenticate(&signed_in.access).expect("good");
    assert_eq!(identity.user, ann);
    assert_eq!(identity.session, Some(signed_in.session_id));
    assert!(world.accounts.authenticate(&signed_in.refresh).is_err());
    let session = sessions::find(world.store.reader(), signed_in.session_id).await;
    let session = session.expect("a look").expect("a session");
    assert_eq!(session.address, Some(crate::world::client().ip));
    assert_eq!(session.user_agent.map(|agent| agent.len()), Some(256));
    assert_eq!(session.expires_at, NOW.plus(Duration::from_hours(14 * 24)));
    assert_eq!(world.person(ann).await.last_login_at, Some(world.clock.now()));
    assert_eq!(world.counted("logins", "signed_in"), 1);
}

#[tokio::test]
async fn a_username_signs_in_as_well() {
    let world = World::new().await;
    let ann = world.member("ann").await;
    let name = Identifier::Username("Ann".into());
    let signed_in = world.accounts.login(&name, &SecretString::from(PASSWORD), client()).await;
    assert_eq!(signed_in.expect("signed in").user.id, ann);
}

#[tokio::test]
async fn unknown_wrong_inactive_and_disabled_are_refused_alike() {
    let world = World::new().await;
    let ann = world.member("ann").await;
    world.register("new").await;
    let shut = world.member("shut").await;
    world.accounts.disable_person(shut).await.expect("shut");
    for (name, password) in [
        ("nobody", PASSWORD),
        ("ann", "wrong horse battery"),
        ("new", "wrong horse battery"),
        ("shut", PASSWORD),
        ("shut", "wrong horse battery"),
        ("not an address", PASSWORD),
        ("ann", ""),
    ] {
        let refused = world.try_login(name, password).await.expect_err(name);
        assert!(matches!(refused, LoginError::Credentials), "{name}: {refused:?}");
    }
    let waits = world.try_login("new", PASSWORD).await.expect_err("not yet");
    assert!(matches!(waits, LoginError::EmailNotVerified));
    assert_eq!(waits.to_string(), "Invalid credentials");
    let sessions = sessions::list(world.store.reader(), ann, world.clock.now()).await;
    assert!(sessions.expect("a look").is_empty(), "nothing is left of a refusal");
}

#[tokio::test]
async fn a_refusal_takes_as_long_whoever_it_is() {
    // Hashes that take long enough to be seen.
    let passwords = passwords::Config { memory_kib: 4096, passes: 1, ..cheap() };
    let world = World::with(Config::default(), passwords).await;
    world.member("ann").await;
    world.register("new").await;
    let shut = world.member("shut").await;
    world.accounts.disable_person(shut).await.expect("shut");
    let cases = [("nobody", "x"), ("ann", "x"), ("new", "x"), ("shut", PASSWORD), ("@", "x")];
    let mut times = vec![Vec::new(); cases.len()];
    // Turn by turn, so that whatever else the machine does falls on all.
    for _ in 0..15 {
        for ((name, password), times) in cases.iter().zip(&mut times) {
            let started = Instant::now();
            world.try_login(name, password).await.expect_err("refused");
            times.push(started.elapsed());
        }
    }
    let medians: Vec<_> = times
        .iter_mut()
        .map(|times| {
            times.sort();
            times[times.len() / 2]
        })
        .collect();
    let (least, most) = (medians.iter().min().expect("some"), medians.iter().max().expect("some"));
    // A hash that is left out would make it many times.
    assert!(*most < *least * 3, "{cases:?} took {medians:?}");
}

#[tokio::test]
async fn an_outdated_hash_is_made_anew_at_the_next_sign_in() {
    let world = World::new().await;
    let ann = world.member("ann").await;
    // Django's hash of PASSWORD, as an import would leave it.
    let django = SecretString::from(
        "pbkdf2_sha256$1000$somesalt$K5SAHVwQoz0J3yvOytAOiRUeGU14G3lS2KOx1HL3NxA=",
    );
    let tx = world.store.write().await.expect("a transaction");
    people::set_password_hash(&tx, ann, &django).await.expect("set");
    tx.commit().await.expect("committed");
    let wrong = world.try_login("ann", "wrong horse battery").await;
    assert!(matches!(wrong, Err(LoginError::Credentials)));
    let hash = async || world.person(ann).await.password_hash.expect("a hash");
    assert_eq!(hash().await.expose_secret(), django.expose_secret(), "a refusal changes nothing");
    world.login("ann").await;
    let anew = hash().await;
    assert!(anew.expose_secret().starts_with("$argon2id$v=19$m=8,t=1,p=1$"));
    world.login("ann").await;
    assert_eq!(hash().await.expose_secret(), anew.expose_secret(), "once is enough");
}

#[tokio::test]
async fn who_is_shut_while_their_password_is_checked_gets_no_session() {
    let world = World::new().await;
    let ann = world.member("ann").await;
    for _ in 0..20 {
        let accounts = world.accounts.clone();
        let email = Identifier::Email(address("ann"));
        let login = world.tracker.spawn(async move {
            accounts.login(&email, &SecretString::from(PASSWORD), client()).await
        });
        world.accounts.disable_person(ann).await.expect("shut");
        let _ = login.await.expect("no panic");
        let alive = sessions::list(world.store.reader(), ann, world.clock.now()).await;
        assert!(alive.expect("a look").is_empty(), "none began after the end of all");
        world.accounts.enable_person(ann).await.expect("opened");
    }
}

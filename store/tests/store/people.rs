//! People and their sessions, tokens and letters.

use std::time::Duration;

use domain::{Role, Standing, Timestamp, Username};
use secrecy::{ExposeSecret, SecretString};
use store::people::{self, InsertError, NewPerson, Profile, Taken};
use store::{Store, StoreError};

use crate::world::{NOW, World, new_person};

async fn insert(store: &Store, person: &NewPerson) -> Result<(), InsertError> {
    let tx = store.write().await?;
    people::insert(&tx, person).await?;
    tx.commit().await?;
    Ok(())
}

fn later(minutes: u64) -> Timestamp {
    NOW.plus(Duration::from_mins(minutes))
}

#[tokio::test]
async fn a_person_is_found_as_they_were_stored() {
    let world = World::new().await;
    let ann = NewPerson {
        password_hash: Some(SecretString::from("$argon2id$…")),
        first_name: "Ann".into(),
        last_name: "Lee".into(),
        role: Some(Role::Startup),
        is_admin: true,
        verified_at: None,
        profile: Profile {
            company_name: "Lee & Daughters".into(),
            website: "https://lee.example".into(),
            description: String::new(),
        },
        ..new_person("Ann.Lee")
    };
    insert(&world.store, &ann).await.expect("stored");
    let reader = world.store.reader();
    let by_id = people::find(reader, ann.id).await.expect("read").expect("there");
    let by_email = people::find_by_email_key(reader, &ann.email.key()).await;
    let by_name = people::find_by_username_key(reader, &ann.username.key()).await;
    assert_eq!(by_email.expect("read").expect("there").id, ann.id);
    assert_eq!(by_name.expect("read").expect("there").id, ann.id);
    assert_eq!((&by_id.username, &by_id.email), (&ann.username, &ann.email));
    assert_eq!((by_id.first_name.as_str(), by_id.last_name.as_str()), ("Ann", "Lee"));
    assert_eq!(by_id.password_hash.expect("a hash").expose_secret(), "$argon2id$…");
    assert_eq!((by_id.role, by_id.is_admin), (Some(Role::Startup), true));
    assert_eq!((by_id.created_at, by_id.last_login_at), (NOW, None));
    let profile = people::profile(reader, ann.id).await.expect("read");
    assert_eq!(profile, Some(ann.profile));
    assert!(people::find_by_email_key(reader, "nobody@example.com").await.expect("read").is_none());
}

#[tokio::test]
async fn a_name_or_address_is_taken_whatever_its_case() {
    let world = World::new().await;
    insert(&world.store, &new_person("ann")).await.expect("stored");
    let clash = |username: &str, email: &str| NewPerson {
        username: username.parse().expect("a name"),
        email: email.parse().expect("an address"),
        ..new_person("somebody")
    };
    for (person, email, username) in [
        (clash("ANN", "else@example.com"), false, true),
        (clash("else", "ANN@Example.com"), true, false),
        (clash("Ann", "Ann@example.com"), true, true),
    ] {
        let refused = insert(&world.store, &person).await.expect_err("taken");
        let InsertError::Taken(taken) = refused else { panic!("{refused}") };
        assert_eq!(taken, Taken { email, username });
    }
    insert(&world.store, &clash("else", "else@example.com")).await.expect("free");
}

#[tokio::test]
async fn a_reserved_name_is_taken_until_its_time_is_over() {
    let world = World::new().await;
    let name: Username = "Ann".parse().expect("a name");
    let tx = world.store.write().await.expect("a transaction");
    people::reserve_username(&tx, &name, later(10)).await.expect("reserved");
    people::reserve_username(&tx, &name, later(5)).await.expect("reserved");
    tx.commit().await.expect("committed");
    let ann = |created_at| NewPerson { created_at, ..new_person("ann") };
    let early = insert(&world.store, &ann(later(9))).await;
    assert!(matches!(early, Err(InsertError::Taken(Taken { email: false, username: true }))));
    insert(&world.store, &ann(later(10))).await.expect("free");
}

#[tokio::test]
async fn what_changes_a_person_says_whether_it_did() {
    let world = World::new().await;
    let ann = NewPerson { verified_at: None, ..new_person("ann") };
    insert(&world.store, &ann).await.expect("stored");
    let (id, nobody) = (ann.id, new_person("nobody").id);
    let tx = world.store.write().await.expect("a transaction");
    let standing = async || people::find(&tx, id).await.expect("read").expect("there").standing();
    let said = |changed: Result<bool, StoreError>| changed.expect("written");

    assert_eq!(standing().await, Standing::Unverified);
    assert!(said(people::set_verified(&tx, id, later(1)).await));
    assert!(!said(people::set_verified(&tx, id, later(2)).await));
    assert!(!said(people::set_verified(&tx, nobody, later(2)).await));
    assert_eq!(standing().await, Standing::Active);

    assert!(said(people::set_disabled(&tx, id, Some(later(3))).await));
    assert!(!said(people::set_disabled(&tx, id, Some(later(4))).await));
    assert_eq!(standing().await, Standing::Disabled);
    assert!(!said(people::set_verified(&tx, id, later(5)).await), "it never re-enables anyone");
    assert_eq!(standing().await, Standing::Disabled);
    assert!(said(people::set_disabled(&tx, id, None).await));
    assert!(!said(people::set_disabled(&tx, id, None).await));
    assert_eq!(standing().await, Standing::Active);

    for (role, changes) in [
        (None, false),
        (Some(Role::Investor), true),
        (Some(Role::Investor), false),
        (Some(Role::Startup), true),
        (None, true),
    ] {
        assert_eq!(said(people::set_role(&tx, id, role).await), changes, "{role:?}");
    }
    assert!(said(people::set_admin(&tx, id, true).await));
    assert!(!said(people::set_admin(&tx, id, true).await));
    assert!(said(people::set_password_hash(&tx, id, &"new".into()).await));
    people::touch_login(&tx, id, later(9)).await.expect("written");
    let ann = people::find(&tx, id).await.expect("read").expect("there");
    assert_eq!(ann.verified_at, Some(later(1)));
    assert_eq!(ann.last_login_at, Some(later(9)));
    assert_eq!(ann.password_hash.expect("a hash").expose_secret(), "new");
    assert!(ann.is_admin);
}

#[tokio::test]
async fn people_are_listed_in_pages() {
    let world = World::new().await;
    let mut ids = Vec::new();
    for number in 0..7 {
        ids.push(world.person(&format!("person{number}")).await);
    }
    ids.sort_unstable();
    let (mut listed, mut after) = (Vec::new(), None);
    loop {
        let page = people::list(world.store.reader(), after, 3).await.expect("a page");
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        listed.extend(page.into_iter().map(|person| person.id));
    }
    assert_eq!(listed, ids);
}

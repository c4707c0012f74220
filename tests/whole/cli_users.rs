//! Accounts, from the command line.

use std::path::Path;

use serde_json::json;

use crate::harness::commands::{Ran, parlour, parlour_with};
use crate::harness::{PASSWORD, Program, until};

async fn add(folder: &Path, arguments: &str, password: &str) -> Ran {
    let input = format!("{password}\n");
    parlour_with(folder, &[], &format!("user add {arguments}"), &input).await
}

async fn add_active(folder: &Path, name: &str) {
    let arguments = format!("--username {name} --email {name}@example.org --active");
    add(folder, &arguments, PASSWORD).await.ok();
}

#[tokio::test]
async fn a_fresh_folder_can_be_filled_before_the_first_start() {
    let folder = tempfile::tempdir().unwrap();
    let arguments =
        "--username ann --email ann@example.org --active --admin --role investor --json";
    let added = add(folder.path(), arguments, PASSWORD).await.json();
    let program = Program::start(folder.path(), &[]).await;
    let login = program.login("ann").await.expect(200);
    assert_eq!(login["user"]["id"], added[0]["id"]);
    assert_eq!(login["user"]["role"], "investor");
    let shown = parlour(folder.path(), "user show ann --json").await.json();
    assert_eq!(shown[0]["is_admin"], true);
    assert_eq!(shown[0]["standing"], "active");
}

#[tokio::test]
async fn an_account_made_beside_a_running_server_signs_in() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(folder.path(), &[]).await;
    add_active(folder.path(), "ann").await;
    program.login("ann").await.expect(200);
}

#[tokio::test]
async fn whoever_is_not_active_gets_a_letter_or_is_activated() {
    let folder = tempfile::tempdir().unwrap();
    add(folder.path(), "--username ann --email ann@example.org", PASSWORD).await.ok();
    add(folder.path(), "--username bob --email bob@example.org", PASSWORD).await.ok();
    let program = Program::start(folder.path(), &[]).await;
    program.login("ann").await.expect(401);
    let letter = program.mailbox().letter_to("ann@example.org").await;
    let token = json!({ "token": letter.token() });
    program.post("/api/users/activate/", &token).send().await.expect(200);
    program.login("ann").await.expect(200);
    let said = parlour(folder.path(), "user activate bob@example.org").await.ok();
    assert!(said.ends_with(": activated\n"), "{said}");
    program.login("bob").await.expect(200);
    let said = parlour(folder.path(), "user activate bob").await.ok();
    assert!(said.ends_with(": nothing to do: already activated\n"), "{said}");
}

#[tokio::test]
async fn another_password_ends_the_sessions_of_the_old_one() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(folder.path(), &[]).await;
    let ann = program.person("ann").await;
    let mut socket = ann.enters("lobby").await;
    let changed = parlour_with(folder.path(), &[], "user password ann", "another horse battery\n");
    changed.await.ok();
    assert_eq!(socket.closed().await.map(|(code, _)| code), Some(4503));
    program.login("ann").await.expect(401);
    let login = json!({ "email": "ann@example.org", "password": "another horse battery" });
    program.post("/api/users/login/", &login).send().await.expect(200);
}

#[tokio::test]
async fn whoever_is_enabled_again_signs_in_again() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(folder.path(), &[]).await;
    let ann = program.person("ann").await;
    parlour(folder.path(), "user disable ann").await.ok();
    program.login("ann").await.expect(401);
    parlour(folder.path(), "user enable ann").await.ok();
    until("the old session is over", async || {
        let me = program.get("/api/users/me/").bearer(&ann.access).send().await;
        (me.status == 401).then_some(())
    })
    .await;
    let again = ann.signs_in_again().await;
    program.get("/api/users/me/").bearer(&again.access).send().await.expect(200);
}

#[tokio::test]
async fn what_somebody_represents_can_be_changed_and_so_can_who_administers() {
    let folder = tempfile::tempdir().unwrap();
    add_active(folder.path(), "ann").await;
    parlour(folder.path(), "user role ann startup --admin true").await.ok();
    let shown = parlour(folder.path(), "user show ann --json").await.json();
    assert_eq!((&shown[0]["role"], &shown[0]["is_admin"]), (&json!("startup"), &json!(true)));
    parlour(folder.path(), "user role ann none").await.ok();
    parlour(folder.path(), "user role ann --admin false").await.ok();
    let shown = parlour(folder.path(), "user show ann --json").await.json();
    assert_eq!((&shown[0]["role"], &shown[0]["is_admin"]), (&json!(null), &json!(false)));
    parlour(folder.path(), "user role ann").await.failed(2);
    parlour(folder.path(), "user role ann king").await.failed(2);
}

#[tokio::test]
async fn people_are_listed_for_people_and_for_programs() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["ann", "bob"] {
        add_active(folder.path(), name).await;
    }
    let listed = parlour(folder.path(), "user list --json").await.json();
    let mut names: Vec<_> =
        listed.iter().map(|person| person["username"].as_str().unwrap()).collect();
    names.sort_unstable();
    assert_eq!(names, ["ann", "bob"]);
    let table = parlour(folder.path(), "user list").await.ok();
    assert_eq!(table.lines().count(), 3, "{table}");
    assert!(table.starts_with("ID "), "{table}");
}

#[tokio::test]
async fn what_can_t_be_done_is_said_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    add_active(folder.path(), "ann").await;
    let weak =
        add(folder.path(), "--username bob --email bob@example.org", "12345").await.failed(1);
    assert!(weak.starts_with("parlour: password: This password is too short."), "{weak}");
    let none = add(folder.path(), "--username bob --email bob@example.org", "").await.failed(2);
    assert!(none.contains("no password came on standard input"), "{none}");
    let taken = add(folder.path(), "--username Ann --email ANN@example.org", PASSWORD).await;
    let taken = taken.failed(1);
    assert!(taken.contains("username: The username is already taken."), "{taken}");
    assert!(taken.contains("email: The email address is already in use."), "{taken}");
    add(folder.path(), "--username a/b --email b@example.org", PASSWORD).await.failed(2);
    let gone = parlour(folder.path(), "user disable carol").await.failed(1);
    assert!(gone.contains("there is no `carol`"), "{gone}");
    assert_eq!(parlour(folder.path(), "user list --json").await.json().len(), 1);
}

#[tokio::test]
async fn a_name_that_means_two_people_means_nobody() {
    let folder = tempfile::tempdir().unwrap();
    add_active(folder.path(), "ann").await;
    // A username may look like somebody else's address.
    add(folder.path(), "--username ann@example.org --email eve@example.org --active", PASSWORD)
        .await
        .ok();
    let told = parlour(folder.path(), "user disable ann@example.org").await.failed(1);
    assert!(told.contains("means several people; name one by id: "), "{told}");
    let id = told.trim().rsplit(' ').next().unwrap();
    let said = parlour(folder.path(), &format!("user disable {id}")).await.ok();
    assert!(said.contains(id) && said.ends_with(": disabled\n"), "{said}");
}

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::load::{Loaded, load};
use super::{Origin, Sources};

const SECRETS: &[&str] = &["post.url"];

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct House {
    door: Door,
    post: Post,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Door {
    listen: SocketAddr,
    bell: bool,
    guests: u32,
    friends: Vec<String>,
    #[serde(with = "humantime_serde")]
    patience: Duration,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Post {
    url: Option<String>,
    weight: Option<u32>,
    roads: Option<Vec<String>>,
}

impl Default for Door {
    fn default() -> Self {
        Self {
            listen: ([127, 0, 0, 1], 8080).into(),
            bell: true,
            guests: 4,
            friends: Vec::new(),
            patience: Duration::from_mins(1),
        }
    }
}

struct Given {
    folder: tempfile::TempDir,
    sources: Sources,
}

fn given(file: &str, environment: &[(&str, &str)]) -> Given {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("config.toml");
    std::fs::write(&path, file).expect("a file");
    let environment = environment.iter().map(|(name, text)| (name.into(), text.into())).collect();
    let sources = Sources { file: Some(path), environment, ..Sources::default() };
    Given { folder, sources }
}

fn read(given: Given) -> Loaded<House> {
    load(given.sources, SECRETS).expect("a good configuration")
}

/// What is wrong, the file's folder left out.
fn wrong(given: Given) -> Vec<String> {
    let folder = format!("{}/", given.folder.path().display());
    let error = load::<House>(given.sources, SECRETS).expect_err("a bad configuration");
    error.0.iter().map(|problem| problem.to_string().replace(&folder, "")).collect()
}

#[test]
fn each_layer_covers_the_one_below() {
    let mut given = given(
        "[door]\nlisten = \"127.0.0.1:1\"\nguests = 2\nbell = false\n",
        &[("PARLOUR__DOOR__LISTEN", "127.0.0.1:2"), ("PARLOUR__DOOR__GUESTS", "3")],
    );
    let path = given.folder.path().join("config.toml");
    given.sources = given.sources.flag("--listen", "door.listen", Some("127.0.0.1:3".into()));
    let house = read(given);
    assert_eq!(house.config.door.listen.port(), 3);
    assert_eq!(house.origin("door.listen"), Origin::Flag("--listen"));
    assert_eq!(house.config.door.guests, 3);
    assert_eq!(house.origin("door.guests"), Origin::Environment("PARLOUR__DOOR__GUESTS".into()));
    assert!(!house.config.door.bell);
    assert_eq!(house.origin("door.bell"), Origin::File { path, line: 4 });
    assert_eq!(house.config.door.patience, Duration::from_mins(1));
    assert_eq!(house.origin("door.patience"), Origin::Default);
}

#[test]
fn a_variable_is_read_as_its_key_wants() {
    let house = read(given(
        "",
        &[
            ("PARLOUR__DOOR__BELL", "false"),
            ("PARLOUR__DOOR__FRIENDS", "ann, bob"),
            ("PARLOUR__DOOR__PATIENCE", "90s"),
            ("PARLOUR__POST__URL", "12345"),
            ("PARLOUR__POST__WEIGHT", "7"),
            ("PARLOUR__POST__ROADS", "[\"a,b\", \"c\"]"),
            ("PARLOUR_OTHER", "ignored"),
        ],
    ))
    .config;
    assert!(!house.door.bell);
    assert_eq!(house.door.friends, ["ann", "bob"]);
    assert_eq!(house.door.patience, Duration::from_secs(90));
    assert_eq!(house.post.url.as_deref(), Some("12345"), "a number where a text is wanted");
    assert_eq!(house.post.weight, Some(7), "a number where nothing is the default");
    assert_eq!(house.post.roads, Some(vec!["a,b".into(), "c".into()]));
}

#[test]
fn everything_wrong_is_told_at_once_with_its_line() {
    let given = given(
        "[door]\nlisten = \"here\"\nguests = \"many\"\nfreinds = []\npatience = 5\n\n[dor]\nbell = true\n",
        &[("PARLOUR__DOOR__BELL", "perhaps")],
    );
    let wrong = wrong(given);
    let expected = [
        "config.toml:4: door.freinds: unknown key; did you mean `door.friends`?",
        "config.toml:7: dor: unknown key; did you mean `door`?",
        "PARLOUR__DOOR__BELL: door.bell: invalid type: string \"perhaps\", expected a boolean",
        "config.toml:3: door.guests: invalid type: string \"many\", expected u32",
        "config.toml:2: door.listen: invalid socket address syntax",
        "config.toml:5: door.patience: invalid type: integer `5`, expected a duration",
    ];
    assert_eq!(wrong, expected);
}

#[test]
fn an_unknown_name_is_answered_with_the_nearest_known_one() {
    let words = |file: &str| wrong(given(file, &[])).join("\n");
    assert!(words("listen = 1").ends_with("did you mean `door.listen`?"));
    assert!(words("[post]\nurl_fil = \"x\"").ends_with("did you mean `post.url_file`?"));
    assert!(words("[post]\ncolour = 1").ends_with("known here: roads, url, weight, url_file"));
    assert!(words("colour = 1").ends_with("known here: door, post"));
    assert!(words("door = 1").contains("this is a section; write [door]"));
    let variable = wrong(given("", &[("PARLOUR__DOOR__LISTNE", "x")]));
    assert_eq!(
        variable,
        ["PARLOUR__DOOR__LISTNE: door.listne: unknown key; did you mean `door.listen`?"]
    );
}

#[test]
fn a_file_that_is_no_toml_is_told_with_its_line() {
    let wrong = wrong(given("[door]\nbell = true\nbell = false\n", &[]));
    assert_eq!(wrong, ["config.toml:3: duplicate key"]);
}

#[test]
fn a_file_that_was_named_must_be_there() {
    let file = Some(PathBuf::from("/nonexistent/config.toml"));
    let error = load::<House>(Sources { file, ..Sources::default() }, SECRETS);
    let words = error.expect_err("no such file").to_string();
    assert!(words.starts_with("can't read the configuration file /nonexistent/config.toml"));
}

#[test]
fn a_secret_may_come_from_a_file() {
    let given = given("", &[]);
    let secret = given.folder.path().join("secret");
    std::fs::write(&secret, "smtp://ann:pw@host\n").expect("a file");
    let text = format!("[post]\nurl_file = {:?}\n", secret.display().to_string());
    std::fs::write(given.folder.path().join("config.toml"), text).expect("a file");
    let house = read(given);
    assert_eq!(house.config.post.url.as_deref(), Some("smtp://ann:pw@host"));
    assert!(matches!(house.origin("post.url"), Origin::File { line: 2, .. }));
}

#[test]
fn a_secrets_file_that_is_missing_or_doubled_stops_the_start() {
    let missing = wrong(given("[post]\nurl_file = \"/nonexistent\"\n", &[]));
    assert!(
        missing.concat().starts_with(
            "config.toml:2: post.url: can't read the secret's file /nonexistent: No such file"
        ),
        "{missing:?}"
    );
    let twice = wrong(given("[post]\nurl = \"a\"\nurl_file = \"b\"\n", &[]));
    assert_eq!(
        twice,
        ["config.toml:3: post.url: given twice, here and at config.toml:2; keep one"]
    );
    let number = wrong(given("[post]\nurl_file = 5\n", &[]));
    assert_eq!(number, ["config.toml:2: post.url_file: give the path of a file, in quotes"]);
}

#[test]
fn a_secret_is_never_quoted() {
    let wrong = wrong(given("[post]\nurl = [\"hunter2\"]\n", &[]));
    assert_eq!(wrong, ["config.toml:2: post.url: the value doesn't fit this key"]);
}

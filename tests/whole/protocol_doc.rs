//! The page about the protocol: its examples are run, its tables are whole.

use std::collections::HashMap;

use parlour::config::Config;
use serde_json::Value;
use tokio::task::JoinHandle;
use wire::{CloseReason, ErrorCode};

use crate::harness::{App, Knock, Person, Socket, tools, within};

/// Fields whose numbers are others in every run.
const VOLATILE: [&str; 5] = ["expires_in", "now", "online", "ts", "edited"];

fn page() -> String {
    std::fs::read_to_string(tools::root().join("docs/protocol.md")).unwrap()
}

/// The fenced blocks of `language`, each with the line at which it begins.
fn blocks<'a>(page: &'a str, language: &str) -> Vec<(usize, Vec<&'a str>)> {
    let mut blocks = Vec::new();
    let mut open: Option<(usize, Vec<&str>)> = None;
    for (number, line) in page.lines().enumerate() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(""), Some(_)) => blocks.extend(open.take()),
            (Some(info), None) if info == language => open = Some((number + 1, Vec::new())),
            (None, Some((_, lines))) => lines.push(line),
            _ => {}
        }
    }
    blocks
}

/// The client of the page: JavaScript that wants `server`, `token` and `show`.
pub fn client() -> String {
    let page = page();
    let [(_, code)] = &blocks(&page, "js")[..] else { panic!("there is one client") };
    code.join("\n")
}

/// Who plays the page: Ann, whose socket is shown, and Bob, of whom only what he says is.
struct Stage {
    /// None: it is about to be back.
    app: Option<App>,
    restarting: Option<JoinHandle<App>>,
    people: [Person; 2],
    socket: Option<Socket>,
    /// What the page calls something, and what it is called in this run.
    names: HashMap<String, String>,
    said_by_bob: usize,
}

impl Stage {
    async fn set() -> Self {
        // Bob says more at once than a person should.
        let app = App::with(|config| config.sockets.messages_per_second = 0).await;
        let people = [app.person("ann").await, app.person("bob").await];
        let names = HashMap::from([("ACCESS".to_owned(), people[0].access.clone())]);
        Self { app: Some(app), restarting: None, people, socket: None, names, said_by_bob: 0 }
    }

    async fn play(&mut self, block: &[&str]) {
        for (index, line) in block.iter().enumerate() {
            let (mark, rest) = line.split_once(' ').unwrap_or((line, ""));
            match mark {
                "GET" => {
                    self.enter(rest).await;
                    let is_shown = block.get(index + 1).is_some_and(|next| next.starts_with('<'));
                    if !is_shown {
                        assert_eq!(self.socket().next().await["type"], "hello");
                    }
                }
                ">" => {
                    let text = self.in_this_run(rest);
                    self.socket().send_text(&text).await;
                }
                "<" => self.hear(rest).await,
                "#" => self.direct(rest).await,
                _ => panic!("what is {line:?}?"),
            }
        }
    }

    fn socket(&mut self) -> &mut Socket {
        self.socket.as_mut().expect("no socket is open")
    }

    fn app(&self) -> &App {
        self.app.as_ref().expect("the server is away")
    }

    async fn enter(&mut self, path: &str) {
        if let Some(socket) = self.socket.take() {
            socket.leave().await;
        }
        let path = self.in_this_run(path);
        let (room, query) = path.strip_prefix("/ws/chat/").unwrap().split_once('/').unwrap();
        let knock = Knock { query: query.strip_prefix('?'), ..Knock::default() };
        self.socket = Some(self.app().knock(room, &knock).await.unwrap());
    }

    async fn hear(&mut self, expected: &str) {
        if let Some(close) = expected.strip_prefix("close ") {
            let (code, reason) = self.socket().next_close().await;
            assert_eq!(close, format!("{code} {reason}"));
            self.socket = None;
            return;
        }
        let expected =
            serde_json::from_str(expected).unwrap_or_else(|error| panic!("{error}: {expected}"));
        let got = self.socket().next().await;
        self.compare("frame", &expected, &got);
    }

    /// Does what happens elsewhere.
    async fn direct(&mut self, direction: &str) {
        match direction {
            "the server stops" => {
                let restart = self.app.take().unwrap().restart();
                #[expect(clippy::disallowed_methods, reason = "a test waits for its task itself")]
                let restarting = tokio::spawn(restart);
                self.restarting = Some(restarting);
            }
            "the server is back" => {
                let restarting = self.restarting.take().unwrap();
                self.app = Some(within("the restart", restarting).await.unwrap());
            }
            said => {
                let said = said.strip_prefix("bob says ").unwrap_or_else(|| panic!("{said:?}"));
                let mut socket = self.people[1].enters("lobby").await;
                let texts = match said.strip_suffix(" things") {
                    Some(count) => vec!["a thing"; count.parse().unwrap()],
                    None => vec![said.trim_matches('"')],
                };
                for text in texts {
                    self.said_by_bob += 1;
                    socket.say(&format!("bob/{}", self.said_by_bob), text).await;
                    socket.next_of("ack").await;
                }
                socket.leave().await;
            }
        }
    }

    fn in_this_run(&self, text: &str) -> String {
        self.names.iter().fold(text.to_owned(), |text, (name, is)| text.replace(name, is))
    }

    /// Checks that the server's `got` is what the page says at `place`: the same, but for what is another in every run.
    fn compare(&mut self, place: &str, expected: &Value, got: &Value) {
        let differ = || -> ! { panic!("{place}: the page has {expected}, the server {got}") };
        match (expected, got) {
            (Value::Object(one), Value::Object(other)) => {
                if !one.keys().eq(other.keys()) {
                    differ();
                }
                for (key, value) in one {
                    self.compare(key, value, &other[key]);
                }
                let person = self.people.iter().find(|person| person.name == got["username"]);
                assert!(person.is_none_or(|person| person.as_user() == *got), "{got}");
            }
            (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
                one.iter().zip(other).for_each(|(one, other)| self.compare(place, one, other));
            }
            (Value::String(one), Value::String(other)) if place == "epoch" => {
                let name = self.names.entry(one.clone()).or_insert_with(|| other.clone());
                assert_eq!(name, other);
            }
            (Value::String(one), Value::String(other)) => {
                let same = match one.strip_suffix('…') {
                    Some(start) => other.starts_with(start) && other.len() > start.len(),
                    None => one == other,
                };
                if !same {
                    differ();
                }
            }
            (Value::Number(_), Value::Number(_)) if VOLATILE.contains(&place) => {}
            // The id of a person, which is looked at with the name beside it.
            (Value::Number(one), Value::Number(_))
                if place == "id" && [7, 8].contains(&one.as_u64().unwrap()) => {}
            _ if expected == got => {}
            _ => differ(),
        }
    }
}

#[tokio::test]
async fn every_example_of_the_page_is_what_happens() {
    let page = page();
    let blocks = blocks(&page, "frames");
    assert!(blocks.len() > 10, "{}", blocks.len());
    let mut stage = Stage::set().await;
    for (line, block) in blocks {
        // The test runner shows it if the test fails.
        println!("docs/protocol.md, the example at line {line}");
        stage.play(&block).await;
    }
}

/// The rows of the page's tables, without their rulers and the spaces around their cells.
fn rows(page: &str) -> Vec<Vec<&str>> {
    let rows = page.lines().filter_map(|line| line.strip_prefix('|')?.strip_suffix('|'));
    rows.map(|row| row.split('|').map(str::trim).collect()).collect()
}

#[test]
fn the_page_has_every_close_and_what_to_do_about_it() {
    let page = page();
    let rows = rows(&page);
    for reason in CloseReason::ALL {
        let (code, words) = (reason.code().to_string(), reason.reason());
        let told = rows.iter().any(|row| row[..2] == [&code, words]);
        assert!(told || page.contains(&format!("{code} ({words})")), "{code} {words}");
        // The rule of the page, by which a client decides.
        let code = reason.code();
        let is_final = matches!(code, 3500..=3999 | 4500..=4999 | 1002 | 1007 | 1009);
        assert_eq!(reason.ends(), is_final, "{code}");
    }
    assert!(page.contains("**3500–3999, 4500–4999, 1002, 1007 and 1009 are final."));
}

#[test]
fn the_page_has_every_error_and_its_words() {
    let page = page();
    let rows = rows(&page);
    for code in ErrorCode::ALL {
        let name = format!("`{}`", code.as_str());
        let told = rows.iter().any(|row| row[..2] == [&name, code.words()]);
        assert!(told || page.contains(&format!("{name} ({})", code.words())), "{name}");
    }
}

#[test]
fn the_page_has_the_limits_as_they_are() {
    let page = page();
    let config = toml::Value::try_from(Config::default()).unwrap();
    let mut limits = 0;
    for row in rows(&page) {
        let [_, setting, default] = row[..] else { continue };
        let Some((section, key)) = setting.trim_matches('`').split_once('.') else { continue };
        let value = config.get(section).and_then(|section| section.get(key));
        let value = value.unwrap_or_else(|| panic!("{setting}"));
        let said = default.split(',').next().unwrap().trim_matches(['`', '"']);
        let same = match value {
            toml::Value::String(text) => {
                let duration = |text| humantime::parse_duration(text).ok();
                text == said || duration(text).is_some_and(|is| Some(is) == duration(said))
            }
            other => other.to_string() == said,
        };
        assert!(same, "{setting} is {value}, the page has {default}");
        limits += 1;
    }
    assert!(limits > 10, "{limits}");
}

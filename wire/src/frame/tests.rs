use std::time::Duration;

use domain::{Cid, ConnectionId, Epoch, Seq, Timestamp, UserId};

use super::*;
use crate::{ErrorCode, Rejected, Rid};

fn written(frame: &impl ServerFrame) -> String {
    serde_json::to_string(frame).unwrap()
}

fn ann() -> Option<Author<'static>> {
    UserId::new(7).map(|id| Author { id, username: "ann" })
}

fn hi<'a>() -> Message<'a> {
    Message {
        seq: Seq::new(1043),
        id: Seq::new(1043),
        cid: Some("b1c2"),
        user: ann(),
        message: "hi",
        reply_to: None,
        edited: None,
        deleted: false,
        reactions: &[],
        ts: Timestamp::from_millis(1_795_503_636_123),
    }
}

#[test]
fn hello_has_the_protocols_fields_in_its_order() {
    let mut hello = Hello {
        v: crate::VERSION,
        room: "lobby",
        user: ann(),
        conn: ConnectionId::new(5),
        epoch: Epoch { incarnation: 3, generation: 1 },
        seq: Seq::new(1042),
        recovered: true,
        online: 12,
        ping: 25,
        expires_in: Some(899),
        now: Timestamp::from_millis(1_795_503_636_000),
        limits: Limits { message: 4096, frame: 32_768 },
    };
    let expected = r#"{"type":"hello","v":1,"room":"lobby","user":{"id":7,"username":"ann"},"conn":"c5","epoch":"k3.1","#;
    let expected = expected.to_owned()
        + r#""seq":1042,"recovered":true,"online":12,"ping":25,"expires_in":899,"now":1795503636000,"#
        + r#""limits":{"message":4096,"frame":32768}}"#;
    assert_eq!(written(&hello), expected);
    (hello.user, hello.expires_in) = (None, None);
    let guest = written(&hello);
    assert!(guest.contains(r#""user":null"#) && guest.contains(r#""expires_in":null"#), "{guest}");
}

#[test]
fn a_message_says_who_said_what_and_when() {
    let expected = r#"{"type":"message","seq":1043,"id":1043,"cid":"b1c2","user":{"id":7,"username":"ann"},"message":"hi","ts":1795503636123}"#;
    assert_eq!(written(&hi()), expected);
    let reply = Message { user: None, cid: None, reply_to: Some(Seq::new(2)), ..hi() };
    let expected = r#"{"type":"message","seq":1043,"id":1043,"user":null,"message":"hi","reply_to":2,"ts":1795503636123}"#;
    assert_eq!(written(&reply), expected);
}

#[test]
fn a_message_of_history_says_what_became_of_it() {
    let like = Tally { emoji: "👍", count: 2, mine: true };
    let edited = Some(Timestamp::from_millis(1_795_503_636_999));
    let message = Message { edited, reactions: &[like], cid: None, ..hi() };
    let expected = r#"{"type":"message","seq":1043,"id":1043,"user":{"id":7,"username":"ann"},"message":"hi","edited":1795503636999,"reactions":[{"emoji":"👍","count":2,"mine":true}],"ts":1795503636123}"#;
    assert_eq!(written(&message), expected);
    let gone = Message { message: "", deleted: true, cid: None, ..hi() };
    let expected = r#"{"type":"message","seq":1043,"id":1043,"user":{"id":7,"username":"ann"},"message":"","deleted":true,"ts":1795503636123}"#;
    assert_eq!(written(&gone), expected);
}

#[test]
fn each_event_is_numbered_and_names_the_message_it_is_about() {
    let (seq, id, ts) = (Seq::new(1044), Seq::new(1043), hi().ts);
    let (cid, user) = (Some("b1c3"), ann());
    let edited = Edited { seq, id, cid, user, message: "hello", deleted: false, ts };
    let who = r#""cid":"b1c3","user":{"id":7,"username":"ann"}"#;
    let expected = format!(
        r#"{{"type":"edited","seq":1044,"id":1043,{who},"message":"hello","ts":1795503636123}}"#
    );
    assert_eq!(written(&Event::Edited(edited.clone())), expected);
    let edited = Edited { message: "", deleted: true, ..edited };
    assert!(written(&edited).contains(r#""message":"","deleted":true,"#));
    let deleted = Deleted { seq, id, cid, user, ts };
    let expected = format!(r#"{{"type":"deleted","seq":1044,"id":1043,{who},"ts":1795503636123}}"#);
    assert_eq!(written(&Event::Deleted(deleted)), expected);
    let reaction = Reaction { seq, id, cid, user, emoji: "👍", on: false, ts };
    let expected = format!(
        r#"{{"type":"reaction","seq":1044,"id":1043,{who},"emoji":"👍","on":false,"ts":1795503636123}}"#
    );
    assert_eq!(written(&Event::Reaction(reaction)), expected);
    assert_eq!(written(&Event::Message(hi())), written(&hi()));
}

#[test]
fn a_drain_tells_within_which_window_to_come_back() {
    let drain = Drain { retry: (Duration::from_millis(500), Duration::from_secs(8)) };
    assert_eq!(written(&drain), r#"{"type":"drain","retry":[500,8000]}"#);
}

#[test]
fn answers_carry_the_names_of_their_requests() {
    let (rid, place) = (Rid::from(1), Seq::new(1043));
    let ack = Ack { cid: Some("b1c2"), id: place, seq: place, dup: false, rid: None };
    assert_eq!(written(&ack), r#"{"type":"ack","cid":"b1c2","id":1043,"seq":1043,"dup":false}"#);
    let ack = Ack { cid: None, dup: true, rid: Some(&rid), ..ack };
    assert_eq!(written(&ack), r#"{"type":"ack","id":1043,"seq":1043,"dup":true,"rid":1}"#);
    let as_of = Seq::new(1050);
    let history = History { messages: &[hi()], more: false, as_of, rid: Some(&rid) };
    let expected = format!(
        r#"{{"type":"history","messages":[{}],"more":false,"as_of":1050,"rid":1}}"#,
        written(&hi())
    );
    assert_eq!(written(&history), expected);
    assert_eq!(written(&Pong { rid: Some(&rid) }), r#"{"type":"pong","rid":1}"#);
    assert_eq!(written(&Pong { rid: None }), r#"{"type":"pong"}"#);
}

#[test]
fn an_error_says_what_when_and_of_which_request() {
    let rejected = Rejected::new(ErrorCode::RateLimited)
        .retry_after(Duration::from_millis(1200))
        .of_request(Rid::text("r"), Cid::parse("c").ok());
    let expected = r#"{"type":"error","error":"Too fast","code":"rate_limited","retry_after":1200,"rid":"r","cid":"c"}"#;
    assert_eq!(written(&Error::from(&rejected)), expected);
    let rejected = Rejected::of_field("limit", "Must be positive");
    let expected =
        r#"{"type":"error","error":"Must be positive","code":"invalid_field","field":"limit"}"#;
    assert_eq!(written(&Error::from(&rejected)), expected);
}

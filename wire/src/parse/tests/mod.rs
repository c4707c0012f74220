//! Frames of clients, right and wrong.

mod random;

use super::*;

/// What is said about a frame that isn't understood.
fn refused(text: &str) -> (ErrorCode, Option<&'static str>) {
    let rejected = parse(text).expect_err(text);
    (rejected.code, rejected.field)
}

fn message(text: &str) -> ClientCommand {
    ClientCommand::Message { message: text.into(), cid: None, reply_to: None }
}

#[test]
fn the_protocols_own_examples_are_understood() {
    let old = parse(r#"{"message":"hi"}"#).unwrap();
    assert_eq!(old, Request { rid: None, command: message("hi") });
    assert!(!old.wants_ack());

    let full = r#"{"type":"message","message":"hi","cid":"b1c2","reply_to":1040}"#;
    let full = parse(full).unwrap();
    let cid = Cid::parse("b1c2").ok();
    let reply_to = Some(Seq::new(1040));
    assert_eq!(full.command, ClientCommand::Message { message: "hi".into(), cid, reply_to });
    assert!(full.wants_ack());

    let (id, cid) = (Seq::new(1042), Cid::parse("b1c3").ok());
    let edit = parse(r#"{"type":"edit","id":1042,"message":"hello","cid":"b1c3"}"#).unwrap();
    assert!(edit.wants_ack());
    assert_eq!(edit.command, ClientCommand::Edit { id, message: "hello".into(), cid });
    let delete = parse(r#"{"type":"delete","id":1042}"#).unwrap();
    assert!(!delete.wants_ack());
    assert_eq!(delete.command, ClientCommand::Delete { id, cid: None });
    let react = parse(r#"{"type":"react","id":1042,"emoji":"👍","on":true}"#).unwrap();
    let emoji = Emoji::parse("👍").unwrap();
    assert_eq!(react.command, ClientCommand::React { id, emoji, on: true, cid: None });

    let history = parse(r#"{"type":"history","before":1042,"limit":50,"rid":1}"#).unwrap();
    let command = ClientCommand::History { before: Some(Seq::new(1042)), after: None, limit: 50 };
    assert_eq!(history, Request { rid: Some(Rid::from(1)), command });

    let ping = parse(r#"{"type":"ping","rid":4}"#).unwrap();
    assert_eq!(ping, Request { rid: Some(Rid::from(4)), command: ClientCommand::Ping });
}

#[test]
fn what_the_command_does_not_know_is_ignored_and_null_is_absent() {
    let text =
        r#"{"new":{"a":[1,{}]},"type":"message","message":"hi","cid":null,"rid":null,"limit":"x"}"#;
    assert_eq!(parse(text).unwrap(), Request { rid: None, command: message("hi") });
    assert_eq!(parse(r#"{"type":null,"message":"hi"}"#).unwrap().command, message("hi"));
    assert_eq!(parse(r#" {"\u0074ype":"ping"} "#).unwrap().command, ClientCommand::Ping);
}

#[test]
fn what_is_no_json_object_is_said_to_be_none() {
    for text in [
        "",
        " ",
        "hi",
        "null",
        "1",
        r#""message""#,
        "[]",
        r#"["message","hi"]"#,
        "{",
        "}",
        "{}{}",
        r"{'a':1}",
        r#"{"type":"ping",}"#,
        r#"{"type":"ping"} x"#,
        r#"{"message":"a"#,
        "{\"message\":\"a\nb\"}",
        r#"{"message":"\q"}"#,
        r#"{"\ud800":1}"#,
        r#"{"message":01}"#,
        "\u{feff}{}",
    ] {
        assert_eq!(refused(text), (ErrorCode::InvalidJson, None), "{text}");
    }
}

#[test]
fn a_wrong_field_is_named() {
    for (text, field) in [
        ("{}", "type"),
        (r#"{"rid":1}"#, "type"),
        (r#"{"type":7,"message":"hi"}"#, "type"),
        (r#"{"type":"edit","message":"hi"}"#, "id"),
        (r#"{"type":"edit","id":0,"message":"hi"}"#, "id"),
        (r#"{"type":"edit","id":1}"#, "message"),
        (r#"{"type":"delete","id":-1}"#, "id"),
        (r#"{"type":"delete","id":"1"}"#, "id"),
        (r#"{"type":"react","id":1}"#, "emoji"),
        (r#"{"type":"react","id":1,"emoji":"a b"}"#, "emoji"),
        (r#"{"type":"react","id":1,"emoji":"a","on":1}"#, "on"),
        (r#"{"type":"message"}"#, "message"),
        (r#"{"message":null}"#, "type"),
        (r#"{"message":7}"#, "message"),
        (r#"{"message":{"a":1}}"#, "message"),
        (r#"{"message":"\ud800"}"#, "message"),
        (r#"{"message":"hi","cid":7}"#, "cid"),
        (r#"{"message":"hi","cid":""}"#, "cid"),
        (r#"{"message":"hi","cid":"\u0000"}"#, "cid"),
        (r#"{"message":"hi","rid":true}"#, "rid"),
        (r#"{"message":"hi","rid":[1]}"#, "rid"),
        (r#"{"message":"hi","rid":1e400}"#, "rid"),
        (r#"{"message":"hi","rid":"\udc00"}"#, "rid"),
        (r#"{"message":"hi","reply_to":0}"#, "reply_to"),
        (r#"{"message":"hi","reply_to":-1}"#, "reply_to"),
        (r#"{"message":"hi","reply_to":1.5}"#, "reply_to"),
        (r#"{"message":"hi","reply_to":"1"}"#, "reply_to"),
        (r#"{"message":"hi","reply_to":18446744073709551616}"#, "reply_to"),
        (r#"{"type":"history","before":1,"after":2}"#, "after"),
        (r#"{"type":"history","limit":0}"#, "limit"),
        (r#"{"type":"history","limit":-5}"#, "limit"),
        (r#"{"type":"history","limit":"5"}"#, "limit"),
        (r#"{"type":"ping","type":"message"}"#, "type"),
        (r#"{"message":"a","message":"b"}"#, "message"),
        (r#"{"message":"a","cid":null,"\u0063id":"b"}"#, "cid"),
    ] {
        assert_eq!(refused(text), (ErrorCode::InvalidField, Some(field)), "{text}");
    }
    let long = format!(r#"{{"message":"hi","rid":"{}"}}"#, "x".repeat(65));
    assert_eq!(refused(&long), (ErrorCode::InvalidField, Some("rid")));
}

#[test]
fn an_unknown_type_is_said_to_be_unknown() {
    for text in [
        r#"{"type":"shout","message":"hi"}"#,
        r#"{"type":""}"#,
        r#"{"type":"PING"}"#,
        r#"{"type":"hello"}"#,
    ] {
        assert_eq!(refused(text), (ErrorCode::UnknownType, None), "{text}");
    }
}

#[test]
fn a_rejection_carries_the_names_of_its_request() {
    let rejected = parse(r#"{"type":"shout","rid":"r","cid":"c"}"#).unwrap_err();
    assert_eq!((rejected.rid, rejected.cid), (Rid::text("r"), Cid::parse("c").ok()));
    let rejected = parse(r#"{"type":"message","rid":5,"cid":""}"#).unwrap_err();
    assert_eq!((rejected.rid, rejected.cid), (Some(Rid::from(5)), None));
    let rejected = parse(r#"{"type":"message","rid":{},"cid":"c"}"#).unwrap_err();
    assert_eq!((rejected.rid, rejected.cid), (None, Cid::parse("c").ok()));
}

#[test]
fn a_history_is_bounded() {
    let limit = |text: &str| match parse(text).unwrap().command {
        ClientCommand::History { limit, .. } => limit,
        other => panic!("{other:?}"),
    };
    assert_eq!(limit(r#"{"type":"history"}"#), 50);
    assert_eq!(limit(r#"{"type":"history","limit":1}"#), 1);
    assert_eq!(limit(r#"{"type":"history","limit":200}"#), 200);
    assert_eq!(limit(r#"{"type":"history","limit":18446744073709551615}"#), 200);
    let empty = parse(r#"{"type":"history","before":0}"#).unwrap().command;
    assert_eq!(empty, ClientCommand::History { before: Some(Seq::ZERO), after: None, limit: 50 });
}

#[test]
fn a_rid_comes_back_as_it_was() {
    for rid in [
        "0",
        "-1",
        "1.5",
        "-0.0",
        "9007199254740993",
        "18446744073709551615",
        r#""""#,
        r#""a\u0000é""#,
    ] {
        let request = parse(&format!(r#"{{"type":"ping","rid":{rid}}}"#)).expect(rid);
        assert_eq!(serde_json::to_string(&request.rid).unwrap(), rid);
    }
    let large = parse(r#"{"type":"ping","rid":12345678901234567890123}"#).unwrap();
    assert_eq!(
        serde_json::to_string(&large.rid).unwrap(),
        "1.2345678901234568e+22",
        "as a browser has it"
    );
}

#[test]
fn a_message_may_hold_what_only_a_room_can_refuse() {
    assert_eq!(parse(r#"{"message":"a\u0000b"}"#).unwrap().command, message("a\0b"));
    assert_eq!(parse(r#"{"message":""}"#).unwrap().command, message(""));
    assert_eq!(parse(r#"{"message":"\ud83d\udc4d"}"#).unwrap().command, message("\u{1f44d}"));
}

#[test]
fn the_deepest_nesting_is_neither_a_panic_nor_an_overflow() {
    let deep = 100_000;
    for (open, close, whole) in [
        ("[", "]", (ErrorCode::InvalidJson, None)),
        (r#"{"a":"#, "}", (ErrorCode::InvalidField, Some("type"))),
    ] {
        let nested = format!("{}1{}", open.repeat(deep), close.repeat(deep));
        assert_eq!(refused(&nested), whole);
        assert_eq!(refused(&open.repeat(deep)), (ErrorCode::InvalidJson, None));
        let ignored = format!(r#"{{"type":"ping","new":{nested}}}"#);
        assert_eq!(parse(&ignored).map(|request| request.command), Ok(ClientCommand::Ping));
        for field in ["type", "rid", "cid", "message"] {
            let known = format!(r#"{{"message":"hi","{field}":{nested}}}"#);
            assert_eq!(refused(&known), (ErrorCode::InvalidField, Some(field)));
        }
    }
}

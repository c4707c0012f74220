//! Frames nobody would think of.

use fastrand::Rng;
use serde_json::{Value, json};

use super::*;

/// A text with a bit of everything that texts have trouble with.
fn text(rng: &mut Rng) -> String {
    let strange = [
        '"',
        '\\',
        '/',
        '\0',
        '\u{7f}',
        '\u{2028}',
        '\u{feff}',
        'é',
        '\u{1f44d}',
        '\u{10ffff}',
        '\n',
    ];
    let length = rng.usize(..70);
    (0..length)
        .map(|_| if rng.bool() { rng.choice(strange).unwrap() } else { rng.alphanumeric() })
        .collect()
}

/// Whether these are names that the protocol allows, by its own words.
fn good_name(name: &Value, empty: bool) -> bool {
    match name {
        Value::String(text) => {
            text.chars().count() <= 64 && (empty || !(text.is_empty() || text.contains('\0')))
        }
        Value::Number(_) => empty,
        _ => false,
    }
}

#[test]
fn what_a_client_means_is_what_is_understood() {
    let mut rng = Rng::with_seed(1);
    for _ in 0..10_000 {
        let (said, cid) = (text(&mut rng), json!(text(&mut rng)));
        let rid = if rng.bool() { json!(text(&mut rng)) } else { json!(rng.i64(..)) };
        let reply_to = rng.u64(..) >> rng.u32(..64);
        let mut fields =
            vec![("message", json!(said)), ("new", json!([1, { "type": text(&mut rng) }]))];
        fields.extend(rng.bool().then(|| ("type", json!("message"))));
        fields.extend(rng.bool().then(|| ("cid", cid.clone())));
        fields.extend(rng.bool().then(|| ("rid", rid.clone())));
        fields.extend(rng.bool().then_some(("reply_to", json!(reply_to))));
        rng.shuffle(&mut fields);
        let has = |name: &str| fields.iter().any(|field| field.0 == name);
        let written: Vec<String> =
            fields.iter().map(|(name, value)| format!("{} : {value}", json!(name))).collect();
        let frame = format!(" {{ {} }}\r\n", written.join("\t, "));

        let right = (!has("cid") || good_name(&cid, false))
            && (!has("rid") || good_name(&rid, true))
            && (!has("reply_to") || reply_to > 0);
        let understood = parse(&frame);
        assert_eq!(understood.is_ok(), right, "{frame}");
        let Ok(request) = understood else { continue };
        let expected = ClientCommand::Message {
            message: said,
            cid: has("cid").then(|| Cid::parse(cid.as_str().unwrap()).unwrap()),
            reply_to: has("reply_to").then(|| Seq::new(reply_to)),
        };
        assert_eq!(request.command, expected, "{frame}");
        assert_eq!(request.wants_ack(), has("cid") || has("rid"));
        assert_eq!(json!(request.rid), if has("rid") { rid } else { Value::Null });
    }
}

/// Frames, right and wrong, to be mangled.
const SEEDS: [&str; 8] = [
    r#"{"message":"hi"}"#,
    r#"{"type":"message","message":"h\u00e9\ud83d\udc4d\\\"","cid":"b1c2","reply_to":1040,"rid":-1.5e-7}"#,
    r#"{"type":"history","before":1042,"limit":50,"rid":"abc"}"#,
    r#"{"type":"history","after":18446744073709551615,"limit":99999999999999999999}"#,
    r#"{"type":"ping","rid":4,"x":[[[{}],null],true,"\u0000"]}"#,
    r#"{"type":"ping","type":"ping"}"#,
    r#"{"\ud800":"\udc00"}"#,
    "[\"message\",\"\u{1f44d}\"]",
];

/// What mangling puts in.
const PIECES: [&str; 20] = [
    "{", "}", "[", "]", "\"", "\\", "\\u", "\\ud800", "\\udc00", "\\u0000", ":", ",", "null", "-",
    "1e400", "0", ".", "é", "\"cid\":", "\u{0}",
];

fn mangle(rng: &mut Rng, frame: &mut String) {
    let places: Vec<usize> = (0..=frame.len()).filter(|at| frame.is_char_boundary(*at)).collect();
    let (a, b) = (rng.choice(&places).unwrap(), rng.choice(&places).unwrap());
    let (from, to) = (*a.min(b), *a.max(b));
    match rng.u8(..4) {
        0 => frame.truncate(to),
        1 => frame.insert_str(from, rng.choice(PIECES).unwrap()),
        2 if to - from < 12 => frame.replace_range(from..to, ""),
        _ => {
            let piece = frame[from..to].to_owned();
            frame.insert_str(to, &piece);
        }
    }
    if frame.len() > 4_096 {
        *frame = SEEDS[0].into();
    }
}

#[test]
fn no_text_makes_it_panic_and_every_rejection_can_be_sent() {
    let mut rng = Rng::with_seed(2);
    for round in 0..50_000 {
        let mut frame = String::from(rng.choice(SEEDS).unwrap());
        for _ in 0..rng.usize(1..8) {
            mangle(&mut rng, &mut frame);
        }
        match parse(&frame) {
            Ok(Request { command: ClientCommand::Message { message, .. }, .. }) => {
                let object: Value =
                    serde_json::from_str(&frame).expect("what is understood is JSON");
                assert_eq!(object["message"], message, "{frame}");
            }
            Ok(_) => {}
            Err(rejected) => {
                let sent = crate::encode::single(&crate::frame::Error::from(&rejected));
                assert!(sent.len() < 1_024, "{round}: {rejected:?}");
            }
        }
    }
}

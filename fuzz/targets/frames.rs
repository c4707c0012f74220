//! What a client may send as a text frame: whatever it is, it is understood or answered.

#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value};
use wire::frame::{Error, Pong};
use wire::{ErrorCode, encode};

/// The header of a frame of at most 125 bytes, and of one of at most 65,535.
const HEADERS: [usize; 2] = [2, 4];

fuzz_target!(|text: &str| {
    match wire::parse(text) {
        Ok(request) => {
            let cid = request.command.cid();
            assert!(cid.is_none_or(|cid| (1..=64).contains(&cid.as_str().chars().count())));
            assert!(cid.is_none() || request.wants_ack());
            // A rid comes back as it came.
            let pong = payload(&encode::single(&Pong { rid: request.rid.as_ref() }));
            let sent: Map<String, Value> = serde_json::from_str(text).unwrap_or_default();
            if let (Some(rid), Some(sent)) = (pong.get("rid"), sent.get("rid")) {
                assert_eq!(rid, sent);
            }
        }
        Err(rejected) => {
            let error = payload(&encode::single(&Error::from(&rejected)));
            assert_eq!(error["type"], "error");
            assert_eq!(error["code"], rejected.code.as_str());
            assert_ne!(error["error"], "");
            // Only what is no object isn't one.
            let object = serde_json::from_str::<Map<String, Value>>(text);
            assert!(object.is_err() || rejected.code != ErrorCode::InvalidJson, "{text}");
        }
    }
});

/// The JSON that a frame carries.
fn payload(frame: &[u8]) -> Value {
    let header = HEADERS[usize::from(frame[1] == 126)];
    serde_json::from_slice(&frame[header..]).expect("a frame is JSON")
}

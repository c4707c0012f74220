//! A socket over a stream that takes and gives as little as it likes, whenever it likes: what the server says arrives
//! whole and in order among pongs and closes, and what the client says is heard.
//!
//! The same is tried by a million lives of `actors/src/connection/socket/tests/cursor.rs`, at random; here the fuzzer
//! seeks the lives that lead somewhere new.

#![no_main]

mod life;
mod stream;
// What a client makes of the server's bytes is told by the code that tells it in the unit tests.
#[path = "../../../actors/src/connection/socket/tests/client.rs"]
#[expect(dead_code, reason = "the unit tests say more")]
mod client;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|script: life::Script| life::live(script));

//! From HTTP to a WebSocket.

use tungstenite::handshake::derive_accept_key;

/// What a client that asked for a room is told, and the room.
#[derive(Debug, PartialEq, Eq)]
pub struct Asked {
    pub room: String,
    pub answer: String,
    /// How many bytes the request had.
    pub size: usize,
}

/// A request that isn't for a room, or no request.
#[derive(Debug, PartialEq, Eq)]
pub struct Refused;

/// Reads the request at the beginning of `bytes`. `None`: it isn't all there.
pub fn read(bytes: &[u8]) -> Result<Option<Asked>, Refused> {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut request = httparse::Request::new(&mut headers);
    let httparse::Status::Complete(size) = request.parse(bytes).map_err(|_| Refused)? else {
        return Ok(None);
    };
    let path = request.path.and_then(|path| path.split('?').next());
    let room = path.and_then(|path| path.strip_prefix("/ws/chat/")).ok_or(Refused)?;
    let is_key =
        |header: &&httparse::Header<'_>| header.name.eq_ignore_ascii_case("sec-websocket-key");
    let key = request.headers.iter().find(|header| is_key(header)).ok_or(Refused)?;
    let answer = format!(
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Accept: {}\r\n\r\n",
        derive_accept_key(key.value)
    );
    Ok(Some(Asked { room: room.trim_end_matches('/').to_owned(), answer, size }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_names_its_room() {
        let request = "GET /ws/chat/lobby/?token=x HTTP/1.1\r\nHost: h\r\n\
                       Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        let asked = read(request.as_bytes()).unwrap().unwrap();
        assert_eq!((asked.room.as_str(), asked.size), ("lobby", request.len()));
        assert!(asked.answer.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
        assert_eq!(read(&request.as_bytes()[..40]), Ok(None));
        assert_eq!(read(b"GET / HTTP/1.1\r\n\r\n"), Err(Refused));
    }
}

use tokio::task::{LocalSet, spawn_local, yield_now};

use super::*;
use crate::Setup;
use crate::peer::{Accepted, Peer, frame};

async fn pair(behind: &[u8]) -> (Socket, Accepted) {
    let peer = Peer::listen().await;
    let setup = peer.setup();
    let room = setup.room(0).unwrap();
    let upgrade = upgrade_of(&setup, &room);
    let (socket, accepted) = tokio::join!(upgrade.open(), peer.accept(behind));
    (socket.unwrap(), accepted)
}

fn upgrade_of<'a>(setup: &'a Setup, room: &'a domain::RoomName) -> Upgrade<'a> {
    let target = &setup.target;
    Upgrade { target, number: 0, room, token: None, resume: None, receive_buffer: None }
}

async fn texts(socket: &mut Socket, count: usize) -> Vec<String> {
    let mut texts = Vec::new();
    while texts.len() < count {
        let heard = socket.hear(|frame| {
            if let Frame::Text(text) = frame {
                texts.push(String::from_utf8_lossy(text).into_owned());
            }
        });
        heard.await.unwrap();
    }
    texts
}

#[tokio::test]
async fn what_comes_with_the_answer_to_the_upgrade_is_heard_first() {
    let (mut socket, mut server) = pair(&[frame("one"), frame("two")].concat()).await;
    server.say("three").await;
    assert_eq!(texts(&mut socket, 3).await, ["one", "two", "three"]);
}

#[tokio::test]
async fn pings_and_closes_are_answered() {
    let (mut socket, mut server) = pair(&[]).await;
    server.write(&[0x89, 1, b'?', 0x88, 2, 0x0b, 0xb9]).await;
    let mut closed = None;
    while closed.is_none() {
        let hears = socket.hear(|frame| {
            if let Frame::Close(code) = frame {
                closed = Some(code);
            }
        });
        hears.await.unwrap();
    }
    assert_eq!(closed, Some(3001));
    assert_eq!(server.frame().await, (0x8a, b"?".to_vec()));
    assert_eq!(server.frame().await, (0x88, vec![0x0b, 0xb9]));
    drop(server);
    assert!(matches!(socket.hear(|_| ()).await, Err(SocketError::Ended)));
}

#[tokio::test]
async fn what_a_full_socket_does_not_take_is_written_by_the_task_that_reads_it() {
    LocalSet::new()
        .run_until(async {
            let (mut socket, mut server) = pair(&[]).await;
            let writer = Rc::clone(socket.writer());
            let hearing = spawn_local(async move { texts(&mut socket, 1).await });
            // It is listening when somebody else speaks.
            yield_now().await;
            let said = "x".repeat(100);
            let mut count = 0;
            // Until the kernel takes no more and the queue is full as well.
            while writer.say(said.as_bytes()) {
                writer.flush();
                count += 1;
            }
            for _ in 0..count {
                assert_eq!(server.text().await, said);
            }
            server.say("thanks").await;
            assert_eq!(hearing.await.unwrap(), ["thanks"]);
        })
        .await;
}

#[tokio::test]
async fn a_reset_is_one_and_a_frame_can_end_in_the_middle() {
    let (socket, mut server) = pair(&[]).await;
    socket.reset();
    assert!(server.end().await.is_err());

    let (socket, mut server) = pair(&[]).await;
    socket.writer().say_half(b"0123456789");
    drop(socket);
    // Of two bytes of header, four of mask and ten of text.
    let half = server.end().await.unwrap();
    assert_eq!((half.len(), &half[..2]), (8, &[0x81, 0x8a][..]));
}

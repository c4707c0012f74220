//! Stopping in order.

use rustix::process::Signal;

use crate::harness::{App, Program, Raw, Talker};

#[tokio::test]
async fn a_stop_closes_every_socket_so_that_its_client_comes_back() {
    let app = App::start().await;
    let ann = app.person("ann").await;
    let mut sockets = [ann.enters("lobby").await, ann.enters("other").await];
    let addr = app.addr;
    app.stop().await;
    for socket in &mut sockets {
        assert_eq!(socket.closed().await, Some((3001, "shutdown".to_owned())));
    }
    assert!(tokio::net::TcpStream::connect(addr).await.is_err(), "it still listens");
}

#[tokio::test]
async fn what_was_accepted_is_stored_and_answered_before_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let fast = [("PARLOUR__SOCKETS__MESSAGES_PER_SECOND", "0")];
    let mut program = Program::start(folder.path(), &fast).await;
    let ann = program.person("ann").await;
    let mut socket = ann.enters("lobby").await;
    for number in 0..30 {
        socket.say(&format!("c-{number}"), "hi").await;
    }
    let (mut acks, mut messages) = (0, 0);
    while let Some(frame) = socket.next_or_close().await {
        match frame["type"].as_str().unwrap() {
            "ack" => {
                acks += 1;
                if acks == 1 {
                    // The first answer shows that they have arrived; the rest may be under way.
                    program.signal(Signal::TERM);
                }
            }
            "message" => messages += 1,
            _ => {}
        }
    }
    assert!(program.exit().await.success());
    let program = Program::start(folder.path(), &fast).await;
    let log = Talker::new(ann.at(&program), "lobby").await.log().await;
    // Whatever the server had read it also answered: nothing is stored in silence.
    assert_eq!((acks, messages), (log.len(), log.len()));
}

#[tokio::test]
async fn sigterm_and_sigint_end_the_program_in_order() {
    for signal in [Signal::TERM, Signal::INT] {
        let folder = tempfile::tempdir().unwrap();
        let mut program = Program::start(folder.path(), &[]).await;
        program.signal(signal);
        assert_eq!(program.exit().await.code(), Some(0), "{}", program.log());
    }
}

#[tokio::test]
async fn a_second_signal_ends_it_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut program = Program::start(folder.path(), &[]).await;
    // A request whose body never ends would hold an orderly stop up until the deadline.
    let _slow = Raw::with_endless_request(program.addr).await;
    program.signal(Signal::TERM);
    program.until_logged("stopping").await;
    program.signal(Signal::TERM);
    assert_eq!(program.exit().await.code(), Some(1), "{}", program.log());
}

#[tokio::test]
async fn a_folder_serves_one_server_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let _program = Program::start(folder.path(), &[]).await;
    let mut second = crate::harness::program::command(folder.path(), &[]);
    let output = second.args(["serve", "--listen", "127.0.0.1:0"]).output().await.unwrap();
    assert_eq!(output.status.code(), Some(1));
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(words.contains("data"), "{words}");
}

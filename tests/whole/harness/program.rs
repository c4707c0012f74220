//! The program itself, in a process of its own: for what can't be seen from inside one.

use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::ops::Deref;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::atomic::{AtomicU8, Ordering};

use rustix::process::{Pid, Signal, kill_process};
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use super::door::Door;
use super::wait::{until, within};

/// Whichever port is free.
const ANYWHERE: SocketAddr = SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0));

/// An address of the caller's own, for a server that is to come back where it was: a port that the kernel had chosen might
/// be somebody else's by then. All of 127.0.0.0/8 is this machine.
pub fn own_address() -> SocketAddr {
    static LAST: AtomicU8 = AtomicU8::new(0);
    let [.., high, low] = std::process::id().to_be_bytes();
    let address = Ipv4Addr::new(127, high | 0x80, low, LAST.fetch_add(1, Ordering::Relaxed));
    (address, 8080).into()
}

/// `parlour serve`, running.
pub struct Program {
    door: Door,
    /// What it printed when it was ready.
    pub banner: String,
    child: Child,
    log: PathBuf,
    // Held: a closed pipe would fail whatever the program prints later.
    _stdout: Lines<BufReader<ChildStdout>>,
}

impl Program {
    /// Starts it in `folder`, with these settings in its environment (`PARLOUR__…`).
    pub async fn start(folder: &Path, settings: &[(&str, &str)]) -> Self {
        Self::run(folder, command(folder, settings), ANYWHERE).await
    }

    /// Starts it at `address`: where one that has stopped was, such as [`own_address`].
    pub async fn start_at(address: SocketAddr, folder: &Path, settings: &[(&str, &str)]) -> Self {
        Self::run(folder, command(folder, settings), address).await
    }

    /// Starts it with no more than `files` files to open.
    pub async fn confined(folder: &Path, files: u32, settings: &[(&str, &str)]) -> Self {
        let mut shell = dressed(Command::new("/bin/sh"), folder, settings);
        let script = format!("ulimit -n {files} && exec \"$0\" \"$@\"");
        shell.args(["-c", &script, env!("CARGO_BIN_EXE_parlour")]);
        Self::run(folder, shell, ANYWHERE).await
    }

    async fn run(folder: &Path, mut command: Command, address: SocketAddr) -> Self {
        let log = folder.join("log");
        let errors = std::fs::File::options().create(true).append(true).open(&log).unwrap();
        let mut child = command
            .arg("serve")
            .args(["--listen", &address.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(errors)
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap()).lines();
        let banner = within("the banner", read_banner(&mut stdout)).await;
        let door = Door {
            addr: address_in(&banner, "page"),
            metrics: address_in(&banner, "metrics"),
            data_dir: folder.join("data"),
        };
        Self { door, banner, child, log, _stdout: stdout }
    }

    /// The process.
    pub fn pid(&self) -> Pid {
        Pid::from_raw(i32::try_from(self.child.id().unwrap()).unwrap()).unwrap()
    }

    /// How much memory it holds, in bytes.
    pub fn resident(&self) -> usize {
        let pages: usize = self.proc("statm").split(' ').nth(1).unwrap().parse().unwrap();
        pages * rustix::param::page_size()
    }

    /// How long it has computed, in clock ticks (a hundredth of a second each).
    pub fn cpu_ticks(&self) -> u64 {
        // Counted from behind the name, which may hold anything: `utime` is the twelfth field after it, `stime` the next.
        let stat = self.proc("stat");
        let fields = stat.rsplit_once(") ").unwrap().1.split(' ').collect::<Vec<_>>();
        fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
    }

    /// How many files it has open, sockets too.
    pub fn open_files(&self) -> u64 {
        let folder = format!("/proc/{}/fd", self.pid().as_raw_nonzero());
        std::fs::read_dir(folder).unwrap().count() as u64
    }

    fn proc(&self, file: &str) -> String {
        std::fs::read_to_string(format!("/proc/{}/{file}", self.pid().as_raw_nonzero())).unwrap()
    }

    /// Everything it has logged.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }

    /// Waits until it has logged `words`.
    pub async fn until_logged(&self, words: &str) {
        until(words, async || self.log().contains(words).then_some(())).await;
    }

    /// Kills it as a power cut would.
    pub async fn kill(mut self) {
        self.child.start_kill().unwrap();
        let status = self.exit().await;
        assert_eq!(status.signal(), Some(9));
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).unwrap();
    }

    /// Waits until it has ended.
    pub async fn exit(&mut self) -> ExitStatus {
        within("the end of the process", self.child.wait()).await.unwrap()
    }
}

impl Deref for Program {
    type Target = Door;

    fn deref(&self) -> &Door {
        &self.door
    }
}

/// `parlour`, about to run in `folder` with `settings`, and nothing else in its environment.
pub fn command(folder: &Path, settings: &[(&str, &str)]) -> Command {
    dressed(Command::new(env!("CARGO_BIN_EXE_parlour")), folder, settings)
}

fn dressed(mut command: Command, folder: &Path, settings: &[(&str, &str)]) -> Command {
    command
        .current_dir(folder)
        .env_clear()
        .env("PARLOUR__METRICS__LISTEN", "127.0.0.1:0")
        .envs(settings.iter().copied())
        .kill_on_drop(true);
    command
}

/// The banner ends with the line that names the data folder.
async fn read_banner(lines: &mut Lines<BufReader<ChildStdout>>) -> String {
    let mut banner = String::new();
    while let Some(line) = lines.next_line().await.unwrap() {
        banner.push_str(&line);
        banner.push('\n');
        if line.contains("data") {
            return banner;
        }
    }
    panic!("it ended before it was ready; it printed {banner:?}");
}

/// The address in the banner's line about `what`.
fn address_in(banner: &str, what: &str) -> SocketAddr {
    let line = banner.lines().find(|line| line.contains(what));
    let url =
        line.and_then(|line| line.split_once("http://")).unwrap_or_else(|| panic!("{banner}")).1;
    url.split('/').next().unwrap().trim().parse().unwrap()
}

//! Things that go wrong below a running server: its disk, its system calls, other processes at its database. Each ends
//! when it is dropped, or at its word.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command as Process, Stdio};

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use super::program::Program;
use super::tools;
use super::wait::{until, within};

/// Runs a program as root; whether it went well.
fn as_root(line: &[&str]) -> bool {
    let is_root = rustix::process::getuid().is_root();
    let mut words = if is_root { &[][..] } else { &["sudo", "-n"] }.iter().chain(line);
    let mut process = Process::new(words.next().unwrap());
    let run = process.args(words).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    run.status().is_ok_and(|status| status.success())
}

/// A small disk of its own.
pub struct Disk(PathBuf);

impl Disk {
    /// Mounts one with room for `megabytes` at `folder`, which is made. None: this user can't.
    pub fn mount(test: &str, folder: PathBuf, megabytes: u32) -> Option<Self> {
        std::fs::create_dir(&folder).unwrap();
        let options = format!("size={megabytes}m,mode=0777");
        let path = folder.to_str().unwrap();
        let mounted = as_root(&["mount", "-t", "tmpfs", "-o", &options, "parlour-test", path]);
        tools::wanted(test, "the right to mount a tmpfs", mounted.then_some(Self(folder)))
    }

    /// Fills it to the last byte, until what this gives is dropped.
    pub fn fill(&self) -> Ballast {
        let path = self.0.join("ballast");
        let mut file = File::create(&path).unwrap();
        while file.write(&[0; 4096]).is_ok_and(|written| written > 0) {}
        Ballast(path)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        as_root(&["umount", "--lazy", self.0.to_str().unwrap()]);
    }
}

/// What fills a disk.
pub struct Ballast(PathBuf);

impl Drop for Ballast {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Files that nobody can write to any more, not even who has them open.
pub struct Immutable(Vec<PathBuf>);

impl Immutable {
    /// Makes these so. None: this user can't, or the file system doesn't.
    pub fn make(test: &str, files: Vec<PathBuf>) -> Option<Self> {
        let this = Self(files);
        let made = this.0.iter().all(|file| as_root(&["chattr", "+i", file.to_str().unwrap()]));
        tools::wanted(
            test,
            "the right to chattr +i, on a file system that heeds it",
            made.then_some(this),
        )
    }
}

impl Drop for Immutable {
    fn drop(&mut self) {
        for file in &self.0 {
            as_root(&["chattr", "-i", file.to_str().unwrap()]);
        }
    }
}

/// System calls of a server that fail.
pub struct Sabotage(Child);

impl Sabotage {
    /// Makes each of `calls` (`"fsync"`, `"pwrite64"`) of `program` fail with `error` (`"EIO"`). None: there is no strace,
    /// or it may not.
    pub async fn begin(test: &str, program: &Program, calls: &[&str], error: &str) -> Option<Self> {
        let pid = program.pid().as_raw_nonzero().to_string();
        let mut strace = Command::new("strace");
        strace.args([
            "-f",
            "-p",
            &pid,
            "-o",
            "/dev/null",
            "-e",
            &format!("trace={}", calls.join(",")),
        ]);
        for call in calls {
            strace.args(["-e", &format!("inject={call}:error={error}")]);
        }
        let spawned = strace.stderr(Stdio::null()).kill_on_drop(true).spawn();
        let begun = match spawned {
            Ok(child) => Self::attached(child, &pid).await,
            Err(_) => None,
        };
        tools::wanted(test, "strace, and the right to trace", begun)
    }

    async fn attached(mut strace: Child, pid: &str) -> Option<Self> {
        let line = format!("TracerPid:\t{}\n", strace.id()?);
        let threads = || std::fs::read_dir(format!("/proc/{pid}/task")).unwrap();
        let is_traced = |thread: std::io::Result<std::fs::DirEntry>| {
            // One that has ended since doesn't matter.
            let status = std::fs::read_to_string(thread.unwrap().path().join("status"));
            status.is_ok_and(|status| status.contains(&line))
        };
        let attached = until("strace to attach or to give up", async || {
            let ended = strace.try_wait().unwrap().is_some();
            (ended || threads().all(is_traced)).then_some(!ended)
        });
        attached.await.then_some(Self(strace))
    }

    /// Lets them work again.
    pub async fn end(mut self) {
        let pid = rustix::process::Pid::from_raw(self.0.id().unwrap().cast_signed()).unwrap();
        rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
        within("strace to detach", self.0.wait()).await.unwrap();
    }
}

/// Another process at the database: Python's `SQLite`, in a transaction.
pub struct Stranger(Child);

impl Stranger {
    /// Opens `database` and does `sql`, whose transaction stays open.
    pub async fn begin(python: &Path, database: &Path, sql: &str) -> Self {
        let script = "import sqlite3, sys\n\
                      db = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=60)\n\
                      for statement in sys.argv[2].split(';'): db.execute(statement).fetchall()\n\
                      print('begun', flush=True)\n\
                      sys.stdin.read()\n\
                      db.execute('ROLLBACK')\n";
        let mut child = Command::new(python)
            .args(["-c", script])
            .arg(database)
            .arg(sql)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = within("the stranger", lines.next_line()).await.unwrap();
        assert_eq!(line.as_deref(), Some("begun"));
        Self(child)
    }

    /// Ends the transaction.
    pub async fn end(mut self) {
        drop(self.0.stdin.take());
        assert!(within("the stranger to go", self.0.wait()).await.unwrap().success());
    }
}

/// What `PRAGMA integrity_check` says of `database`, asked by Python's `SQLite`.
pub fn integrity(python: &Path, database: &Path) -> String {
    let script = "import sqlite3, sys\n\
                  db = sqlite3.connect(sys.argv[1], timeout=60)\n\
                  print(*(row[0] for row in db.execute('PRAGMA integrity_check')))\n";
    let output = Process::new(python).args(["-c", script]).arg(database).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

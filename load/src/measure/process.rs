//! What a process costs, as Linux tells of it.

use std::io;
use std::time::Duration;

use crate::LoadError;

/// A process that is watched from outside: the server, or the load tester itself.
#[derive(Debug, Clone, Copy)]
pub struct Process {
    pid: u32,
}

impl Process {
    /// The process `pid`.
    ///
    /// # Errors
    ///
    /// When it can't be observed: it isn't there, or this isn't Linux.
    pub fn observe(pid: u32) -> Result<Self, LoadError> {
        let process = Self { pid };
        process.cpu().map_err(|source| LoadError::Process { pid, source })?;
        Ok(process)
    }

    /// This process.
    pub(crate) fn own() -> Self {
        Self { pid: std::process::id() }
    }

    /// Both at once.
    pub(super) fn look(self) -> Result<(Duration, u64), LoadError> {
        let look = || Ok((self.cpu()?, self.resident()?));
        look().map_err(|source| LoadError::Process { pid: self.pid, source })
    }

    /// How long it has computed, in user and in kernel mode together (`/proc/PID/stat`, to a hundredth of a second).
    pub(crate) fn cpu(self) -> io::Result<Duration> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.pid))?;
        let ticks = ticks_of(&stat).ok_or(io::ErrorKind::InvalidData)?;
        let each = Duration::from_secs(1)
            / u32::try_from(rustix::param::clock_ticks_per_second()).unwrap_or(100);
        Ok(each * ticks)
    }

    /// How much memory it holds, in bytes (`VmRSS`).
    pub(crate) fn resident(self) -> io::Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid))?;
        resident_of(&status).ok_or_else(|| io::ErrorKind::InvalidData.into())
    }
}

/// `utime` and `stime`, counted from behind the name, which may hold anything.
fn ticks_of(stat: &str) -> Option<u32> {
    let mut fields = stat.rsplit_once(") ")?.1.split(' ').skip(11);
    let mut field = || fields.next()?.parse::<u32>().ok();
    Some(field()?.saturating_add(field()?))
}

fn resident_of(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kib * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_whose_name_looks_like_fields_is_read_all_the_same() {
        let stat = "7 (a) S 1 (b) R 1 2 3 4 5 6 7 8 9 10 250 50 0 0 20 0 1 0";
        assert_eq!(ticks_of(stat), Some(300));
        assert_eq!(resident_of("VmHWM:\t 9 kB\nVmRSS:\t    2048 kB\n"), Some(2 * 1024 * 1024));
    }

    #[test]
    fn this_process_can_be_observed_and_no_process_can_not() {
        let own = Process::observe(std::process::id()).unwrap();
        assert!(own.resident().unwrap() > 100_000);
        assert!(matches!(Process::observe(u32::MAX), Err(LoadError::Process { .. })));
    }
}

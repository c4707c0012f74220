//! Waiting, exactly.

use std::time::Duration;

use crate::LoadError;

/// Waits to within some 50 µs. tokio's own timer counts whole milliseconds, and what it is late would be charged to the
/// server.
#[derive(Debug)]
pub(crate) struct Timer(imp::Timer);

impl Timer {
    pub(crate) fn new() -> Result<Self, LoadError> {
        imp::Timer::new().map(Self).map_err(|source| LoadError::System { what: "a timer", source })
    }

    /// Waits for `duration`. Dropping the future loses nothing.
    pub(crate) async fn wait(&self, duration: Duration) -> Result<(), LoadError> {
        if duration.is_zero() {
            return Ok(());
        }
        let waited = self.0.wait(duration).await;
        waited.map_err(|source| LoadError::System { what: "to wait", source })
    }
}

#[cfg(target_os = "linux")]
mod imp {
    use std::io;
    use std::time::Duration;

    use rustix::fs::Timespec;
    use rustix::time::{
        Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, timerfd_create,
        timerfd_settime,
    };
    use tokio::net::unix::pipe::Receiver;

    /// A `timerfd`. tokio knows it as the reading end of a pipe, which it resembles: there is something to read when the
    /// time has come. Its `AsyncFd` would say so, but can no longer be made without `unsafe`.
    #[derive(Debug)]
    pub(super) struct Timer(Receiver);

    impl Timer {
        pub(super) fn new() -> io::Result<Self> {
            let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
            let timer = timerfd_create(TimerfdClockId::Monotonic, flags)?;
            Ok(Self(Receiver::from_owned_fd_unchecked(timer)?))
        }

        pub(super) async fn wait(&self, duration: Duration) -> io::Result<()> {
            let once = Timespec { tv_sec: 0, tv_nsec: 0 };
            let tv_sec = i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
            let it_value = Timespec { tv_sec, tv_nsec: duration.subsec_nanos().into() };
            let spec = Itimerspec { it_interval: once, it_value };
            // What it would have said to an earlier setting is gone with that.
            timerfd_settime(&self.0, TimerfdTimerFlags::empty(), &spec)?;
            loop {
                self.0.readable().await?;
                match self.0.try_read(&mut [0; 8]) {
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                    read => return read.map(drop),
                }
            }
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod imp {
    use std::io;
    use std::time::Duration;

    #[derive(Debug)]
    pub(super) struct Timer;

    impl Timer {
        pub(super) fn new() -> io::Result<Self> {
            Ok(Self)
        }

        pub(super) async fn wait(&self, duration: Duration) -> io::Result<()> {
            tokio::time::sleep(duration).await;
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[tokio::test]
    async fn a_wait_is_never_short_and_can_be_given_up() {
        let timer = Timer::new().unwrap();
        let long = timer.wait(Duration::from_hours(1));
        assert!(tokio::time::timeout(Duration::from_millis(5), long).await.is_err());
        let began = Instant::now();
        timer.wait(Duration::from_micros(300)).await.unwrap();
        timer.wait(Duration::ZERO).await.unwrap();
        let took = began.elapsed();
        assert!(took >= Duration::from_micros(300) && took < Duration::from_mins(1), "{took:?}");
    }
}

//! How far a run is, for whoever waits for it.

use std::io::{IsTerminal, Write};
use std::rc::Rc;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use load::{Counts, Totals};
use tokio::time::{Instant, MissedTickBehavior, interval};

/// How often a terminal is told.
const BAR: Duration = Duration::from_millis(200);

/// How often a file or a pipe is.
const LINE: Duration = Duration::from_secs(5);

/// Waits for `run`, which will take about `expected`, and tells on standard error how far it is.
pub async fn beside<T>(run: impl Future<Output = T>, counts: &Rc<Counts>, expected: Duration) -> T {
    let display = if std::io::stderr().is_terminal() {
        Display::bar(expected)
    } else {
        Display::Lines { begun: Instant::now() }
    };
    let ran = tokio::select! {
        ran = run => ran,
        never = display.tell(counts) => match never {},
    };
    if let Display::Bar(bar) = display {
        bar.finish_and_clear();
    }
    ran
}

enum Display {
    Bar(ProgressBar),
    Lines { begun: Instant },
}

impl Display {
    fn bar(expected: Duration) -> Self {
        let length = u64::try_from(expected.as_millis()).unwrap_or(u64::MAX);
        let style = ProgressStyle::with_template("{spinner} {elapsed} {wide_bar} {msg}");
        let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
        Self::Bar(ProgressBar::new(length).with_style(style))
    }

    async fn tell(&self, counts: &Counts) -> std::convert::Infallible {
        let mut ticks = interval(if matches!(self, Self::Bar(_)) { BAR } else { LINE });
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        ticks.tick().await;
        loop {
            ticks.tick().await;
            let words = words(&counts.totals());
            match self {
                Self::Bar(bar) => {
                    bar.set_message(words);
                    let elapsed = u64::try_from(bar.elapsed().as_millis()).unwrap_or(u64::MAX);
                    bar.set_position(elapsed.min(bar.length().unwrap_or(elapsed)));
                }
                Self::Lines { begun } => {
                    let elapsed = begun.elapsed().as_secs();
                    // Nobody reads it, then.
                    let _ = writeln!(std::io::stderr(), "{elapsed} s: {words}");
                }
            }
        }
    }
}

fn words(totals: &Totals) -> String {
    let Totals { open, sent, deliveries, .. } = totals;
    format!("{open} open, {sent} sent, {deliveries} delivered")
}

//! Random bytes, behind a trait so that a test can own them.

/// A source of bytes nobody can predict. `Send + Sync`: one value serves the whole program.
pub trait Entropy: Send + Sync {
    /// Fills `out` with unpredictable bytes.
    fn fill(&self, out: &mut [u8]);
}

impl dyn Entropy + '_ {
    /// `N` unpredictable bytes.
    #[must_use]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut out = [0; N];
        self.fill(&mut out);
        out
    }
}

/// The operating system's generator.
#[derive(Debug, Clone, Copy, Default)]
pub struct OsEntropy;

impl Entropy for OsEntropy {
    /// # Panics
    ///
    /// When the kernel has no random bytes to give: a machine on which nothing secret can be made must not go on.
    /// Linux's `getrandom(2)` fails only before the pool is first seeded, and then it blocks instead.
    #[expect(
        clippy::expect_used,
        reason = "going on without randomness would make guessable secrets"
    )]
    fn fill(&self, out: &mut [u8]) {
        getrandom::fill(out).expect("the operating system gives random bytes");
    }
}

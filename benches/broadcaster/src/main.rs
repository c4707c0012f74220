//! A bare broadcaster.
fn main() {}

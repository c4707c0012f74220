//! What the server says. Each struct is one frame: its fields are the protocol's, in the protocol's order.

mod answer;
mod drain;
mod event;
mod hello;
mod message;
#[cfg(test)]
mod tests;

pub use answer::{Ack, Error, History, Pong, Refusal};
pub use drain::Drain;
pub use event::{Deleted, Edited, Event, Reaction};
pub use hello::{Hello, Limits};
pub use message::{Author, Message, Tally};

/// A frame of this server. Sealed: the frames are made of texts, numbers and lists, in which nothing can fail to
/// serialize, and [`crate::encode::text`] counts on it.
pub trait ServerFrame: sealed::Frame {}

impl<T: sealed::Frame> ServerFrame for T {}

mod sealed {
    pub trait Frame: serde::Serialize {}

    impl Frame for super::Ack<'_> {}
    impl Frame for super::Deleted<'_> {}
    impl Frame for super::Drain {}
    impl Frame for super::Edited<'_> {}
    impl Frame for super::Error<'_> {}
    impl Frame for super::Event<'_> {}
    impl Frame for super::Hello<'_> {}
    impl Frame for super::History<'_> {}
    impl Frame for super::Message<'_> {}
    impl Frame for super::Pong<'_> {}
    impl Frame for super::Reaction<'_> {}
    impl Frame for super::Refusal {}
}

//! The store from outside.

mod append;
mod halves;
mod heads;
mod model;
mod order;
mod world;

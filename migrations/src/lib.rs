//! Part of Parlour.

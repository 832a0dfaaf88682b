//! What the durable journal keeps for people.

mod answers;
mod attempts;
mod conflicts;
mod documents;
mod groups;
mod orders;
mod originals;
mod samples;

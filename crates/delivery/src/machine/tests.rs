//! The machine alone: its inputs are events and replies, its outputs changes and calls.

mod answers;
mod conditions;
mod conflicts;
mod denials;
mod divided;
mod doubts;
mod exchanges;
mod former;
mod gate;
mod harness;
mod holders;
mod identifies;
mod restarts;
mod savings;
mod shadow;
mod stories;
mod troubles;
mod unique;

//! The machine alone: events and replies in, changes and calls out.

mod answers;
mod conditions;
mod conflicts;
mod denials;
mod divided;
mod doubts;
mod exchanges;
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

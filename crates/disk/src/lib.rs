//! Small files that must be whole and durable, opening files without being led elsewhere, and the room on a disk.
//!
//! # Promises
//! * A file that is [`replace`]d or [`create`]d is either as it was before or holds the whole new content, whatever fails
//!   in between: the content is written beside its place, synchronised, and moved there; then the folder is synchronised.
//! * What an interrupted attempt left beside the file is in nobody's way: the next attempt removes it.
//! * Every new file is readable by its owner only, unless it replaces one with other permissions.
//! * A symbolic link in the place of a file is never followed ([`open`], [`open_for_reading`], [`read`]).

mod exposed;
mod folder;
mod open;
mod space;
mod whole;

pub use exposed::{Exposure, exposure};
pub use folder::{make_folder, parent, sync_folder};
pub use open::{is_link, open, open_for_reading, read};
pub use space::{Space, space};
pub use whole::{create, remove_leftover, replace};

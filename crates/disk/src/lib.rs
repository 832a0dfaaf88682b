//! Writes small files whole and durably, opens files without following symbolic links, and reads the room on a disk.
//!
//! # Promises
//! * A file that is [`replace`]d or [`create`]d either is unchanged or has the whole new content, whatever fails in
//!   between: the content is written to a file beside it, synchronised, and moved to its place; then the folder is
//!   synchronised.
//! * An interrupted attempt may leave a file beside it, which the next attempt removes.
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
pub use whole::{create, replace};

//! Prints the description of the admin API, to be kept in `crates/console/openapi.json`.

use std::io::Write;

fn main() -> std::io::Result<()> {
    std::io::stdout().write_all(console::description().as_bytes())
}

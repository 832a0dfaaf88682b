//! The admin token that a server stores in its data folder if the configuration has none.

use crate::config;
use crate::failure::{Failure, code};
use secrecy::SecretString;
use std::path::Path;

/// The token of the configuration or, if it has none, of the data folder: a token that was removed from the
/// configuration is no longer valid. Blocks.
pub(crate) fn in_force(configured: Option<&SecretString>, folder: &Path) -> Result<SecretString, Failure> {
    configured.map_or_else(|| load_token(folder), |token| Ok(token.clone()))
}

/// The admin token of this data folder, which is made if there is none.
fn load_token(folder: &Path) -> Result<SecretString, Failure> {
    config::admin_token(folder).map_err(|error| {
        let folder = folder.display();
        Failure::new(
            code::ADMIN_TOKEN_UNUSABLE,
            format!("the admin token in {folder} cannot be kept or read: {error}"),
        )
        .means("nothing was started or changed")
        .advice("see that the folder belongs to this user, or set admin.token")
    })
}

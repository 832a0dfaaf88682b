//! Finds files that users other than their owner may read or change, although they contain secrets or control the
//! server.

use super::model::Config;
use super::{USUAL_FILE, access, keys};
use disk::Exposure;
use std::path::Path;

/// Keys whose value is a secret, unless it names the place of the secret.
const SECRET_KEYS: [&str; 3] = ["password", "token", "client_secret"];

/// The files that are open to others, as sentences for people: the configuration file, the data folder, and files with
/// secrets. A file that is missing or cannot be examined is not reported.
pub fn exposed(config: &Config, file: Option<&Path>) -> Vec<String> {
    let file = file.unwrap_or(Path::new(USUAL_FILE));
    exposed_files(Some(file), &config.journal.path, config.key_file.as_deref())
}

/// The same of a data folder, and of a configuration file if there is one.
pub fn exposed_files(file: Option<&Path>, data: &Path, key_file: Option<&Path>) -> Vec<String> {
    let mut warnings = Vec::new();
    let mut look = |path: &Path, what: &str, secret: bool, wanted: &str| {
        let Ok(found) = disk::exposure(path) else { return };
        let Exposure { group_reads, all_read, others_write, mode } = found;
        let may = match (others_write, secret && (group_reads || all_read)) {
            (true, _) => "changed",
            (false, true) => "read",
            (false, false) => return,
        };
        warnings.push(format!(
            "{what} {} can be {may} by others than its owner (mode {mode:03o}): chmod {wanted} {}",
            path.display(),
            path.display()
        ));
    };
    if let Some(file) = file {
        let holds_secrets = std::fs::read_to_string(file).is_ok_and(|text| text.lines().any(is_secret));
        look(file, "the configuration file", holds_secrets, if holds_secrets { "600" } else { "go-w" });
    }
    look(data, "the data folder", true, "700");
    look(&data.join(keys::FILE), "the key file", true, "600");
    look(&data.join(access::TOKEN_FILE), "the admin token's file", true, "600");
    if let Some(key_file) = key_file {
        // An orchestrator may use the group to pass a secret.
        let all_read = disk::exposure(key_file).is_ok_and(|found| found.all_read);
        look(key_file, "the key file", all_read, "o-rwx");
    }
    warnings
}

/// Whether this line of a configuration contains a secret itself.
fn is_secret(line: &str) -> bool {
    let Some((key, value)) = line.split_once('=') else { return false };
    let value = value.trim().trim_start_matches(['"', '\'']);
    SECRET_KEYS.contains(&key.trim()) && !value.starts_with("env:") && !value.starts_with("file:")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Process;
    use std::fs::{Permissions, create_dir, set_permissions, write};
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn what_others_may_read_or_change_is_said_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("rapport.toml");
        let config = Config::parse("", &file, &Process).unwrap();
        let data = config.journal.path.clone();
        create_dir(&data).unwrap();
        let (key, token) = (data.join("secret-key"), data.join("admin-token"));
        for path in [&file, &key, &token] {
            write(path, "x").unwrap();
        }
        let mode = |path: &Path, mode| set_permissions(path, Permissions::from_mode(mode)).unwrap();
        let said = || exposed(&config, Some(&file));
        mode(&data, 0o700);
        mode(&key, 0o600);
        mode(&token, 0o600);
        mode(&file, 0o644);
        assert_eq!(said(), Vec::<String>::new(), "a configuration without secrets is for all to read");
        write(&file, "password = \"env:PASSWORD\"").unwrap();
        assert_eq!(said(), Vec::<String>::new());
        write(&file, "[x]\n  password = 'hush'").unwrap();
        assert_eq!(said().len(), 1);
        assert!(said()[0].contains("read") && said()[0].contains("644") && !said()[0].contains("hush"));
        mode(&file, 0o600);
        for (path, bits) in [(&file, 0o622), (&data, 0o755), (&data, 0o702), (&key, 0o640), (&token, 0o604)] {
            mode(path, bits);
            let said = said();
            assert!(said.len() == 1 && said[0].contains(&path.display().to_string()), "{said:?}");
            mode(path, bits & 0o700);
        }
        assert_eq!(said(), Vec::<String>::new());
    }
}

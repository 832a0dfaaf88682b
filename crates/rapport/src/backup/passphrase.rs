//! The key of the console's secrets in a backup: it is sealed with a key that is derived from a passphrase (argon2id),
//! by the same vault that seals the secrets themselves.

use super::code;
use crate::failure::{Exit, Failure};
use argon2::{Algorithm, Argon2, Params, Version};
use registry::{Sealed, Vault, VaultKey};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

/// The least length of a passphrase: a person who has the backup can try passphrases without limit.
const MIN_LENGTH: usize = 12;

/// 64 MiB and three passes take about a tenth of a second, once for each backup.
const MEMORY_KIB: u32 = 64 << 10;
const PASSES: u32 = 3;

/// The largest cost that a manifest may demand.
const MOST_MEMORY_KIB: u32 = 1 << 20;
const MOST_PASSES: u32 = 16;

/// The purpose of the sealed box.
const PLACE: &str = "backup/secret-key";

/// The sealed key.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SealedKey {
    /// the key's name, as in the server's log
    pub name: String,
    /// 16 random bytes in hexadecimal
    pub salt: String,
    /// argon2id: memory
    pub memory_kib: u32,
    /// argon2id: passes
    pub passes: u32,
    /// the box
    pub sealed: Sealed,
}

impl SealedKey {
    /// Seals the text of a key. Costs memory and time on purpose.
    ///
    /// # Errors
    /// If the passphrase is too short, or the system returns no random numbers or memory.
    pub fn new(key: &SecretString, passphrase: &SecretString) -> Result<SealedKey, Failure> {
        if passphrase.expose_secret().chars().count() < MIN_LENGTH {
            return Err(wrong(&format!("the passphrase needs {MIN_LENGTH} characters at least"))
                .advice("take a longer one: whoever has the backup can try for ever"));
        }
        let name = VaultKey::parse(key).map_err(|error| wrong(&error.to_string()))?.name().to_owned();
        let mut salt = [0; 16];
        getrandom::fill(&mut salt).map_err(|error| wrong(&error.to_string()))?;
        let salt: String = salt.iter().map(|byte| format!("{byte:02x}")).collect();
        let vault = Vault::new(derived(passphrase, &salt, MEMORY_KIB, PASSES)?, Vec::new());
        let sealed = vault.seal(PLACE, key).map_err(|error| wrong(&error.to_string()))?;
        Ok(SealedKey { name, salt, memory_kib: MEMORY_KIB, passes: PASSES, sealed })
    }

    /// The text of the key.
    ///
    /// # Errors
    /// If the passphrase is wrong, or the box was changed.
    pub fn open(&self, passphrase: &SecretString) -> Result<SecretString, Failure> {
        if self.memory_kib > MOST_MEMORY_KIB || self.passes > MOST_PASSES {
            return Err(wrong("the manifest asks for more work than any backup of ours"));
        }
        let vault = Vault::new(derived(passphrase, &self.salt, self.memory_kib, self.passes)?, Vec::new());
        vault.open(PLACE, &self.sealed).map_err(|_| {
            wrong("the key in the backup does not open with this passphrase")
                .advice("give the passphrase of this backup")
        })
    }
}

fn derived(passphrase: &SecretString, salt: &str, memory_kib: u32, passes: u32) -> Result<VaultKey, Failure> {
    let failed = |error: argon2::Error| wrong(&format!("no key can be made of the passphrase: {error}"));
    let params = Params::new(memory_kib, passes, 1, Some(32)).map_err(failed)?;
    let mut bytes = [0; 32];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.expose_secret().as_bytes(), salt.as_bytes(), &mut bytes)
        .map_err(failed)?;
    let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    VaultKey::parse(&SecretString::from(text)).map_err(|error| wrong(&error.to_string()))
}

fn wrong(what: &str) -> Failure {
    Failure::new(code::BACKUP_PASSPHRASE, what)
        .exit(Exit::Usage)
        .means("nothing was written and nothing was changed")
        .advice("see --passphrase")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_opens_with_its_passphrase_alone() {
        let (_, key) = VaultKey::generate().unwrap();
        let right = SecretString::from("correct horse battery");
        let sealed = SealedKey::new(&key, &right).unwrap();
        assert_eq!(sealed.open(&right).unwrap().expose_secret(), key.expose_secret());
        assert!(sealed.open(&SecretString::from("correct horse batterx")).is_err());
        let other_salt = SealedKey { salt: "00".repeat(16), ..sealed.clone() };
        assert!(other_salt.open(&right).is_err());
        let greedy = SealedKey { memory_kib: u32::MAX, ..sealed.clone() };
        assert!(greedy.open(&right).is_err());
        assert!(!serde_json::to_string(&sealed).unwrap().contains(key.expose_secret()));
        assert!(SealedKey::new(&key, &SecretString::from("short")).is_err());
    }
}

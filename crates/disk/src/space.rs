//! The size of a folder's disk, and its free part.

use nix::sys::statvfs::statvfs;
use std::io;
use std::path::Path;

/// The room on a disk, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Space {
    /// all of it
    pub total: u64,
    /// the free part, for users other than root
    pub available: u64,
}

/// The room on the disk that holds this file or folder.
///
/// # Errors
/// If it does not exist, or the size of its disk cannot be read.
pub fn space(path: &Path) -> io::Result<Space> {
    let found = statvfs(path)?;
    // The width of these numbers depends on the platform.
    #[allow(clippy::useless_conversion, reason = "on this one they may be of this width already")]
    let [total, available] = [found.blocks(), found.blocks_available()]
        .map(|blocks| u64::from(blocks).saturating_mul(u64::from(found.fragment_size())));
    Ok(Space { total, available })
}

impl Space {
    /// The free part in percent, from 0 to 100.
    pub fn free_percent(self) -> f64 {
        // For a percentage, the loss of the last digits does not matter.
        #[expect(clippy::cast_precision_loss, reason = "a percentage")]
        let percent = self.available as f64 * 100.0 / self.total.max(1) as f64;
        percent
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_has_a_disk_and_what_is_not_there_has_none() {
        let folder = tempfile::tempdir().unwrap();
        let space = space(folder.path()).unwrap();
        assert!(space.total > 0 && space.available <= space.total, "{space:?}");
        assert!((0.0..=100.0).contains(&space.free_percent()), "{space:?}");
        let missing = super::space(&folder.path().join("nowhere")).unwrap_err();
        assert_eq!(missing.kind(), io::ErrorKind::NotFound);
    }

    #[test]
    fn a_share_is_a_percentage_and_a_disk_without_blocks_is_full() {
        for (total, available, percent) in [(200, 50, 25.0), (100, 100, 100.0), (100, 0, 0.0), (0, 0, 0.0)] {
            assert!(
                (Space { total, available }.free_percent() - percent).abs() < 1e-9,
                "{total} {available}"
            );
        }
    }
}

use super::*;

#[test]
fn a_file_that_is_rewritten_reads_as_before() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("some");
    for length in [0, 1, REWRITE_BYTES - 1, REWRITE_BYTES, 2 * REWRITE_BYTES + 7] {
        let content: Vec<u8> = (0..=u8::MAX).cycle().take(length).collect();
        std::fs::write(&path, &content).unwrap();
        Native.rewrite(&path).unwrap();
        assert!(std::fs::read(&path).unwrap() == content, "{length} bytes");
    }
}

#[test]
fn a_missing_file_is_not_made_and_a_link_is_not_followed_by_a_rewrite() {
    let folder = tempfile::tempdir().unwrap();
    let (missing, link) = (folder.path().join("missing"), folder.path().join("link"));
    Native.rewrite(&missing).unwrap();
    assert!(!missing.exists());
    std::fs::write(folder.path().join("other"), "theirs").unwrap();
    std::os::unix::fs::symlink(folder.path().join("other"), &link).unwrap();
    assert!(Native.rewrite(&link).is_err());
}

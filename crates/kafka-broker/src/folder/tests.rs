use super::*;

#[test]
fn the_folder_ends_with_its_owner() -> io::Result<()> {
    let folder = Folder::new()?;
    let path = folder.path().to_owned();
    std::fs::write(path.join("file"), "text")?;
    drop(folder);
    assert!(!path.exists());
    Ok(())
}

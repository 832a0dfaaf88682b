//! Has this crate built anew when the web app was.

fn main() {
    let built = "../../web/dist/index.html";
    // Where it is not built yet, `make web` touches this file.
    println!("cargo::rerun-if-changed=build.rs");
    if std::path::Path::new(built).exists() {
        println!("cargo::rerun-if-changed={built}");
    }
}

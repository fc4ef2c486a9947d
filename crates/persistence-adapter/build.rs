//! The migrations are compiled in; a new file among them is not a source that Cargo knows of.

fn main() {
    println!("cargo::rerun-if-changed=migrations");
}

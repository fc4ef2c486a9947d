//! The migrations are compiled in; a new file among them is not a source that Cargo knows of.

#[expect(clippy::print_stdout, reason = "this is how a build script speaks to Cargo")]
fn main() {
    println!("cargo::rerun-if-changed=migrations");
}

//! Makes all of `templates/` part of the program.

fn main() {
    minijinja_embed::embed_templates!("templates");
}

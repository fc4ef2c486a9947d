//! The API, for people who write programs.

use askama::Template;
use serde_json::Value;

use super::{Frame, Reader};
use crate::web::docs::{Described, Group};
use crate::web::prose::Prose;

#[derive(Template)]
#[template(path = "docs.html")]
pub(in crate::web) struct DocsPage {
    frame: Frame,
    version: String,
    introduction: Prose,
    groups: Vec<Group>,
    schemas: Vec<Described>,
}

impl DocsPage {
    pub(in crate::web) fn new(document: &Value) -> Self {
        let info = |name| document["info"][name].as_str().unwrap_or_default();
        Self {
            frame: Frame::of(Reader::default(), None),
            version: info("version").to_owned(),
            introduction: Prose::of(info("description")),
            groups: Group::all(document),
            schemas: Described::all(document),
        }
    }
}

//! Routes, each with its description.

use axum::Router;
use axum::handler::Handler;
use axum::routing::{MethodRouter, delete, get, patch, post, put};

use super::{Handled, Operation};

/// Routes of a state `S`, and what is said of them.
pub(crate) struct Routes<S> {
    tag: &'static str,
    router: Router<S>,
    /// Every address of the router.
    paths: Vec<String>,
    operations: Vec<Placed>,
}

/// An operation at its place.
pub(crate) struct Placed {
    pub(crate) method: &'static str,
    pub(crate) path: String,
    pub(crate) operation: Operation,
}

macro_rules! methods {
    ($($(#[$doc:meta])* $method:ident),+) => {
        $(
            $(#[$doc])*
            pub(crate) fn $method<H, Arguments, Described>(
                self,
                path: &str,
                handler: H,
                describe: impl FnOnce(Operation) -> Operation,
            ) -> Self
            where
                H: Handler<Arguments, S> + Handled<Described>,
                Arguments: 'static,
            {
                let mut operation = Operation::of(self.tag);
                H::describe(&mut operation);
                self.place(stringify!($method), path, $method(handler), describe(operation))
            }
        )+
    };
}

impl<S: Clone + Send + Sync + 'static> Routes<S> {
    /// No routes yet; those to come are grouped under `tag`.
    pub(crate) fn of(tag: &'static str) -> Self {
        Self { tag, router: Router::new(), paths: Vec::new(), operations: Vec::new() }
    }

    methods!(
        /// Answers GET.
        get,
        /// Answers POST.
        post,
        /// Answers PUT.
        put,
        /// Answers PATCH.
        patch,
        /// Answers DELETE.
        delete
    );

    /// A page for people, or what it loads, which programs need not know of.
    pub(crate) fn page(mut self, path: &str, answer: MethodRouter<S>) -> Self {
        self.router = self.router.route(path, answer);
        self.paths.push(path.to_owned());
        self
    }

    /// These routes and `others`.
    pub(crate) fn and(mut self, others: Self) -> Self {
        self.router = self.router.merge(others.router);
        self.paths.extend(others.paths);
        self.operations.extend(others.operations);
        self
    }

    /// The same routes, with layers around them.
    pub(crate) fn within(mut self, wrap: impl FnOnce(Router<S>) -> Router<S>) -> Self {
        self.router = wrap(self.router);
        self
    }

    /// What answers.
    pub(crate) fn into_router(self) -> Router<S> {
        self.router
    }

    /// Where they are, described or not, when they are mounted at `mount`. An address that two methods have is there twice.
    pub(crate) fn into_paths(self, mount: &str) -> impl Iterator<Item = String> {
        self.paths.into_iter().map(move |path| format!("{mount}{path}"))
    }

    /// What is said of the routes, when they are mounted at `mount`.
    pub(crate) fn into_operations(self, mount: &str) -> impl Iterator<Item = Placed> {
        self.operations
            .into_iter()
            .map(move |placed| Placed { path: format!("{mount}{}", placed.path), ..placed })
    }

    fn place(
        mut self,
        method: &'static str,
        path: &str,
        answer: MethodRouter<S>,
        operation: Operation,
    ) -> Self {
        self = self.page(path, answer);
        self.operations.push(Placed { method, path: path.to_owned(), operation });
        self
    }
}

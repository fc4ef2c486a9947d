//! Handlers, as far as their arguments describe what they read and refuse.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use axum_extra::extract::CookieJar;

use super::Operation;

/// An argument of a handler.
pub(crate) trait Described {
    /// Writes down what the argument reads of a request, and which problems it answers where it cannot.
    fn describe(_: &mut Operation) {}
}

/// A handler whose arguments describe themselves. `Arguments` are theirs, so that functions of every number of them can be
/// told apart.
pub(crate) trait Handled<Arguments> {
    /// Writes down what all arguments say.
    fn describe(operation: &mut Operation);
}

macro_rules! handled {
    ($($argument:ident),*) => {
        impl<Function, Answer, $($argument),*> Handled<($($argument,)*)> for Function
        where
            Function: Fn($($argument),*) -> Answer,
            Answer: Future,
            $($argument: Described),*
        {
            fn describe(operation: &mut Operation) {
                $($argument::describe(operation);)*
            }
        }
    };
}

impl<Function, Answer> Handled<()> for Function
where
    Function: Fn() -> Answer,
    Answer: Future,
{
    fn describe(_: &mut Operation) {}
}

handled!(A);
handled!(A, B);
handled!(A, B, C);
handled!(A, B, C, D);
handled!(A, B, C, D, E);
handled!(A, B, C, D, E, F);
handled!(A, B, C, D, E, F, G);

impl<S> Described for State<S> {}
// The path itself says which parameters it has.
impl<T> Described for Path<T> {}
// What a handler reads of these, it says beside itself.
impl Described for CookieJar {}
impl Described for HeaderMap {}
impl Described for RawQuery {}
impl Described for Result<Bytes, BytesRejection> {}

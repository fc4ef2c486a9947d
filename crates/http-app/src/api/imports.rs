//! Importing users from a table.

mod shape;
mod table;
mod upload;

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, LOCATION};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde_json::json;
use vestibule_domain::ids::ImportId;
use vestibule_domain::import::{Import, ImportOptions, ImportState, RowOutcome, RowResult};
use vestibule_domain::ports::{ResultsFrom, ResultsWanted, RowsWanted, StoreError};
use vestibule_domain::text::OrganizationSlug;
use vestibule_domain::usecase::{
    AdminError, ApplyImport, BeginImport, DeleteImport, ImportBegun, ImportError, ImportUsers, World,
};

use super::caller::InOrganization;
use super::once::Once;
use super::query::{List, Query};
use crate::openapi::{LOCATION as LOCATION_HEADER, Routes};
use crate::problem::Problem;
use crate::state::AppState;
use shape::{ImportShape, RESULTS_HEADER, ResultsShape, address, results_line};
use upload::ImportKey;
pub(crate) use upload::Upload;

/// How many results are read at once.
const RESULTS_AT_ONCE: u32 = 1_000;

/// Where imports are.
const IMPORTS: &str = "/organizations/{org}/imports";

const SAYS: &str = "A row a user, repeated for each further user type or identity. Up to 10,000 rows are worked off while \
    the caller waits; more are answered with 202, and worked off from then on. An organization has one import at a time.";

const SAYS_OF_APPLYING: &str = "Works the table of a dry run off once more, and this time writes. The import is the same one, which was \
    a dry run. Each row is decided anew, on what is there now: `foreseen` of a row says where the dry run had said something \
    else. The table is kept until `applicable_until`, for a day after the dry run; an organization has at most three; and all of \
    them go when a user is erased.";

/// Their addresses.
pub(super) fn routes() -> Routes<AppState> {
    Routes::of("Imports")
        .post("/organizations/{org}/users/import", import, |it| {
            it.named("importUsers", "Imports users from a table")
                .says(SAYS)
                .query(asked)
                .explains("dry_run", "Whether nothing is written, and the results say what would be.")
                .explains("welcome", "Whether whoever is created gets a welcome mail.")
                .takes_other("text/csv", json!({"type": "string"}))
                .such_as(json!(
                    "email,first_name,last_name,location,user_type,role\nada@acme.example,Ada,Lovelace,,,\n"
                ))
                .answers::<ResultsShape>(200, "What became of each row.")
                .leads_below(IMPORTS, "id", "/id")
                .answers::<ImportShape>(202, "The import, which goes on.")
                .leads_below(IMPORTS, "id", "/id")
                .header(202, LOCATION_HEADER)
                .problem(409, &["import_not_ended", "import_cancelled"])
        })
        .get(IMPORTS, list, |it| {
            it.named("listImports", "Lists imports")
                .says("Newest first. They are kept for 30 days after they have ended.")
                .query(Query::page)
                .answers::<List<ImportShape>>(200, "A page of them.")
        })
        .get("/organizations/{org}/imports/{id}", read, |it| {
            it.named("readImport", "Reads an import")
                .answers::<ImportShape>(200, "The import, as far as it has come.")
                .problem(404, &["import_not_found"])
        })
        .post("/organizations/{org}/imports/{id}/apply", Once(apply), |it| {
            it.named("applyImport", "Applies a dry run")
                .says(SAYS_OF_APPLYING)
                .answers::<ImportShape>(200, "The import, which is done.")
                .leads_below(IMPORTS, "id", "/id")
                .answers::<ImportShape>(202, "The import, which goes on.")
                .leads_below(IMPORTS, "id", "/id")
                .header(202, LOCATION_HEADER)
                .problem(404, &["import_not_found"])
                .problem(409, &["import_not_ended", "import_not_applicable"])
        })
        .delete("/organizations/{org}/imports/{id}", delete, |it| {
            it.named("deleteImport", "Stops or removes an import")
                .says("One that has not ended is stopped: what is done stays done. One that has ended is removed.")
                .answers_nothing(204, "It is stopped, or gone.")
                .problem(404, &["import_not_found"])
                .problem(412, &["precondition_failed"])
        })
        .get("/organizations/{org}/imports/{id}/results", results, |it| {
            it.named("readImportResults", "Reads what became of each row")
                .says("As far as the import has come, by line: `line,outcome,user_id,errors,foreseen`.")
                .query(asked_of_results)
                .explains("outcome", "The rows that became this.")
                .answers_other(200, "The results as CSV.", "text/csv")
                .problem(404, &["import_not_found"])
        })
}

fn asked(query: &mut Query) -> ImportOptions {
    ImportOptions {
        dry_run: query.flag("dry_run").unwrap_or_default(),
        welcome: query.flag("welcome").unwrap_or_default(),
    }
}

async fn import(
    State(state): State<AppState>,
    scope: InOrganization,
    mut query: Query,
    key: ImportKey,
    mut upload: Upload<'static>,
) -> Result<Response, Problem> {
    let options = asked(&mut query);
    query.finish()?;
    let world = &state.world;
    let begin = BeginImport(world.clone());
    let begun = begin.run(&scope.actor, &scope.organization, options, key.0.as_deref()).await?;
    let import = match begun {
        ImportBegun::Known(known) => {
            let digest = upload.digest(options).await?;
            if known.digest.as_ref() != Some(&digest) {
                return Err(AdminError::from(ImportError::KeyReused).into());
            }
            *known
        }
        ImportBegun::New(mut reception) => {
            if let Err(problem) = upload.receive(&mut reception).await {
                reception.abandon().await?;
                return Err(problem);
            }
            let import = reception.finish().await?;
            if import.is_small() {
                let finished = ImportUsers(world.clone()).finish(import).await?;
                finished.ok_or(AdminError::NotFound("import"))?
            } else {
                import
            }
        }
    };
    answer(world, &scope.organization.slug, &import).await
}

/// All results of a small table that is done; of another one, where to ask.
async fn answer(world: &World, slug: &OrganizationSlug, import: &Import) -> Result<Response, Problem> {
    if import.is_small() && import.state == ImportState::Done {
        let mut all = Vec::new();
        loop {
            let page = page_of_results(world, import, RowsWanted::All, all.last()).await?;
            if page.is_empty() {
                return Ok(Json(ResultsShape::of(import, all)).into_response());
            }
            all.extend(page);
        }
    }
    let location = [(LOCATION, address(import, slug))];
    Ok((StatusCode::ACCEPTED, location, Json(ImportShape::of(import, slug))).into_response())
}

async fn page_of_results(
    world: &World,
    import: &Import,
    of: RowsWanted,
    last: Option<&RowResult>,
) -> Result<Vec<RowResult>, StoreError> {
    let wanted = ResultsWanted {
        of,
        from: ResultsFrom::After(last.map_or(0, |result| result.line)),
        limit: RESULTS_AT_ONCE,
    };
    world.store.import_results(import.organization_id, import.id, wanted).await
}

fn asked_of_results(query: &mut Query) -> RowsWanted {
    query.choice("outcome", RowOutcome::ALL).map_or(RowsWanted::All, RowsWanted::Of)
}

async fn apply(State(state): State<AppState>, scope: InOrganization) -> Result<Response, Problem> {
    let (world, slug) = (&state.world, &scope.organization.slug);
    let id = scope.id().ok_or(AdminError::NotFound("import"))?;
    let mut import = ApplyImport(world.clone()).run(&scope.actor, slug, id).await?;
    if import.is_small() {
        let finished = ImportUsers(world.clone()).finish(import).await?;
        import = finished.ok_or(AdminError::NotFound("import"))?;
    }
    let shape = Json(ImportShape::of(&import, slug));
    if import.state.has_ended() {
        return Ok(shape.into_response());
    }
    Ok((StatusCode::ACCEPTED, [(LOCATION, address(&import, slug))], shape).into_response())
}

async fn list(
    State(state): State<AppState>,
    scope: InOrganization,
    mut query: Query,
) -> Result<Response, Problem> {
    let page = query.page();
    query.finish()?;
    let (world, organization) = (&state.world, &scope.organization);
    let imports = world.store.imports(organization.id, page, world.now()).await?;
    Ok(Json(List::of(imports, |import| ImportShape::of(import, &organization.slug))).into_response())
}

async fn read(State(state): State<AppState>, scope: InOrganization) -> Result<Response, Problem> {
    let import = found(&state, &scope).await?;
    Ok(Json(ImportShape::of(&import, &scope.organization.slug)).into_response())
}

async fn delete(State(state): State<AppState>, scope: InOrganization) -> Result<Response, Problem> {
    let id = scope.id().ok_or(AdminError::NotFound("import"))?;
    DeleteImport(state.world).run(&scope.actor, &scope.organization.slug, id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Page by page, as fast as the caller reads.
async fn results(
    State(state): State<AppState>,
    scope: InOrganization,
    mut query: Query,
) -> Result<Response, Problem> {
    let of = asked_of_results(&mut query);
    query.finish()?;
    let import = found(&state, &scope).await?;
    Ok(results_of(state.world, import, of))
}

/// What became of rows of an import, as a file.
pub(crate) fn results_of(world: World, import: Import, of: RowsWanted) -> Response {
    let name = format!("attachment; filename=\"import-{}.csv\"", import.id);
    let pages = stream::try_unfold((world, import, None), move |(world, import, last)| async move {
        let page = page_of_results(&world, &import, of, last.as_ref()).await?;
        let Some(last) = page.last().cloned() else { return Ok::<_, StoreError>(None) };
        let lines: String = page.iter().map(results_line).collect();
        Ok(Some((Bytes::from(lines), (world, import, Some(last)))))
    });
    let header = stream::iter([Ok(Bytes::from_static(RESULTS_HEADER.as_bytes()))]);
    let body = Body::from_stream(futures_util::StreamExt::chain(header, pages));
    ([(CONTENT_TYPE, "text/csv".to_owned()), (CONTENT_DISPOSITION, name)], body).into_response()
}

/// The import that the path names.
async fn found(state: &AppState, scope: &InOrganization) -> Result<Import, Problem> {
    let world = &state.world;
    let import = match scope.id::<ImportId>() {
        Some(id) => world.store.import(scope.organization.id, id, world.now()).await?,
        None => None,
    };
    Ok(import.ok_or(AdminError::NotFound("import"))?)
}

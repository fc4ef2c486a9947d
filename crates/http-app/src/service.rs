//! The running service: it answers until it is told to stop, and then finishes what it has begun.

use std::io;
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::time::{Interval, interval};
use tokio_io_timeout::TimeoutStream;
use tokio_util::sync::CancellationToken;
use tower::Service as _;
use vestibule_domain::ports::StoreError;
use vestibule_domain::usecase::{
    ForgetHistory, ImportUsers, RefreshMetadata, SweepImports, WarnOfCertificates, World,
};

/// How long the head of a request may take to arrive. The rest of it has the deadline of `web::frame`.
const HEAD: Duration = Duration::from_secs(15);

/// How long a visitor may read nothing of an answer.
const STANDSTILL: Duration = Duration::from_secs(15);

/// How long requests that have begun may take to end, once the service is told to stop.
const FAREWELL: Duration = Duration::from_secs(30);

/// How often expired rows are cleared away, and how many of a kind in one step.
const SWEEP_EVERY: Duration = Duration::from_mins(1);
const SWEEP_AT_ONCE: u32 = 500;
/// The most sign-ins of an erased user that are rewritten in one transaction. On SQLite others wait for it.
const ERASE_AT_ONCE: u32 = 500;
/// How many rows of imports that have ended go in one transaction.
const SWEEP_IMPORTS_AT_ONCE: u32 = 1_000;

/// How often old sign-ins and audit events are looked for, and how many of a kind go in one transaction.
const FORGET_EVERY: Duration = Duration::from_hours(1);
const FORGET_AT_ONCE: u32 = 500;

/// How often an import that waits is looked for, and for how many steps one goes on before others have their turn.
const IMPORT_EVERY: Duration = Duration::from_secs(1);
const IMPORT_STEPS_AT_ONCE: u32 = 40;

/// How often metadata that is due is looked for, and how much of it is fetched side by side.
const REFRESH_EVERY: Duration = Duration::from_mins(1);
const REFRESH_AT_ONCE: u32 = 4;

/// How often certificates are looked at.
const WARN_EVERY: Duration = Duration::from_hours(1);

/// Answers requests on a listener until `shutdown`, and then until the last answer is given, 30 seconds at most.
///
/// ```no_run
/// # async fn run(site: vestibule_http_app::web::Site) -> std::io::Result<()> {
/// use tokio_util::sync::CancellationToken;
/// use vestibule_http_app::{service, web};
///
/// let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
/// println!("http://{}", listener.local_addr()?);
/// service::serve(listener, web::router(site), CancellationToken::new()).await;
/// # Ok(())
/// # }
/// ```
pub async fn serve(listener: TcpListener, router: Router, shutdown: CancellationToken) {
    // HTTP/1.1 alone. A builder that serves HTTP/2 too waits for the first bytes to tell which it is, and the limit of time
    // begins only then; and HTTP/2 knows no such limit at all.
    let mut http = Builder::new(TokioExecutor::new()).http1_only();
    http.http1().timer(TokioTimer::new()).header_read_timeout(HEAD);
    let graceful = GracefulShutdown::new();
    loop {
        let accepted = tokio::select! {
            () = shutdown.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            // The visitor is gone already.
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => continue,
            // Too many open files, most likely: some will be closed.
            Err(error) => {
                tracing::warn!(error = %error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_secs(1)).await;
                continue;
            }
        };
        // A visitor who is gone already is noticed below.
        let _ = stream.set_nodelay(true);
        let router = router.clone();
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(peer));
            router.clone().call(request)
        });
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(STANDSTILL));
        let connection = http.serve_connection(TokioIo::new(Box::pin(stream)), service).into_owned();
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(error = %error, "a connection broke");
            }
        });
    }
    drop(listener);
    if tokio::time::timeout(FAREWELL, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests had not ended in time");
    }
}

/// Clears away what has expired, and what is written of erased users, now and then, until `shutdown`. Several processes may do so at once.
pub async fn sweep(world: World, shutdown: CancellationToken) {
    let mut ticks = interval(SWEEP_EVERY);
    while is_time(&mut ticks, &shutdown).await {
        while_there_is_more(&shutdown, "expired rows could not be cleared away", || async {
            Ok(world.store.sweep(world.now(), SWEEP_AT_ONCE).await? >= u64::from(SWEEP_AT_ONCE))
        })
        .await;
        let imports = SweepImports(world.clone());
        while_there_is_more(&shutdown, "what is left of imports could not be cleared away", || async {
            Ok(imports.run(SWEEP_IMPORTS_AT_ONCE).await? >= u64::from(SWEEP_IMPORTS_AT_ONCE))
        })
        .await;
        while_there_is_more(&shutdown, "what is written of erased users could not be taken out", || {
            world.store.erase(ERASE_AT_ONCE)
        })
        .await;
    }
}

/// Forgets what is older than it is to be kept, now and then, until `shutdown`. Several processes may do so at once. One that is told to stop
/// leaves the rest for the next time.
pub async fn forget_history(forget: ForgetHistory, shutdown: CancellationToken) {
    let mut ticks = interval(FORGET_EVERY);
    while is_time(&mut ticks, &shutdown).await {
        let forgotten = tokio::select! {
            () = shutdown.cancelled() => return,
            forgotten = forget.run(FORGET_AT_ONCE) => forgotten,
        };
        match forgotten {
            Ok(0) => {}
            Ok(rows) => tracing::info!(rows, "sign-ins and audit events are forgotten, whose days are over"),
            Err(error) => {
                tracing::warn!(error = %error, "old sign-ins and audit events could not be forgotten");
            }
        }
    }
}

/// Works imports off, until `shutdown`, and clears away what is left of those that have ended. Several processes share the work. One that
/// is told to stop writes what it has begun to write, and another one goes on when its lease ends.
pub async fn import_users(import: ImportUsers, shutdown: CancellationToken) {
    let mut ticks = interval(IMPORT_EVERY);
    while is_time(&mut ticks, &shutdown).await {
        while_there_is_more(&shutdown, "an import could not go on", || import.run(IMPORT_STEPS_AT_ONCE))
            .await;
    }
}

/// Fetches metadata that is due, now and then, until `shutdown`. Several processes share the work. One that is told to stop does not wait
/// for somebody's address: what it had begun is begun again when its lease ends.
pub async fn refresh_metadata(refresh: RefreshMetadata, shutdown: CancellationToken) {
    let mut ticks = interval(REFRESH_EVERY);
    while is_time(&mut ticks, &shutdown).await {
        while_there_is_more(&shutdown, "metadata could not be refreshed", || async {
            tokio::select! {
                () = shutdown.cancelled() => Ok(false),
                refreshed = refresh.run(REFRESH_AT_ONCE) => refreshed.map(|done| done.all() >= REFRESH_AT_ONCE),
            }
        })
        .await;
    }
}

/// Tells technical contacts of certificates that end, until `shutdown`. Several processes may do so at once.
pub async fn warn_of_certificates(warn: WarnOfCertificates, shutdown: CancellationToken) {
    let mut ticks = interval(WARN_EVERY);
    while is_time(&mut ticks, &shutdown).await {
        match warn.run().await {
            Ok(0) => {}
            Ok(letters) => tracing::info!(letters, "technical contacts are told of certificates that end"),
            Err(error) => tracing::warn!(error = %error, "certificates could not be looked at"),
        }
    }
}

/// Waits until it is time again. It never is once the service is told to stop.
async fn is_time(ticks: &mut Interval, shutdown: &CancellationToken) -> bool {
    tokio::select! {
        biased;
        () = shutdown.cancelled() => false,
        _ = ticks.tick() => true,
    }
}

/// Takes a step, and another one for as long as it says that there is more to do. What fails is tried again when it is time.
async fn while_there_is_more<F>(shutdown: &CancellationToken, trouble: &str, step: impl Fn() -> F + Send)
where
    F: Future<Output = Result<bool, StoreError>> + Send,
{
    loop {
        match step().await {
            Ok(true) if !shutdown.is_cancelled() => {}
            Ok(_) => return,
            Err(error) => {
                tracing::warn!(error = %error, "{trouble}");
                return;
            }
        }
    }
}

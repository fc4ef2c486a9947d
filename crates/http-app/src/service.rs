//! The running service: it answers until it is told to stop, and then finishes what it has begun.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use vestibule_domain::usecase::World;

/// How long requests that have begun may take to end, once the service is told to stop.
const FAREWELL: Duration = Duration::from_secs(30);

/// How often expired rows are cleared away, and how many of a kind in one step.
const SWEEP_EVERY: Duration = Duration::from_mins(1);
const SWEEP_AT_ONCE: u32 = 500;

/// Answers requests on a listener until `shutdown`, and then until the last answer is given, 30 seconds at most.
///
/// ```no_run
/// # async fn run(site: vestibule_http_app::web::Site) -> std::io::Result<()> {
/// use tokio_util::sync::CancellationToken;
/// use vestibule_http_app::{service, web};
///
/// let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
/// println!("http://{}", listener.local_addr()?);
/// service::serve(listener, web::router(site), CancellationToken::new()).await
/// # }
/// ```
///
/// # Errors
/// The listener fails.
pub async fn serve(listener: TcpListener, router: Router, shutdown: CancellationToken) -> io::Result<()> {
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let answered = axum::serve(listener, service).with_graceful_shutdown(shutdown.clone().cancelled_owned());
    let out_of_patience = async {
        shutdown.cancelled().await;
        tokio::time::sleep(FAREWELL).await;
    };
    tokio::select! {
        result = answered.into_future() => result,
        () = out_of_patience => {
            tracing::warn!("some requests had not ended in time");
            Ok(())
        }
    }
}

/// Clears away what has expired, now and then, until `shutdown`. Several processes may do so at once.
pub async fn sweep(world: World, shutdown: CancellationToken) {
    let mut ticks = tokio::time::interval(SWEEP_EVERY);
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return,
            _ = ticks.tick() => {}
        }
        loop {
            match world.store.sweep(world.now(), SWEEP_AT_ONCE).await {
                Ok(gone) if gone >= u64::from(SWEEP_AT_ONCE) && !shutdown.is_cancelled() => {}
                Ok(_) => break,
                Err(error) => {
                    tracing::warn!(error = %error, "expired rows could not be cleared away");
                    break;
                }
            }
        }
    }
}

//! What this crate's containers have in common: the label that they carry, and the Docker that they need.

use needs::Need;

/// The label that every container of ours carries; its value is the run of the lanes that the test belongs to, so that
/// the services lane removes what a killed test has left, and nothing else.
pub(crate) const LABEL: &str = "workspace.run";

/// The run of the lanes, or `none` for a test that was started by hand.
pub(crate) fn run() -> String {
    std::env::var("WORKSPACE_RUN").unwrap_or_else(|_| "none".to_owned())
}

/// Looks for Docker before a container is started, so that "there is no Docker" and "the container is broken" are never
/// taken for each other.
///
/// # Errors
///
/// What is missing, with what to do about it.
pub(crate) async fn find() -> Result<(), String> {
    // The probe blocks, the first time.
    let missing = tokio::task::spawn_blocking(|| Need::Docker.missing()).await;
    missing.unwrap_or_else(|error| Some(error.to_string())).map_or(Ok(()), Err)
}

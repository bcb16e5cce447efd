//! The headers that replies to browsers and plain HTTP clients lack: CORS, `Allow`, `Vary`.

#[cfg(feature = "connect")]
mod connect;

use http::header::{ALLOW, CONTENT_ENCODING, VARY};
use http::{HeaderValue, Response, StatusCode};

#[cfg(feature = "connect")]
pub(crate) use connect::any_origin;
#[cfg(feature = "connect")]
pub use connect::connect;

/// Adds `Vary` to a compressed reply, and `Allow` to one that refuses the method of its request.
pub(crate) fn complete<B>(reply: &mut Response<B>, allowed: Option<&'static str>) {
    let status = reply.status();
    let headers = reply.headers_mut();
    if headers.contains_key(CONTENT_ENCODING) {
        // There may be others, of CORS.
        headers.append(VARY, HeaderValue::from_static("accept-encoding"));
    }
    if let Some(allowed) = allowed
        && status == StatusCode::METHOD_NOT_ALLOWED
    {
        headers.insert(ALLOW, HeaderValue::from_static(allowed));
    }
}

//! What can go wrong with a protocol, before or behind the service.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, Version};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use grpc_queue_acceptance::mutants::Defect;

use crate::{Shared, Wrong};

/// Marks a request that the service is to answer with nothing.
pub(crate) const EMPTY: &str = "mutant-says-nothing";

/// What a mistake may depend on.
struct Seen {
    wrong: Wrong,
    content_type: String,
    procedure: String,
    post: bool,
    http2: bool,
    compressed: bool,
    of_a_page: bool,
}

/// Lets the service answer, with what is wrong around it.
pub(crate) async fn make(State(shared): State<Arc<Shared>>, mut request: Request, next: Next) -> Response {
    let seen = Seen::of(shared.wrong, &request);
    if let Some(status) = seen.refusal(request.uri().query().unwrap_or_default()) {
        return status.into_response();
    }
    if seen.is_empty() {
        request.headers_mut().insert(EMPTY, HeaderValue::from_static("1"));
    }
    if seen.wrong.is(Defect::TypoIsServed) && seen.procedure.starts_with("Say") {
        let uri = request.uri().to_string().replace(&seen.procedure, "Say");
        *request.uri_mut() = uri.parse().expect("it was one with a longer path");
    }
    seen.behind(next.run(request).await)
}

impl Seen {
    fn of(wrong: Wrong, request: &Request) -> Self {
        let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
        Self {
            wrong,
            content_type: header("content-type").unwrap_or_default().to_owned(),
            procedure: request.uri().path().rsplit('/').next().unwrap_or_default().to_owned(),
            post: request.method() == Method::POST,
            http2: request.version() == Version::HTTP_2,
            compressed: ["grpc-encoding", "content-encoding"].iter().any(|name| header(name).is_some()),
            of_a_page: header("origin").is_some(),
        }
    }

    fn is_grpc(&self) -> bool {
        self.content_type.starts_with("application/grpc") && !self.is_web()
    }

    fn is_web(&self) -> bool {
        self.content_type.starts_with("application/grpc-web")
    }

    fn is_connect(&self) -> bool {
        self.post && !self.is_grpc() && !self.is_web()
    }

    /// A `Say` as it usually comes.
    fn says(&self, content_type: &str) -> bool {
        let usual = !self.compressed && !self.of_a_page && self.procedure == "Say";
        usual && self.content_type.starts_with(content_type)
    }

    /// The status of a request that doesn't reach the service.
    fn refusal(&self, query: &str) -> Option<StatusCode> {
        let wrong = |defect| self.wrong.is(defect);
        let procedure = |name: &str| self.procedure == name;
        let connect_stream = self.content_type.starts_with("application/connect+");
        let unsupported = (wrong(Defect::NoWebOnHttp1) && !self.http2 && self.says("application/grpc-web"))
            || (wrong(Defect::NoWebOnHttp2) && self.http2 && self.says("application/grpc-web"))
            || (wrong(Defect::NoProtoOnHttp1) && !self.http2 && self.says("application/proto"))
            || (wrong(Defect::NoProtoOnHttp2) && self.http2 && self.says("application/proto"))
            || (wrong(Defect::NoGzipOverGrpc) && self.compressed && self.is_grpc())
            || (wrong(Defect::NoGzipOverWeb) && self.compressed && self.is_web())
            || (wrong(Defect::NoGzipOverConnect) && self.compressed && self.is_connect())
            || (wrong(Defect::ConverseNotOnConnect) && procedure("Converse") && connect_stream)
            || (wrong(Defect::ConverseNotInJson)
                && procedure("Converse")
                && self.content_type.ends_with("json"))
            || (wrong(Defect::ConverseNotOnWeb) && procedure("Converse") && self.is_web())
            || (wrong(Defect::QueueNotOnConnect) && procedure("QueueConversation") && connect_stream)
            || (wrong(Defect::QueueNotInJson)
                && procedure("QueueConversation")
                && self.content_type.ends_with("json"))
            || (wrong(Defect::QueueNotOnWeb) && procedure("QueueConversation") && self.is_web());
        let get = procedure("Say") && !query.is_empty();
        if wrong(Defect::GetNotAllowed) && get {
            return Some(StatusCode::METHOD_NOT_ALLOWED);
        }
        if wrong(Defect::GetWithoutBase64) && get && query.contains("base64=1") {
            return Some(StatusCode::BAD_REQUEST);
        }
        if wrong(Defect::PagesForbidden) && self.of_a_page && self.post {
            return Some(StatusCode::FORBIDDEN);
        }
        unsupported.then_some(StatusCode::UNSUPPORTED_MEDIA_TYPE)
    }

    fn is_empty(&self) -> bool {
        (self.wrong.is(Defect::SayEmptyOverGrpc) && self.is_grpc() && self.says("application/grpc"))
            || (self.wrong.is(Defect::JsonEmptyOnHttp1) && !self.http2 && self.says("application/json"))
            || (self.wrong.is(Defect::JsonEmptyOnHttp2) && self.http2 && self.says("application/json"))
    }

    /// What becomes of the service's response.
    fn behind(&self, mut response: Response) -> Response {
        let known = ["Say", "Converse", "Introduce", "QueueConversation"].contains(&self.procedure.as_str());
        let eliza = !known && self.procedure.starts_with("Say");
        if self.wrong.is(Defect::UnknownIsInternal) && eliza && self.is_grpc() {
            let mut response = Response::new(Body::empty());
            response.headers_mut().insert("content-type", HeaderValue::from_static("application/grpc"));
            response.headers_mut().insert("grpc-status", HeaderValue::from_static("13"));
            return response;
        }
        if self.wrong.is(Defect::UnknownIs200) && eliza && self.is_connect() {
            *response.status_mut() = StatusCode::OK;
        }
        if response.status() == StatusCode::BAD_REQUEST {
            if self.wrong.is(Defect::BadJsonIs500) {
                *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
            }
            if self.wrong.is(Defect::BadJsonWithoutCode) {
                return (StatusCode::BAD_REQUEST, "no").into_response();
            }
        }
        response
    }
}

//! The API as the suite kit's fake knows it: one path, JSON in, an answer as JSON or as a stream of events out.

use ::http::request::Parts;
use ::http::{Method, StatusCode};
use serde_json::Value;
use suite_kit::fake::{Call, Received, Refusal, Response, Service};

use crate::Reply;
use crate::reply::{Content, Ending};
use crate::{Completion, completion};

const PATH: &str = "/v1/chat/completions";

/// The chat completion API.
#[derive(Debug)]
pub struct OpenAi;

impl Service for OpenAi {
    type Content = Completion;
    type Reply = Reply;

    fn accept(head: &Parts) -> Result<(), Refusal> {
        match (head.uri.path() == PATH, head.method == Method::POST) {
            (true, true) => Ok(()),
            (true, false) => {
                Err(Refusal { status: StatusCode::METHOD_NOT_ALLOWED, allow: Some(Method::POST) })
            }
            (false, _) => Err(Refusal { status: StatusCode::NOT_FOUND, allow: None }),
        }
    }

    fn read(received: Received<'_>) -> Completion {
        Completion { body: serde_json::from_slice(received.body).unwrap_or(Value::Null) }
    }

    fn key(content: &Completion, _: &str) -> String {
        content.sentence().unwrap_or_default().to_owned()
    }

    fn respond(call: &Call<Self>, reply: Reply) -> Response {
        let model = call.model().unwrap_or("fake-openai");
        let answer = |text: &str| match call.wants_stream() {
            true => Response::stream(completion::events(call.number, model, text))
                .header("content-type", "text/event-stream"),
            false => Response::json(completion::whole(call.number, model, text)),
        };
        let response = match reply.content {
            Content::Held => Response::held(),
            Content::Dropped => Response::drop_connection(),
            Content::Raw(body) => Response::json(body),
            Content::Answer(text) => answer(&text),
            Content::Partial { text, ending: Ending::Cut } => answer(&text).cut_off(),
            Content::Partial { text, ending: Ending::Stall } => answer(&text).stall(),
        };
        let response = response.in_status(reply.status.as_u16()).after(reply.after).pace(reply.pace);
        reply.headers.into_iter().fold(response, |response, (name, value)| response.header_value(name, value))
    }
}

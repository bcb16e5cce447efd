//! The client side of the judged server: the suite kit's clients, and the service's own messages.

mod message;

pub(crate) use suite_kit::wire::{
    Answered, Call, Code, Codec, Connection, End, Event, Http, Stream, WireProtocol, plain,
};

pub(crate) use self::message::{Ask, ELIZA, Said};

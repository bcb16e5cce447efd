//! Both sets of messages speak the same bytes, and reflection's descriptors name the whole service.

use buffa::Message as _;
use grpc_queue_proto::{FILE_DESCRIPTOR_SET, connect, prost as tonic};
use prost::Message as _;

#[test]
fn both_sets_write_the_same_bytes() {
    let from_prost = tonic::QueueConversationResponse {
        sentence: "the model is down".to_owned(),
        in_reply_to: 300,
        failed: true,
    };
    let from_buffa = connect::QueueConversationResponse {
        sentence: "the model is down".to_owned(),
        in_reply_to: 300,
        failed: true,
        ..Default::default()
    };
    assert_eq!(from_prost.encode_to_vec(), from_buffa.encode_to_vec());
}

#[test]
fn an_acknowledgement_sets_the_sentence_alone() {
    let acknowledgement =
        tonic::QueueConversationResponse { sentence: "enqueued".to_owned(), ..Default::default() };
    assert_eq!(acknowledgement.encode_to_vec(), b"\x0a\x08enqueued");
}

#[test]
fn the_descriptors_name_each_procedure() {
    for procedure in ["Say", "Converse", "Introduce", "QueueConversation"] {
        assert!(
            FILE_DESCRIPTOR_SET.windows(procedure.len()).any(|window| window == procedure.as_bytes()),
            "{procedure} is missing in the descriptors"
        );
    }
}

#[test]
fn what_a_candidate_starts_from_has_the_same_service() {
    let ours = include_str!("../../proto/connectrpc/eliza/v1/eliza.proto");
    for copy in [
        include_str!("../../../starters/go/proto/connectrpc/eliza/v1/eliza.proto"),
        include_str!("../../../starters/rust/proto/connectrpc/eliza/v1/eliza.proto"),
        include_str!("../../../solutions/go/proto/connectrpc/eliza/v1/eliza.proto"),
    ] {
        assert_eq!(copy, ours);
    }
}

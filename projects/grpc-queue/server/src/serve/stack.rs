//! The services behind the port: our own for both libraries, health, reflection, pages.

use std::sync::Arc;

use anyhow::Context as _;
use connectrpc::Router;
use connectrpc::dispatcher::Chain;
use connectrpc_health::{HealthExt as _, HealthService};
use connectrpc_reflection::Reflector;
use grpc_queue_proto::FILE_DESCRIPTOR_SET;
use grpc_queue_proto::connect::ElizaServiceServer as ConnectServer;
use grpc_queue_proto::prost::eliza_service_server::ElizaServiceServer;
use service_transport::{Settings, Stack};
use tonic::codec::CompressionEncoding;

use crate::backend::Backend;
use crate::health::Health;
use crate::page;
use crate::service::{Connect, Grpc, Service};

/// The service for gRPC, the same with health and reflection for all other protocols.
type Services<Q> = Stack<ElizaServiceServer<Grpc<Q>>, Chain<ConnectServer<Connect<Q>>, Router>>;

/// The stack.
pub(super) fn build<Q: Backend>(service: &Service<Q>, settings: &Settings) -> anyhow::Result<Services<Q>> {
    let grpc = ElizaServiceServer::new(Grpc(service.clone()))
        .accept_compressed(CompressionEncoding::Gzip)
        .accept_compressed(CompressionEncoding::Zstd)
        .max_decoding_message_size(settings.message_bytes);
    let health = HealthService::new(Health(service.drain.clone()));
    let router = connectrpc_health::apply_request_limits(
        Arc::new(health).register(Router::new()),
        connectrpc_health::request_limits(),
    );
    let router = connectrpc_reflection::install(router, reflector()?);
    let dispatcher = Chain(ConnectServer::new(Connect(service.clone())), router);
    let connect = service_transport::connect(dispatcher, settings);
    Ok(Stack::new(grpc, connect, page::router(service)))
}

/// Knows the messages of the service and of its health; its own it knows anyway.
fn reflector() -> anyhow::Result<Reflector> {
    let mut reflector = Reflector::from_descriptor_set_bytes(FILE_DESCRIPTOR_SET)
        .context("failed to read the descriptors of the service")?;
    reflector
        .add_descriptor_set_bytes(tonic_health::pb::FILE_DESCRIPTOR_SET)
        .context("failed to read the descriptors of its health")?;
    Ok(reflector)
}

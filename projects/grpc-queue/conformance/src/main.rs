//! The server under test of the official Connect conformance suite.
//!
//! The runner starts it, says on its standard input which server it wants, reads on its standard output where that is,
//! and ends it with a signal. What is tested is the transport of the Eliza service: the same port, the same dispatch
//! between tonic and connectrpc, the same layers. Only the service is another one.

mod answer;
mod connect;
mod grpc;
mod messages;
mod script;

use std::io::{self, Read, Write};
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use buffa::type_registry::{TypeRegistry, set_type_registry};
use connectrpc::Router;
use prost::Message;
use service_transport::{Server, Settings, Stack, Tls};
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::Instant;

use crate::messages::prost::{ServerCompatRequest, ServerCompatResponse};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Enough for each message of the suite where it doesn't set a limit.
const MESSAGE_BYTES: usize = 4 * 1024 * 1024;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt().with_writer(io::stderr).init();
    // Messages within messages can be spoken in JSON only by those who know their types.
    let mut types = TypeRegistry::new();
    messages::connect::register_types(&mut types);
    set_type_registry(types);

    let wanted: ServerCompatRequest = read(io::stdin().lock())?;
    let settings = settings(&wanted)?;
    let service =
        service_transport::connect(Router::new().add_service(Arc::new(connect::Conformance)), &settings);
    let grpc = grpc::Conformance { message_bytes: settings.message_bytes };
    let stack = Stack::new(grpc, service, axum::Router::new());
    let server = Server::bind((Ipv4Addr::LOCALHOST, 0).into(), settings).await?;
    let found = ServerCompatResponse {
        host: server.address().ip().to_string(),
        port: server.address().port().into(),
        pem_cert: wanted.server_creds.unwrap_or_default().cert,
    };
    write(io::stdout().lock(), &found)?;

    let mut ended = signal(SignalKind::terminate())?;
    server
        .serve(stack, async {
            ended.recv().await;
            Instant::now() + Duration::from_secs(1)
        })
        .await;
    Ok(())
}

fn settings(wanted: &ServerCompatRequest) -> anyhow::Result<Settings> {
    let message_bytes = match wanted.message_receive_limit {
        0 => MESSAGE_BYTES,
        limit => limit as usize,
    };
    let clients = Some(wanted.client_tls_cert.as_slice()).filter(|clients| !clients.is_empty());
    let tls = match &wanted.server_creds {
        Some(own) if wanted.use_tls => {
            let tls = Tls { chain: &own.cert, key: &own.key, client_authorities: clients, ..Tls::default() };
            Some(tls.config()?)
        }
        _ => None,
    };
    Ok(Settings { message_bytes, tls, ..Settings::default() })
}

/// Reads a message after its length.
fn read<M: Message + Default>(mut input: impl Read) -> anyhow::Result<M> {
    let mut length = [0; 4];
    input.read_exact(&mut length).context("failed to read the length of the request")?;
    let mut message = vec![0; u32::from_be_bytes(length) as usize];
    input.read_exact(&mut message).context("failed to read the request")?;
    Ok(M::decode(message.as_slice())?)
}

/// Writes a message after its length.
fn write(mut output: impl Write, message: &impl Message) -> anyhow::Result<()> {
    let message = message.encode_to_vec();
    output.write_all(&u32::try_from(message.len())?.to_be_bytes())?;
    output.write_all(&message)?;
    Ok(output.flush()?)
}

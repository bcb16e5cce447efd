//! Generates both sets of messages from the same descriptors, without protoc.

use std::env;
use std::error::Error;
use std::fs;
use std::path::PathBuf;

use protox::prost::Message;
use protox::prost_reflect::prost_types::FileDescriptorSet;

const FILES: [&str; 2] =
    ["connectrpc/conformance/v1/service.proto", "connectrpc/conformance/v1/server_compat.proto"];

fn main() -> Result<(), Box<dyn Error>> {
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets no OUT_DIR")?);
    let descriptors = protox::Compiler::new(["proto"])?
        .include_imports(true)
        .open_files(FILES)?
        .encode_file_descriptor_set();
    let set = out.join("conformance.bin");
    fs::write(&set, &descriptors)?;

    // tonic is driven by hand (see src/grpc.rs), so it needs the messages alone.
    let prost = out.join("prost");
    fs::create_dir_all(&prost)?;
    tonic_prost_build::configure()
        .build_client(false)
        .build_server(false)
        .emit_rerun_if_changed(false)
        .out_dir(prost)
        .compile_fds(FileDescriptorSet::decode(descriptors.as_slice())?)?;

    let connect = out.join("connect");
    fs::create_dir_all(&connect)?;
    connectrpc_build::Config::new()
        .descriptor_set(set)
        .files(&FILES)
        .emit_rerun_directives(false)
        .out_dir(connect)
        .include_file("all.rs")
        .compile()?;
    Ok(())
}

//! Generates both sets of messages and services from the same descriptors, without protoc.

use std::env;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

const PROTO: &str = "proto/connectrpc/eliza/v1/eliza.proto";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed={PROTO}");

    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets no OUT_DIR")?);
    let descriptors = protox::Compiler::new(["proto"])?
        .include_imports(true)
        .include_source_info(true)
        .open_file("connectrpc/eliza/v1/eliza.proto")?
        .encode_file_descriptor_set();
    let set = out.join("eliza.bin");
    fs::write(&set, &descriptors)?;

    if env::var_os("CARGO_FEATURE_TONIC").is_some() {
        tonic(&descriptors, &out)?;
    }
    if env::var_os("CARGO_FEATURE_CONNECT").is_some() {
        connect(&set, &out)?;
    }
    Ok(())
}

/// Messages for prost, client and server for tonic.
fn tonic(descriptors: &[u8], out: &Path) -> Result<(), Box<dyn Error>> {
    use protox::prost::Message;

    let set = protox::prost_reflect::prost_types::FileDescriptorSet::decode(descriptors)?;
    let out = out.join("tonic");
    fs::create_dir_all(&out)?;
    tonic_prost_build::configure()
        .build_transport(false)
        .emit_rerun_if_changed(false)
        .out_dir(out)
        .compile_fds(set)?;
    Ok(())
}

/// Messages for buffa, client and server for connectrpc.
fn connect(set: &Path, out: &Path) -> Result<(), Box<dyn Error>> {
    let out = out.join("connect");
    fs::create_dir_all(&out)?;
    connectrpc_build::Config::new()
        .descriptor_set(set)
        .files(&["connectrpc/eliza/v1/eliza.proto"])
        .emit_rerun_directives(false)
        .out_dir(out)
        .include_file("all.rs")
        .compile()?;
    Ok(())
}

//! Generates messages and service from the proto files, without protoc.

use std::env;
use std::error::Error;
use std::fs;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=proto");

    // Reflection hands out this set, comments and all.
    let descriptors = protox::Compiler::new(["proto"])?
        .include_imports(true)
        .include_source_info(true)
        .open_file("connectrpc/eliza/v1/eliza.proto")?
        .open_file("grpc/health/v1/health.proto")?
        .encode_file_descriptor_set();
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets no OUT_DIR")?);
    let set = out.join("descriptors.bin");
    fs::write(&set, descriptors)?;

    connectrpc_build::Config::new()
        .descriptor_set(set)
        .files(&["connectrpc/eliza/v1/eliza.proto"])
        .include_file("generated.rs")
        .emit_rerun_directives(false) // it would watch the set that was written above, and never be done
        .compile()?;
    Ok(())
}

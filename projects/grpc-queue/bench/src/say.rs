//! `Say`, by protocol, beside plain tonic and connect-go.

use std::io::Write;

use anyhow::Result;

use crate::h2load::{self, Load};
use crate::program::{Programs, Server};
use crate::report::{Aim, Row, median, table};
use crate::{Size, raw};

const PATH: &str = "/connectrpc.eliza.v1.ElizaService/Say";

/// Name, content type, whether messages have an envelope, whether it is HTTP/1.1.
const WAYS: [(&str, &str, bool, bool); 6] = [
    ("gRPC", "application/grpc", true, false),
    ("gRPC-Web", "application/grpc-web+proto", true, false),
    ("Connect, protobuf", "application/proto", false, false),
    ("Connect, JSON", "application/json", false, false),
    ("gRPC-Web, HTTP/1.1", "application/grpc-web+proto", true, true),
    ("Connect, protobuf, HTTP/1.1", "application/proto", false, true),
];

pub(crate) fn run(programs: &Programs, size: Size, out: &mut impl Write) -> Result<()> {
    if !h2load::installed() {
        writeln!(out, "not measured: h2load is not installed (Debian: nghttp2-client)")?;
        return Ok(());
    }
    let ours = Server::start(&programs.ours, &["serve"], &[("TOKIO_WORKER_THREADS", "1")])?;
    let tonic = Server::start(&programs.own, &["plain-tonic"], &[])?;
    let go = match &programs.connect_go {
        Ok(program) => Some(Server::start(program, &[], &[])?),
        Err(reason) => {
            writeln!(out, "connect-go is not measured: {reason}")?;
            None
        }
    };
    let mut cases: Vec<(String, &Server, usize)> = vec![("plain tonic, gRPC".to_owned(), &tonic, 0)];
    cases.extend(go.iter().map(|go| ("connect-go, gRPC".to_owned(), go, 0)));
    cases.extend(WAYS.iter().enumerate().map(|(way, (name, ..))| (format!("ours, {name}"), &ours, way)));
    let mut rates = vec![Vec::new(); cases.len()];
    for _ in 0..size.rounds {
        for ((_, server, way), rates) in cases.iter().zip(&mut rates) {
            rates.push(measure(server, *way, programs, size)?);
        }
    }
    let rates: Vec<f64> = rates.into_iter().map(median).collect();
    let rows = cases.iter().zip(&rates);
    let rows: Vec<Row> = rows.map(|((name, ..), rate)| Row::new(name, *rate, rate / rates[0])).collect();
    table(out, "requests/s", "× tonic", &rows)?;
    let first = usize::from(go.is_some()) + 1;
    let (grpc, web, connect) = (rates[first], rates[first + 1], rates[first + 2]);
    Aim::at_least("gRPC is … times plain tonic", grpc / rates[0], 1.0).tell(out)?;
    if go.is_some() {
        Aim::at_least("gRPC is … times connect-go", grpc / rates[1], 6.0).tell(out)?;
    }
    Aim::at_least("gRPC-Web is … times our gRPC", web / grpc, 0.9).tell(out)?;
    Aim::at_least("Connect is … times our gRPC", connect / grpc, 0.9).tell(out)
}

fn measure(server: &Server, way: usize, programs: &Programs, size: Size) -> Result<f64> {
    let (_, content_type, envelope, old) = WAYS[way];
    let body = match content_type {
        "application/json" => br#"{"sentence":"I feel happy."}"#.to_vec(),
        _ if envelope => raw::envelope("I feel happy."),
        _ => raw::message("I feel happy."),
    };
    let folder = programs.own.parent().unwrap_or(&programs.own);
    let url = format!("http://{}{PATH}", server.address);
    h2load::run(Load { content_type, body: &body, old }, folder, &url, size.time)
}

//! Services and ports: asked in their own protocol, since an open port proves little.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream, ToSocketAddrs};

use super::TIMEOUT;
use super::program::run;
use crate::place::{authority, aws_endpoint_url, postgres_url};

/// Postgres at its address. An address without a host (a socket's) is taken at its word.
pub(super) fn postgres() -> Result<String, String> {
    match authority(&postgres_url(), 5432) {
        Some(address) => postgres_at(&address),
        None => Ok("the address in DATABASE_URL, not tried".to_owned()),
    }
}

/// LocalStack at its address.
pub(super) fn localstack() -> Result<String, String> {
    let url = aws_endpoint_url();
    match authority(&url, 4566) {
        Some(address) => localstack_at(&address),
        None => Err(format!("{} names no host", crate::AWS_ENDPOINT_URL)),
    }
}

/// Whether the port is free, or published by a container.
pub(super) fn port(port: u16) -> Result<String, String> {
    match TcpListener::bind(("127.0.0.1", port)) {
        Ok(_) => Ok("free".to_owned()),
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
            let filter = format!("publish={port}");
            let holder = run("docker", &["ps", "--filter", &filter, "--format", "{{.Names}}"]);
            let holder = holder.unwrap_or_default().trim().to_owned();
            if holder.is_empty() {
                Err(format!("another program listens on port {port}"))
            } else {
                Ok(format!("held by {holder}"))
            }
        }
        Err(error) => Err(format!("port {port}: {error}")),
    }
}

/// LocalStack's health page answers 200 even while S3 is in error: S3 itself must run.
fn localstack_at(address: &str) -> Result<String, String> {
    let mut stream = connect("LocalStack", address)?;
    let request = format!("GET /_localstack/health HTTP/1.0\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    let mut answer = Vec::new();
    stream
        .write_all(request.as_bytes())
        .and_then(|()| stream.take(1 << 16).read_to_end(&mut answer))
        .map_err(|error| format!("no LocalStack answers at {address} ({error})"))?;
    let answer = String::from_utf8_lossy(&answer);
    let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    let version =
        value(body, "version").ok_or_else(|| format!("what answers at {address} is not LocalStack"))?;
    match value(body, "s3") {
        Some(state @ ("running" | "available")) => Ok(format!("{version} at {address}, s3 {state}")),
        Some(state) => Err(format!("LocalStack {version} answers at {address}, but s3 is in state {state}")),
        None => Err(format!("LocalStack {version} answers at {address}, but without s3")),
    }
}

/// The string that follows a key of flat JSON: enough for one page of one program.
fn value<'j>(json: &'j str, key: &str) -> Option<&'j str> {
    let (_, rest) = json.split_once(&format!("\"{key}\""))?;
    rest.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?.split('"').next()
}

/// Postgres answers a question about TLS with one letter, before it asks for any password.
fn postgres_at(address: &str) -> Result<String, String> {
    let mut stream = connect("Postgres", address)?;
    let mut answer = [0];
    stream
        .write_all(&[0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f])
        .and_then(|()| stream.read_exact(&mut answer))
        .map_err(|error| format!("no Postgres answers at {address} ({error})"))?;
    if matches!(&answer, b"S" | b"N") {
        Ok(format!("answers at {address}"))
    } else {
        Err(format!("what answers at {address} is not Postgres"))
    }
}

fn connect(what: &str, address: &str) -> Result<TcpStream, String> {
    let resolved: Option<SocketAddr> = address.to_socket_addrs().ok().and_then(|mut all| all.next());
    let resolved = resolved.ok_or_else(|| format!("invalid address of {what}: {address}"))?;
    let stream = TcpStream::connect_timeout(&resolved, TIMEOUT)
        .map_err(|_| format!("no {what} answers at {address}"))?;
    stream
        .set_read_timeout(Some(TIMEOUT))
        .and_then(|()| stream.set_write_timeout(Some(TIMEOUT)))
        .map_err(|error| error.to_string())?;
    Ok(stream)
}

#[cfg(test)]
mod tests {
    use std::thread;
    use std::time::Instant;

    use super::*;

    /// A server for one connection: reads what it can, answers, closes.
    fn answering(answer: &'static [u8]) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 1024];
            assert!(stream.read(&mut request).unwrap() > 0);
            stream.write_all(answer).unwrap();
        });
        address
    }

    #[test]
    fn localstack_is_healthy_only_when_s3_itself_runs() {
        let up =
            answering(b"HTTP/1.0 200 OK\r\n\r\n{\"services\":{\"s3\":\"running\"},\"version\":\"4.14.0\"}");
        assert_eq!(localstack_at(&up).unwrap(), format!("4.14.0 at {up}, s3 running"));
        let down =
            answering(b"HTTP/1.0 200 OK\r\n\r\n{\"services\": {\"s3\": \"error\"}, \"version\": \"4.14.0\"}");
        let said = format!("LocalStack 4.14.0 answers at {down}, but s3 is in state error");
        assert_eq!(localstack_at(&down).unwrap_err(), said);
        let other = answering(b"HTTP/1.0 200 OK\r\n\r\nhello");
        assert_eq!(localstack_at(&other).unwrap_err(), format!("what answers at {other} is not LocalStack"));
    }

    #[test]
    fn postgres_is_known_by_its_answer() {
        let up = answering(b"N");
        assert_eq!(postgres_at(&up).unwrap(), format!("answers at {up}"));
        let other = answering(b"HTTP/1.0 400\r\n");
        assert_eq!(postgres_at(&other).unwrap_err(), format!("what answers at {other} is not Postgres"));
    }

    #[test]
    fn a_port_is_free_or_it_is_held() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let number = listener.local_addr().unwrap().port();
        assert_eq!(port(number).unwrap_err(), format!("another program listens on port {number}"));
        drop(listener);
        // A process that another test forks just now may hold the listener for a moment longer.
        let until = Instant::now() + TIMEOUT;
        while port(number).is_err() && Instant::now() < until {
            thread::yield_now();
        }
        assert_eq!(port(number).unwrap(), "free");
    }

    #[test]
    fn a_service_that_does_not_answer_is_missing() {
        assert_eq!(postgres_at("127.0.0.1:1").unwrap_err(), "no Postgres answers at 127.0.0.1:1");
    }
}

//! Services and ports: asked in their own protocol, since a port that answers proves little.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream, ToSocketAddrs};

use super::DEADLINE;
use super::program;
use super::setting::setting;

/// Whether the compose service does its work.
pub(super) fn healthy(name: &str) -> Result<String, String> {
    match name {
        "localstack" => localstack(&address("AWS_ENDPOINT_URL", "LOCALSTACK_PORT", 4566)),
        "postgres" => postgres(&address("DATABASE_URL", "POSTGRES_PORT", 5432)),
        _ => {
            let health = program::run("docker", &["compose", "ps", "--format", "{{.Health}}", name])?;
            let health = health.trim();
            if health == "healthy" { Ok(health.to_owned()) } else { Err("not up".to_owned()) }
        }
    }
}

/// Whether the port is free, or held by one of our own containers.
pub(super) fn port(port: u16) -> Result<String, String> {
    match TcpListener::bind(("127.0.0.1", port)) {
        Ok(_) => Ok("free".to_owned()),
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
            let filter = format!("publish={port}");
            let holder = program::run("docker", &["ps", "--filter", &filter, "--format", "{{.Names}}"]);
            let holder = holder.unwrap_or_default().trim().to_owned();
            if holder.is_empty() {
                Err("another program listens there".to_owned())
            } else {
                Ok(format!("held by {holder}"))
            }
        }
        Err(error) => Err(error.to_string()),
    }
}

/// Host and port: from a URL in the environment, else this machine and the port that compose publishes.
fn address(url: &str, port: &str, default: u16) -> String {
    let from_url = setting(url).and_then(|url| authority(&url, default));
    from_url.unwrap_or_else(|| {
        let port = setting(port).unwrap_or_else(|| default.to_string());
        format!("127.0.0.1:{port}")
    })
}

/// `user:password@host:port` without the user, and with a port.
fn authority(url: &str, default: u16) -> Option<String> {
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?']).next()?;
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let ported = host.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    (!host.is_empty()).then(|| if ported { host.to_owned() } else { format!("{host}:{default}") })
}

/// LocalStack's health page answers 200 even while S3 is in error: S3 itself must run.
fn localstack(address: &str) -> Result<String, String> {
    let mut stream = connect(address)?;
    let request = format!("GET /_localstack/health HTTP/1.0\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    let mut answer = Vec::new();
    stream
        .write_all(request.as_bytes())
        .and_then(|()| stream.take(1 << 16).read_to_end(&mut answer))
        .map_err(|error| format!("no answer at {address}: {error}"))?;
    let answer = String::from_utf8_lossy(&answer);
    let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    let health: serde_json::Value = serde_json::from_str(body.trim())
        .map_err(|_| format!("what answers at {address} is no LocalStack"))?;
    let version = health.get("version").and_then(|version| version.as_str()).unwrap_or("?");
    match health.pointer("/services/s3").and_then(|state| state.as_str()) {
        Some(state @ ("running" | "available")) => Ok(format!("{version} at {address}, s3 {state}")),
        Some(state) => Err(format!("{version} at {address}, but s3 is {state}")),
        None => Err(format!("{version} at {address}, but without s3")),
    }
}

/// Postgres answers a question about TLS with one letter, before it asks for any password.
fn postgres(address: &str) -> Result<String, String> {
    let mut stream = connect(address)?;
    let mut answer = [0];
    stream
        .write_all(&[0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f])
        .and_then(|()| stream.read_exact(&mut answer))
        .map_err(|error| format!("no answer at {address}: {error}"))?;
    if matches!(&answer, b"S" | b"N") {
        Ok(format!("answers at {address}"))
    } else {
        Err(format!("what answers at {address} is no Postgres"))
    }
}

fn connect(address: &str) -> Result<TcpStream, String> {
    let resolved: Option<SocketAddr> = address.to_socket_addrs().ok().and_then(|mut all| all.next());
    let resolved = resolved.ok_or_else(|| format!("{address} is no address"))?;
    let stream = TcpStream::connect_timeout(&resolved, DEADLINE)
        .map_err(|_| format!("nothing answers at {address}"))?;
    stream
        .set_read_timeout(Some(DEADLINE))
        .and_then(|()| stream.set_write_timeout(Some(DEADLINE)))
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
        assert_eq!(localstack(&up).unwrap(), format!("4.14.0 at {up}, s3 running"));
        let down =
            answering(b"HTTP/1.0 200 OK\r\n\r\n{\"services\":{\"s3\":\"error\"},\"version\":\"4.14.0\"}");
        assert_eq!(localstack(&down).unwrap_err(), format!("4.14.0 at {down}, but s3 is error"));
        let other = answering(b"HTTP/1.0 200 OK\r\n\r\nhello");
        assert_eq!(localstack(&other).unwrap_err(), format!("what answers at {other} is no LocalStack"));
    }

    #[test]
    fn postgres_is_known_by_its_answer() {
        let up = answering(b"N");
        assert_eq!(postgres(&up).unwrap(), format!("answers at {up}"));
        let other = answering(b"HTTP/1.0 400\r\n");
        assert_eq!(postgres(&other).unwrap_err(), format!("what answers at {other} is no Postgres"));
    }

    #[test]
    fn a_port_is_free_or_it_is_held() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let number = listener.local_addr().unwrap().port();
        assert_eq!(port(number).unwrap_err(), "another program listens there");
        drop(listener);
        // A process that another test forks just now may hold the listener for a moment longer.
        let until = Instant::now() + DEADLINE;
        while port(number).is_err() && Instant::now() < until {
            thread::yield_now();
        }
        assert_eq!(port(number).unwrap(), "free");
    }

    #[test]
    fn a_service_that_does_not_answer_is_missing() {
        assert_eq!(postgres("127.0.0.1:1").unwrap_err(), "nothing answers at 127.0.0.1:1");
    }

    #[test]
    fn addresses_come_out_of_urls() {
        let of = |url| authority(url, 5432);
        assert_eq!(of("postgres://u:p@db:6000/x?y").as_deref(), Some("db:6000"));
        assert_eq!(of("postgres://db/x").as_deref(), Some("db:5432"));
        assert_eq!(of("postgres:///x"), None);
    }
}

//! A solution of the echo exercise. Its first argument makes it wrong, in one of the ways that a server can be wrong;
//! the harness's own tests judge it.

use std::env;
use std::error::Error;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::process::{Command, Stdio};
use std::thread;

use rustix::fs::{MemfdFlags, memfd_create};
use signal_hook::consts::SIGTERM;

fn main() -> Result<(), Box<dyn Error>> {
    let way = env::args().nth(1).unwrap_or_default();
    let mut address = env::var("LISTEN_ADDR")?;
    let (mut told, teller) = UnixStream::pair()?;
    signal_hook::low_level::pipe::register(SIGTERM, teller)?;
    match way.as_str() {
        "exits" => return Err("LEVEL must be a number".into()),
        "deaf" => return wait_for_ever(),
        "elsewhere" => "127.0.0.1:0".clone_into(&mut address),
        "background" => {
            Command::new("sleep").arg("1021").stdin(Stdio::null()).stdout(Stdio::null()).spawn()?;
            return Ok(());
        }
        "child" => {
            // A wrapper that doesn't use exec.
            Command::new(env::current_exe()?).spawn()?.wait()?;
            return Ok(());
        }
        "leaves" => drop(Command::new("setsid").args(["sleep", "1022"]).stdin(Stdio::null()).spawn()?),
        "many" => {
            for _ in 0..40 {
                Command::new("sleep").arg("1023").spawn()?;
            }
        }
        "memfd" => hoard()?,
        _ => {}
    }
    let listener = TcpListener::bind(address)?;
    writeln!(io::stderr(), "it listens")?;
    let of_lines = way.clone();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let way = of_lines.clone();
            // A client that vanished is no reason to end.
            thread::spawn(move || echo(stream, &way).ok());
        }
    });
    // One byte for each signal.
    loop {
        told.read_exact(&mut [0])?;
        match way.as_str() {
            "ignores" => {}
            "fails" => return Err("it could not save its work".into()),
            _ => return Ok(()),
        }
    }
}

/// Fills a file in memory that nobody maps, and keeps it open.
fn hoard() -> io::Result<()> {
    let mut file = File::from(memfd_create("hoard", MemfdFlags::CLOEXEC)?);
    file.write_all(&vec![1; 40 << 20])?;
    file.write_all(&vec![1; 40 << 20])?;
    std::mem::forget(file);
    Ok(())
}

fn wait_for_ever() -> Result<(), Box<dyn Error>> {
    loop {
        thread::park();
    }
}

/// Sends each line back; the line `now` is when some kinds go wrong.
fn echo(stream: TcpStream, way: &str) -> io::Result<()> {
    let mut writer = stream.try_clone()?;
    for line in BufReader::new(stream).lines() {
        let line = line?;
        match way {
            "crashes" => std::process::abort(),
            "crashes-late" => {
                writeln!(writer, "{line}")?;
                std::process::abort();
            }
            "eats" => {
                std::hint::black_box(vec![1_u8; 200 << 20]);
                thread::park();
            }
            "floods" => io::copy(&mut io::repeat(b'x'), &mut io::stderr()).map(drop)?,
            "wrong" => writeln!(writer, "something else")?,
            _ if line == "grow" => {
                std::mem::forget(std::hint::black_box(vec![1_u8; 32 << 20]));
                writeln!(writer, "grown")?;
            }
            _ => writeln!(writer, "{line}")?,
        }
    }
    Ok(())
}

//! The servers under measurement: found, started on a core of their own, and ended.

use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use rustix::thread::CpuSet;

/// The core of the server.
pub(crate) const SERVER: usize = 0;

/// The core of the generator, and of the fake of the model.
pub(crate) const GENERATOR: usize = 1;

/// Timeout for a server to listen.
const READY: Duration = Duration::from_secs(20);

/// Where the servers are.
#[derive(Clone, Debug)]
pub(crate) struct Programs {
    /// The reference.
    pub(crate) ours: PathBuf,
    /// This program, which is plain tonic as well.
    pub(crate) own: PathBuf,
    /// connect-go's Eliza, where Go is installed; else why not.
    pub(crate) connect_go: Result<PathBuf, String>,
}

impl Programs {
    /// Builds what is not there.
    pub(crate) fn find(ours: Option<PathBuf>) -> Result<Self> {
        let own = std::env::current_exe().context("failed to find this program's own place")?;
        let folder = own.parent().unwrap_or_else(|| Path::new(".")).to_path_buf();
        let ours = match ours {
            Some(program) => program,
            None => build(&folder)?,
        };
        let connect_go = build_go(&folder.join("connect-go-eliza")).map_err(|error| format!("{error:#}"));
        Ok(Self { ours, own, connect_go })
    }
}

fn build(folder: &Path) -> Result<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo)
        .args(["build", "--quiet", "--release", "--locked", "--workspace", "--bin", "grpc-queue"])
        .status()
        .context("failed to start cargo: name a program with --program")?;
    if !built.success() {
        bail!("the server does not build");
    }
    let program = folder.join("../release/grpc-queue");
    program.canonicalize().with_context(|| format!("failed to find {}", program.display()))
}

/// The Go starter is connect-go's Eliza.
fn build_go(program: &Path) -> Result<PathBuf> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../starters/go");
    let built = Command::new("go")
        .args(["build", "-o"])
        .arg(program)
        .arg(".")
        .current_dir(folder)
        .stderr(Stdio::null())
        .status()
        .context("go is not installed")?;
    if built.success() { Ok(program.to_owned()) } else { bail!("the Go starter does not build") }
}

/// Pins this process to one core, and its children unless they are pinned elsewhere. With a single core there is no
/// choice.
pub(crate) fn keep_to_core(core: usize) -> Result<()> {
    let mut set = CpuSet::new();
    set.set(core);
    match rustix::thread::sched_setaffinity(None, &set) {
        Err(rustix::io::Errno::INVAL) => Ok(()),
        done => Ok(done?),
    }
}

/// A server that runs until it is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Server {
    /// Starts a program at a free port on the server's core, and waits until it listens.
    pub(crate) fn start(program: &Path, words: &[&str], env: &[(&str, &str)]) -> Result<Self> {
        let address = free()?;
        Self::start_at(address, program, words, env)
    }

    /// The same at an address.
    pub(crate) fn start_at(
        address: SocketAddr,
        program: &Path,
        words: &[&str],
        env: &[(&str, &str)],
    ) -> Result<Self> {
        let child = Command::new("taskset")
            .args(["--cpu-list", &SERVER.to_string()])
            .arg(program)
            .args(words)
            .env("LISTEN_ADDR", address.to_string())
            .env("GOMAXPROCS", "1")
            .env("RUST_LOG", "error")
            .envs(env.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .with_context(|| format!("failed to start {}", program.display()))?;
        let mut server = Self { child, address };
        let began = Instant::now();
        while TcpStream::connect(address).is_err() {
            if let Some(status) = server.child.try_wait()? {
                bail!("{} ended before it listened: {status}", program.display());
            }
            if began.elapsed() > READY {
                bail!("{} does not listen at {address}", program.display());
            }
            nap(Duration::from_millis(10));
        }
        Ok(server)
    }

    /// Resident memory in bytes.
    pub(crate) fn resident(&self) -> Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
        let kilobytes: u64 = line.trim().trim_end_matches(" kB").trim().parse()?;
        Ok(kilobytes * 1024)
    }

    /// How many sockets and files are open.
    pub(crate) fn open_files(&self) -> Result<usize> {
        Ok(fs::read_dir(format!("/proc/{}/fd", self.child.id()))?.count())
    }

    /// Ends it as a power cut would.
    pub(crate) fn kill(&mut self) {
        // Nothing to do where it has ended before.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A port that was free a moment ago.
pub(crate) fn free() -> Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

/// Waits on this thread: nothing else runs while a server starts.
#[expect(clippy::disallowed_methods, reason = "the steps of a measurement follow each other in time")]
fn nap(time: Duration) {
    std::thread::sleep(time);
}

//! Looks for a need. Each probe returns what it found, or what is missing as a clause.

mod host;
mod program;
mod service;

use std::env;
use std::time::Duration;

use crate::place::root;
use crate::{Found, INSIDE_LANE, Need, Service};

/// The timeout of one probe.
const TIMEOUT: Duration = Duration::from_secs(10);

pub(crate) fn probe(need: Need) -> Found {
    let found = match need {
        Need::Program { name, version, .. } => program::version(name, version),
        Need::Docker => program::docker(),
        Need::Compose => program::compose(),
        Need::Service(Service::Postgres) => service::postgres(),
        Need::Service(Service::LocalStack) => service::localstack(),
        Need::Port(port) => service::port(port),
        Need::Root => host::root(),
        Need::CgroupController(name) => host::controller(name),
        Need::Namespaces => host::namespaces(),
        Need::MicroVm => host::microvm(),
        Need::Disk(mebibytes) => host::disk(mebibytes),
        Need::File { variable, otherwise } => file(variable, otherwise),
        Need::OutsideLane => match env::var_os(INSIDE_LANE) {
            None => Ok("on the host".to_owned()),
            Some(_) => Err("this is a container of the containers lane".to_owned()),
        },
    };
    found.map_or_else(Found::Missing, Found::Present)
}

fn file(variable: &str, otherwise: &str) -> Result<String, String> {
    let path = env::var_os(variable).map_or_else(|| root().join(otherwise), Into::into);
    let shown = path.display().to_string();
    if path.is_file() { Ok(shown) } else { Err(format!("there is no {shown}")) }
}

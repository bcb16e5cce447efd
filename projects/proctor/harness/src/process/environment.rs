//! Which variables of proctor's own environment reach what it starts. Tokens and passwords of the person who judges are
//! none of a solution's business, so that only names on a list pass.

use std::env;
use std::ffi::OsString;

use super::Purpose;

/// Variables that a solution sees: who and where it is, and where toolchains and certificates are.
const JUDGED: &[&str] = &[
    "PATH",
    "HOME",
    "LANG",
    "LANGUAGE",
    "LC_*",
    "TERM",
    "TZ",
    "TMPDIR",
    "USER",
    "LOGNAME",
    "SHELL",
    "LD_LIBRARY_PATH",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "NODE_EXTRA_CA_CERTS",
    "CARGO_HOME",
    "RUSTUP_HOME",
    "RUSTUP_TOOLCHAIN",
    "GOPATH",
    "GOROOT",
    "GOCACHE",
    "JAVA_HOME",
    "DOTNET_ROOT",
    "VIRTUAL_ENV",
    "LLVM_PROFILE_FILE",
];

/// Variables that a build sees beside these: compilers, caches, registries, proxies.
const BUILD: &[&str] = &[
    "CI",
    "CC",
    "CXX",
    "CFLAGS",
    "CXXFLAGS",
    "LDFLAGS",
    "PKG_CONFIG_PATH",
    "PROTOC",
    "RUSTFLAGS",
    "RUSTC_WRAPPER",
    "CARGO_TARGET_DIR",
    "CARGO_BUILD_JOBS",
    "CARGO_INCREMENTAL",
    "CARGO_HTTP_CAINFO",
    "CARGO_NET_OFFLINE",
    "CARGO_PROFILE_*",
    "CARGO_UNSTABLE_*",
    "GOPROXY",
    "GOFLAGS",
    "GOMODCACHE",
    "GONOSUMDB",
    "GONOSUMCHECK",
    "GOSUMDB",
    "GOPRIVATE",
    "GOTOOLCHAIN",
    "JAVA_TOOL_OPTIONS",
    "MAVEN_OPTS",
    "GRADLE_USER_HOME",
    "GRADLE_OPTS",
    "PIP_*",
    "UV_*",
    "npm_config_*",
    "NPM_CONFIG_*",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "all_proxy",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "ALL_PROXY",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "GIT_SSL_CAINFO",
    "XDG_CACHE_HOME",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
];

/// Parts of a name that keep it out, where the list names a whole family.
const SECRETS: &[&str] = &["TOKEN", "AUTH", "PASSWORD", "SECRET", "KEY"];

/// The variables that a program of this purpose inherits.
pub(crate) fn passed(purpose: Purpose) -> impl Iterator<Item = (OsString, OsString)> {
    env::vars_os().filter(move |(name, _)| name.to_str().is_some_and(|name| passes(purpose, name)))
}

fn passes(purpose: Purpose, name: &str) -> bool {
    match purpose {
        Purpose::Build => listed(JUDGED, name) || listed(BUILD, name),
        _ => listed(JUDGED, name),
    }
}

fn listed(list: &[&str], name: &str) -> bool {
    list.iter().any(|entry| match entry.strip_suffix('*') {
        Some(family) => {
            let upper = name.to_uppercase();
            name.starts_with(family) && !SECRETS.iter().any(|secret| upper.contains(secret))
        }
        None => *entry == name,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_listed_variables_reach_a_solution_and_no_token_reaches_a_build() {
        let judged = |name| passes(Purpose::Judged, name);
        let build = |name| passes(Purpose::Build, name);
        assert!(judged("PATH") && judged("LC_ALL") && judged("CARGO_HOME"));
        assert!(!judged("GITHUB_TOKEN") && !judged("AWS_SECRET_ACCESS_KEY") && !judged("https_proxy"));
        assert!(
            build("PATH") && build("https_proxy") && build("npm_config_registry") && build("UV_CACHE_DIR")
        );
        assert!(
            !build("npm_config__authToken") && !build("UV_INDEX_PRIVATE_PASSWORD") && !build("MAKEFLAGS")
        );
        assert!(!build("CARGO_REGISTRY_TOKEN"));
    }
}

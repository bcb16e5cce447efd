//! Formats by their names, or by the format string that a server was configured with.

use super::{Alb, Combined, Common, Elb, Format, Json, Plan, S3, W3c};

/// Every name, and what it reads.
pub const NAMES: &[(&str, &str)] = &[
    ("combined", "Apache and nginx by default: common, referer and agent"),
    ("common", "the common log format, which CERN's server began with"),
    ("vhost_combined", "Apache on Debian: host and port before combined"),
    ("json", "JSON lines of nginx, Caddy, Traefik (also by these names)"),
    ("alb", "AWS application load balancer"),
    ("elb", "AWS classic load balancer"),
    ("cloudfront", "AWS CloudFront standard log"),
    ("s3", "AWS S3 server access log"),
    ("w3c", "W3C extended log with #Fields lines"),
    ("iis", "Microsoft IIS; reads #Fields lines, and its own default without"),
];

const VHOST_COMBINED: &str = r#"%v:%p %h %l %u %t "%r" %>s %O "%{Referer}i" "%{User-Agent}i""#;

type Compile = fn(&str) -> Result<Plan, FormatError>;

/// Strings that describe a format with a name. That format also takes fields behind the agent, which servers
/// often log without the string that was copied saying so.
const SAME_AS_COMBINED: &[(Compile, &str)] = &[
    (
        Plan::nginx,
        r#"$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent""#,
    ),
    (
        Plan::nginx,
        r#"$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" "$http_x_forwarded_for""#,
    ),
    (Plan::apache, r#"%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i""#),
    (Plan::apache, r#"%h %l %u %t "%r" %>s %O "%{Referer}i" "%{User-Agent}i""#),
];

const SAME_AS_COMMON: &str = r#"%h %l %u %t "%r" %>s %b"#;

/// Why a format can't be had. Places are bytes of the format string, from 0.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FormatError {
    /// Neither a name nor a format string.
    #[error(
        "unknown format {name:?}: expected auto, {}, an nginx log_format or an Apache LogFormat",
        names()
    )]
    UnknownName {
        /// What was asked for.
        name: String,
    },
    /// Two fields with nothing between them, so that they cannot be separated.
    #[error(
        "no text between {first} and {second} (byte {at}): put a separator there, or the end of the first is unknown"
    )]
    NothingBetween {
        /// The field before.
        first: String,
        /// The field behind.
        second: String,
        /// Where the second begins.
        at: usize,
    },
    /// A field that can hold spaces ends at a space.
    #[error(
        "{field} (byte {at}) may contain spaces and only a space follows it: put it in quotes, or its end is unknown"
    )]
    SpacesInside {
        /// The field.
        field: String,
        /// Where it begins.
        at: usize,
    },
    /// The string logs no request.
    #[error("the format string has no request: expected $request, $request_uri, %r or %U")]
    NoRequest,
    /// The string logs a path and no method.
    #[error("the format string has a path but no method: expected $request_method, $request, %m or %r")]
    NoMethod,
    /// `$` or `%` that nothing follows.
    #[error("no name follows {sign:?} (byte {at})")]
    NoName {
        /// `$` or `%`.
        sign: char,
        /// Where it stands.
        at: usize,
    },
    /// A quote or brace that nothing closes.
    #[error("nothing closes {open} (byte {at})")]
    Unclosed {
        /// What opens.
        open: &'static str,
        /// Where it stands.
        at: usize,
    },
    /// `escape=` with something else behind it.
    #[error("unknown escape={mode} (byte {at}): expected default, json or none")]
    UnknownEscape {
        /// What is there.
        mode: String,
        /// Where it stands.
        at: usize,
    },
    /// A `%` directive that Apache doesn't have.
    #[error("unknown directive {directive} (byte {at})")]
    UnknownDirective {
        /// As written.
        directive: String,
        /// Where it begins.
        at: usize,
    },
}

fn names() -> String {
    let names: Vec<&str> = NAMES.iter().map(|(name, _)| *name).collect();
    names.join(", ")
}

/// The format of that name, or the one that a format string describes: nginx's has a `$`, Apache's a `%`.
///
/// # Errors
///
/// The name is unknown, or the string can't be read back.
///
/// ```
/// use log_parser::format::by_name;
///
/// assert_eq!(by_name("alb")?.name(), "alb");
/// assert_eq!(by_name(r#"%h %l %u %t "%r" %>s %b %D"#)?.name(), "apache LogFormat");
/// assert_eq!(by_name("$remote_addr$status").unwrap_err().to_string(),
///     "no text between $remote_addr and $status (byte 12): put a separator there, or the end of the first is unknown");
/// # Ok::<(), log_parser::format::FormatError>(())
/// ```
pub fn by_name(name_or_string: &str) -> Result<Box<dyn Format>, FormatError> {
    let name = name_or_string.trim();
    Ok(match name.to_ascii_lowercase().as_str() {
        "combined" | "nginx" | "apache" => Box::new(Combined),
        "common" | "clf" => Box::new(Common),
        "vhost_combined" => Box::new(vhost_combined()?),
        "json" | "caddy" | "traefik" | "nginx-json" => Box::new(Json),
        "alb" => Box::new(Alb),
        "elb" => Box::new(Elb),
        "s3" => Box::new(S3),
        "cloudfront" => Box::new(W3c::cloudfront()),
        "w3c" => Box::new(W3c::new()),
        "iis" => Box::new(W3c::iis()),
        _ if name.starts_with("log_format") || name.contains('$') => simplest(Plan::nginx(name_or_string)?),
        _ if name.contains('%') => simplest(Plan::apache(name_or_string)?),
        _ => return Err(FormatError::UnknownName { name: name_or_string.to_owned() }),
    })
}

/// The format that Debian's Apache logs in where it has several hosts.
pub(super) fn vhost_combined() -> Result<Plan, FormatError> {
    Ok(Plan::apache(VHOST_COMBINED)?.called("vhost_combined"))
}

/// The plan itself, or the format with a name that it amounts to.
fn simplest(plan: Plan) -> Box<dyn Format> {
    let is = |compile: Compile, string| compile(string).as_ref() == Ok(&plan);
    if SAME_AS_COMBINED.iter().any(|(compile, string)| is(*compile, string)) {
        Box::new(Combined)
    } else if is(Plan::apache, SAME_AS_COMMON) {
        Box::new(Common)
    } else {
        Box::new(plan)
    }
}

//! The meaning of the keys of a JSON log.

use super::super::record_builder::{Clock, Role, Unit};

/// Where in the object a key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    Top,
    /// Caddy's `request`.
    Request,
    /// Caddy's `request.headers`.
    Headers,
}

impl Scope {
    /// The scope of the object under this key, where it is one that is read.
    pub(super) fn inner(self, key: &[u8]) -> Option<Scope> {
        match (self, key) {
            (Scope::Top, b"request") => Some(Scope::Request),
            (Scope::Request, b"headers") => Some(Scope::Headers),
            _ => None,
        }
    }
}

/// What a key means, and its rank where several keys mean the same.
pub(super) fn meaning(scope: Scope, key: &[u8]) -> Option<(Role, u8)> {
    match scope {
        Scope::Top => top(key),
        Scope::Request => request(key),
        Scope::Headers => header(key),
    }
}

/// nginx's variable names and their usual short forms; Traefik's names begin with capitals.
fn top(key: &[u8]) -> Option<(Role, u8)> {
    let known = match key {
        b"client_ip" | b"remote_addr" | b"ClientHost" => (Role::Client, 0),
        b"clientip" | b"client" | b"ip" | b"remote_ip" => (Role::Client, 1),
        b"ClientAddr" => (Role::ClientAndPort, 2),
        b"http_x_forwarded_for" | b"x_forwarded_for" | b"xff" => (Role::Forwarded, 0),
        b"remote_user" | b"user" | b"user_id" | b"ClientUsername" => (Role::User, 0),
        b"time_iso8601" | b"time_local" | b"StartUTC" => (Role::Time(Clock::Any), 0),
        b"msec" | b"ts" | b"timestamp" | b"@timestamp" | b"time" | b"date" => (Role::Time(Clock::Any), 0),
        b"request" | b"request_line" => (Role::RequestLine, 0),
        b"request_method" | b"method" | b"RequestMethod" => (Role::Method, 0),
        b"request_uri" | b"RequestPath" => (Role::Target, 0),
        b"uri" | b"url" | b"path" => (Role::Target, 1),
        b"status" | b"status_code" | b"DownstreamStatus" => (Role::Status, 0),
        b"OriginStatus" => (Role::Status, 1),
        b"body_bytes_sent" | b"size" | b"DownstreamContentSize" => (Role::Bytes, 0),
        b"bytes_sent" | b"bytes" => (Role::Bytes, 1),
        b"http_referer" | b"http_referrer" | b"referer" | b"referrer" => (Role::Referer, 0),
        b"http_user_agent" | b"user_agent" | b"agent" | b"useragent" => (Role::Agent, 0),
        b"host" | b"vhost" | b"RequestHost" => (Role::Host, 0),
        b"http_host" | b"RequestAddr" => (Role::Host, 1),
        b"server_name" => (Role::Host, 2),
        b"request_time" | b"duration" => (Role::Duration(Unit::Seconds), 0),
        b"Duration" => (Role::Duration(Unit::Nanos), 0),
        _ => return header(key.strip_prefix(b"request_")?),
    };
    Some(known)
}

/// In Caddy's `request`, `client_ip` is who asked, and `remote_ip` may be a proxy.
fn request(key: &[u8]) -> Option<(Role, u8)> {
    Some(match key {
        b"client_ip" => (Role::Client, 0),
        b"remote_ip" => (Role::Client, 1),
        b"remote_addr" => (Role::ClientAndPort, 2),
        b"method" => (Role::Method, 0),
        b"uri" => (Role::Target, 0),
        b"host" => (Role::Host, 0),
        _ => return None,
    })
}

/// Headers, under Caddy's `headers` or behind Traefik's `request_`.
fn header(key: &[u8]) -> Option<(Role, u8)> {
    let is = |name: &[u8]| key.eq_ignore_ascii_case(name);
    if is(b"User-Agent") {
        Some((Role::Agent, 0))
    } else if is(b"Referer") {
        Some((Role::Referer, 0))
    } else if is(b"X-Forwarded-For") {
        Some((Role::Forwarded, 0))
    } else {
        None
    }
}

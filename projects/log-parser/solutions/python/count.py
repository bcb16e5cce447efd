"""Counts one API request in access logs, without our own servers and without bots, and accounts for every line.

    python3 count.py count [options] 'METHOD /path' [FILE...]

The log is read as bytes: nothing in it is decoded. Read main() first, then classify().
"""

import argparse
import ipaddress
import json
import os
import re
import sys

LIMIT = 1024 * 1024  # a longer line is malformed, and never held in memory as a whole
BUFFER = 1024 * 1024  # bytes read at a time: Python's own choice of a few KiB makes a long line slow
CLASSES = ("counted", "not_matched", "own", "bot", "malformed")
OUR_BOTS = [b"bot", b"crawl", b"spider", b"slurp", b"facebookexternalhit"]

QUOTED = rb'"((?:[^"\\]|\\.)*)"'
RECORD = re.compile(
    rb"([^ ]+) [^ ]+ "  # client, identity
    rb"((?:(?! \[).)+) \[[^\]]+\] "  # user, up to the first ` [`, and time
    + QUOTED
    + rb" [0-9]{3} (?:[0-9]+|-) "  # request, status, size
    + QUOTED
    + b" "
    + QUOTED  # referer, agent
    + rb"(.*)",
    re.DOTALL,
)
FIELD = re.compile(QUOTED, re.DOTALL)
PROTOCOL = re.compile(rb" HTTP/[0-9]+\.[0-9]+\Z")
ORIGIN = re.compile(rb"https?://[^/]*", re.IGNORECASE | re.DOTALL)
REQUEST = re.compile(r"([A-Za-z0-9!#$%&'*+.^_|~-]+) (/[^?]*)", re.DOTALL)


class Refused(Exception):
    """A question that can't be answered; the text names what is wrong with it."""


# ---- addresses ----------------------------------------------------------------------------------------------------


def read_address(text):
    """The address that text spells, with IPv4 in IPv6 clothes undressed; None for a host name."""
    if "%" in text or re.search(r"(^|[.:])0[0-9]+\.|\.0[0-9]+$", text):
        return None  # zones, and the leading zeros that Python once allowed
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def read_range(option, text):
    start, slash, prefix = text.partition("/")
    address = read_address(start)
    bits = 128 if ":" in start else 32
    if address is None or (slash and not re.fullmatch("[0-9]{1,3}", prefix)) or (slash and int(prefix) > bits):
        raise Refused(f"{option} {text!r} is neither an address nor a range")
    length = int(prefix) if slash else bits
    if bits == 128 and address.version == 4:  # ::ffff:10.0.0.0/104 is 10.0.0.0/8
        if length >= 96:
            length -= 96
        else:
            address = ipaddress.ip_address(start)
    return ipaddress.ip_network(f"{address}/{length}", strict=False)


class Ranges:
    """Several ranges; remembers what it was asked, since the same clients come again and again."""

    REMEMBERED = 10_000

    def __init__(self, option, texts):
        self.ranges = [read_range(option, text) for text in texts]
        self.known = {}

    def __contains__(self, text):
        if text not in self.known:
            if len(self.known) >= self.REMEMBERED:
                self.known.clear()
            address = read_address(text.decode("latin-1"))
            self.known[text] = address is not None and any(address in one for one in self.ranges)
        return self.known[text]


def client_of(peer, rest, trusted):
    """Who sent the request: the peer or, behind trusted proxies, the nearest address that isn't trusted."""
    if not trusted.ranges or peer not in trusted:
        return peer
    fields = FIELD.findall(rest)
    client = peer
    for entry in reversed(fields[-1].split(b",") if fields else []):
        entry = entry.strip(b" \t")
        if read_address(entry.decode("latin-1")) is None:
            break
        client = entry
        if entry not in trusted:
            break
    return client


# ---- requests and agents ------------------------------------------------------------------------------------------


def path_of(target):
    path = PROTOCOL.sub(b"", target).partition(b"?")[0]
    origin = ORIGIN.match(path)
    return (path[origin.end() :] if origin else path) or b"/"


def matches(request, asked):
    method, space, target = request.partition(b" ")
    return bool(space) and method == asked[0] and path_of(target) == asked[1]


def read_bots(name):
    if name is None:
        return OUR_BOTS
    with open_file(name) as file:
        lines = [line.strip() for line in file]
    return [line.lower() for line in lines if line and not line.startswith(b"#")]


# ---- lines --------------------------------------------------------------------------------------------------------


def lines_of(file):
    """The lines without their ends; None for one that is too long."""
    longest = LIMIT + len(b"\r\n")
    while line := file.readline(longest):
        if not line.endswith(b"\n") and len(line) == longest:
            while line and not line.endswith(b"\n"):
                line = file.readline(longest)
            yield None
            continue
        line = line[:-1] if line.endswith(b"\n") else line
        line = line[:-1] if line.endswith(b"\r") else line
        yield line if len(line) <= LIMIT else None


def classify(line, asked, own, trusted, bots):
    record = RECORD.match(line) if line is not None else None
    if not record:
        return "malformed"
    peer, _user, request, _referer, agent, rest = record.groups()
    if not matches(request, asked):
        return "not_matched"
    if own.ranges and client_of(peer, rest, trusted) in own:
        return "own"
    agent = agent.lower()
    if any(bot in agent for bot in bots):
        return "bot"
    return "counted"


# ---- the command line ---------------------------------------------------------------------------------------------


class Parser(argparse.ArgumentParser):
    def error(self, message):
        raise Refused(message)


def read_question(arguments):
    parser = Parser(prog="count", allow_abbrev=False)
    parser.add_argument("request", metavar="'METHOD /path'")
    parser.add_argument("files", metavar="FILE", nargs="*")
    parser.add_argument("--exclude-own", metavar="CIDR", action="append", default=[])
    parser.add_argument("--trusted-proxy", metavar="CIDR", action="append", default=[])
    parser.add_argument("--exclude-bots", action="store_true")
    parser.add_argument("--bots", metavar="FILE")
    parser.add_argument("--ledger", action="store_true")
    if arguments[:1] != ["count"]:
        raise Refused("the first argument has to be 'count'")
    return parser.parse_intermixed_args(arguments[1:])


def open_file(name):
    try:
        return open(name, "rb", buffering=BUFFER)
    except OSError as error:
        raise Refused(f"{name} can't be read: {error.strerror}") from None


def standard_input():
    try:
        # It stays open behind each `-`: a second one finds its end.
        return open(0, "rb", buffering=BUFFER, closefd=False)
    except OSError as error:
        raise Refused(f"standard input can't be read: {error.strerror}") from None


def answer(question):
    request = REQUEST.fullmatch(question.request)
    if not request:
        raise Refused(f"{question.request!r} is not of the form 'METHOD /path'")
    asked = tuple(os.fsencode(part) for part in request.groups())
    own = Ranges("--exclude-own", question.exclude_own)
    trusted = Ranges("--trusted-proxy", question.trusted_proxy)
    bots = read_bots(question.bots) if question.exclude_bots else []
    ledger = dict.fromkeys(CLASSES, 0)
    # All files are opened before the first is read: a missing one should not cost an hour.
    files = [standard_input() if name == "-" else open_file(name) for name in question.files or ["-"]]
    for file in files:
        with file:
            for line in lines_of(file):
                ledger[classify(line, asked, own, trusted, bots)] += 1
    return ledger


def main():
    try:
        question = read_question(sys.argv[1:])
        ledger = answer(question)
    except Refused as refused:
        print(f"count: {refused}", file=sys.stderr)
        return 2
    if question.ledger:
        print(json.dumps({"lines": sum(ledger.values()), **ledger}), file=sys.stderr)
    try:
        print(ledger["counted"], flush=True)
    except BrokenPipeError:
        # Nobody reads: no error. What is left in the buffer must not complain when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


if __name__ == "__main__":
    sys.exit(main())

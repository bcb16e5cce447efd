//! The mutants: programs that are wrong on purpose in one way, each with the one check that must kill it.
//!
//! A defect is a row here and a switch in `log-parser-mutant`. The scripts in `mutants/` are wrong in ways that real
//! scripts are.

use suite_kit::mutants::Mutant;

suite_kit::mutants! {
    /// A way in which `log-parser-mutant` can be wrong.
    pub enum Defect {
        OnlySuccess, "only-success", "every-match-counts", "Counts only status 200.";
        FirstThousand, "first-thousand", "every-match-counts", "Stops after a thousand lines.";
        UserEndsLast, "user-ends-last", "every-match-counts", "Ends the user at the last bracket of the line.";
        FirstFewThousand, "first-few-thousand", "every-match-counts", "Stops after five thousand lines.";
        Label, "label", "output-is-the-count", "Writes a label before the count.";
        NoNewline, "no-newline", "output-is-the-count", "Writes no newline after the count.";
        ZeroIsFailure, "zero-is-failure", "zero-is-an-answer", "Ends with 1 when it counted none, as grep does.";
        PathPrefix, "path-prefix", "path-is-whole", "Counts every path that begins with the one asked for.";
        PathSuffix, "path-suffix", "path-is-whole", "Counts every path that ends with the one asked for.";
        SlashDropped, "slash-dropped", "path-is-whole", "Drops a slash at the end of a path.";
        FragmentCut, "fragment-cut", "path-is-whole", "Cuts the target at a number sign, too.";
        CaseFolded, "case-folded", "path-is-bytes", "Compares paths without regard to case.";
        PercentDecoded, "percent-decoded", "path-is-bytes", "Decodes percent escapes before it compares.";
        DotIsAnything, "dot-is-anything", "path-is-bytes", "Takes a dot of the path for any byte.";
        SlashesMerged, "slashes-merged", "path-is-bytes", "Merges slashes that follow each other.";
        HeadIsGet, "head-is-get", "method-is-exact", "Takes HEAD for GET.";
        MethodIgnored, "method-ignored", "method-is-exact", "Compares the path alone.";
        MethodFolded, "method-folded", "method-is-exact", "Compares methods without regard to case.";
        QueryKept, "query-kept", "query-is-cut", "Compares path and query.";
        QueryCutLate, "query-cut-late", "query-is-cut", "Cuts the target at its last question mark.";
        FirstFileOnly, "first-file-only", "files-are-summed", "Reads only the first of several files.";
        LastFileOnly, "last-file-only", "files-are-summed", "Tells only the count of the last file.";
        FilesJoined, "files-joined", "files-are-summed", "Joins the files before it looks for lines.";
        StdinUnread, "stdin-unread", "standard-input-is-read", "Reads nothing when there is no file.";
        DashIsAFile, "dash-is-a-file", "standard-input-is-read", "Looks for a file named -.";
        DashAlone, "dash-alone", "standard-input-is-read", "Passes over a - beside another file.";
        DashOnce, "dash-once", "standard-input-is-read", "Knows - only as the last file.";
        LastLineLost, "last-line-lost", "last-line-without-newline", "Loses a last line without newline.";
        CarriageReturnKept, "carriage-return-kept", "carriage-return-is-no-part", "Reads no record that ends with a carriage return.";
        MissingFileSkipped, "missing-file-skipped", "missing-file-is-refused", "Passes over a file that is missing.";
        MissingFileIs1, "missing-file-is-1", "missing-file-is-refused", "Ends with 1 when a file is missing.";
        AnyRequest, "any-request", "bad-request-is-refused", "Takes anything for a request.";
        MethodOfLetters, "method-of-letters", "bad-request-is-refused", "Refuses a method that is not made of letters.";
        UnknownOptionSkipped, "unknown-option-skipped", "unknown-option-is-refused", "Passes over options that it doesn't know.";
        CountBeforeRefusal, "count-before-refusal", "refusal-is-one-line", "Writes a count before it refuses.";
        UsageOnRefusal, "usage-on-refusal", "refusal-is-one-line", "Adds its usage to a refusal.";
        NamelessRefusal, "nameless-refusal", "refusal-is-one-line", "Does not say what it refuses.";
        OwnByText, "own-by-text", "own-address", "Takes every address that begins with our own for own.";
        PrefixByOctets, "prefix-by-octets", "own-range", "Rounds a prefix down to whole octets.";
        EdgesNotOwn, "edges-not-own", "own-range", "Leaves out the first and the last address of a range.";
        HostBitsKept, "host-bits-kept", "range-ignores-host-bits", "Compares with the range as it is written.";
        LastOwnWins, "last-own-wins", "own-is-repeatable", "Knows the last range alone.";
        HostNameRead, "host-name-read", "host-name-is-never-own", "Reads an address from the start of a host name.";
        BadRangeSkipped, "bad-range-skipped", "bad-range-is-refused", "Passes over a range that it can't read.";
        BotsByCase, "bots-by-case", "bots-are-left-out", "Knows bots only in lower case.";
        BotAlone, "bot-alone", "bots-are-left-out", "Looks for the word bot alone.";
        EdgeIsABot, "edge-is-a-bot", "browsers-are-kept", "Has a browser on its list of bots.";
        BotsAlwaysOut, "bots-always-out", "nobody-else-is-left-out", "Leaves out bots without being asked.";
        PrivateAlwaysOwn, "private-always-own", "nobody-else-is-left-out", "Takes private addresses for own without being asked.";
        ListByCase, "list-by-case", "list-of-substrings", "Compares the list's lines by case.";
        ListIsPatterns, "list-is-patterns", "list-of-substrings", "Takes a dot of the list for any byte.";
        ListByWords, "list-by-words", "list-of-substrings", "Takes each word of a line for a line.";
        ListAdds, "list-adds", "list-takes-the-place", "Adds the list to its own.";
        CommentIsALine, "comment-is-a-line", "list-comments-and-blanks", "Takes a comment for a line.";
        BlankIsALine, "blank-is-a-line", "list-comments-and-blanks", "Takes a blank line for a substring of everything.";
        ListUntrimmed, "list-untrimmed", "list-comments-and-blanks", "Keeps the blanks around a line.";
        EmptyListIsNone, "empty-list-is-none", "empty-list-has-no-bots", "Goes by its own list when the one given is empty.";
        MissingListSkipped, "missing-list-skipped", "missing-list-is-refused", "Passes over a list that is missing.";
        OptionsFirst, "options-first", "options-stand-anywhere", "Takes everything after the request for files.";
        FlagsFirst, "flags-first", "options-stand-anywhere", "Passes over --exclude-bots behind the request.";
        FlagsBeforeFiles, "flags-before-files", "options-stand-anywhere", "Passes over --exclude-bots behind a file.";
        LedgerInLines, "ledger-in-lines", "ledger-is-one-line", "Writes the ledger in many lines.";
        LedgerFirst, "ledger-first", "ledger-is-one-line", "Passes over --ledger behind the request.";
        BotBeforeOwn, "bot-before-own", "first-class-that-holds", "Asks for the bot before it asks for the address.";
        OwnBeforeMatch, "own-before-match", "first-class-that-holds", "Asks for the address before it asks for the request.";
        EmptyIsALine, "empty-is-a-line", "empty-input", "Finds a blank line in an empty input.";
        EscapeIgnored, "escape-ignored", "escaped-quotes", "Ends a quoted field at any quote.";
        EscapeByOneByte, "escape-by-one-byte", "escaped-quotes", "Takes every quote behind a backslash for escaped.";
        UserIsAWord, "user-is-a-word", "user-with-spaces", "Takes the user for one word.";
        UserTrimmed, "user-trimmed", "user-with-spaces", "Takes a user with a space at its start or end for malformed.";
        RestIsMalformed, "rest-is-malformed", "rest-is-ignored", "Wants the line to end with the agent.";
        AgentIsLast, "agent-is-last", "rest-is-ignored", "Takes the last quoted field for the agent.";
        OnlyUtf8, "only-utf-8", "bytes-not-text", "Reads no line that isn't UTF-8.";
        ReturnEndsALine, "return-ends-a-line", "newline-alone-ends-a-line", "Ends a line at a carriage return.";
        FormFeedEndsALine, "form-feed-ends-a-line", "newline-alone-ends-a-line", "Ends a line at a form feed.";
        ProtocolRequired, "protocol-required", "protocol-is-dropped", "Wants every request to have a protocol.";
        LastWordDropped, "last-word-dropped", "protocol-is-dropped", "Drops the last word of a request whatever it is.";
        TargetIsAWord, "target-is-a-word", "target-with-spaces", "Takes the target's first word for the target.";
        TargetTrimmed, "target-trimmed", "target-with-spaces", "Drops spaces at the end of a target.";
        AbsoluteKept, "absolute-kept", "absolute-target", "Leaves an absolute target as it is.";
        SchemeByCase, "scheme-by-case", "absolute-target", "Knows a scheme only in lower case.";
        AnyScheme, "any-scheme", "absolute-target", "Reduces targets of any scheme.";
        EmptyIsEmpty, "empty-is-empty", "empty-path-is-root", "Leaves an empty path empty.";
        DashIsMalformed, "dash-is-malformed", "no-request-is-not-matched", "Takes a line without a request for malformed.";
        DiesOnTls, "dies-on-tls", "tls-bytes", "Dies on a control byte in a request.";
        BlankSkipped, "blank-skipped", "blank-line", "Does not count blank lines as lines.";
        AgentOptional, "agent-optional", "cut-off-line", "Takes a line without referer and agent for a record.";
        GapsAllowed, "gaps-allowed", "cut-off-line", "Takes two spaces for one.";
        GapAtStart, "gap-at-start", "cut-off-line", "Passes over a space in front of the client.";
        GapAtIdentity, "gap-at-identity", "cut-off-line", "Takes two spaces before the identity for one.";
        GapAtRequest, "gap-at-request", "cut-off-line", "Takes two spaces before the request for one.";
        GapAtStatus, "gap-at-status", "cut-off-line", "Takes two spaces before the status for one.";
        GapAtSize, "gap-at-size", "cut-off-line", "Takes two spaces before the size for one.";
        GapAtReferer, "gap-at-referer", "cut-off-line", "Takes two spaces before the referer for one.";
        GapAtAgent, "gap-at-agent", "cut-off-line", "Takes two spaces before the agent for one.";
        EmptyUser, "empty-user", "cut-off-line", "Takes a line without a user for a record.";
        EmptyTime, "empty-time", "cut-off-line", "Takes a line with an empty time for a record.";
        StatusUnread, "status-unread", "status-and-size", "Takes any word for a status.";
        SizeUnread, "size-unread", "status-and-size", "Takes any word for a size.";
        SizeIn64Bits, "size-in-64-bits", "status-and-size", "Takes a size past 64 bits for malformed.";
        LimitTooHigh, "limit-too-high", "line-limit", "Reads lines of up to two mebibytes.";
        LimitTooLow, "limit-too-low", "line-limit", "Reads lines of up to 64 kibibytes.";
        LimitOffByOne, "limit-off-by-one", "line-limit", "Takes a line of just the limit for malformed.";
        LimitWithReturn, "limit-with-return", "line-limit", "Counts the carriage return to the line's length.";
        LineInMemory, "line-in-memory", "giant-line", "Takes the whole line into memory before it looks at it.";
        MalformedIs1, "malformed-is-1", "malformed-keeps-the-exit-code", "Ends with 1 when a line is malformed.";
        Ipv6AsText, "ipv6-as-text", "own-ipv6", "Compares IPv6 addresses as they are spelt.";
        PrefixByGroups, "prefix-by-groups", "own-ipv6", "Rounds an IPv6 prefix down to whole groups.";
        ZeroPrefixIsWhole, "zero-prefix-is-whole", "own-ipv6", "Takes an IPv6 prefix of no bits for one of all.";
        ZeroPrefixIsAll, "zero-prefix-is-all", "own-ipv6", "Takes a prefix of no bits for every address of any family.";
        FamilyIgnored, "family-ignored", "own-ipv6", "Compares the bits of addresses without regard to their family.";
        MappedIsIpv6, "mapped-is-ipv6", "mapped-is-ipv4", "Takes a mapped address in the log for IPv6.";
        MappedRangeIsIpv6, "mapped-range-is-ipv6", "mapped-is-ipv4", "Takes a mapped range for IPv6.";
        ForwardedMappedKept, "forwarded-mapped-kept", "mapped-is-ipv4", "Takes a mapped address that was forwarded for IPv6.";
        PortAllowed, "port-allowed", "address-is-strict", "Reads an address that has a port.";
        LeadingZeros, "leading-zeros", "address-is-strict", "Reads an address that has leading zeros.";
        ZoneAllowed, "zone-allowed", "bad-ipv6-range-is-refused", "Takes a range with a zone.";
        AnyPrefix, "any-prefix", "bad-ipv6-range-is-refused", "Takes an IPv6 prefix of more than 128 bits.";
        LeftmostUntrusted, "leftmost-untrusted", "client-behind-a-proxy", "Walks on past the first address that isn't trusted.";
        AllTrustedIsPeer, "all-trusted-is-peer", "all-trusted-is-leftmost", "Takes the peer when every address is trusted.";
        BadEntrySkipped, "bad-entry-skipped", "bad-entry-ends-the-walk", "Passes over an entry that is no address.";
        BadEntryIsClient, "bad-entry-is-client", "bad-entry-ends-the-walk", "Takes an entry that is no address for a client without one.";
        AnyoneForwards, "anyone-forwards", "stranger-forwards-nothing", "Believes what anyone forwards.";
        ForwardedRequired, "forwarded-required", "no-forwarded-field", "Takes a line without a forwarded field for malformed.";
        ForwardedIsFirst, "forwarded-is-first", "forwarded-is-the-last-field", "Takes the first field after the agent for the forwarded one.";
        LastProxyWins, "last-proxy-wins", "proxies-are-repeatable", "Knows the last trusted range alone.";
        BadProxySkipped, "bad-proxy-skipped", "bad-proxy-is-refused", "Passes over a trusted range that it can't read.";
        ClosedPipeIsFailure, "closed-pipe-is-failure", "closed-pipe", "Fails when nobody reads its output.";
    }
}

/// The scripts in `mutants/`, each with the check that must fail, alone at its level and below.
pub const SCRIPTS: &[Mutant] = &[
    script("awk-prefix", "path-is-whole", "Counts every path that begins with the one asked for."),
    script("awk-last-line", "last-line-without-newline", "Loses a last line without newline."),
    script("awk-cidr-text", "own-range", "Compares a range's text with the address."),
    script("awk-tls", "tls-bytes", "Takes a line with control bytes in its request for malformed."),
];

const fn script(name: &'static str, check: &'static str, wrong: &'static str) -> Mutant {
    Mutant { name, check, wrong }
}

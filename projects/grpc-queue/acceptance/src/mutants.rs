//! The mutants: programs that are wrong on purpose in one way, each with the one check that must find it.
//!
//! A defect is a row here and a switch in `grpc-queue-mutant`.

/// Declares the defects with their names, the checks that find them, and what is wrong.
macro_rules! defects {
    ($($variant:ident, $name:literal, $check:literal, $wrong:literal;)*) => {
        /// A way in which `grpc-queue-mutant` can be wrong.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Defect {
            $(#[doc = $wrong] $variant,)*
        }

        impl Defect {
            /// Every defect, in the order of the checks that find them.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The name that `--defect` takes.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The check that must fail, alone at its level and below.
            pub fn check(self) -> &'static str {
                match self { $(Self::$variant => $check,)* }
            }

            /// What is wrong, in a sentence.
            pub fn wrong(self) -> &'static str {
                match self { $(Self::$variant => $wrong,)* }
            }
        }
    };
}

defects! {
    // Level 1.
    SayEmptyOverGrpc, "say-empty-over-grpc", "say-over-grpc", "Answers with nothing over gRPC.";
    NoWebOnHttp1, "no-web-on-http1", "say-over-grpc-web", "Speaks gRPC-Web on HTTP/2 alone.";
    NoWebOnHttp2, "no-web-on-http2", "say-over-grpc-web", "Speaks gRPC-Web on HTTP/1.1 alone.";
    JsonEmptyOnHttp1, "json-empty-on-http1", "say-in-json", "Answers with nothing in JSON on HTTP/1.1.";
    JsonEmptyOnHttp2, "json-empty-on-http2", "say-in-json", "Answers with nothing in JSON on HTTP/2.";
    NoProtoOnHttp1, "no-proto-on-http1", "say-in-protobuf", "Knows no protobuf in Connect on HTTP/1.1.";
    NoProtoOnHttp2, "no-proto-on-http2", "say-in-protobuf", "Knows no protobuf in Connect on HTTP/2.";
    GetNotAllowed, "get-not-allowed", "say-by-get", "Answers no GET.";
    GetWithoutBase64, "get-without-base64", "say-by-get", "Takes the message of a GET for plain text in any case.";
    NoGzipOverGrpc, "no-gzip-over-grpc", "gzip-is-read", "Refuses gzip over gRPC.";
    NoGzipOverWeb, "no-gzip-over-web", "gzip-is-read", "Refuses gzip over gRPC-Web.";
    NoGzipOverConnect, "no-gzip-over-connect", "gzip-is-read", "Refuses gzip over Connect.";
    TypoIsServed, "typo-is-served", "unknown-procedure", "Takes every procedure that begins with Say for Say.";
    UnknownIsInternal, "unknown-is-internal", "unknown-procedure", "Calls an unknown procedure over gRPC an internal error.";
    UnknownIs200, "unknown-is-200", "unknown-procedure", "Answers an unknown procedure over Connect with HTTP status 200.";
    BadJsonIs500, "bad-json-is-500", "unreadable-json", "Answers JSON that it can't read with HTTP status 500.";
    BadJsonWithoutCode, "bad-json-without-code", "unreadable-json", "Names no code for JSON that it can't read.";
    ConverseLags, "converse-lags", "converse-answers-each", "Answers from the third sentence on only when the next one comes.";
    ConverseTwice, "converse-twice", "converse-answers-each", "Answers the third sentence twice.";
    GoodbyeByCase, "goodbye-by-case", "goodbye-ends-it", "Knows a goodbye only in lower case.";
    GoodbyeUntrimmed, "goodbye-untrimmed", "goodbye-ends-it", "Knows no goodbye with blanks around it.";
    GoodbyeWithoutMarks, "goodbye-without-marks", "goodbye-ends-it", "Knows no goodbye with quotation marks.";
    GoodbyeWithoutQuit, "goodbye-without-quit", "goodbye-ends-it", "Doesn't know that quit is a goodbye.";
    GoodbyeKeepsOpen, "goodbye-keeps-open", "goodbye-ends-it", "Waits for the client after a goodbye.";
    GoodbyeUnanswered, "goodbye-unanswered", "goodbye-ends-it", "Ends at a goodbye without an answer.";
    GoodbyeIsCancelled, "goodbye-is-cancelled", "goodbye-ends-it", "Ends with CANCELLED after a goodbye.";
    GoodbyeInside, "goodbye-inside", "goodbye-inside-is-none", "Takes a sentence with the word bye in it for a goodbye.";
    GoodbyeFirst, "goodbye-first", "goodbye-inside-is-none", "Takes a sentence that begins with a goodbye for one.";
    HalfCloseIsCancelled, "half-close-is-cancelled", "converse-ends-with-the-client", "Ends with CANCELLED when the client ends after one sentence.";
    HalfCloseUnheard, "half-close-unheard", "converse-ends-with-the-client", "Doesn't end when the client ends after one sentence.";
    NoSentenceIsAnError, "no-sentence-is-an-error", "converse-ends-with-the-client", "Wants a sentence before the client ends.";
    ConverseNotOnConnect, "converse-not-on-connect", "converse-on-http2", "Has no Converse over Connect.";
    ConverseNotInJson, "converse-not-in-json", "converse-on-http2", "Has no Converse in JSON.";
    ConverseNotOnWeb, "converse-not-on-web", "converse-on-http2", "Has no Converse over gRPC-Web.";
    IntroduceNameless, "introduce-nameless", "introduce-names", "Greets nobody by name.";
    IntroduceNamesLater, "introduce-names-later", "introduce-names", "Has the name in its second sentence.";
    IntroduceEndsOtherwise, "introduce-ends-otherwise", "introduce-names", "Says something after the question.";
    EmptyNameKept, "empty-name-kept", "introduce-anonymous", "Greets an empty name.";
    NoReflection, "no-reflection", "reflection-and-health", "Has no reflection.";
    ReflectionOfItself, "reflection-of-itself", "reflection-and-health", "Lists the reflection service alone.";
    NoHealth, "no-health", "reflection-and-health", "Has no health service.";
    NotServing, "not-serving", "reflection-and-health", "Says that it isn't serving.";
    NoCors, "no-cors", "any-origin", "Grants no preflight request.";
    OwnOriginOnly, "own-origin-only", "any-origin", "Grants the requests of one origin.";
    NoHeadersGranted, "no-headers-granted", "any-origin", "Grants a preflight request, but none of its headers.";
    PagesForbidden, "pages-forbidden", "any-origin", "Grants the preflight request, and forbids the request.";
    CorsOnPreflightOnly, "cors-on-preflight-only", "any-origin", "Grants the preflight request, but not the request.";
    AddressIgnored, "address-ignored", "bad-address-is-refused", "Listens elsewhere when it can't read the address.";
    AddressIs1, "address-is-1", "bad-address-is-refused", "Ends with 1 when it can't read the address.";
    AddressNameless, "address-nameless", "bad-address-is-refused", "Doesn't say that it is LISTEN_ADDR.";
    AddressInMoreLines, "address-in-more-lines", "bad-address-is-refused", "Adds its usage to a refusal of the address.";
    // Level 2.
    TellsThePlace, "tells-the-place", "room-is-enqueued", "Says how many are before a sentence, where they are many.";
    NumbersAcknowledgements, "numbers-acknowledgements", "room-is-enqueued", "Sets in_reply_to in an acknowledgement, where many wait.";
    GoodbyeEndsTheQueue, "goodbye-ends-the-queue", "room-is-enqueued", "Ends the stream at a goodbye, as Converse does.";
    FullNamesTheCapacity, "full-names-the-capacity", "full-is-refused", "Says how large the queue is, where it is large.";
    FullIsKept, "full-is-kept", "full-is-refused", "Keeps what met a full queue, and queues it later.";
    DefaultIsFour, "default-is-four", "capacity-is-kept", "Lets four sentences wait when nothing is said.";
    CapacityAtLeastTwo, "capacity-at-least-two", "capacity-is-kept", "Lets two sentences wait when it should be one.";
    CapacityAtMostFifty, "capacity-at-most-fifty", "capacity-is-kept", "Lets fifty sentences wait where it should be a few more.";
    AckTwice, "ack-twice", "each-is-acknowledged-once", "Acknowledges the eightieth sentence twice.";
    AckForgotten, "ack-forgotten", "each-is-acknowledged-once", "Forgets to acknowledge the eightieth sentence.";
    AckLate, "ack-late", "each-is-acknowledged-once", "Takes seconds to acknowledge the eightieth sentence.";
    AcksSwapped, "acks-swapped", "each-is-acknowledged-once", "Says full before it acknowledges the last that there was room for.";
    FullEndsLater, "full-ends-later", "full-stays-open", "Ends the stream a moment after the queue was full.";
    FullsEndTheStream, "fulls-end-the-stream", "full-stays-open", "Ends the stream when the queue was full twenty times.";
    QueuePerStream, "queue-per-stream", "streams-share-the-queue", "Has a queue for each stream.";
    QueuePerConnection, "queue-per-connection", "streams-share-the-queue", "Has a queue for each connection.";
    EndHangs, "end-hangs", "end-frees-places", "Waits for answers that nobody will give.";
    EndKeepsPlaces, "end-keeps-places", "end-frees-places", "Keeps the places of a client that has ended.";
    EndIsCancelled, "end-is-cancelled", "end-frees-places", "Ends with CANCELLED while sentences wait.";
    EndFailsTheRest, "end-fails-the-rest", "end-frees-places", "Fails the sentences that wait when the client ends.";
    GoneKeepsPlaces, "gone-keeps-places", "gone-frees-places", "Keeps the places of a client that has gone.";
    GoneFreesLate, "gone-frees-late", "gone-frees-places", "Frees the places of a client that has gone after four seconds.";
    EmptyTaken, "empty-taken", "blank-is-refused", "Queues an empty sentence.";
    BlankTaken, "blank-taken", "blank-is-refused", "Queues a blank sentence.";
    BlankTakesAPlace, "blank-takes-a-place", "blank-is-refused", "Queues what it refuses as blank.";
    BlankUnnumbered, "blank-unnumbered", "blank-is-refused", "Gives no number with the refusal of a blank sentence.";
    BlankUncounted, "blank-uncounted", "blank-is-refused", "Doesn't count a sentence that is blank.";
    BlankWithoutFailed, "blank-without-failed", "blank-is-refused", "Doesn't set failed for a blank sentence.";
    BlankWithoutReason, "blank-without-reason", "blank-is-refused", "Doesn't say why a blank sentence is refused.";
    BlankEndsTheStream, "blank-ends-the-stream", "blank-is-refused", "Ends the stream at a blank sentence.";
    LongTaken, "long-taken", "long-is-refused", "Queues a sentence of any length.";
    LongestRefused, "longest-refused", "long-is-refused", "Refuses a sentence of just the length that is allowed.";
    LongInCharacters, "long-in-characters", "long-is-refused", "Counts characters, not bytes.";
    LongDefault, "long-default", "long-is-refused", "Takes sentences of a kilobyte at most when nothing is said.";
    LongTakesAPlace, "long-takes-a-place", "long-is-refused", "Queues what it refuses as too long.";
    LongEndsTheStream, "long-ends-the-stream", "long-is-refused", "Ends the stream at a sentence that is too long.";
    QueueNotOnConnect, "queue-not-on-connect", "queue-on-http2", "Has no QueueConversation over Connect.";
    QueueNotInJson, "queue-not-in-json", "queue-on-http2", "Has no QueueConversation in JSON.";
    QueueNotOnWeb, "queue-not-on-web", "queue-on-http2", "Has no QueueConversation over gRPC-Web.";
    ZeroCapacity, "zero-capacity", "bad-queue-is-refused", "Takes a capacity of 0.";
    BadCapacityIgnored, "bad-capacity-ignored", "bad-queue-is-refused", "Passes over a capacity that it can't read.";
    BadWorkersIgnored, "bad-workers-ignored", "bad-queue-is-refused", "Passes over a number of workers that it can't read.";
    BadLengthNameless, "bad-length-nameless", "bad-queue-is-refused", "Doesn't say that it is MAX_SENTENCE_BYTES.";
    // Level 3.
    AsksTrimmed, "asks-trimmed", "the-sentence-is-asked", "Trims the sentence before it asks.";
    ModelByHeart, "model-by-heart", "the-sentence-is-asked", "Asks the same model whatever OPENAI_MODEL says.";
    SendsNoKey, "sends-no-key", "the-key-is-sent", "Sends no key.";
    KeyIsBasic, "key-is-basic", "the-key-is-sent", "Sends the key, but not as a bearer token.";
    PromptIsAUsers, "prompt-is-a-users", "the-prompt-is-first", "Sends the prompt with the role user.";
    AlwaysAPrompt, "always-a-prompt", "the-prompt-is-first", "Sends a prompt of its own where none is set.";
    AnswerTrimmed, "answer-trimmed", "the-first-choice-is-sent", "Trims the answer.";
    LastChoice, "last-choice", "the-first-choice-is-sent", "Sends the last choice.";
    AnswerBeforeAck, "answer-before-ack", "acknowledged-before-answered", "Acknowledges after a quick answer.";
    PlaceUntilAnswered, "place-until-answered", "taken-waits-no-longer", "Gives a place back when the answer is there.";
    CountsTheEnqueued, "counts-the-enqueued", "every-sentence-is-numbered", "Counts only sentences that found room.";
    AnswersAstray, "answers-astray", "answers-on-their-own-stream", "Sends answers on the newest of many streams.";
    EndsAtHalfClose, "ends-at-half-close", "owed-after-half-close", "Ends the stream when the client has ended.";
    LetsTheCallRun, "lets-the-call-run", "calls-of-the-gone-are-aborted", "Lets the call for a client that is gone run on.";
    AsksForTheGone, "asks-for-the-gone", "the-gone-are-not-asked-for", "Asks what a client that is gone had waiting.";
    RefusalEndsTheStream, "refusal-ends-the-stream", "refused-by-the-model", "Ends the stream when the model refuses a sentence.";
    NoTimeout, "no-timeout", "late-calls-have-failed", "Waits for ever for a reply.";
    HalfTheTimeout, "half-the-timeout", "late-calls-have-failed", "Waits for half the time.";
    TimeoutByHeart, "timeout-by-heart", "late-calls-have-failed", "Waits as long whatever UPSTREAM_TIMEOUT_MS says.";
    TimeoutForTheHead, "timeout-for-the-head", "late-calls-have-failed", "Waits for ever for the end of a reply.";
    LateCallRunsOn, "late-call-runs-on", "late-calls-have-failed", "Gives up on a call without aborting it.";
    UnreadableIsEmpty, "unreadable-is-empty", "unreadable-has-failed", "Sends an empty answer for a reply that it can't read.";
    KeyInFailures, "key-in-failures", "the-key-is-kept", "Tells the client what the model's API says of the key.";
    KeyInTheLog, "key-in-the-log", "the-key-is-kept", "Writes the key to standard error.";
    TimeoutUnchecked, "timeout-unchecked", "bad-model-settings-are-refused", "Takes the default for a timeout that it can't read.";
    AnyBaseUrl, "any-base-url", "bad-model-settings-are-refused", "Takes any base URL.";
    AnyScheme, "any-scheme", "bad-model-settings-are-refused", "Takes a base URL of any scheme.";
    // Level 4.
    PoolIgnoresItsSize, "pool-ignores-its-size", "no-more-calls-than-workers", "Has more workers than it is told.";
    PoolTooSmall, "pool-too-small", "as-many-calls-as-workers", "Has fewer workers than it is told.";
    OneOfEachStream, "one-of-each-stream", "as-many-calls-as-workers", "Asks one sentence of a stream at a time.";
    WhicheverIsReady, "whichever-is-ready", "answers-in-order", "Sends answers as they come.";
    WorkerWaitsItsTurn, "worker-waits-its-turn", "slow-answers-hold-up-nobody-else", "Keeps a worker until its answer was sent.";
    Sticky, "sticky", "short-streams-are-not-starved", "Stays with a stream while that has sentences.";
    WorkerDiesOfAFailure, "worker-dies-of-a-failure", "no-worker-is-lost", "Loses a worker with every call that fails.";
    WorkerDiesWithItsClient, "worker-dies-with-its-client", "no-worker-is-lost", "Loses a worker with every client that vanishes.";
    DiesAtOnce, "dies-at-once", "shutdown-answers-what-is-owed", "Ends as soon as it is told.";
    DropsWhatWaits, "drops-what-waits", "shutdown-answers-what-is-owed", "Answers only what is under way when it is told to end.";
    DrainByHeart, "drain-by-heart", "shutdown-answers-what-is-owed", "Takes as long to end whatever DRAIN_MS says.";
    StreamsStayOpen, "streams-stay-open", "shutdown-answers-what-is-owed", "Leaves streams open until the end.";
    EndsWithOne, "ends-with-one", "shutdown-answers-what-is-owed", "Has exit code 1 after it was told to end.";
    StillAdmits, "still-admits", "shutdown-admits-nothing", "Enqueues sentences after it was told to end.";
    StillListens, "still-listens", "shutdown-admits-nothing", "Serves new connections after it was told to end.";
    DrainsForEver, "drains-for-ever", "shutdown-ends-in-time", "Waits for ever for what is open.";
    SecondSignalIgnored, "second-signal-ignored", "second-signal-ends-it", "Doesn't mind being told to end once more.";
    DrainUnchecked, "drain-unchecked", "bad-drain-is-refused", "Takes the default for a DRAIN_MS that it can't read.";
    // Level 5.
    BrokenIsFinal, "broken-is-final", "failures-are-followed", "Makes no further attempt where there was no reply, or none to be read.";
    ConflictIsFinal, "conflict-is-final", "failures-are-followed", "Takes 408 and 409 for final.";
    OneAttemptMore, "one-attempt-more", "attempts-are-counted", "Makes one attempt more than it is told.";
    RefusalsTriedAgain, "refusals-tried-again", "refusals-for-good-are-final", "Tries again after any refusal.";
    QuotaTriedAgain, "quota-tried-again", "refusals-for-good-are-final", "Tries again when the quota is used up.";
    WaitStays, "wait-stays", "waits-double", "Waits as long before each attempt.";
    WaitQuadruples, "wait-quadruples", "waits-double", "Waits four times as long before each attempt.";
    TooMuchJitter, "too-much-jitter", "waits-double", "Waits for less than the half.";
    NoJitter, "no-jitter", "waits-differ", "Waits as long for each sentence.";
    SecondsCapped, "seconds-capped", "seconds-are-waited", "Waits for half a second at most, whatever Retry-After says.";
    DateTooSoon, "date-too-soon", "dates-are-waited-for", "Comes a second before the date.";
    SecondsFirst, "seconds-first", "milliseconds-go-first", "Goes by Retry-After before retry-after-ms.";
    BackoffAtLeast, "backoff-at-least", "milliseconds-go-first", "Waits as long as without a header, at least.";
    ShouldRetryUnread, "should-retry-unread", "the-reply-may-know-better", "Doesn't know x-should-retry.";
    ShouldNotRetryUnread, "should-not-retry-unread", "the-reply-may-know-better", "Doesn't know that x-should-retry may be false.";
    WaitsForHours, "waits-for-hours", "absurd-waits-are-refused", "Waits for as long as it is asked.";
    GivesUpSooner, "gives-up-sooner", "absurd-waits-are-refused", "Waits for ten seconds at most.";
    SendsNoIdempotencyKey, "sends-no-idempotency-key", "attempts-share-a-key", "Sends no Idempotency-Key.";
    KeyEachAttempt, "key-each-attempt", "attempts-share-a-key", "Has another Idempotency-Key for each attempt.";
    KeyCounts, "key-counts", "attempts-share-a-key", "Counts its keys, from the start of the program.";
    KeyOfTheText, "key-of-the-text", "attempts-share-a-key", "Makes the key from the sentence.";
    TriesAgainForTheGone, "tries-again-for-the-gone", "the-gone-are-not-tried-again", "Makes another attempt for a client that is gone.";
    NoLimit, "no-limit", "attempts-keep-apart", "Knows no rate limit.";
    LimitSavesUp, "limit-saves-up", "attempts-keep-apart", "Makes several attempts at once after a pause.";
    LimitFirstsOnly, "limit-firsts-only", "attempts-keep-apart", "Doesn't count second attempts.";
    ResetUnread, "reset-unread", "the-apis-limit-is-kept", "Doesn't know the API's own limit.";
    ResetAlways, "reset-always", "the-apis-limit-is-kept", "Waits though calls remain.";
    MinutesUnread, "minutes-unread", "the-apis-limit-is-kept", "Reads no time with minutes.";
    OpensBriefly, "opens-briefly", "failures-open-the-breaker", "Opens the breaker for half the time.";
    BreakerByStatus, "breaker-by-status", "failures-open-the-breaker", "Counts only a status as a failure.";
    SuccessIsForgotten, "success-is-forgotten", "success-begins-anew", "Counts failures whatever is between them.";
    RefusalIsFailure, "refusal-is-failure", "refusals-are-neutral", "Counts a refusal as a failure.";
    RefusalIsSuccess, "refusal-is-success", "refusals-are-neutral", "Counts a refusal as a success.";
    TakesWhileOpen, "takes-while-open", "an-open-breaker-takes-nothing", "Takes sentences while the breaker is open.";
    OpenByHeart, "open-by-heart", "an-open-breaker-takes-nothing", "Opens for as long whatever BREAKER_OPEN_MS says.";
    IdleWorkersTake, "idle-workers-take", "an-open-breaker-takes-nothing", "Lets a worker that was idle take a sentence while the breaker is open.";
    RetriesAreNoProbes, "retries-are-no-probes", "only-one-probe", "Takes only a new sentence for a probe.";
    StaysHalfOpen, "stays-half-open", "a-good-probe-closes", "Makes one attempt at a time after a probe that succeeded.";
    FailedProbeCloses, "failed-probe-closes", "a-failed-probe-opens-again", "Counts anew after a probe that failed.";
    OpensBrieflyAgain, "opens-briefly-again", "a-failed-probe-opens-again", "Opens for half the time after a probe that failed.";
    RefusedProbeCloses, "refused-probe-closes", "a-refused-probe-is-followed", "Closes the breaker after a probe that was refused.";
    RefusedProbeIsLost, "refused-probe-is-lost", "a-refused-probe-is-followed", "Waits for ever after a probe that was refused.";
    AttemptsUnchecked, "attempts-unchecked", "bad-retries-are-refused", "Takes the default for RETRY_ATTEMPTS that it can't read.";
    RateUnchecked, "rate-unchecked", "bad-retries-are-refused", "Takes the default for RATE_LIMIT_PER_MINUTE that it can't read.";
    BreakerUnchecked, "breaker-unchecked", "bad-retries-are-refused", "Takes the default for BREAKER_FAILURES that it can't read.";
    // Level 6.
    ForgetsAtStart, "forgets-at-start", "a-kill-is-survived", "Begins with an empty queue.";
    SendsAgain, "sends-again", "what-was-sent-stays-sent", "Sends every answer to every stream.";
    ReceivedUnread, "received-unread", "what-was-missed-is-sent", "Doesn't know conversation-received.";
    NumbersBeginAnew, "numbers-begin-anew", "numbers-go-on", "Numbers the sentences of each stream from 1.";
    RefusedUncounted, "refused-uncounted", "numbers-go-on", "Gives no number to what it refuses.";
    NobodyHereNoAnswer, "nobody-here-no-answer", "programs-share-the-work", "Expects no answers where it has no workers itself.";
    CapacityForEach, "capacity-for-each", "programs-share-the-places", "Has so many places for each program.";
    AnswersAsTheyCome, "answers-as-they-come", "programs-keep-the-order", "Sends what other programs have answered as it comes.";
    NoFence, "no-fence", "the-frozen-lose-their-sentence", "Takes an answer from whoever has one.";
    LeaseUnrenewed, "lease-unrenewed", "the-frozen-lose-their-sentence", "Gives no signs of life while the model is asked.";
    NamelessStay, "nameless-stay", "only-the-nameless-free-places", "Keeps the places of clients without a key.";
    NamedGo, "named-go", "only-the-nameless-free-places", "Frees the places of clients with a key, too.";
    FirstStreamStays, "first-stream-stays", "the-newest-stream-has-it", "Lets two streams have a conversation.";
    TakenOverIsCancelled, "taken-over-is-cancelled", "the-newest-stream-has-it", "Ends the first stream with CANCELLED.";
    TroubleTellsAgain, "trouble-tells-again", "cut-connections-lose-nothing", "Begins anew with the answers after a connection was cut.";
    TroubleIsFailure, "trouble-is-failure", "cut-connections-lose-nothing", "Takes a connection that was cut for a failed call.";
    LeaseUnchecked, "lease-unchecked", "bad-queue-url-is-refused", "Takes the default for a LEASE_MS that it can't read.";
    OtherQueueUrlIsNone, "other-queue-url-is-none", "bad-queue-url-is-refused", "Keeps the queue in memory when it can't read QUEUE_URL.";
}

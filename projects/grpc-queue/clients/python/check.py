"""Calls the gRPC queue through gRPC's own library for Python, and says what went well, a line each.

Usage: check.py ADDRESS DESCRIPTORS answers|places

Messages are made from the descriptor set when this runs: nothing is generated. Each part expects a server of its own:
"answers" one with a worker whose model says "re: " and the sentence, "places" one with three places and no worker.
"""

import queue
import sys
import time

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

SERVICE = "connectrpc.eliza.v1.ElizaService"

# No call takes so long, in seconds.
SOON = 20


class Service:
    """The procedures of the service as a channel has them."""

    def __init__(self, channel, path):
        self.channel = channel
        files = descriptor_pb2.FileDescriptorSet()
        with open(path, "rb") as file:
            files.ParseFromString(file.read())
        pool = descriptor_pool.DescriptorPool()
        for file in files.file:
            pool.Add(file)
        self.methods = {method.name: method for method in pool.FindServiceByName(SERVICE).methods}

    def procedure(self, name, kind, path=None):
        method = self.methods[name]
        reply = message_factory.GetMessageClass(method.output_type)
        call = getattr(self.channel, kind)(
            f"/{SERVICE}/{path or name}",
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=reply.FromString,
        )
        return call, message_factory.GetMessageClass(method.input_type)


class Conversation:
    """A stream in both directions: what is said goes out at once, and ends when the caller says so."""

    def __init__(self, service, name, **options):
        call, self.message = service.procedure(name, "stream_stream")
        self.said = queue.SimpleQueue()
        self.replies = call(iter(self.said.get, None), timeout=SOON, **options)

    def say(self, sentence):
        self.said.put(self.message(sentence=sentence))

    def end(self):
        self.said.put(None)

    def expect(self, sentence, number=0, failed=False):
        reply = next(self.replies)
        found = (reply.sentence, reply.in_reply_to, reply.failed)
        assert found == (sentence, number, failed), found

    def expect_end(self):
        rest = list(self.replies)
        assert (rest, self.replies.code()) == ([], grpc.StatusCode.OK), (rest, self.replies.code())


def refused(call):
    """The code and the words of a call that must fail."""
    try:
        found = call()
    except grpc.RpcError as error:
        return error.code(), error.details()
    raise AssertionError(f"it did not fail: {found}")


def answers(service):
    say, message = service.procedure("Say", "unary_unary")
    for compression in (grpc.Compression.NoCompression, grpc.Compression.Gzip):
        reply = say(message(sentence="I feel happy. " * 20), timeout=SOON, compression=compression)
        assert reply.sentence
        print("Say", compression.name)

    sayd, _ = service.procedure("Say", "unary_unary", "Sayd")
    code, _ = refused(lambda: sayd(message(sentence="I feel happy."), timeout=SOON))
    assert code == grpc.StatusCode.UNIMPLEMENTED, code
    print("Sayd", code.name)

    introduce, message = service.procedure("Introduce", "unary_stream")
    sentences = [reply.sentence for reply in introduce(message(name="Ada"), timeout=SOON)]
    assert "Ada" in sentences[0] and sentences[-1] == "How are you feeling today?", sentences
    print("Introduce")

    talk = Conversation(service, "Converse")
    for sentence in ("I feel happy.", "My mother", "Goodbye!"):
        talk.say(sentence)
        assert next(talk.replies).sentence
    # It ends though this side hasn't ended.
    talk.expect_end()
    talk.end()
    print("Converse")

    talk = Conversation(service, "QueueConversation")
    talk.say("a")
    talk.expect("enqueued")
    talk.expect("re: a", 1)
    talk.say(" ")
    talk.expect("the sentence is empty", 2, failed=True)
    talk.say("c")
    talk.end()
    talk.expect("enqueued")
    talk.expect("re: c", 3)
    talk.expect_end()
    print("QueueConversation")

    talk = Conversation(service, "QueueConversation", metadata=[("conversation-key", "two words")])
    code, words = refused(lambda: next(talk.replies))
    talk.end()
    assert code == grpc.StatusCode.INVALID_ARGUMENT and "conversation-key" in words, (code, words)
    print("QueueConversation", code.name)


def places(service):
    first = Conversation(service, "QueueConversation")
    for sentence, acknowledgement in zip("abcd", ["enqueued"] * 3 + ["queue is full!"]):
        first.say(sentence)
        first.expect(acknowledgement)
    print("full")

    other = Conversation(service, "QueueConversation")
    other.say("a")
    other.expect("queue is full!")
    first.replies.cancel()
    first.end()
    # The server hears of it in its own time.
    deadline = time.monotonic() + 1
    while True:
        other.say("a")
        if next(other.replies).sentence == "enqueued":
            break
        assert time.monotonic() < deadline, "a second after the cancellation its places are still taken"
    other.end()
    other.expect_end()
    print("freed")


def main():
    address, descriptors, part = sys.argv[1:]
    with grpc.insecure_channel(address) as channel:
        {"answers": answers, "places": places}[part](Service(channel, descriptors))


if __name__ == "__main__":
    main()
